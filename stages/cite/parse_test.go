package cite

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/ragdiag/ragdiag/stages/prepared"
	"github.com/ragdiag/ragdiag/trace"
)

// three is a context of three passages without names.
var three = []trace.Passage{{Text: "Refunds take 30 days, as said in [12] below."}, {Text: "Shipping is free."}, {Text: "Returns need a form."}}

// named is a context whose passages have IDs and documents.
var named = []trace.Passage{
	{ID: "doc_7#0", Doc: "doc_7", Title: "Refunds", Text: "Refunds take 30 days."},
	{ID: "doc_7#1", Doc: "doc_7", Title: "Refunds", Text: "Gift cards are not refunded."},
	{ID: "doc_9#0", Doc: "doc_9", Title: "Shipping", Text: "Shipping is free."},
}

var addressed = []trace.Passage{{ID: "https://www.example.org/refunds/", Text: "Refunds take 30 days."}, {ID: "https://example.org/shipping", Text: "Shipping is free."}}

// brief renders marks as "marker>passages", with ! for one that resolves to nothing.
func brief(marks []citation) string {
	var all []string
	for _, m := range marks {
		to := strings.Trim(fmt.Sprint(m.Passages), "[]")
		if to == "" {
			to = "!"
		}
		all = append(all, m.Marker+">"+to)
	}
	return strings.Join(all, "  ")
}

func TestParse(t *testing.T) {
	numbered := []trace.Passage{{ID: "17"}, {ID: "42"}}
	bracketed := []trace.Passage{{ID: "[1]"}, {ID: "[2]"}}
	for _, tt := range []struct {
		name, answer string
		ctx          []trace.Passage
		want         string
		numbering    string
	}{
		// every notation
		{"number", "Thirty days [1].", three, "[1]>0", "1-based"},
		{"attached to the word", "Thirty days[2].", three, "[2]>1", "1-based"},
		{"list", "So [1, 3].", three, "[1, 3]>0  [1, 3]>2", "1-based"},
		{"list with and", "So [1 and 3].", three, "[1 and 3]>0  [1 and 3]>2", "1-based"},
		{"neighbours", "So [1][3].", three, "[1]>0  [3]>2", "1-based"},
		{"range", "So [1-3].", three, "[1-3]>0  [1-3]>1  [1-3]>2", "1-based"},
		{"range with a dash", "So [2–3].", three, "[2–3]>1  [2–3]>2", "1-based"},
		{"lenticular", "三十天【1】。", three, "【1】>0", "1-based"},
		{"OpenAI source", "Thirty days【4:0†source】.", three, "【4:0†source】>0", "ids"},
		{"OpenAI source, last", "Thirty days【4:2†source】 [1].", three, "【4:2†source】>2  [1]>0", "1-based"},
		{"OpenAI source by name", "Thirty days【4:9†doc_9#0】.", named, "【4:9†doc_9#0】>2", "ids"},
		{"single source", "Thirty days【2†L3-L9】.", three, "【2†L3-L9】>1", "1-based"},
		{"document in parentheses", "So (Doc 2).", three, "(Doc 2)>1", "1-based"},
		{"documents in parentheses", "So (Documents 1, 3).", three, "(Documents 1, 3)>0  (Documents 1, 3)>2", "1-based"},
		{"source in brackets", "So [Source: 2].", three, "[Source: 2]>1", "1-based"},
		{"Chinese label", "如此 [文档2]。", three, "[文档2]>1", "1-based"},
		{"Chinese parentheses", "如此（文档 2）。", three, "（文档 2）>1", "1-based"},
		{"passage ID", "So [doc_7#1].", named, "[doc_7#1]>1", "ids"},
		{"document ID", "So [doc_7].", named, "[doc_7]>0 1", "ids"},
		{"ID in parentheses", "So (doc_9).", named, "(doc_9)>2", "ids"},
		{"superscript", "Thirty days.^2 Free.", three, "^2>1", "1-based"},
		{"superscript behind a word", "Thirty days^2 and free.", three, "^2>1", "1-based"},
		{"superscript characters", "Thirty days.¹ Free.³", three, "¹>0  ³>2", "1-based"},
		{"footnote", "Thirty days[^2].", three, "[^2]>1", "1-based"},
		{"footnote that is defined", "Thirty days[^1].\n\n[^1]: https://example.org/shipping", addressed, "[^1]>1", "ids"},
		{"footnote with a title", "Free[^a].\n[^a]: Shipping", named, "[^a]>2", "ids"},
		{"link", "Thirty days [see](https://example.org/refunds#top).", addressed, "[see](https://example.org/refunds#top)>0", "ids"},
		{"tag", `<cite id="2">Shipping is free.</cite>`, three, `<cite id="2">>1`, "1-based"},
		{"tag with two", `<cite id='1,2'>Free.</cite>`, three, "<cite id='1,2'>>0  <cite id='1,2'>>1", "1-based"},
		{"tag around the number", `Free <cite>2</cite>.`, three, `<cite>2</cite>>1`, "1-based"},

		// what numbers mean
		{"from 0", "So [0] and [2].", three, "[0]>0  [2]>2", "0-based"},
		{"0 and n cannot both be right", "So [0] and [1] and [3].", three, "[0]>!  [1]>0  [3]>2", "1-based"},
		{"numeric IDs", "So [42].", numbered, "[42]>1", "ids"},
		{"IDs with brackets", "So [1] and [2].", bracketed, "[1]>0  [2]>1", "1-based"},

		// made up
		{"beyond the context", "So [7].", three, "[7]>!", "1-based"},
		{"beyond the context, labelled", "So (Doc 9).", three, "(Doc 9)>!", "1-based"},
		{"looks like an ID", "So [doc_8#3].", named, "[doc_8#3]>!", "ids"},
		{"looks like a document ID", "So [doc_8].", named, "[doc_8]>!", "ids"},
		{"unknown address", "So [x](https://other.org).", addressed, "[x](https://other.org)>!", "ids"},

		// not citations
		{"a year", "It came in 1998 [1998].", three, "", ""},
		{"years", "It lasted [1990-1995].", three, "", ""},
		{"words", "It [sic] is [citation needed] [...] [x] [ ].", three, "", ""},
		{"a date", "It came [5 May 1998].", three, "", ""},
		{"array index in code", "Use `a[1]` or\n```\nb[2] = c[0]\n```\n", three, "", ""},
		{"array index in prose", "Set x[1] and my_list[2], then items[0] = 3.", three, "", ""},
		{"a math range", "A share in the range [0, 1], p in [1, 2].", three, "", ""},
		{"copied from a passage", "Refunds take 30 days, as said in [12] below.", three, "", ""},
		{"the source's own, in quotes", `It says "see also [12] for more" [1].`, three, "[1]>0", "1-based"},
		{"list number", "Two steps: (1) ask, (2) wait.", three, "", ""},
		{"powers", "It has 5 m^2, 10^6 units, 3 km² or x^2.", three, "", ""},
		{"link to somewhere", "So [x](https://other.org).", three, "", ""},
		{"name of another kind", "So [table_8] and [rfc-2119].", named, "", ""},
		{"no context", "So [1].", nil, "[1]>!", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := parse(tt.answer, tt.ctx, nil)
			require.Equal(t, tt.want, brief(p.marks))
			require.Equal(t, tt.numbering, p.numbering)
		})
	}
}

