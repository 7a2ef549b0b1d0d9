package ground

import (
	_ "embed"
	"strings"

	"github.com/ragdiag/ragdiag/internal/text"
)

//go:embed classes.txt
var classList string

// classWords are other words of a question for the same class.
var classWords = map[string]string{"sport": "sport", "sports": "sport", "profession": "occupation", "occupation": "occupation", "job": "occupation", "party": "party", "genre": "genre"}

// byWord has the classes of classes.txt with their values by word.
var byWord = func() map[string]map[string]string {
	out := map[string]map[string]string{}
	class := ""
	for line := range strings.Lines(classList) {
		if name, ok := strings.CutPrefix(line, "= "); ok {
			class = strings.TrimSpace(name)
			out[class] = map[string]string{}
		} else if value, said, ok := strings.Cut(line, ": "); ok && out[class] != nil {
			for w := range strings.FieldsSeq(said) {
				out[class][w] = value
			}
		}
	}
	out["sport"]["american football"] = "american football"
	out["sport"]["australian football"] = "australian football"
	out["sport"]["gaelic football"] = "gaelic football"
	return out
}()

// classOf returns the class that an English question asks for, or nil.
func classOf(q *text.Doc) map[string]string {
	if q.Lang != "en" && q.Lang != "" || len(q.Tokens) == 0 {
		return nil
	}
	switch q.Tokens[0].Text {
	case "what", "which":
	default:
		return nil
	}
	for _, t := range q.Tokens[1:min(len(q.Tokens), headAfter+1)] {
		if c := classWords[t.Text]; c != "" {
			return byWord[c]
		}
	}
	return nil
}
