package match

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/ragdiag/ragdiag/internal/text"
	"github.com/ragdiag/ragdiag/trace"
)

// letterOf reads the letter of an answer that is one, or opens with one: "B",
// "B) Elm", "Option B".
func letterOf(d *text.Doc) (string, text.Span) {
	for i, t := range d.Tokens {
		if i > 3 {
			break
		}
		if utf8.RuneCountInString(t.Text) != 1 {
			continue
		}
		sp := text.Span{Start: t.Start, End: t.End}
		letter := strings.ToUpper(t.Text)
		next := ""
		if t.End < len(d.Text) {
			next = d.Text[t.End:]
		}
		switch {
		case len(d.Tokens) == 1,
			i == 0 && next != "" && strings.IndexByte(").:", next[0]) >= 0,
			i > 0 && letterLabel(d.Tokens[i-1].Text) && unicode.IsUpper(rune(d.Text[t.Start])):
			return letter, sp
		}
	}
	return "", text.Span{}
}

func letterLabel(w string) bool {
	return strings.Contains(" option answer choice grade type class vitamin group is letter buchstabe antwort réponse respuesta opción risposta resposta opção antwoord svar odpowiedź ответ вариант ", " "+w+" ")
}

// compareOption compares the choice among the options of a question.
func (r *Reference) compareOption(it *Item, c *comparison) (trace.Agreement, text.Span, float64, string, bool) {
	if len(r.ask.options) == 0 || len(r.Items) != 1 {
		return "", text.Span{}, 0, "", false
	}
	want, _ := letterOf(r.Doc)
	for _, l := range r.ask.letters {
		if want == "" && simplify(r.ask.options[l]) == simplify(strings.Trim(it.Text, " .")) {
			want = l
		}
	}
	got, sp := letterOf(c.v.d)
	if got == "" && want != "" {
		for _, l := range r.ask.letters {
			if strings.EqualFold(strings.Trim(c.v.d.Text, " .\n"), r.ask.options[l]) {
				got, sp = l, text.Span{End: len(c.v.d.Text)}
			}
		}
	}
	if want == "" || got == "" || r.ask.options[got] == "" {
		return "", text.Span{}, 0, "", false
	}
	if want == got {
		return trace.Equal, sp, .96, "the same choice", true
	}
	return trace.Different, sp, .05, fmt.Sprintf("it chooses %s, not %s", got, want), true
}

// compareLetter compares a lone letter, such as a grade or a choice: it must
// stand alone in the text, or behind a word such as "option".
func (r *Reference) compareLetter(it *Item, c *comparison) (trace.Agreement, text.Span, float64, string, bool) {
	if len(r.Doc.Tokens) != 1 || r.v.words[0].dense || utf8.RuneCountInString(r.Doc.Tokens[0].Text) != 1 || r.v.words[0].key != r.v.words[0].base {
		return "", text.Span{}, 0, "", false
	}
	d := c.v.d
	if sp, ok := statedLetter(r.Doc, d); ok && marksAt(d, sp.End) == "" {
		return trace.Equal, sp, .93, "the same letter", true
	}
	letter, sp := letterOf(d)
	if letter != "" {
		return trace.Different, sp, .05, fmt.Sprintf("it says %q", sp.Of(d.Text)), true
	}
	for i, t := range d.Tokens { // within a sentence, a capital that is no article
		if t.Text == r.Doc.Tokens[0].Text && i > 0 && unicode.IsUpper(rune(d.Text[t.Start])) && c.v.words[i].key == c.v.words[i].base {
			return trace.Equal, text.Span{Start: t.Start, End: t.End}, .85, "the same letter", true
		}
	}
	for i, t := range d.Tokens {
		if c.v.words[i].base == r.v.words[0].base && c.v.words[i].key != c.v.words[i].base {
			return trace.Different, text.Span{Start: t.Start, End: t.End}, .06, "another mark", true
		}
	}
	return trace.Missing, text.Span{}, .15, fmt.Sprintf("%q is not in it", it.Text), true
}

