package match

import (
	"strings"

	"github.com/ragdiag/ragdiag/internal/text"
)

// phrases finds the entries of a word list in texts: words and short phrases by
// their tokens, those of scripts without spaces as they are written. Every entry
// has a label.
type phrases[L any] struct {
	byFirst map[string][]phrase[L] // longest first
	dense   []phrase[L]
}

type phrase[L any] struct {
	words []string
	raw   string
	label L
}

// occurrence is one entry of a list in a text: tokens [from, to), or a stretch alone
// where the entry is of a script without spaces.
type occurrence[L any] struct {
	from, to int
	label    L
}

func newPhrases[L any]() *phrases[L] {
	return &phrases[L]{byFirst: map[string][]phrase[L]{}}
}

// readPhrases reads a list of which each line has a head and entries between
// commas; label makes the label of a head.
func readPhrases[L any](list string, label func(head string) L) *phrases[L] {
	p := newPhrases[L]()
	lines(list, func(head, rest string) {
		for _, entry := range strings.Split(rest, ",") {
			p.add(entry, label(head))
		}
	})
	return p
}

// ownLabel takes the head of a line as the label of its entries.
func ownLabel(head string) string { return head }

func (p *phrases[L]) add(entry string, label L) {
	entry = strings.TrimSpace(entry)
	if entry == "" {
		return
	}
	words := make([]string, 0, 4)
	for _, t := range text.Tokens(entry) {
		words = append(words, t.Text)
	}
	if len(words) == 0 {
		return
	}
	if isDense(entry) {
		p.dense = append(p.dense, phrase[L]{raw: entry, label: label})
		return
	}
	list := p.byFirst[words[0]]
	at := 0
	for at < len(list) && len(list[at].words) >= len(words) {
		at++
	}
	list = append(list, phrase[L]{})
	copy(list[at+1:], list[at:])
	list[at] = phrase[L]{words: words, label: label}
	p.byFirst[words[0]] = list
}

// at returns the entries that begin at token i, the longest first, without those
// that a longer one with the same words makes.
func (p *phrases[L]) at(d *text.Doc, i int) []occurrence[L] {
	var out []occurrence[L]
	length := 0
	for _, e := range p.byFirst[d.Tokens[i].Text] {
		n := len(e.words)
		if n < length || i+n > len(d.Tokens) {
			continue
		}
		k := 1
		for k < n && d.Tokens[i+k].Text == e.words[k] {
			k++
		}
		if k == n {
			length = n
			out = append(out, occurrence[L]{i, i + n, e.label})
		}
	}
	return out
}

// all returns the entries that are in tokens [from, to), without overlap.
func (p *phrases[L]) all(d *text.Doc, from, to int) []occurrence[L] {
	var out []occurrence[L]
	for i := from; i < to; {
		hits := p.at(d, i)
		next := i + 1
		for _, h := range hits {
			if h.to <= to {
				out = append(out, h)
				next = max(next, h.to)
			}
		}
		i = next
	}
	return out
}

// inDense returns the labels of the dense entries within s, longest first.
func (p *phrases[L]) inDense(s string) (out []L) {
	for _, e := range p.dense {
		if strings.Contains(s, e.raw) {
			out = append(out, e.label)
		}
	}
	return out
}

// isDense reports whether s is of a script without spaces between words.
func isDense(s string) bool {
	for _, r := range s {
		if r >= 0x0e00 && (r <= 0x0eff || r >= 0x1000 && r <= 0x109f || r >= 0x1780 && r <= 0x17ff || r >= 0x3041 && r <= 0x30ff || r >= 0x3400 && r <= 0x9fff || r >= 0xac00 && r <= 0xd7a3) {
			return true
		}
	}
	return false
}

// lines calls f for every line of a word list that is no comment.
func lines(list string, f func(head, rest string)) {
	for line := range strings.Lines(list) {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		head, rest, ok := strings.Cut(line, ": ")
		if !ok {
			head, rest = "", line
		}
		f(head, rest)
	}
}
