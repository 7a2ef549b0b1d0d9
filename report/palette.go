package report

import (
	"slices"
	"strings"

	"github.com/ragdiag/ragdiag/diagnose"
	"github.com/ragdiag/ragdiag/summary"
)

// look is how a cause is shown: its colour in a terminal and its colours on
// the light and the dark page. All page colours have a contrast of at least
// 3 : 1 to their background, and a cause is never told by colour alone.
type look struct{ ansi, light, dark string }

// looks has a row for every coarse cause; the zero cause is "undetermined".
var looks = map[diagnose.Cause]look{
	diagnose.None:        {dim, "#7b8190", "#949bad"},
	diagnose.Missing:     {blue, "#2f6fd6", "#6ea8ff"},
	diagnose.Ignore:      {yellow, "#b7700a", "#f0b254"},
	diagnose.Unsupported: {red, "#cf3f4f", "#ff7f8a"},
	diagnose.Cite:        {magenta, "#9247c4", "#c792f2"},
	diagnose.Instruction: {magenta, "#b83d86", "#f08cc4"},
	diagnose.Infra:       {dim, "#5a6372", "#a3acbb"},
	diagnose.GoldLabel:   {dim, "#86754a", "#c9b681"},
	diagnose.Metric:      {dim, "#6b7a3a", "#b4c478"},
	diagnose.Flaky:       {yellow, "#a2592c", "#e39b6b"},
}

// lookOf returns the look of a cause, or that of undetermined.
func lookOf(c diagnose.Cause) look {
	if l, ok := looks[c.Coarse()]; ok {
		return l
	}
	return looks[diagnose.None]
}

// causeOf reads the cause of a slug.
func causeOf(slug string) diagnose.Cause {
	cause, _, _ := strings.Cut(slug, ".")
	return diagnose.Cause(cause)
}

// partLabel names a finer cause beneath its row: a stage of missing context, or a
// finer kind.
func partLabel(row, part summary.CauseRow) string {
	cause, sub, _ := strings.Cut(clean(part.Slug), ".")
	switch {
	case part.Slug == row.Slug:
		return "no finer kind"
	case sub == "" && cause != "":
		return strings.ToLower(clean(part.Title))
	}
	return words(sub)
}

// words turns a slug into words: "over-refusal" is "over refusal".
func words(slug string) string {
	switch slug {
	case diagnose.Unsplit:
		return "stage not recorded"
	case "k-cut":
		return "cut at k"
	}
	return strings.ReplaceAll(slug, "-", " ")
}

// named writes the slugs by which groups are called in words, as the verdict of a
// record does; other names stay as they are.
func named(gs []summary.Group) []summary.Group {
	out := slices.Clone(gs)
	for i, g := range out {
		out[i].Name = inWords(g.Name)
	}
	return out
}

// inWords writes the slug of a cause as the verdict of a record does, and any other
// word with hyphens apart; another text stays as it is.
func inWords(slug string) string {
	cause, sub, _ := strings.Cut(slug, ".")
	if _, err := diagnose.ParseCause(cause); err != nil {
		if strings.Contains(slug, " ") {
			return slug
		}
		return words(slug)
	}
	return strings.ToLower(attribution(diagnose.Attribution{Cause: diagnose.Cause(cause), Sub: sub}))
}

// statusWords is how a status is called on the page.
var statusWords = map[diagnose.Status]string{
	diagnose.StatusDiagnosed:    "diagnosed",
	diagnose.StatusUndetermined: "undetermined",
	diagnose.StatusNotFailure:   "not a failure",
	diagnose.StatusNotJudged:    "not judged",
	diagnose.StatusSkipped:      "skipped",
}

// gateMark is the sign before a gate's result.
func gateMark(o summary.Outcome) (mark, ansi string) {
	switch o {
	case summary.Pass:
		return "✓", green
	case summary.Fail:
		return "✗", red
	default:
		return "?", yellow
	}
}