func marksAt(d *text.Doc, end int) string {
	for i, t := range d.Tokens {
		if t.End == end {
			return marks(d, i)
		}
	}
	return ""
}

// compareCode compares a piece of code as written, white space and fences aside.
func compareCode(want, s string) (trace.Agreement, text.Span, float64, string) {
	w, t := codeParts(want), codeParts(s)
	if len(w) == 0 {
		return trace.CannotTell, text.Span{}, .5, "it holds no code"
	}
	for i := 0; i+len(w) <= len(t); i++ {
		k := 0
		for k < len(w) && t[i+k].text == w[k].text {
			k++
		}
		if k == len(w) {
			return trace.Equal, text.Span{Start: t[i].start, End: t[i+k-1].end}, .95, "the same code"
		}
	}
	last := w[len(w)-1].text // the name itself, of another module
	for i, p := range t {
		if p.text == last && i > 1 && t[i-1].text == "." && len(w) > 2 {
			return trace.Different, text.Span{Start: t[i-2].start, End: p.end}, .08, "another qualifier before the name"
		}
		if p.text == w[0].text && len(w) > 1 && i+len(w) <= len(t) && len(t) <= len(w)+4 {
			return trace.Different, text.Span{Start: p.start, End: t[min(len(t), i+len(w))-1].end}, .1, "other code"
		}
	}
	if len(t) <= len(w)+2 {
		return trace.Different, text.Span{End: len(s)}, .08, "other code"
	}
	for _, p := range t {
		if p.text == last {
			return trace.CannotTell, text.Span{Start: p.start, End: p.end}, .5, "only a part of the code"
		}
	}
	return trace.Missing, text.Span{}, .12, "the code is not in it"
}

type codePart struct {
	text       string
	start, end int
}

// codeParts cuts code at white space, dots, brackets and operators; each mark
// but white space, quotes and fences is a part.
func codeParts(s string) []codePart {
	var out []codePart
	start := -1
	flush := func(end int) {
		if start >= 0 {
			out = append(out, codePart{s[start:end], start, end})
			start = -1
		}
	}
	for i, r := range s {
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r) || r == '_':
			if start < 0 {
				start = i
			}
		default:
			flush(i)
			if !unicode.IsSpace(r) && !strings.ContainsRune("`\"'", r) {
				out = append(out, codePart{string(r), i, i + utf8.RuneLen(r)})
			}
		}
	}
	flush(len(s))
	for len(out) > 1 && strings.Contains(".;", out[len(out)-1].text) {
		out = out[:len(out)-1]
	}
	return out
}

var formulaMarks = strings.NewReplacer("\\alpha", "α", "\\beta", "β", "\\gamma", "γ", "\\delta", "δ", "\\epsilon", "ε", "\\theta", "θ", "\\lambda", "λ", "\\mu", "μ", "\\pi", "π", "\\rho", "ρ", "\\sigma", "σ", "\\phi", "φ", "\\omega", "ω", "\\Delta", "Δ", "\\Omega", "Ω", "\\cdot", "", "\\times", "", "×", "", "·", "", "*", "", "\\left", "", "\\right", "", "$", "", "{", "", "}", "", "^", "", "_", "", " ", "", "\\", "")

// sameFormula compares two formulas whatever their notation: πr² and \pi r^2. A
// side of an equation in the text will do.
func sameFormula(want, s string) (text.Span, bool) {
	if !strings.ContainsAny(want, "\\^=²³√πλμ+") || len(s) > 4096 || len(want) > 256 {
		return text.Span{}, false
	}
	w := formulaMarks.Replace(text.Normalize(formulaMarks.Replace(want)))
	if utf8.RuneCountInString(w) < 2 {
		return text.Span{}, false
	}
	for from := 0; from < len(s); {
		to := from
		for to < len(s) && s[to] != '=' && s[to] != '\n' && !(s[to] == '.' && to+1 == len(s)) && s[to] != ',' {
			to++
		}
		if part := formulaMarks.Replace(text.Normalize(formulaMarks.Replace(s[from:to]))); part == w {
			return text.Span{Start: from, End: to}, true
		}
		from = to + 1
	}
	return text.Span{}, false
}
