package match

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ragdiag/ragdiag/internal/text"
)

// A passage settles a question of yes or no only where it speaks of what is asked.
func TestSettles(t *testing.T) {
	for _, tt := range []struct {
		question, passage, lang string
		want                    Polar
	}{
		{"Does the mill grind barley in winter?", "The mill stands by the weir. It was mended in 1931, and the mill grinds barley in winter.", "en", Yes},
		{"Does the mill grind barley in winter?", "The mill does not grind barley in winter. It grinds rye.", "en", No},
		{"Does the mill grind barley in winter?", "No trout are caught at the mill. Barley is sold in winter.", "en", NotPolar},
		{"Does the mill grind barley in winter?", "We ask whether the mill grinds barley in winter.", "en", NotPolar},
		{"Darf man im Saal filmen?", "Fotos sind erlaubt, aber Filmen ist im Saal untersagt.", "de", No},
		{"Darf man im Saal filmen?", "Filmen ist im Saal untersagt.", "de", No},
		{"Можно ли передавать ключ-карту коллеге?", "Ключ-карта именная; передавать её другим лицам запрещено.", "ru", No},
	} {
		question, passage := text.Analyze(tt.question, tt.lang), text.Analyze(tt.passage, tt.lang)
		for _, want := range []Polar{Yes, No} {
			at := -1
			if tt.want == want {
				at = 1
			}
			require.Equal(t, at, Settles(question, want, []*text.Doc{text.Analyze("", tt.lang), passage}), "%s: %s", want, tt.passage)
		}
	}
}
