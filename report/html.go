package report

import (
	"cmp"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"math"
	"slices"
	"strings"

	"github.com/ragdiag/ragdiag/diagnose"
	"github.com/ragdiag/ragdiag/intervene"
	"github.com/ragdiag/ragdiag/metrics/stat"
	"github.com/ragdiag/ragdiag/summary"
	"github.com/ragdiag/ragdiag/trace"
)

// MaxEmbedded is the number of records that a page holds; the page says which.
const MaxEmbedded = 2000

// pageLimits keep the page loadable: 2,000 records of 50 long candidates each
// would be a gigabyte.
var pageLimits = limits{candidates: 20, candidateText: 240, passageText: 1600}

//go:embed assets/report.html
var pageTemplate string

//go:embed assets/report.css
var pageStyle string

//go:embed assets/report.js
var pageScript string

// HTMLOptions sets up the page; the zero value is what reports use.
type HTMLOptions struct {
	Redacted bool // say that the texts were removed

	Studies Studies // shown beside the summary
	Chosen  *Chosen // the records, if they were chosen while they were examined; nil: they are read
}

// pageData is what the template sees.
type pageData struct {
	*summary.Summary
	Stories  []story
	Grades   map[string]string // what the letters behind evidence mean
	Embedded string            // which records the page holds
	Redacted bool
	Style    template.CSS
	Script   template.JS
	Policy   string
	Looks    template.CSS
	Filters  []filter
	Studies  Studies
	Together string
}

// filter is a button above the list of records.
type filter struct {
	Key, Name string
	Count     int
}

// HTML writes one page that needs nothing else: the overview, and the records
// to drill down into, failures first, at most MaxEmbedded of them. Its content
// security policy forbids every request and every script but its own.
func HTML(w io.Writer, s summary.Summary, records Drill, o HTMLOptions) error {
	var stories []story
	var all bool
	if o.Chosen != nil {
		stories, all = o.Chosen.stories()
	} else {
		stories, all = choose(records)
	}
	hash := sha256.Sum256([]byte(pageScript))
	data := pageData{
		Summary: &s, Stories: stories, Grades: gradeWords(), Embedded: embedded(len(stories), s.Read, all), Redacted: o.Redacted,
		Style: template.CSS(pageStyle), Script: template.JS(pageScript), Looks: lookRules(), Filters: filters(stories), Studies: o.Studies, Together: together,
		Policy: fmt.Sprintf("default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-%s'; base-uri 'none'; form-action 'none'", base64.StdEncoding.EncodeToString(hash[:])),
	}
	t, err := template.New("report").Funcs(pageFuncs).Parse(pageTemplate)
	if err != nil {
		return fmt.Errorf("report page: %w", err)
	}
	return t.Execute(w, data)
}

// Chosen are the records that a page embeds: failures first, then those that were
// not judged, then the rest, each in input order. The zero Chosen is ready to use.
type Chosen struct {
	tiers       [3][]story
	kept, total int
}

// Add takes the next record of the run, in input order, if there is room for it.
// What a page shows of it is made at once, so that no later change is seen.
func (c *Chosen) Add(rec *trace.Record, d *diagnose.Diagnosis) {
	c.total++
	if c.full() {
		return
	}
	tier := 2
	switch d.Status {
	case diagnose.StatusDiagnosed, diagnose.StatusUndetermined:
		tier = 0
	case diagnose.StatusNotJudged:
		tier = 1
	}
	if c.kept == MaxEmbedded {
		last := 2
		for last > tier && len(c.tiers[last]) == 0 {
			last--
		}
		if last == tier {
			return
		}
		c.tiers[last] = c.tiers[last][:len(c.tiers[last])-1]
		c.kept--
	}
	c.tiers[tier] = append(c.tiers[tier], newStory(rec, d, pageLimits))
	c.kept++
}

// full reports whether no later record can be embedded.
func (c *Chosen) full() bool { return len(c.tiers[0]) == MaxEmbedded }

// stories returns what is embedded, and whether that is every record.
func (c *Chosen) stories() (stories []story, all bool) {
	stories = []story{}
	for _, tier := range c.tiers {
		stories = append(stories, tier...)
	}
	return stories, c.total == len(stories)
}

// choose makes the stories of the records to embed. It reads no further than to
// the first record that there is no room for any more.
func choose(records Drill) (stories []story, all bool) {
	var c Chosen
	for rec, d := range records {
		full := c.full()
		if c.Add(rec, &d); full {
			break
		}
	}
	return c.stories()
}

func embedded(n, read int, all bool) string {
	if all {
		return "all " + count(n, "record")
	}
	return fmt.Sprintf("%d of the %d records read: failures first, then those not judged, then the others, each in input order", n, read)
}

func filters(stories []story) []filter {
	counts := make(map[string]int)
	for i := range stories {
		counts[stories[i].Cause]++
	}
	out := []filter{{"", "All", len(stories)}}
	add := func(key, name string) {
		if counts[key] > 0 {
			out = append(out, filter{key, name, counts[key]})
		}
	}
	for _, c := range diagnose.Causes() {
		if c == c.Coarse() {
			add(string(c), c.Title())
		}
	}
	add("undetermined", "Undetermined")
	add("not-judged", "Not judged")
	add("right", "Right")
	add("skipped", "Skipped")
	return out
}

