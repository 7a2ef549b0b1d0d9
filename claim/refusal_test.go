package claim

import (
	_ "embed"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

//go:embed testdata/refusals.txt
var refusalExamples string

func TestReadRefusalByLanguage(t *testing.T) {
	lang, n := "", 0
	for line := range strings.Lines(refusalExamples) {
		line = strings.TrimSpace(line)
		mark, s, ok := strings.Cut(line, " ")
		switch {
		case line == "" || line[0] == '#':
			continue
		case !ok:
			lang = line
			continue
		}
		n++
		got := ReadRefusal("", s)
		assert.Equal(t, mark == "-", got.P >= .5, "%s: %s: %+v", lang, s, got)
		assert.Equal(t, mark == "-", got.Whole, "%s: %s: %+v", lang, s, got)
	}
	require.Greater(t, n, 200)
}

func TestReadRefusalShare(t *testing.T) {
	for _, tt := range []struct {
		name, question, answer string
		from, to               float64 // share
		refuses                bool    // as a whole
	}{
		{"one of two parts", "When was the bridge opened and how long is it?", "It was opened on 4 May 1962. Its length is not stated in the sources.", .5, .5, false},
		{"the first of two", "Who runs the yard and since when?", "The documents do not say who runs the yard. It has been run by the same person since 1999.", .5, .5, true},
		{"a comparison that cannot be made", "Which had more income, Taskel or Norrevig?", "Taskel's income was $100 million. There is no data about Norrevig's income. We cannot determine which had more.", .4, .8, true},
		{"worked out", "How many berths are there?", "The documents do not give a total directly. Adding the two basins, however (140 and 95), there are 235 berths.", 0, .5, false},
		{"concession", "Are such offers safe?", "While the documents do not give examples, they warn that scams are real and that deposits are lost.", 0, .5, false},
		{"what is there instead", "Who founded the mill?", "The provided text only discusses glazes and kilns.", 1, 1, true},
		{"what would be needed", "What was the margin?", "To calculate the margin, I would need the revenue and the cost of goods.", 1, 1, true},
		{"advice", "What does it weigh?", "¡Hola! El peso no se especifica en el manual. Te recomiendo consultar al fabricante.", 1, 1, true},
		{"formula", "What was the margin?", "I don't have access to the statements. You can calculate it as follows:\nMargin = Profit / Revenue * 100", 1, 1, true},
		{"search steps and a final line", "Was Ann married?", "1. I look for Ann in the chunks.\n2. There is no explicit information on a marriage.", 1, 1, true},
		{"answer", "Who founded the mill?", "Jonas Ahlqvist founded it in 1881.", 0, 0, false},
		{"answer with advice", "How can I apply?", "You can write to, phone or visit the office. If you have questions, contact them at 555-2040.", 0, 0, false},
		{"answer that says what is needed", "What do I need?", "You need the following documents: a passport and a photo.", 0, 0, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := ReadRefusal(tt.question, Read(tt.answer).Text)
			require.GreaterOrEqual(t, got.Share, tt.from, "%+v", got)
			require.LessOrEqual(t, got.Share, tt.to, "%+v", got)
			require.Equal(t, tt.refuses, got.P >= .5, "%+v", got)
		})
	}
}

func TestAddsNothing(t *testing.T) {
	q := "Who founded the Bellweather Pottery?"
	require.True(t, AddsNothing(q, "The provided passages do not mention who founded the Bellweather Pottery."))
	require.True(t, AddsNothing("Wer gründete die Töpferei?", "Die Unterlagen nennen nicht, wer die Töpferei gründete."))
	require.True(t, AddsNothing("谁创办了这家陶厂？", "文档没有说明谁创办了这家陶厂。"))
	require.False(t, AddsNothing(q, "Jonas Ahlqvist founded the Bellweather Pottery."))
	require.False(t, AddsNothing(q, "It was founded in 1881."))
}

func FuzzReadRefusal(f *testing.F) {
	for _, s := range []string{"", "I don't know.", "((((", "However, however", "=", "文档没有", "not\xffstated", "1. x:\n2. y"} {
		f.Add("Who and when?", s)
	}
	f.Fuzz(func(t *testing.T, question, s string) {
		if len(s)+len(question) > 1<<13 {
			t.Skip()
		}
		got := ReadRefusal(question, s)
		if got.Share < 0 || got.Share > 1 || got.P < 0 || got.P > 1 || got.Whole && got.Share != 1 {
			t.Fatalf("%+v of %q", got, s)
		}
		for _, sp := range got.Spans {
			if sp.Start < 0 || sp.End > len(s) || sp.Start >= sp.End {
				t.Fatalf("span %+v of %q", sp, s)
			}
		}
	})
}
