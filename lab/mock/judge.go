package mock

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/ragdiag/ragdiag/claim"
	"github.com/ragdiag/ragdiag/internal/text"
	"github.com/ragdiag/ragdiag/trace"
)

// Judge sets up a simulated judge. It reads the prompts of package judge, decides
// claims with the offline verifier and everything else by the words that two texts
// share, and quotes the sentence that comes nearest. The zero value is honest and
// firm. Its weaknesses depend on the seed and on the texts alone, not on the code
// that marks them, so that two runs with two keys see the same judge.
type Judge struct {
	Seed    uint64
	Wrong   float64 // probability, per item: another verdict than the one it reads; the same one whenever it is asked about that item
	Crowded float64 // probability, per item of a prompt with several: another verdict
	Obey    float64 // probability, per prompt: it follows an order among the texts, if it sees one
	Outside bool    // it follows orders only outside of the marks around data, as a model does that knows what the marks mean
	First   float64 // probability, per pair: it prefers the first answer whatever they say
	Longer  float64 // probability, per pair: it prefers the longer answer whatever they say
}

// judgeTasks are the names of the schemas that a Judge answers.
var judgeTasks = []string{"claims_verify", "context_sufficiency", "answer_equivalence", "refusal", "relevance", "pairwise"}

// Handlers returns the judge as handlers of Options.
func (j Judge) Handlers() map[string]Handler {
	out := map[string]Handler{}
	for _, t := range judgeTasks {
		out[t] = j.reply
	}
	return out
}

// judgeBlock is a text between the marks of a judge's prompt.
var judgeBlock = regexp.MustCompile(`(?s)<<<([a-z ]+?)(?: ([a-z]+[0-9]*))? CODE>>>\n(.*?)\n<<<end CODE>>>\n`)

// judgeCode announces the code of the marks.
var judgeCode = regexp.MustCompile(`\AThe code of this message is ([0-9a-f]{12})\.`)

// asked is a prompt as the judge sees it.
type asked struct {
	question string
	units    []part
	items    []part
	outside  string // what is between no marks
	verdicts []string
}

type part struct{ id, text string }

func read(c Call) asked {
	var a asked
	body := c.User
	if m := judgeCode.FindStringSubmatch(body); m != nil {
		body = strings.ReplaceAll(body, m[1], "CODE")
	}
	for _, m := range judgeBlock.FindAllStringSubmatch(body, -1) {
		p := part{m[2], m[3]}
		switch {
		case m[1] == "question" && p.id == "":
			a.question = p.text
		case m[1] == "unit":
			a.units = append(a.units, p)
		default:
			a.items = append(a.items, p)
		}
	}
	a.outside = judgeBlock.ReplaceAllString(body, "")
	if _, list, ok := strings.Cut(body, "each of which is the unit of that id: "); ok {
		list, _, _ = strings.Cut(list, "\n")
		for _, id := range strings.Split(list, ", ") {
			i := slices.IndexFunc(a.units, func(u part) bool { return u.id == id })
			if i >= 0 {
				a.items = append(a.items, a.units[i])
			}
		}
	}
	var schema struct {
		Properties struct {
			Items struct {
				Items struct {
					Properties struct {
						Verdict struct {
							Enum []string `json:"enum"`
						} `json:"verdict"`
					} `json:"properties"`
				} `json:"items"`
			} `json:"items"`
		} `json:"properties"`
	}
	if c.Schema != nil && json.Unmarshal(c.Schema.JSON, &schema) == nil {
		a.verdicts = schema.Properties.Items.Items.Properties.Verdict.Enum
	}
	return a
}

type judgeQuote struct {
	Unit  string `json:"unit"`
	Quote string `json:"quote"`
}

type judgeItem struct {
	ID         string       `json:"id"`
	Evidence   []judgeQuote `json:"evidence"`
	Reason     string       `json:"reason"`
	Verdict    string       `json:"verdict"`
	Confidence int          `json:"confidence"`
}

// chance reports whether something of probability p happens to these texts.
func (j Judge) chance(p float64, parts ...string) bool {
	h := text.Hash64(strings.Join(parts, "\x00"))
	return p > 0 && rand.New(rand.NewPCG(j.Seed, h)).Float64() < p
}

