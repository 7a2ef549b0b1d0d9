package claim

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ragdiag/ragdiag/internal/text"
	"github.com/ragdiag/ragdiag/trace"
)

// TestRelations: claims in ten languages that repeat the words of a passage and
// say the same or something else. No verdict is wrong, and few are left open.
func TestRelations(t *testing.T) {
	b, err := os.ReadFile("testdata/relations.txt")
	require.NoError(t, err)
	v := New(Options{})
	n, open := 0, 0
	for line := range strings.Lines(string(b)) {
		cells := strings.Split(strings.TrimSpace(line), "|")
		if len(cells) != 3 || line[0] == '#' {
			continue
		}
		n++
		got := v.Prepare([]string{cells[1]}).Check(cells[2])
		switch {
		case got.Support == trace.Abstain:
			open++
		case cells[0] == "+":
			require.Equal(t, trace.Supported, got.Support, "%s / %s: %s", cells[1], cells[2], got.Why)
		default:
			require.NotEqual(t, trace.Supported, got.Support, "%s / %s: %s", cells[1], cells[2], got.Why)
		}
	}
	require.Greater(t, n, 90)
	require.LessOrEqual(t, float64(open), .2*float64(n))
}

func TestUnattributed(t *testing.T) {
	for _, c := range [][2]string{
		{"According to the policy, staff are insured.", "Staff are insured."},
		{"Per passage 1, staff are insured.", "Staff are insured."},
		{"The second document states that staff are insured.", "Staff are insured."},
		{"Note that staff are insured.", "Staff are insured."},
		{"Yes, according to the provided context, staff are insured.", "Staff are insured."},
		{"Laut den bereitgestellten Dokumenten ist das so.", "Laut den bereitgestellten Dokumenten ist das so."}, // no comma: where it ends is not known
		{"Selon le document fourni, le tarif est fixe.", "Le tarif est fixe."},
		{"Según el informe, la tarifa es fija.", "La tarifa es fija."},
		{"Согласно документу, тариф фиксирован.", "Тариф фиксирован."},
		{"According to Ann Ott, staff are insured.", "According to Ann Ott, staff are insured."},
		{"In 2019, staff were insured.", "In 2019, staff were insured."},
		{"Under the new rules, staff are insured.", "Under the new rules, staff are insured."},
		{"Ann states that staff are insured.", "Ann states that staff are insured."},
	} {
		require.Equal(t, c[1], unattributed(c[0], text.Tokens(c[0])))
	}
}

func TestCheckPolar(t *testing.T) {
	v := New(Options{})
	for _, c := range []struct {
		passage, question string
		yes               bool
		want              trace.Support
	}{
		{"The pool is heated all year.", "Is the pool heated?", true, trace.Supported},
		{"The pool is heated all year.", "Is the pool heated?", false, trace.Contradicted},
		{"The pool is not heated.", "Is the pool heated?", false, trace.Supported},
		{"The pool is not heated.", "Is the pool heated?", true, trace.Contradicted},
		{"The pool is not heated.", "Isn't the pool heated?", true, trace.Contradicted},
		{"The pool has a slide.", "Is the sauna heated?", false, trace.Abstain},
		{"The pool is heated.", "When is the pool heated?", true, trace.Abstain},
		{"The pool is 2 m deep.", "Is the pool 3 m deep?", false, trace.Supported},
		{"Das Becken ist nicht beheizt.", "Ist das Becken beheizt?", false, trace.Supported},
		{"La piscina no está climatizada.", "¿Está climatizada la piscina?", true, trace.Contradicted},
		{"La piscine est chauffée.", "Est-ce que la piscine est chauffée ?", true, trace.Supported},
		{"Бассейн не подогревается.", "Подогревается ли бассейн?", false, trace.Supported},
	} {
		got := v.Prepare([]string{c.passage}).CheckPolar(c.question, c.yes)
		require.Equal(t, c.want, got.Support, "%s / %s %v: %s %v", c.passage, c.question, c.yes, got.Why, got.P)
	}
}
