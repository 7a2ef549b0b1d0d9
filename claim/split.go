package claim

import (
	"bytes"
	"slices"
	"strings"
	"unicode"

	"github.com/ragdiag/ragdiag/internal/text"
)

// Claim is one statement of a text.
type Claim struct {
	Text       string // without citations, list marks, emphasis and lead-in
	Start, End int    // bytes in the original, citations included
	Checkable  bool   // false: a question, a greeting, a refusal, talk about the answer itself
	Reason     Reason // why it is not checkable; "" if it is
	Resolved   string // Text with its leading pronoun replaced by what the sentence before names first; "" if there is none

	item  bool // it is an item of a list
	aside bool // it belongs to a refusal that is beside it
}

// Split cuts a text into claims: sentences, list items, table rows, and the
// parts of a sentence that a semicolon sets apart. The claims ascend and do not
// overlap; a text without words has none. A row of a table reads
// "header: cell, header: cell".
func Split(answer string) []Claim {
	var out []Claim
	spans := text.Sentences(answer)
	var header []string // of the table that is being read
	for i, sp := range spans {
		row := tableCells(sp.Of(answer))
		switch {
		case row == nil:
			header = nil
		case i+1 < len(spans) && isRule(spans[i+1].Of(answer)):
			header = row
			if s := strings.Join(row, ", "); s != "" {
				out = append(out, Claim{Text: s, Start: sp.Start, End: sp.End, Reason: TableHeader})
			}
			continue
		case header != nil:
			if s := rowText(header, row); s != "" {
				out = append(out, Claim{Text: s, Start: sp.Start, End: sp.End, Checkable: true, aside: isAside(clausesOf(text.Normalize(s)))})
			}
			continue
		}
		for _, part := range parts(answer, sp) {
			c := partsRead.Of(part.Of(answer), readPart)
			if c.Text == "" {
				continue
			}
			c.Start, c.End = part.Start, part.End
			if c.Checkable && i > 0 {
				c.Resolved = resolve(c.Text, spans[i-1].Of(answer))
			}
			out = append(out, c)
		}
	}
	if len(out) == 1 && out[0].Reason == Heading { // all that the text says
		out[0].Checkable, out[0].Reason = true, ""
	}
	asides(out)
	return out
}

// partsRead are the claims of the parts that were read last: the stages split
// what an answer, its body and a reference have in common again.
var partsRead = text.NewRecent[Claim](256)

// readPart reads a part of a sentence as a claim that does not know where it
// stands.
func readPart(raw string) Claim {
	s := clean(raw)
	if s == "" {
		return Claim{}
	}
	why, aside := reason(raw, s)
	return Claim{Text: s, Checkable: why == "", Reason: why, item: text.ListMark(raw) > 0, aside: aside}
}

// asides marks what belongs to a refusal beside the sentences that decline: a
// plea for more, and where to ask instead.
func asides(claims []Claim) {
	if !slices.ContainsFunc(claims, func(c Claim) bool { return c.Reason == Refusal }) {
		return
	}
	for i := range claims {
		if c := &claims[i]; c.Checkable && c.aside {
			c.Checkable, c.Reason = false, Refusal
		}
	}
}

// minPart is the number of content words that a part of a sentence needs to
// stand as a claim of its own.
const minPart = 4

// parts cuts a sentence at semicolons, if each part is long enough to stand
// alone and none begins with a word that leans on the part before.
func parts(s string, sp text.Span) []text.Span {
	if strings.IndexByte(sp.Of(s), ';') < 0 {
		return []text.Span{sp}
	}
	var out []text.Span
	start := sp.Start
	for start < sp.End {
		i := strings.IndexByte(s[start:sp.End], ';')
		end := sp.End
		if i >= 0 {
			end = start + i + 1
		}
		part := text.Span{Start: start, End: end}
		for part.Start < part.End && (s[part.Start] == ' ' || s[part.Start] == '\n') {
			part.Start++
		}
		if part.Start == part.End || len(text.Terms(part.Of(s), "")) < minPart || leans(part.Of(s)) && len(out) > 0 {
			return []text.Span{sp}
		}
		out = append(out, part)
		start = end
	}
	return out
}

// leans reports whether a part needs the one before it to be understood.
func leans(s string) bool {
	w, _, _ := strings.Cut(s, " ")
	return strings.Contains(" and or but which who that its their his her und oder et ou y e ", " "+strings.ToLower(w)+" ")
}

// clean returns the claim without citations, list mark, emphasis and lead-in.
func clean(s string) string {
	s = Uncite(s)
	s = strings.TrimSpace(trimMark(strings.TrimSpace(s)))
	if strings.HasPrefix(s, "|") {
		s = tableRow(s)
	}
	s = strings.ReplaceAll(s, "**", "")
	s = strings.ReplaceAll(s, "__", "")
	return strings.TrimSpace(afterLead(s))
}

