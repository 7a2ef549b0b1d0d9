package sufficient

import (
	_ "embed"
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
	for _, c := range cues {
		if strings.Contains(q, c) {
			return strings.TrimSpace(c)
		}
	}
	return ""
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