func TestParseStructured(t *testing.T) {
	answer := "Thirty days【4:0†source】. Shipping is free."
	at := strings.Index(answer, "【")
	p := parse(answer, named, []trace.Citation{
		{Start: at, End: at + len("【4:0†source】"), Targets: []string{"doc_7#1"}}, // says what the marker means
		{Start: strings.Index(answer, "Shipping"), End: len(answer) + 9, Targets: []string{"doc_9#0", "doc_4#4"}},
	})
	marks := p.marks
	require.Equal(t, "【4:0†source】>1  doc_9#0>2  doc_4#4>!", brief(marks))
	require.Equal(t, "ids", p.numbering)
	require.False(t, marks[0].Covers)
	require.True(t, marks[1].Covers)
	require.Equal(t, "Shipping is free.", answer[marks[1].Start:marks[1].End])
}

// FuzzParse: markers lie within the answer, ascend and do not overlap unless
// they are the same marker; what they resolve to exists; and parsing is the
// same every time. Examine takes whatever Parse finds.
func FuzzParse(f *testing.F) {
	for _, s := range []string{
		"a [1][2-3], (Doc 2) ^1 【4:0†s】", "<cite id=\"1\">x</cite> [^1]\n[^1]: doc_7", "`[1]` \"[2]\" “[3]”", "[x](http://a) [[1]] [1", "x.¹ [0, 1] [doc_7#1]",
		"According to document 1, a. Document 2 says b. 根据文档1，是。", "As stated in “Refunds”, a [c:doc_7] {1} \\cite{doc_9} <source>doc_7</source> [[1]](#doc_7)",
		"a [1].\n\nSources:\n- [1] Refunds\n2. [Shipping](doc_9)\n\nb. Source: doc_7", "a (1). b (2) ① ［1］ 〔1〕 \\[1\\] $^{1}$ ^[id:3] [1, p. 3] [#1] [S1] [@a; @b]",
		"| a | b [1] |\n|---|---|\n| c | <sup>[1](x)</sup> |\n# Quellen\n¹ Refunds", "(Source: Refunds) (see [1]) [Document [1]] — Source: doc_9 \ue200cite\ue202turn0search1\ue201",
	} {
		f.Add(s, 0, 3, "doc_7")
	}
	f.Fuzz(func(t *testing.T, answer string, start, end int, target string) {
		structured := []trace.Citation{{Start: start, End: end, Targets: []string{target}}}
		p := parse(answer, named, structured)
		require.Equal(t, p, parse(answer, named, structured))
		marks, numbering := p.marks, p.numbering
		require.Contains(t, []string{"", "ids", "0-based", "1-based"}, numbering)
		ev := Examine(prepared.New(&trace.Record{Answer: &trace.Answer{Text: answer, Citations: structured}, Context: named}, nil))
		for _, s := range ev.Statements {
			require.True(t, 0 <= s.Start && s.Start < s.End && s.End <= len(answer), "%+v", s)
		}
		last := citation{}
		for i, m := range marks {
			require.True(t, 0 <= m.Start && m.Start <= m.End && m.End <= len(answer), "%+v", m)
			for _, p := range m.Passages {
				require.True(t, 0 <= p && p < len(named))
			}
			if m.Covers {
				continue
			}
			require.Equal(t, m.Marker, answer[m.Start:m.End])
			if utf8.ValidString(answer) {
				require.True(t, utf8.ValidString(m.Marker))
			}
			if i > 0 && (m.Start != last.Start || m.End != last.End) {
				require.GreaterOrEqual(t, m.Start, last.End)
			}
			last = m
		}
	})
}

func BenchmarkParse(b *testing.B) {
	answer := strings.Repeat("The refund window is thirty days for every order [1]. Shipping is free [2, 3]. ", 3)
	b.ReportAllocs()
	for b.Loop() {
		parse(answer, named, nil)
	}
}