// lookRules writes the colour of each cause as rules for both themes.
func lookRules() template.CSS {
	var light, dark strings.Builder
	for _, c := range append(diagnose.Causes(), diagnose.None) {
		l, name := looks[c], cmp.Or(string(c), "undetermined")
		if c != c.Coarse() {
			l = lookOf(c)
		}
		fmt.Fprintf(&light, "--c-%s:%s;", name, l.light)
		fmt.Fprintf(&dark, "--c-%s:%s;", name, l.dark)
	}
	return template.CSS(":root{" + light.String() + "}@media(prefers-color-scheme:dark){:root:not([data-theme=light]){" + dark.String() + "}}:root[data-theme=dark]{" + dark.String() + "}")
}

var pageFuncs = template.FuncMap{
	"value":   value,
	"percent": percent,
	"within":  within,
	"within100": func(iv *stat.Interval) string {
		if iv == nil {
			return ""
		}
		return withinPercent(iv) + " %"
	},
	"of":     func(v trace.Value) float64 { x, _ := v.Get(); return round2(100 * x) },
	"lo":     func(iv *stat.Interval) float64 { return round2(100 * iv.Lo) },
	"span":   func(iv *stat.Interval) float64 { return round2(100 * (iv.Hi - iv.Lo)) },
	"known":  func(v trace.Value) bool { _, ok := v.Get(); return ok },
	"words":  words,
	"short":  func(id string) string { return cut(id, 40) },
	"part":   partLabel,
	"tone":   func(slug string) string { return cmp.Or(string(causeOf(slug).Coarse()), "undetermined") },
	"title":  func(slug string) string { return causeOf(slug).Title() },
	"stage":  stageName,
	"kinds":  func(r summary.CauseRow) string { return kinds(r, math.MaxInt) },
	"gained": gained,
	"drawn":  drawn,
	"sums":   sums,
	"omits":  leftOut,
	"at": func(c *summary.Ceiling, x float64) float64 {
		return round2(100 * (x - reach(c).Lo) / (reach(c).Hi - reach(c).Lo))
	},
	"width": func(c *summary.Ceiling, iv *stat.Interval) float64 {
		return round2(100 * (iv.Hi - iv.Lo) / (reach(c).Hi - reach(c).Lo))
	},
	"points":    withinPoints,
	"atMost":    atMost,
	"boundOf":   boundOf,
	"notCausal": func() string { return notCausal },
	"failures":  func(n int) string { return count(n, "failure") },
	"setup":     setupLine,
	"status": func(s diagnose.Status) string {
		return statusWords[s]
	},
	"dict": func(name string, gs []summary.Group) map[string][]summary.Group {
		return map[string][]summary.Group{name: gs}
	},
	"large": func(all []summary.Slice) []summary.Slice { return slicesOf(all, false) },
	"small": func(all []summary.Slice) []summary.Slice { return slicesOf(all, true) },
	"top":   func(n int, fs []summary.Fix) []summary.Fix { return fs[:min(n, len(fs))] },
	"sum":   sumRule,
	"head":  isHead, "inStages": inStages, "named": named, "limits": qualityLimits, "citationsSeen": citationsSeen, "inWords": inWords,
	"notJudged": func(s *summary.Summary) int { return s.Count(diagnose.StatusNotJudged) },
	"sign": func(f intervene.Finding) string {
		s, _ := findingInk(f)
		return s
	},
	"findingClass": func(f intervene.Finding) string {
		switch f {
		case intervene.Weakness:
			return "fail"
		case intervene.RuledOut:
			return "pass"
		}
		return "open"
	},
	"measured": measured, "drawnProfile": drawnProfile, "drawnCitations": drawnCitations, "fates": fates,
	"mark": func(o summary.Outcome) string {
		m, _ := gateMark(o)
		return m
	},
}

// reach is the stretch that the gains of a table take, for drawing; 0 is in it.
func reach(c *summary.Ceiling) stat.Interval {
	r := stat.Interval{Lo: -.01, Hi: .01}
	for _, row := range c.Rows {
		r.Lo, r.Hi = min(r.Lo, row.FirstIn.Value), max(r.Hi, row.FirstIn.Value)
		if iv := row.FirstIn.Interval; iv != nil {
			r.Lo, r.Hi = min(r.Lo, iv.Lo), max(r.Hi, iv.Hi)
		}
	}
	return r
}

// round2 keeps style attributes short; it is for drawing, not for numbers.
func round2(x float64) float64 { return math.Round(100*x) / 100 }

// slicesOf returns the slices that are too small to read much into, or the others.
func slicesOf(all []summary.Slice, small bool) []summary.Slice {
	return slices.DeleteFunc(slices.Clone(all), func(s summary.Slice) bool { return s.Small != small })
}
