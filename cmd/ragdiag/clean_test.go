package main

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestCleaned writes hostile text at once and byte by byte.
func TestCleaned(t *testing.T) {
	const hostile = "a\x1b]0;title\x07 é \x1b[2J \x1b[31mred\x1b[0m \u202e\u009b3A\n"
	for color, want := range map[bool]string{
		false: "a␛]0;title␇ é ␛[2J ␛[31mred␛[0m ��3A\n",
		true:  "a␛]0;title␇ é ␛[2J \x1b[31mred\x1b[0m ��3A\n",
	} {
		for _, step := range []int{1, 2, len(hostile)} {
			var out bytes.Buffer
			c := &cleaned{w: &out, color: color}
			for at := 0; at < len(hostile); at += step {
				n, err := c.Write([]byte(hostile[at:min(at+step, len(hostile))]))
				require.NoError(t, err)
				require.Positive(t, n)
			}
			require.Equal(t, want, out.String(), "step %d", step)
		}
	}
}

// TestErrorsAreClean: the words of a server and of a file reach a terminal
// without what they could do to it.
func TestErrorsAreClean(t *testing.T) {
	impatient(t)
	dir := world(t)
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, "<html><title>\x1b]0;gone\x07\x1b[8m</title></html>")
	}))
	defer srv.Close()
	code, _, stderr := asked(t, t.Context(), dir, srv.URL+"/v1", "out")
	require.Equal(t, exitFailed, code)
	require.Contains(t, stderr, "␛]0;gone")
	require.NotContains(t, stderr, "\x1b")

	in := filepath.Join(dir, "in.jsonl")
	require.NoError(t, os.WriteFile(in, []byte("{\"ragdiag\":1,\"id\":\"\\u001b[8m\",\"question\":3}\n"), 0o600))
	_, _, stderr = ragdiag(t.Context(), "diagnose", in, "--out", filepath.Join(dir, "bad"))
	require.NotContains(t, stderr, "\x1b")
}

// TestKeysStayOnThisMachine: no key is sent over the network in the clear unless
// that is asked for, and none that is in an address is written down.
func TestKeysStayOnThisMachine(t *testing.T) {
	dir := world(t)
	t.Setenv("OPENAI_API_KEY", "sk-hunter2-hunter2")
	t.Setenv("GATEWAY_TOKEN", "hunter2-token")
	code, _, stderr := asked(t, t.Context(), dir, "http://192.0.2.1/v1", "plain")
	require.Equal(t, exitUsage, code, stderr)
	require.Contains(t, stderr, "--plain-keys")
	code, _, stderr = asked(t, t.Context(), dir, "http://192.0.2.1/v1", "asked", "--plain-keys", "--dry-run")
	require.Equal(t, exitOK, code, stderr)
	t.Setenv("OPENAI_API_KEY", "")
	code, _, stderr = asked(t, t.Context(), dir, "http://192.0.2.1/v1", "header", "--header", "X-Token: $GATEWAY_TOKEN")
	require.Equal(t, exitUsage, code, stderr)
	code, _, stderr = ragdiag(t.Context(), "connect", "check", "--generator", "http://192.0.2.1/answer", "--token-env", "GATEWAY_TOKEN")
	require.Equal(t, exitUsage, code, stderr)
	require.Contains(t, stderr, "--plain-keys")

	one, two := addressless("http://127.0.0.1/answer?key=hunter2"), addressless("http://127.0.0.1/answer?key=hunter3")
	require.NotContains(t, one, "hunter2")
	require.NotEqual(t, one, two)
	require.Equal(t, "cmd:./ask what?", addressless("cmd:./ask what?"))
}
