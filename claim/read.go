package claim

import (
	_ "embed"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/ragdiag/ragdiag/internal/text"
)

// Reading is an answer as its author meant it. Body and Text are as long as the
// raw answer, and every byte that they keep is where it stood: what is
// taken away is blanked by spaces, line ends stay. So offsets into either are
// offsets into the raw answer.
type Reading struct {
	Raw   string
	Body  string // without reasoning in tags: what claims and citations are read from
	Text  string // Body from an explicit final line on, without its label: what decides
	Final bool   // an explicit final line decides, so that Text is not Body
}

// Read takes reasoning in tags away, and what is before an explicit final
// line such as "Final answer: …".
func Read(raw string) Reading { return readings.Of(raw, readAnswer) }

var readings = text.NewRecent[Reading](16)

func readAnswer(raw string) Reading {
	r := Reading{Raw: raw, Body: raw}
	if drafts := reasoning(raw); len(drafts) > 0 {
		r.Body = blank(raw, drafts)
	}
	r.Text = r.Body
	if label, ok := finalLine(r.Body); ok {
		for { // "Final answer:\nA: …"
			rest := strings.TrimLeft(r.Body[label.End:], " \t\r\n")
			n := labelAt(rest, false)
			if n == 0 || strings.TrimSpace(rest[n:]) == "" {
				break
			}
			label.End = len(r.Body) - len(rest) + n
		}
		r.Text = blank(r.Body, []text.Span{{Start: 0, End: label.End}})
		r.Final = strings.TrimSpace(r.Body[:label.Start]) != ""
	}
	return r
}

// blank overwrites the spans of s by spaces, line ends excepted.
func blank(s string, spans []text.Span) string {
	out := []byte(s)
	for _, sp := range spans {
		for i := sp.Start; i < sp.End; i++ {
			if out[i] != '\n' && out[i] != '\r' {
				out[i] = ' '
			}
		}
	}
	return string(out)
}

// reasoningTags are the tags that models put round what they think before they
// answer.
var reasoningTags = []string{"think", "thinking", "thought", "thoughts", "reasoning", "reflection", "scratchpad", "analysis", "inner_monologue"}

// tag is one opening or closing tag.
type tag struct {
	text.Span
	name   string
	closes bool
}

// tagAt reads the reasoning tag at the start of s: <think>, </think>, [THINK],
// <|think|>, ◁think▷; any case, with attributes.
func tagAt(s string, at int) (tag, bool) {
	r, n := utf8.DecodeRuneInString(s[at:])
	i := at + n
	switch r {
	case '<', '[', '◁':
	default:
		return tag{}, false
	}
	i += len(s[i:min(len(s), i+1)]) - len(strings.TrimLeft(s[i:min(len(s), i+1)], "|"))
	t := tag{}
	if i < len(s) && s[i] == '/' {
		t.closes = true
		i++
	}
	start := i
	for i < len(s) && i-start < 20 && (s[i] == '_' || s[i]|0x20 >= 'a' && s[i]|0x20 <= 'z') {
		i++
	}
	name := strings.ToLower(s[start:i])
	for _, known := range reasoningTags {
		if name == known {
			t.name = known
		}
	}
	if t.name == "" || r == '[' && name != "think" && name != "thinking" && name != "reasoning" {
		return tag{}, false
	}
	const longestAttributes = 80
	end := strings.IndexAny(s[i:min(len(s), i+longestAttributes)], ">]▷")
	if end < 0 || end > 0 && s[i] != '|' && (s[i] != ' ' || r != '<') {
		return tag{}, false
	}
	_, n = utf8.DecodeRuneInString(s[i+end:])
	t.Span = text.Span{Start: at, End: i + end + n}
	return t, true
}

// tagHeads open a tag.
var tagHeads = text.NewCharSet("<[◁")

