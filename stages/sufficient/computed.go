package sufficient

import (
	_ "embed"
	"math"
	"slices"
	"strings"
	"unicode"

	"github.com/ragdiag/ragdiag/internal/text"
)

//go:embed cues.txt
var cueList string

// cues are the phrases of cueList, each between blanks; those of scripts
// without blanks stand as they are.
var cues = func() (out []string) {
	for line := range strings.SplitSeq(cueList, "\n") {
		if line = strings.TrimSpace(line); line == "" || line[0] == '#' {
			continue
		}
		out = append(out, words(line))
	}
	return out
}()

// cuesBy has the indexes of cues by their first word; those of scripts without
// blanks between words by "".
var cuesBy = func() map[string][]int {
	m := map[string][]int{}
	for i, c := range cues {
		word := ""
		if rest, ok := strings.CutPrefix(c, " "); ok {
			word, _, _ = strings.Cut(rest, " ")
		}
		m[word] = append(m[word], i)
	}
	return m
}()

// words writes a text as its words between blanks; in scripts without blanks
// between words, as it is.
func words(s string) string {
	s = text.Normalize(s)
	for _, r := range s {
		if unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Hangul) {
			return strings.TrimSpace(s)
		}
	}
	return " " + strings.Join(strings.FieldsFunc(s, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsNumber(r) && !unicode.IsMark(r)
	}), " ") + " "
}

// computes returns the phrase by which a question asks for something that has
// to be worked out; "" if there is none.
func computes(question string) string {
	q := words(text.Clip(question, 2000))
	first := len(cues)
	if !strings.HasPrefix(q, " ") { // of a script without blanks between words
		if first = slices.IndexFunc(cues, func(c string) bool { return strings.Contains(q, c) }); first < 0 {
			return ""
		}
		return strings.TrimSpace(cues[first])
	}
	for i := range len(q) - 1 {
		if q[i] != ' ' {
			continue
		}
		word, _, _ := strings.Cut(q[i+1:], " ")
		for _, k := range cuesBy[word] {
			if k < first && strings.HasPrefix(q[i:], cues[k]) {
				first = k
			}
		}
	}
	for _, k := range cuesBy[""] {
		if k < first && strings.Contains(q, cues[k]) {
			first = k
		}
	}
	if first == len(cues) {
		return ""
	}
	return strings.TrimSpace(cues[first])
}

// compares returns two years that a question names: one of yes or no asks to
// compare them then.
func compares(question string) string {
	if years := yearsOf(words(text.Clip(question, 2000))); len(years) > 1 {
		return years[0] + ", " + years[1]
	}
	return ""
}

// yearsOf returns the distinct years that a question names, FY22 among them.
func yearsOf(question string) (out []string) {
	for _, w := range strings.FieldsFunc(question, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		w, fiscal := strings.CutPrefix(w, "fy")
		if fiscal && len(w) == 2 {
			w = "20" + w
		}
		if len(w) != 4 || strings.Trim(w, "0123456789") != "" || w < "1500" || w > "2199" || slices.Contains(out, w) {
			continue
		}
		out = append(out, w)
	}
	return out
}

// arithmetic reports whether a reference shows how its value is worked out:
// two numbers with an operator between them, and an equals sign.
func arithmetic(s string) bool {
	eq := strings.IndexAny(s, "=≈")
	if eq < 0 {
		return false
	}
	numbers, operator := 0, false
	for _, f := range strings.Fields(s) {
		switch {
		case strings.ContainsAny(f, "0123456789"):
			numbers++
			operator = operator || strings.ContainsAny(strings.Trim(f, "-+=/"), "+*/×÷")
		case len(f) <= 2 && strings.ContainsAny(f, "+-−*/×÷x"):
			operator = true
		}
	}
	return operator && numbers >= 2
}

// Words by which a reference says what an answer should contain: who, and that
// it should.
var (
	answerers = text.NewWordSet("answer", "response", "reply", "system", "assistant", "model", "réponse", "système", "respuesta", "sistema", "resposta", "risposta", "antwort", "antwoord", "ответ", "система", "odpowiedź", "svaret", "cevap")
	shoulds   = text.NewWordSet("should", "must", "shall", "doit", "devrait", "debe", "debería", "deve", "deveria", "dovrebbe", "soll", "sollte", "muss", "moet", "должен", "должна", "powinna", "bör", "ska", "içermeli")
)

// instructs reports whether a reference opens as an instruction.
func instructs(s string) bool {
	toks := text.Tokens(text.Clip(s, 120))
	for i := 0; i+1 < min(len(toks), 5); i++ {
		if answerers.Has(toks[i].Text) && (shoulds.Has(toks[i+1].Text) || i+2 < len(toks) && shoulds.Has(toks[i+2].Text)) {
			return true
		}
	}
	return false
}

// plainNumbers is the number of operands in place up to which a result that any
// two of them give is taken for theirs; with more, one of few digits may be
// chance.
const plainNumbers = 6

// worked reports whether two numbers that are in place give a value of the
// reference: as sum, difference, ratio, share or change, rounded as it is.
func (s *scan) worked(v value, asked bool) (a, b float64, ok bool) {
	if v.Kind != text.Measure {
		return 0, 0, false
	}
	want, decimals, digits, ok := written(v.text)
	if !ok || want == 0 || digits < 3 && !asked && len(s.numbers) > plainNumbers {
		return 0, 0, false
	}
	scale := math.Pow(10, float64(decimals))
	gives := func(r float64) bool { return math.Abs(math.Round(math.Abs(r)*scale)/scale-want) < .5/scale*1e-6 }
	for i, x := range s.numbers {
		for j, y := range s.numbers {
			if i == j {
				continue
			}
			p, q := x.value, y.value
			if gives(p) || gives(q) {
				continue // the same number for another thing
			}
			if i < j && gives(p+q) || gives(p-q) {
				return p, q, true
			}
			if q == 0 || p == q || v.Unit != "" && v.Unit != "%" { // a share has no other unit
				continue
			}
			if r := p / q; gives(r) || gives(100*r) || gives(100*(r-1)) {
				return p, q, true
			}
		}
	}
	return 0, 0, false
}

// written reads the first number of a text as its digits stand: its size, its
// decimals and its digits.
func written(s string) (size float64, decimals, digits int, ok bool) {
	s = text.Normalize(s)
	start := strings.IndexAny(s, "0123456789")
	if start < 0 {
		return 0, 0, 0, false
	}
	end := start
	for end < len(s) && strings.IndexByte("0123456789.,", s[end]) >= 0 {
		end++
	}
	body := strings.TrimRight(s[start:end], ".,")
	// The last mark is the decimal one, unless it cuts thousands or is twice.
	if i := strings.LastIndexAny(body, ".,"); i >= 0 && (len(body)-i-1 != 3 || body[:i] == "0") && strings.Count(body, body[i:i+1]) == 1 {
		decimals = len(body) - i - 1
	}
	plain := strings.NewReplacer(".", "", ",", "").Replace(body)
	if len(plain) > 15 {
		return 0, 0, 0, false
	}
	for _, c := range plain {
		size = 10*size + float64(c-'0')
	}
	return size / math.Pow(10, float64(decimals)), decimals, len(strings.TrimLeft(plain, "0")), true
}
