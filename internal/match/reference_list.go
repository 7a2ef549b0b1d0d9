package match

import (
	_ "embed"
	"strings"
	"sync"

	"github.com/ragdiag/ragdiag/internal/text"
	"github.com/ragdiag/ragdiag/trace"
)

// readList reads the items of a list, and reports whether there is one. An
// instruction is read so whatever it holds.
func (r *Reference) readList(from int, always bool) bool {
	parts, seps := r.listParts(from)
	if always {
		if len(parts) == 0 && from < len(r.Doc.Tokens) {
			parts = [][2]int{{from, len(r.Doc.Tokens)}}
		}
		for _, p := range parts {
			if last := p[1] - 1; last > p[0] && strings.Contains(" erwähnen nennen enthalten angeben aufführen beschreiben vermelden noemen bevatten aangeven ", " "+r.Doc.Tokens[last].Text+" ") {
				p[1] = last // the verb that German and Dutch keep for the end
			}
			if p[1]-p[0] > 12 {
				r.addClaim(p[0], p[1])
			} else {
				r.readPhrase(p[0], p[1])
			}
		}
		return true
	}
	if len(parts) < 2 || !r.isList(parts, seps) {
		return false
	}
	r.Kind = trace.ReferenceList
	for _, p := range parts {
		r.readPhrase(p[0], p[1])
	}
	return true
}

// isList reports whether parts with the given separators are a list: short, of
// one kind of separator, or closed by "and".
func (r *Reference) isList(parts [][2]int, seps []string) bool {
	if len(parts) > mostItems {
		return false
	}
	for _, p := range parts {
		n := 0
		for t := p[0]; t < p[1]; t++ {
			if !r.v.words[t].stop {
				n++
			}
		}
		if n == 0 || n > 5 || p[1]-p[0] > 8 || relative(r.Doc.Tokens[p[0]].Text) {
			return false
		}
	}
	for _, p := range parts[1:] {
		if p[1]-p[0] > 1 && auxiliary(r.Doc.Tokens[p[0]].Text) { // one subject of which several things are said
			return false
		}
	}
	if t := parts[0][0]; r.between(t, parts[0][1]) {
		return false
	}
	if len(parts) == 2 && seps[0] == "and" && r.sentenceLike(parts) {
		return false
	}
	last := seps[len(seps)-1]
	for i, s := range seps {
		if s == "and" && i < len(seps)-1 { // "Kent and Sussex, England"
			return false
		}
	}
	switch {
	case last == "and", last == "mark":
		return true
	case len(parts) == 2:
		return r.parallel(parts)
	}
	return r.parallel(parts) || r.severalAsked()
}

//go:embed auxiliaries.txt
var auxiliaryList string

var auxiliaries = sync.OnceValue(func() *text.WordSet { return text.NewWordSet(strings.Fields(auxiliaryList)...) })

// auxiliary reports whether a word is a finite form of to be, to have or to
// become: what begins with one is said of a subject and no item of a list.
func auxiliary(w string) bool { return auxiliaries().Has(w) }

// between reports whether tokens [from, to) open a range: "between 3 and 5".
func (r *Reference) between(from, to int) bool {
	for t := from; t < to; t++ {
		if strings.Contains(" between entre zwischen tra fra mellan między pomiędzy между tussen ", " "+r.Doc.Tokens[t].Text+" ") {
			return true
		}
	}
	return false
}

// sentenceLike reports whether of two parts the first says much more than the
// second and is no name, so that it carries the rest of a sentence.
func (r *Reference) sentenceLike(parts [][2]int) bool {
	var n [2]int
	for k, p := range parts {
		for t := p[0]; t < p[1]; t++ {
			if w := r.v.words[t]; !w.stop && len(r.q.look(w)) == 0 {
				if !w.cap {
					n[k]++
				}
			}
		}
	}
	return n[0]-n[1] > 1
}

// severalAsked reports whether the question asks for more than one.
func (r *Reference) severalAsked() bool {
	for _, t := range r.Question.Tokens {
		if strings.Contains(" are were two three four five six which list name all rooms sind waren welche sont étaient quels quelles son eran cuáles sono quali são quais zijn waren är som są były какие ", " "+t.Text+" ") {
			return true
		}
	}
	return isDense(r.Question.Text)
}

// parallel reports whether the parts of a list are of one shape: they share a
// word, or all are values, or as long as each other where several are asked for.
func (r *Reference) parallel(parts [][2]int) bool {
	count := map[string]int{}
	for _, p := range parts {
		seen := map[string]bool{}
		for t := p[0]; t < p[1]; t++ {
			if w := r.v.words[t]; !w.stop && !seen[w.stem] {
				seen[w.stem] = true
				count[w.stem]++
			}
		}
	}
	for _, n := range count {
		if n == len(parts) {
			return true
		}
	}
	if len(parts) == 2 && (r.ask.place || r.ask.person) { // Chicago, Illinois; Ruiz, Maria
		return false
	}
	return r.severalAsked()
}

// listParts cuts the tokens behind from at commas, semicolons, line ends, list
// marks and the words for "and", and names what stands between two parts: "and",
// "comma", or "mark" for a sign that only lists have.
func (r *Reference) listParts(from int) (parts [][2]int, seps []string) {
	d := r.Doc
	start, depth, pending := from, 0, ""
	cut := func(to int, sep string) {
		if to > start {
			if len(parts) > 0 {
				seps = append(seps, pending)
			}
			parts = append(parts, [2]int{start, to})
			pending = sep
		} else if sep == "and" || sep == "mark" {
			pending = sep
		}
	}
	for i := from; i < len(d.Tokens); i++ {
		if i > from {
			g := gap(d, i-1)
			depth += strings.Count(g, "(") - strings.Count(g, ")")
			switch {
			case depth > 0:
			case strings.ContainsAny(g, ";\n•、；") || strings.Contains(g, "\", \""):
				cut(i, "mark")
				start = i
			case strings.Contains(g, " & "):
				cut(i, "and")
				start = i
			case strings.ContainsAny(g, ",，"):
				cut(i, "comma")
				start = i
			}
		}
		if i+1 < len(d.Tokens) && depth <= 0 && andWord(d.Tokens[i].Text, d.Lang) {
			cut(i, "and")
			start = i + 1
		}
	}
	cut(len(d.Tokens), "")
	return parts, seps
}

func andWord(w, lang string) bool {
	switch w {
	case "and", "und", "et", "och", "og", "ve", "và", "dan", "и", "oraz":
		return true
	case "y":
		return lang == "es"
	case "e":
		return lang == "it" || lang == "pt"
	case "en":
		return lang == "nl"
	case "i":
		return lang == "pl"
	}
	return false
}

// mostItems bounds the items of a reference.
const mostItems = 200
