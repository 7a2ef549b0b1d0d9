package main

import (
	"errors"
	"net/http/httptest"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/ragdiag/ragdiag/lab/mock"
)

// served holds the meter of each endpoint of the stories, by its address.
var served sync.Map

// meter reads what an endpoint was asked.
type meter struct {
	server *mock.Server
	calls  int
}

func (m *meter) read(ts *testscript.TestScript, want string) {
	st := m.server.Stats()
	switch calls := st.Calls - m.calls; {
	case (want == "nothing") != (calls == 0):
		ts.Fatalf("%d calls", calls)
	case want == "once" && st.Replies != st.Distinct:
		ts.Fatalf("%d replies to %d different requests", st.Replies, st.Distinct)
	}
	m.calls = st.Calls
}

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"ragdiag": main})
}

// TestScripts runs the user stories of testdata/script. Beside testscript's own
// commands there is
//
//	exits CODE ragdiag ARGS…
//
// which holds the exit code to the letter. The file "in", if a story has one,
// is standard input, and $EXAMPLES is the folder of the examples.
//
//	endpoint NAME FLAGS…
//
// serves what 'ragdiag mock-endpoint FLAGS…' would, over HTTP, with its address
// in $NAME, and
//
//	paid NAME some|once|nothing
//
// holds what it was asked since the last such line: something, something and
// never the same twice, or nothing at all.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(env *testscript.Env) error {
			dir, err := filepath.Abs(filepath.Join("..", "..", "examples"))
			env.Setenv("EXAMPLES", filepath.ToSlash(dir))
			return err
		},
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"endpoint": func(ts *testscript.TestScript, neg bool, args []string) {
				if neg || len(args) < 1 {
					ts.Fatalf("usage: endpoint NAME FLAGS…")
				}
				cmd, flags := mockEndpoint()
				ts.Check(cmd.ParseFlags(args[1:]))
				o, err := flags.options()
				ts.Check(err)
				server := mock.New(o)
				srv := httptest.NewServer(server)
				ts.Defer(srv.Close)
				ts.Setenv(args[0], srv.URL+"/v1")
				served.Store(srv.URL+"/v1", &meter{server: server})
			},
			"paid": func(ts *testscript.TestScript, neg bool, args []string) {
				if neg || len(args) != 2 || args[1] != "some" && args[1] != "once" && args[1] != "nothing" {
					ts.Fatalf("usage: paid NAME some|once|nothing")
				}
				m, ok := served.Load(ts.Getenv(args[0]))
				if !ok {
					ts.Fatalf("no endpoint %s", args[0])
				}
				m.(*meter).read(ts, args[1])
			},
			"exits": func(ts *testscript.TestScript, neg bool, args []string) {
				if neg || len(args) < 2 {
					ts.Fatalf("usage: exits CODE COMMAND ARGS…")
				}
				want, err := strconv.Atoi(args[0])
				ts.Check(err)
				err = ts.Exec(args[1], args[2:]...)
				got := 0
				var exit *exec.ExitError
				if errors.As(err, &exit) {
					got = exit.ExitCode()
				} else {
					ts.Check(err)
				}
				if got != want {
					ts.Fatalf("exit code %d, want %d", got, want)
				}
			},
		},
	})
}
