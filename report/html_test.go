package report

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"

	"github.com/ragdiag/ragdiag/diagnose"
	"github.com/ragdiag/ragdiag/trace"
)

func TestHTML(t *testing.T) {
	var b bytes.Buffer
	require.NoError(t, HTML(&b, sampleSummary(t), drill(few()), HTMLOptions{}))
	golden(t, "report.html", b.Bytes())
	if out := os.Getenv("RAGDIAG_SHOW_HTML"); out != "" { // to look at it in a browser
		f, err := os.Create(out)
		require.NoError(t, err)
		defer f.Close()
		require.NoError(t, HTML(f, sampleSummary(t), drill(samples()), HTMLOptions{}))
	}
}

// nodes walks a parsed page.
func nodes(t *testing.T, page []byte) (all []*html.Node) {
	t.Helper()
	root, err := html.Parse(bytes.NewReader(page))
	require.NoError(t, err)
	for n := range root.Descendants() {
		if n.Type == html.ElementNode {
			all = append(all, n)
		}
	}
	return all
}

// TestPageMakesNoRequest: nothing on the page names another file, and the
// policy would forbid it.
func TestPageMakesNoRequest(t *testing.T) {
	var b bytes.Buffer
	require.NoError(t, HTML(&b, sampleSummary(t), drill(samples()), HTMLOptions{}))
	policy := ""
	for _, n := range nodes(t, b.Bytes()) {
		require.NotContains(t, []string{"link", "img", "iframe", "object", "embed", "base", "form", "video", "audio"}, n.Data)
		for _, a := range n.Attr {
			if a.Key == "href" {
				require.True(t, strings.HasPrefix(a.Val, "#"), a.Val)
			}
			require.NotEqual(t, "src", a.Key)
			require.False(t, strings.HasPrefix(a.Key, "on"), "%s=%s", a.Key, a.Val)
			if a.Key == "content" && strings.HasPrefix(a.Val, "default-src") {
				policy = a.Val
			}
		}
	}
	require.True(t, strings.HasPrefix(policy, "default-src 'none'"), policy)
	for _, asset := range []string{pageStyle, pageScript} {
		require.NotRegexp(t, regexp.MustCompile(`https?:|url\(|@import|fetch\(|XMLHttp|innerHTML|insertAdjacent|document\.write|eval\(`), asset)
	}
}

func TestPageEscapes(t *testing.T) {
	var plain, evil bytes.Buffer
	c := hostileCase()
	require.NoError(t, HTML(&plain, hostileSummary(), drill(nil), HTMLOptions{}))
	require.NoError(t, HTML(&evil, hostileSummary(), drill([]sampleCase{c}), HTMLOptions{Redacted: true}))
	require.NotContains(t, evil.String(), "<script>alert")
	require.NotContains(t, evil.String(), "<img")
	scripts := 0
	for _, n := range nodes(t, evil.Bytes()) {
		if n.Data == "script" {
			scripts++
		}
	}
	require.Equal(t, 3, scripts, "what grades mean, the data, and the page's own")
	require.Contains(t, evil.String(), "Texts were removed.")
}

// TestEmbedsFailuresFirst: of too many records the failures stay, in order.
func TestEmbedsFailuresFirst(t *testing.T) {
	var order []string
	records := func(yield func(*trace.Record, diagnose.Diagnosis) bool) {
		for i := range MaxEmbedded + 500 {
			st := diagnose.StatusNotFailure
			switch {
			case i%5 == 4:
				st = diagnose.StatusDiagnosed
			case i%5 == 3:
				st = diagnose.StatusNotJudged
			}
			id := fmt.Sprint(i)
			if !yield(&trace.Record{ID: id}, diagnose.Diagnosis{ID: id, Status: st}) {
				return
			}
		}
	}
	stories, all := choose(records)
	require.False(t, all)
	require.Len(t, stories, MaxEmbedded)
	for _, s := range stories {
		order = append(order, s.Status)
	}
	require.Equal(t, []string{"diagnosed", "not judged", "not a failure"}, []string{order[0], order[500], order[1000]})
	require.Equal(t, []string{"4", "9", "2494", "2499"}, []string{stories[0].ID, stories[1].ID, stories[498].ID, stories[499].ID}, "every failure is in")
	require.Equal(t, "0", stories[1000].ID)
	require.Contains(t, embedded(len(stories), 2500, all), "2000 of the 2500 records")
}

// TestReadsNoFurtherThanNeeded: a run with many failures is not decoded to its end.
func TestReadsNoFurtherThanNeeded(t *testing.T) {
	read := 0
	_, all := choose(func(yield func(*trace.Record, diagnose.Diagnosis) bool) {
		for read = 1; yield(&trace.Record{}, diagnose.Diagnosis{Status: diagnose.StatusDiagnosed}); read++ {
		}
	})
	require.Equal(t, MaxEmbedded+1, read)
	require.False(t, all)
}

func BenchmarkHTML(b *testing.B) {
	s, cases := sampleSummary(b), samples()
	b.ReportAllocs()
	for b.Loop() {
		require.NoError(b, HTML(io.Discard, s, drill(cases), HTMLOptions{}))
	}
}
