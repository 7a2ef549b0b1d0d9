package claim

import (
	"strings"
	"testing"

	"github.com/ragdiag/ragdiag/internal/text"
)

// What declines is quoted from the text: its parts are there in order, and
// the rest is its end, behind the first of them.
func FuzzDeclines(f *testing.F) {
	for _, s := range []string{"", "I don't know.", "The documents do not say when.", "I am unable to give you an answer; ask Ann.", "Weiß ich leider nicht", "文档中没有提到。不知道", "答えられません", "NO\u00a0Answer", "not\xff stated", "i don't have, information", "لا أعرف", "… no answer …", "unable", "(no)"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if len(s) > 1<<13 {
			t.Skip("long inputs slow the search and show nothing new")
		}
		said, rest, yes := Declines(s)
		if yes != (said != "") || !yes && rest != "" {
			t.Fatalf("said %q, rest %q, %t of %q", said, rest, yes, s)
		}
		norm := text.Normalize(s)
		before, ok := strings.CutSuffix(norm, rest)
		if !ok {
			t.Fatalf("rest %q is no end of %q", rest, norm)
		}
		first, others, _ := strings.Cut(said, " … ")
		at := strings.LastIndex(before, first)
		if at < 0 {
			t.Fatalf("%q does not stand before %q in %q", first, rest, norm)
		}
		for part := range strings.SplitSeq(others, " … ") {
			_, after, ok := strings.Cut(rest, part)
			if !ok {
				t.Fatalf("%q of %q does not follow in %q", part, said, norm)
			}
			rest = after
		}
	})
}
