package claim

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ragdiag/ragdiag/lab/realdata"
	"github.com/ragdiag/ragdiag/trace"
)

// TestXQuAD is the mechanical check behind the other languages that count as
// tested: a sentence of a paragraph must be supported by its paragraph, not by
// another one, and not once its number or year is changed.
func TestXQuAD(t *testing.T) {
	for _, lang := range []string{"en", "de", "zh", "ar"} {
		var texts []string
		for _, d := range realdata.XQuAD(t, lang) {
			for _, p := range d.Paragraphs {
				texts = append(texts, p.Context)
			}
		}
		v := New(Options{})
		var own, other, changed, n, numbers int
		for i, s := range texts {
			c, away := v.Prepare([]string{s}), v.Prepare([]string{texts[(i+7)%len(texts)]})
			for _, cl := range Split(s) {
				if len(c.statement(cl.Text).terms) < 5 {
					continue
				}
				n++
				if c.Check(cl.Text).Support == trace.Supported {
					own++
				}
				if away.Check(cl.Text).Support == trace.Supported {
					other++
				}
				if wrong, ok := changeDigits(cl.Text); ok {
					numbers++
					if c.Check(wrong).Support == trace.Supported {
						changed++
					}
				}
			}
		}
		t.Logf("%s: n=%d own paragraph %.3f, another %.3f; n=%d with a number changed %.3f", lang, n, share(own, n), share(other, n), numbers, share(changed, numbers))
		require.GreaterOrEqual(t, share(own, n), .9, lang)
		require.LessOrEqual(t, share(other, n), .01, lang)
		require.LessOrEqual(t, share(changed, numbers), .1, lang)
	}
}

func share(k, n int) float64 { return float64(k) / float64(n) }

// changeDigits adds three to the last digit of the first number.
func changeDigits(s string) (string, bool) {
	b := []byte(s)
	for i := range b {
		if b[i] >= '0' && b[i] <= '9' && (i+1 == len(b) || b[i+1] < '0' || b[i+1] > '9') {
			b[i] = '0' + (b[i]-'0'+3)%10
			return string(b), true
		}
	}
	return s, false
}
