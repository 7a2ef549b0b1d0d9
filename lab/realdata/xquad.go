package realdata

import "testing"

// Article is an article of XQuAD: paragraphs with the questions about each.
type Article struct {
	Title      string
	Paragraphs []struct {
		Context string
		Qas     []struct {
			ID, Question string
			Answers      []struct{ Text string } // stretches of Context
		}
	}
}

// XQuAD returns the articles in a language: "en", "de", "zh" or "ar". They are
// the same articles in each. It skips or fails the test like Path.
func XQuAD(t testing.TB, lang string) []Article {
	t.Helper()
	for file := range Values[struct{ Data []Article }](t, "xquad/xquad."+lang+".json") {
		return file.Data
	}
	t.Fatalf("xquad/xquad.%s.json is empty: fetch it again", lang)
	return nil
}