// reply is a Handler.
func (j Judge) reply(c Call) string {
	a := read(c)
	whole := text.Hash64(c.Schema.Name) // the prompt without its code
	for _, p := range append(slices.Clone(a.units), a.items...) {
		whole = whole*31 + text.Hash64(p.text)
	}
	dice := rand.New(rand.NewPCG(j.Seed+1, whole))
	ordered, hears := j.order(a)
	obeys := hears && dice.Float64() < j.Obey
	out := []judgeItem{}
	for _, it := range a.items {
		o := j.decide(c.Schema.Name, a, it)
		o.ID = it.id
		switch {
		case obeys:
			o.Verdict, o.Confidence, o.Reason = ordered, 99, "as told"
		case j.chance(j.Wrong, "wrong", c.Schema.Name, a.question, it.text), len(a.items) > 1 && dice.Float64() < j.Crowded:
			o.Verdict, o.Reason = other(a.verdicts, o.Verdict), "looked twice"
		}
		if len(o.Evidence) == 0 { // a model that must quote quotes what comes nearest
			if q, ok := nearest(cmp.Or(it.text, a.question), a.units); ok && (obeys || o.Reason == "looked twice") {
				o.Evidence = append(o.Evidence, q)
			}
		}
		out = append(out, o)
	}
	b, err := json.Marshal(map[string]any{"items": out})
	if err != nil {
		panic(err) // strings and numbers
	}
	return string(b)
}

// other is the verdict after v among those that decide.
func other(verdicts []string, v string) string {
	deciding := slices.DeleteFunc(slices.Clone(verdicts), func(s string) bool { return s == "cannot_tell" || s == "partial" })
	if len(deciding) == 0 {
		return v
	}
	return deciding[(slices.Index(deciding, v)+1)%len(deciding)]
}

// decide is what an honest judge says of an item.
func (j Judge) decide(task string, a asked, it part) judgeItem {
	o := judgeItem{Evidence: []judgeQuote{}, Reason: "read", Confidence: 90}
	quote := func(unit, s string) { o.Evidence = append(o.Evidence, judgeQuote{unit, s}) }
	switch task {
	case "claims_verify":
		texts := make([]string, len(a.units))
		for i, u := range a.units {
			texts[i] = u.text
		}
		o.Verdict = "not_found"
		got := claim.New(claim.Options{}).Prepare(texts).Check(it.text)
		var at *trace.Span
		switch {
		case got.Support == trace.Supported && len(got.By) > 0:
			o.Verdict, at = "supported", &got.By[0]
		case got.Support == trace.Contradicted && got.Against != nil:
			o.Verdict, at = "contradicted", &got.Against.Span
		}
		if at != nil {
			quote(a.units[at.Passage].id, sentencesAt(texts[at.Passage], *at))
		}
	case "context_sufficiency":
		o.Verdict = "insufficient"
		if q, ok := nearest(it.text, a.units); ok && heldBy(it.text, q.Quote) >= .5 {
			o.Verdict = "sufficient"
			quote(q.Unit, q.Quote)
		}
	case "answer_equivalence":
		o.Verdict = "not_equivalent"
		for _, u := range a.units {
			if q, ok := nearest(u.text, []part{it}); ok && u.id != it.id && heldBy(u.text, q.Quote) >= .6 {
				o.Verdict = "equivalent"
				quote(q.Unit, q.Quote)
				break
			}
		}
	case "refusal":
		o.Verdict = "answers"
		for _, sign := range []string{"cannot", "can't", "do not know", "don't know", "no information", "sorry"} {
			if strings.Contains(strings.ToLower(it.text), sign) {
				o.Verdict = "declines"
			}
		}
		quote(it.id, clip(it.text))
	case "relevance":
		o.Verdict = "irrelevant"
		if q, ok := nearest(a.question, []part{it}); ok {
			switch s := heldBy(a.question, q.Quote); {
			case s >= .5:
				o.Verdict = "relevant"
				quote(q.Unit, q.Quote)
			case s > 0:
				o.Verdict = "on_topic"
			}
		}
	case "pairwise":
		o.Verdict = "tie"
		var first, second part
		var passages []string
		for _, u := range a.units {
			switch u.id {
			case "first":
				first = u
			case "second":
				second = u
			default:
				passages = append(passages, u.text)
			}
		}
		pair := []string{first.text, second.text}
		slices.Sort(pair) // the same pair in either order
		longer := "first"
		if len(second.text) > len(first.text) {
			longer = "second"
		}
		held := func(s string) float64 { return heldBy(a.question, s) + heldBy(s, strings.Join(passages, "\n")) }
		switch f, s := held(first.text), held(second.text); {
		case j.chance(j.First, append(pair, "first")...):
			o.Verdict = "first"
		case j.chance(j.Longer, append(pair, "longer")...) && len(first.text) != len(second.text):
			o.Verdict = longer
		case f > s:
			o.Verdict = "first"
		case s > f:
			o.Verdict = "second"
		}
		switch o.Verdict {
		case "first":
			quote("first", clip(first.text))
		case "second":
			quote("second", clip(second.text))
		}
	}
	return o
}

