package trace_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ragdiag/ragdiag/trace"
)

func TestSuspects(t *testing.T) {
	claim := func(text string, checkable bool, right trace.Predicate) trace.ClaimVerdict {
		return trace.ClaimVerdict{Text: text, Checkable: checkable, Right: right}
	}
	right := claim("right", true, trace.Holds(true, .9, trace.GradeB, ""))
	wrong := claim("wrong", true, trace.Holds(false, .9, trace.GradeB, ""))
	open := claim("open", true, trace.NotKnown("no gold"))
	talk := claim("talk", false, trace.Holds(false, .9, trace.GradeB, ""))

	for name, c := range map[string]struct{ in, want []trace.ClaimVerdict }{
		"none":             {nil, nil},
		"all right":        {[]trace.ClaimVerdict{right, talk}, nil},
		"wrong over open":  {[]trace.ClaimVerdict{open, wrong, right}, []trace.ClaimVerdict{wrong}},
		"open if no wrong": {[]trace.ClaimVerdict{right, open, talk}, []trace.ClaimVerdict{open}},
	} {
		assert.Equal(t, c.want, trace.Suspects(c.in), name)
	}
}
