package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/ragdiag/ragdiag/trace"
)

// against is an answer beside the reference that it is held against: both texts
// cut where items of the reference stand, and each item with what became of it.
type against struct {
	Said   []segment `json:"said"`
	Wanted []segment `json:"wanted"`
	Items  []item    `json:"items,omitempty"` // asked for first
	More   int       `json:"more,omitempty"`  // items that are not listed
	Others []string  `json:"others,omitempty"`
}

// item is one thing that the reference says.
type item struct {
	Mark   string `json:"mark"` // "equal", "different", "missing" or "open"
	Text   string `json:"text"`
	Why    string `json:"why,omitempty"`
	Beyond bool   `json:"beyond,omitempty"` // the question does not ask for it
}

// maxItems bounds what is marked and listed of one reference.
const maxItems = 200

// newAgainst returns nil where there is no reference to show.
func newAgainst(rec *trace.Record, lim limits) *against {
	o, gold := rec.Evidence.Outcome, rec.Gold
	if gold == nil || rec.Answer == nil || len(gold.Answers)+len(gold.Claims) == 0 {
		return nil
	}
	a := &against{}
	var compared []trace.Comparison
	at := 0
	if o != nil {
		compared = o.Compared
		if o.ReferenceAt > 0 && o.ReferenceAt < len(gold.Answers) {
			at = o.ReferenceAt
		}
		a.More = max(0, len(compared)-maxItems)
		compared = compared[:min(len(compared), maxItems)]
	}
	var said, wanted []stretch
	for _, c := range compared {
		m := agreement(c.Agreement)
		if c.GotEnd > c.GotStart {
			said = append(said, stretch{c.GotStart, c.GotEnd, m, !c.Asked})
		}
		wanted = append(wanted, stretch{c.WantStart, c.WantEnd, m, !c.Asked})
		a.Items = append(a.Items, newItem(c))
	}
	slices.SortStableFunc(a.Items, func(x, y item) int { return cmp.Compare(truth(x.Beyond), truth(y.Beyond)) })
	a.Said = marked(rec.Answer.Text, said, lim.passageText)
	switch {
	case len(gold.Answers) == 0 || o != nil && o.Reference == trace.ReferenceClaims:
		// Every claim is an item of its own, so that its text has one mark.
		for i, c := range gold.Claims[:min(len(gold.Claims), maxItems)] {
			s := segment{Text: c}
			if at := slices.IndexFunc(compared, func(x trace.Comparison) bool { return x.Want == c }); at >= 0 {
				s.Mark, s.Beyond = agreement(compared[at].Agreement), !compared[at].Asked
			}
			if i > 0 {
				a.Wanted = append(a.Wanted, segment{Text: "\n"})
			}
			a.Wanted = append(a.Wanted, s)
		}
	default:
		a.Wanted = marked(gold.Answers[at], wanted, lim.passageText)
		for i, other := range gold.Answers {
			if i != at && len(a.Others) < 5 {
				a.Others = append(a.Others, cut(other, 200))
			}
		}
	}
	if o != nil && o.Reference == trace.ReferenceDeclines && len(a.Items) == 0 {
		switch o.Refusal.Truth {
		case trace.Yes:
			a.Items = []item{{Mark: "equal", Text: "declines, as the reference does"}}
		case trace.No:
			a.Items = []item{{Mark: "different", Text: "answers what the reference declines to answer"}}
		default:
			a.Items = []item{{Mark: "open", Text: "whether it declines as the reference does", Why: o.Refusal.Why}}
		}
	}
	return a
}

// agreement is the mark of an agreement; that of an unknown one is "open".
func agreement(a trace.Agreement) string {
	switch a {
	case trace.Equal, trace.Different, trace.Missing:
		return string(a)
	}
	return "open"
}

// newItem says what became of one item. Its texts are as recorded: renderers
// clean them.
func newItem(c trace.Comparison) item {
	want, got := cmp.Or(cut(c.Want, 160), "a "+cmp.Or(c.Kind, "part")), cut(c.Got, 160)
	it := item{Mark: agreement(c.Agreement), Text: want, Beyond: !c.Asked}
	switch it.Mark {
	case "equal":
		if got != "" && !strings.EqualFold(strings.TrimSpace(got), strings.TrimSpace(want)) {
			it.Text = fmt.Sprintf("%s, as “%s”", want, got)
		}
	case "different":
		if got != "" {
			it.Text = fmt.Sprintf("says “%s” for “%s”", got, want)
		} else {
			it.Text, it.Why = fmt.Sprintf("goes against “%s”", want), c.Why
		}
	case "open":
		it.Why = c.Why
	}
	return it
}

// stretch is a marked part of a text.
type stretch struct {
	start, end int
	mark       string
	beyond     bool
}

// marked cuts a text at the stretches; where they overlap the shortest one
// counts. What bears no mark may be cut to limit bytes in all.
func marked(text string, stretches []stretch, limit int) []segment {
	var at []int
	for _, s := range stretches {
		at = append(at, s.start, s.end)
	}
	out := []segment{}
	plain := 0
	for _, c := range cuts(text, at) {
		s := segment{Text: text[c[0]:c[1]]}
		least := len(text) + 1
		for _, st := range stretches {
			if st.start <= c[0] && c[1] <= st.end && st.end-st.start < least {
				least, s.Mark, s.Beyond = st.end-st.start, st.mark, st.beyond
			}
		}
		if limit > 0 && s.Mark == "" {
			if plain+len(s.Text) > limit {
				s.Text = cut(s.Text, max(40, limit-plain))
			}
			plain += len(s.Text)
		}
		out = append(out, s)
	}
	return out
}

func truth(b bool) int {
	if b {
		return 1
	}
	return 0
}
