package claim

import (
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

func TestSplit(t *testing.T) {
	for _, tt := range []struct {
		name, in string
		want     []string // checkable claims
		rest     int      // number of others
	}{
		{"sentences", "The mill opened in 1911. It closed in 1950.", []string{"The mill opened in 1911.", "It closed in 1950."}, 0},
		{"citations go", "The mill opened in 1911 [1]. It closed [2, 3] in 1950【4†source】.", []string{"The mill opened in 1911.", "It closed in 1950."}, 0},
		{"more notations", "It is red (Doc 2). It is big[^1]. It is old <cite id=\"3\">indeed</cite>. It is new [doc-7#3].", []string{"It is red.", "It is big.", "It is old indeed.", "It is new."}, 0},
		{"brackets that are prose", "The array [a, b] is read. The mill [sic] fell (see below).", []string{"The array [a, b] is read.", "The mill [sic] fell (see below)."}, 0},
		{"link", "See [the mill page](https://example.com/a) for its history.", []string{"See the mill page for its history."}, 0},
		{"list", "The parts are:\n- a red wheel [1]\n- a blue door\n1. first step is cleaning", []string{"a red wheel", "a blue door", "first step is cleaning"}, 1},
		{"lead-in", "Based on the provided documents, the mill opened in 1911.", []string{"the mill opened in 1911."}, 0},
		{"German lead-in", "Laut dem Kontext, die Mühle wurde 1911 eröffnet.", []string{"die Mühle wurde 1911 eröffnet."}, 0},
		{"question and greeting", "Sure! What is a mill? A mill grinds grain. I hope this helps!", []string{"A mill grinds grain."}, 3},
		{"refusal", "The context does not mention the founder. The mill opened in 1911.", []string{"The mill opened in 1911."}, 1},
		{"semicolon", "The mill opened in the spring of 1911; the paper machine arrived from Leeds later.", []string{"The mill opened in the spring of 1911;", "the paper machine arrived from Leeds later."}, 0},
		{"semicolon that lists", "It has a wheel; a door; a roof.", []string{"It has a wheel; a door; a roof."}, 0},
		{"table", "| town | year |\n|---|---|\n| Halden | 1911 |", []string{"town: Halden, year: 1911"}, 1},
		{"emphasis", "The **mill** opened in __1911__.", []string{"The mill opened in 1911."}, 0},
		{"Chinese", "工厂于1911年开业。它在哪里？", []string{"工厂于1911年开业。"}, 1},
		{"terminal escapes", "\x1b[2J\x1b[32mThe mill opened in 1911.\x1b[0m", []string{"The mill opened in 1911."}, 0},
		{"nothing", " [1] ", nil, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			rest := 0
			for _, c := range Split(tt.in) {
				if c.Checkable {
					got = append(got, c.Text)
				} else {
					rest++
				}
			}
			require.Equal(t, tt.want, got)
			require.Equal(t, tt.rest, rest)
		})
	}
}

func FuzzSplit(f *testing.F) {
	for _, s := range []string{"A b [1]. C; d e f g; h.", "【", "[a](b", "<cite", "^12", "| a |\n|--|", "1. x\n2. y", "(Doc 2", "Based on the context, ", "不知道。"} {
		f.Add(s)
	}
	v := New(Options{})
	f.Fuzz(func(t *testing.T, s string) {
		if len(s) > 1<<13 {
			t.Skip()
		}
		at := 0
		for _, c := range Split(s) {
			if c.Start < at || c.End <= c.Start || c.End > len(s) || c.Text == "" {
				t.Fatalf("claim %+v after byte %d of %q", c, at, s)
			}
			at = c.End
			if c.Checkable != (c.Reason == "") {
				t.Fatalf("claim %+v: checkable and a reason exclude each other", c)
			}
			if utf8.ValidString(s) && !utf8.ValidString(s[c.Start:c.End]) {
				t.Fatalf("claim %+v cuts a character of %q", c, s)
			}
		}
		c := v.Prepare([]string{s, "The mill opened in 1911."})
		got := c.Check(s)
		if got.P < 0 || got.P > 1 || got.Overlap < 0 || got.Overlap > 1+1e-9 {
			t.Fatalf("verdict %+v on %q", got, s)
		}
		for _, by := range got.By {
			if by.Passage < 0 || by.Passage > 1 || by.Start < 0 || by.End > len(c.Docs()[by.Passage].Text) || by.End <= by.Start {
				t.Fatalf("span %+v on %q", by, s)
			}
		}
	})
}