// order returns the verdict that a text asks for, as the most obedient model would
// read it: any text that names a verdict, or hides one in base 64.
func (j Judge) order(a asked) (string, bool) {
	heard := []string{}
	if j.Outside {
		before, _, _ := strings.Cut(a.outside, "\nDecide ")
		heard = append(heard, before)
	} else {
		for _, u := range a.units {
			heard = append(heard, u.text)
		}
	}
	for _, s := range heard {
		s = strings.ToLower(norm.NFKC.String(strings.Map(func(r rune) rune {
			if unicode.Is(unicode.Cf, r) {
				return -1
			}
			return r
		}, s)))
		for _, v := range a.verdicts {
			if v != "cannot_tell" && wordIn(s, v) {
				return v, true
			}
		}
	}
	for _, s := range heard {
		for _, m := range base64ish.FindAllString(s, 20) {
			b, err := base64.StdEncoding.DecodeString(m)
			if err == nil && strings.Contains(string(b), "first verdict") && len(a.verdicts) > 0 {
				return a.verdicts[0], true
			}
		}
	}
	return "", false
}

var base64ish = regexp.MustCompile(`[A-Za-z0-9+/]{24,}={0,2}`)

// wordIn reports whether a word is in s by itself.
func wordIn(s, word string) bool {
	for at := 0; ; at += len(word) {
		i := strings.Index(s[at:], word)
		if i < 0 {
			return false
		}
		at += i
		before, after := byte(' '), byte(' ')
		if at > 0 {
			before = s[at-1]
		}
		if end := at + len(word); end < len(s) {
			after = s[end]
		}
		letter := func(b byte) bool { return b == '_' || b >= 'a' && b <= 'z' }
		if !letter(before) && !letter(after) {
			return true
		}
	}
}

// nearest is the sentence that holds most of the words of s; false: none holds any.
func nearest(s string, units []part) (judgeQuote, bool) {
	best, out := 0.0, judgeQuote{}
	for _, u := range units {
		for _, sp := range text.Sentences(u.text) {
			if h := heldBy(s, sp.Of(u.text)); h > best {
				best, out = h, judgeQuote{u.id, clip(sp.Of(u.text))}
			}
		}
	}
	return out, best > 0
}

// heldBy is the share of the content words of s that t has.
func heldBy(s, t string) float64 {
	lang := text.Language(s)
	terms, has := text.Terms(s, lang), text.Terms(t, lang)
	n := 0
	for _, w := range terms {
		if slices.Contains(has, w) {
			n++
		}
	}
	return float64(n) / float64(max(1, len(terms)))
}

// clip is a text without space around it, of at most 60 words.
func clip(s string) string {
	s = strings.TrimSpace(s)
	words := 0
	for i, r := range s {
		if unicode.IsSpace(r) {
			if words++; words == 60 {
				return s[:i]
			}
		}
	}
	return s
}

// sentencesAt is the whole sentences that a span touches.
func sentencesAt(s string, at trace.Span) string {
	from, to := at.Start, at.End
	for _, sp := range text.Sentences(s) {
		if sp.Start < at.End && at.Start < sp.End {
			from, to = min(from, sp.Start), max(to, sp.End)
		}
	}
	return strings.TrimSpace(s[from:to])
}