// trimMark cuts the mark of a list item, heading or quotation.
func trimMark(s string) string { return strings.TrimSpace(s[text.ListMark(s):]) }

// tableRow writes the cells of a row with commas; a rule between rows is empty.
func tableRow(s string) string {
	var cells []string
	for cell := range strings.SplitSeq(s, "|") {
		if cell = strings.TrimSpace(cell); strings.Trim(cell, "-: ") != "" {
			cells = append(cells, cell)
		}
	}
	return strings.Join(cells, ", ")
}

// Uncite returns s without citation markers: [1], [1, 3-5], 【4†source】, [^1],
// (Doc 2), [doc-7#3], <cite …>, ^1, and without terminal escapes. Of a Markdown
// link the text stays. Which
// passage a marker names is the business of package cite.
func Uncite(s string) string {
	if !markerHeads.In(s) {
		return s
	}
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); {
		rest := s[i:min(len(s), i+longestMarker)]
		if n := marker(rest); n > 0 {
			i += n
			if i == len(s) || strings.IndexByte(".,;:!? )\n", s[i]) >= 0 {
				out = bytes.TrimRight(out, " ")
			}
			continue
		}
		if label, n := link(rest); n > 0 {
			out = append(out, label...)
			i += n
			continue
		}
		out = append(out, s[i])
		i++
	}
	return string(out)
}

// markerHeads open a marker or a link.
var markerHeads = text.NewCharSet("[【(<^")

// longestMarker bounds in bytes how far the end of a marker is looked for.
const longestMarker = 400

// marker returns the length of the citation marker that s begins with, or 0.
func marker(s string) int {
	switch {
	case strings.HasPrefix(s, "【"):
		if j := strings.Index(s, "】"); j >= 0 && j < 60 {
			return j + len("】")
		}
	case s[0] == '[':
		j := strings.IndexByte(s, ']')
		if j > 1 && j < 80 && !strings.HasPrefix(s[j+1:], "(") && names(s[1:j]) {
			return j + 1
		}
	case s[0] == '(':
		j := strings.IndexByte(s, ')')
		if j > 0 && j < 60 && source(s[1:j]) {
			return j + 1
		}
	case strings.HasPrefix(s, "<cite"), strings.HasPrefix(s, "</cite"), strings.HasPrefix(s, "<ref"), strings.HasPrefix(s, "</ref"):
		if j := strings.IndexByte(s, '>'); j > 0 {
			return j + 1
		}
	case strings.HasPrefix(s, "\x1b["): // colours and cursor moves of a terminal
		j := 2
		for j < len(s) && s[j] < '@' {
			j++
		}
		return min(j+1, len(s))
	case s[0] == '^':
		j := 1
		for j < len(s) && s[j] >= '0' && s[j] <= '9' {
			j++
		}
		if j > 1 && j <= 3 {
			return j
		}
	}
	return 0
}

// names reports whether the inside of a bracket is a number, a list of numbers
// or an ID rather than prose.
func names(in string) bool {
	in = strings.TrimPrefix(in, "^")
	if source(in) {
		return true
	}
	digits := false
	for _, r := range in {
		switch {
		case r >= '0' && r <= '9':
			digits = true
		case strings.ContainsRune(", -–;", r):
		case unicode.IsLetter(r) || strings.ContainsRune("_#:./", r):
			if strings.ContainsRune(in, ' ') {
				return false
			}
		default:
			return false
		}
	}
	return digits
}

// source reports whether s is "Doc 2", "Source: 3", "passage 1".
func source(s string) bool {
	low := strings.ToLower(s)
	for _, w := range [...]string{"doc", "document", "source", "sources", "passage", "passages", "documents", "docs", "ref", "context", "quelle", "citation"} {
		rest, ok := strings.CutPrefix(low, w)
		if !ok {
			continue
		}
		rest = strings.TrimLeft(rest, " :#.")
		if rest != "" && rest[0] >= '0' && rest[0] <= '9' {
			return true
		}
	}
	return false
}

// link returns the label of the Markdown link that s begins with.
func link(s string) (label string, n int) {
	if s[0] != '[' {
		return "", 0
	}
	j := strings.Index(s, "](")
	if j < 0 || strings.ContainsAny(s[1:j], "[]\n") {
		return "", 0
	}
	k := strings.IndexByte(s[j:], ')')
	if k < 0 {
		return "", 0
	}
	label = s[1:j]
	if names(label) {
		label = ""
	}
	return label, j + k + 1
}