// reasoning returns the stretches of s that are reasoning in tags. A closing
// tag without an opening one closes a draft that began with the text, as
// templates that open it in the prompt leave it. A tag that is never closed
// takes everything behind it, unless nothing is said before it: then the draft
// ends at an explicit final line, and where there is none only the tag is
// taken away, since the draft is all that was said.
func reasoning(s string) []text.Span {
	var out []text.Span
	var open []tag
	end := 0 // of what is settled
	for i := 0; i < len(s); {
		j := tagHeads.Index(s[i:])
		if j < 0 {
			break
		}
		i += j
		t, ok := tagAt(s, i)
		if !ok {
			i++
			continue
		}
		i = t.End
		switch {
		case !t.closes:
			open = append(open, t)
		case len(open) > 1:
			open = open[:len(open)-1]
		case len(open) == 1:
			out = append(out, text.Span{Start: open[0].Start, End: t.End})
			open, end = nil, t.End
		case end == 0:
			out = append(out, text.Span{Start: 0, End: t.End})
			end = t.End
		default:
			out = append(out, t.Span)
		}
	}
	if len(open) == 0 {
		return out
	}
	first := open[0]
	if strings.TrimSpace(blank(s[:first.Start], out)) != "" {
		return append(out, text.Span{Start: first.Start, End: len(s)})
	}
	if label, ok := finalLine(s[first.End:]); ok {
		return append(out, text.Span{Start: first.Start, End: first.End + label.Start})
	}
	return append(out, first.Span)
}

//go:embed lexicon/final.txt
var finalTable string

// finalLabels are what an explicit final line begins with, by first rune,
// without its colon, normalised; strong ones may be within a line.
var finalLabels = func() map[rune][]finalLabel {
	m := map[rune][]finalLabel{}
	for line := range strings.Lines(finalTable) {
		kind, labels, ok := strings.Cut(line, ":")
		if !ok || strings.HasPrefix(line, "#") {
			continue
		}
		for l := range strings.SplitSeq(labels, "|") {
			if l = text.Normalize(l); l != "" {
				r, _ := utf8.DecodeRuneInString(l)
				m[r] = append(m[r], finalLabel{l, strings.TrimSpace(kind) == "final"})
			}
		}
	}
	return m
}()

type finalLabel struct {
	text   string
	strong bool // "final answer", not only "answer"
}

// longestLabel bounds in bytes a label with its emphasis and colon.
const longestLabel = 80

// labelAt reads a label with emphasis and colon at the start of s and returns
// its length, 0 if there is none.
func labelAt(s string, strongOnly bool) int {
	head := s[:min(len(s), longestLabel)]
	colon := strings.IndexAny(head, ":：\n")
	if colon < 0 {
		return 0
	}
	heading := head[colon] == '\n'
	if heading && !strings.HasPrefix(head, "#") && !strings.HasPrefix(head, "**") {
		return 0
	}
	_, n := utf8.DecodeRuneInString(head[colon:])
	end := colon + n
	label := text.Normalize(strings.Trim(head[:colon], " \t#*_>-–—[](){}【】「」✅👉"))
	first, _ := utf8.DecodeRuneInString(label)
	for _, l := range finalLabels[first] {
		if l.text == label && (l.strong || !strongOnly) && (utf8.RuneCountInString(label) > 1 || !strings.Contains(s, "\nB") && !strings.Contains(s, "\nQ")) {
			for end < len(s) && (s[end] == '*' || s[end] == '_') { // "**Answer:** Paris"
				end++
			}
			return end
		}
	}
	return 0
}

// finalLine returns where the last label of an explicit final line stands
// behind which something is said. It opens a line; "Final answer:" may also
// follow a sentence.
func finalLine(s string) (label text.Span, ok bool) {
	if !strings.ContainsAny(s, ":：#*") {
		return label, false
	}
	last := strings.TrimRightFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) })
	strong := false
	lineStart := true
	for i := 0; i < len(last); {
		if lineStart || i > 0 && s[i-1] == ' ' {
			j := i
			for j < len(last) && (s[j] == ' ' || s[j] == '\t') {
				j++
			}
			afterStop := !lineStart && endsSentence(s[:i])
			if lineStart || afterStop {
				if n := labelAt(s[j:], !lineStart); n > 0 && j+n < len(last) {
					is := labelAt(s[j:], true) > 0
					if is || !strong {
						label, ok, strong = text.Span{Start: j, End: j + n}, true, is
					}
				}
			}
			if j > i {
				lineStart = false
				i = j
				continue
			}
		}
		lineStart = s[i] == '\n'
		i++
	}
	return label, ok
}

// endsSentence reports whether s ends with a full stop, blanks aside.
func endsSentence(s string) bool {
	s = strings.TrimRight(s[max(0, len(s)-16):], " *_")
	r, _ := utf8.DecodeLastRuneInString(s)
	return strings.ContainsRune(".!?。！？।؟:", r)
}
