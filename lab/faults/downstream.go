package faults

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/ragdiag/ragdiag/corpus"
	"github.com/ragdiag/ragdiag/internal/text"
	"github.com/ragdiag/ragdiag/stages/retrieve/bleve"
	"github.com/ragdiag/ragdiag/trace"
)

// edited returns the sentence that answers with another value in the place of
// the answer's, and the answer that it then gives.
func (w *world) edited(it *item, rng *rand.Rand) (sentence, gives string, ok bool) {
	for _, answer := range it.answers {
		at := strings.Index(it.sentence, answer)
		if at < 0 {
			continue
		}
		for _, v := range values(it.sentence) {
			if v.Start < at || v.End > at+len(answer) || it.long != nil && !slices.Contains(it.long.key, v.Text) {
				continue
			}
			if other, ok := another(v, w.pool, rng, it.gold.Text); ok {
				return it.sentence[:v.Start] + other + it.sentence[v.End:],
					it.sentence[at:v.Start] + other + it.sentence[v.End:at+len(answer)], true
			}
		}
	}
	return "", "", false
}

// editions returns the corpus with an older edition beside each gold passage,
// which gives another answer. Its name is ahead of the other's or behind it.
func (a *attempt) editions(ahead bool) (*bleve.Index, error) {
	return a.s.w.index(a.ctx, fmt.Sprint("editions-", ahead), bleve.Options{}, func(p corpus.Passage) []corpus.Document {
		docs := []corpus.Document{standalone(p)}
		for _, it := range a.items {
			if it.answers == nil || it.gold.ID != p.ID {
				continue
			}
			if s, _, ok := a.s.w.edited(it, dice(a.s.seed, "edition", p.ID)); ok {
				old := standalone(p)
				old.ID, old.Date = a.s.w.another(p.ID, ahead), before(p.Date)
				old.Text = strings.Replace(p.Text, it.sentence, s, 1)
				return append(docs, old)
			}
		}
		return docs
	})
}

// before is a day in the year before a date; empty if that has none.
func before(date string) string {
	y, err := strconv.Atoi(year(date))
	if err != nil {
		return ""
	}
	return strconv.Itoa(y-1) + date[4:]
}

// oldEdition: an older edition is beside the gold passage, and the reader
// takes it for the right one.
func oldEdition(a *attempt) (bool, error) {
	x, err := a.editions(false)
	if err != nil {
		return false, err
	}
	a.s.retriever = x
	a.s.reader.Span, a.s.reader.Noise = 1, by(a, [Levels]float64{.05, .15, .3})
	return true, nil
}

// noise: the reader takes distractors for the evidence.
func noise(a *attempt) (bool, error) {
	a.s.reader.Span, a.s.reader.Noise = 2, by(a, [Levels]float64{.4, .7, 1})
	return true, nil
}

// long is a prompt with a middle.
const long = 5

// position: the evidence is in the middle of a long prompt, where the
// reader does not look.
func position(a *attempt) (bool, error) {
	if len(a.sound.rec.Context) < long {
		return false, nil
	}
	a.s.rescore = func(hits []trace.Hit) {
		at := a.s.item.rank(hits) - 1
		if at < 0 || len(hits) < long {
			return
		}
		scores := make([]float64, 0, len(hits))
		for _, h := range hits {
			v, _ := h.RerankScore.Get()
			scores = append(scores, v)
		}
		slices.SortFunc(scores, func(x, y float64) int { return int(sign(y - x)) })
		hits[at].RerankScore = trace.Known(scores[min(len(scores), a.s.item.k)/2])
	}
	a.s.reader.Position = by(a, [Levels]float64{.6, .8, 1})
	a.s.reader.Span = 2
	return true, nil
}

func sign(x float64) float64 {
	switch {
	case x > 0:
		return 1
	case x < 0:
		return -1
	}
	return 0
}

// remembering is the gold passage as one remembers it who believes another
// sentence in the place of the one that answers.
func (it *item) remembering(sentence string) []trace.Passage {
	return []trace.Passage{{Title: it.gold.Title, Text: strings.Replace(it.gold.Text, it.sentence, sentence, 1)}}
}

// prior: the reader believes another value and says so whatever it reads.
func prior(a *attempt) (bool, error) {
	s, _, ok := a.s.w.edited(a.s.item, a.rng)
	if !ok {
		return false, nil
	}
	a.s.reader.Memory = a.s.item.remembering(s)
	a.s.reader.Prior = by(a, [Levels]float64{.75, .9, 1})
	return true, nil
}

// misread: the reader takes a value from beside the right one.
func misread(a *attempt) (bool, error) {
	a.s.reader.Slip = by(a, [Levels]float64{.75, .9, 1})
	return true, nil
}

func overRefusal(a *attempt) (bool, error) {
	a.s.reader.Strict = by(a, [Levels]float64{.75, .9, 1.01})
	return true, nil
}

// alike is how much longer or shorter a belief may be than what it is said for.
const alike = 1.5

// beliefs are sentences about the question's matter that neither the prompt
// nor the gold passage holds, with their values changed. They are about as long
// as the one that answers.
func (a *attempt) beliefs() ([]trace.Passage, error) {
	hits, err := a.s.w.sound.Retrieve(a.ctx, a.s.item.question.Question, 60)
	if err != nil {
		return nil, err
	}
	var out []trace.Passage
	for _, h := range hits[min(len(hits), a.s.depth):] {
		for _, s := range sentences(h.Text) {
			if n, like := float64(len(s)), float64(len(a.s.item.sentence)); n > alike*like || n*alike < like {
				continue
			}
			changed := false
			all := values(s)
			for i := len(all) - 1; i >= 0; i-- {
				if holds(a.s.item.question.Question, all[i].Text) {
					continue
				}
				if other, ok := another(all[i], a.s.w.pool, a.rng, h.Text+a.s.item.gold.Text); ok {
					s, changed = s[:all[i].Start]+other+s[all[i].End:], true
				}
			}
			if changed {
				out = append(out, trace.Passage{Title: h.Title, Text: s})
			}
		}
	}
	return out, nil
}

// fabrication: the reader answers from beliefs that nothing in the prompt
// shares.
func fabrication(a *attempt) (bool, error) {
	m, err := a.beliefs()
	a.s.reader.Memory = m
	a.s.reader.Prior = by(a, [Levels]float64{.75, .9, 1})
	return len(m) > 0, err
}

// unanswerable: the corpus does not hold the answer, the gold says so, and the
// sound reader declines.
func unanswerable(a *attempt) (bool, error) {
	if a.s.item.answers != nil {
		a.lacking(by(a, [Levels]uint64{8, 4, 2}))
		it := *a.s.item
		it.answers, it.long = nil, nil
		a.s.item = &it
	}
	rewrite := ""
	if g := a.s.record.Gold; g != nil {
		rewrite = g.Rewrite
	}
	a.s.record.Gold, a.s.reader.Chatty = &trace.Gold{Answerable: trace.No, Rewrite: rewrite}, false
	return true, nil
}

// noAbstention: the same, and the reader answers from what it believes.
func noAbstention(a *attempt) (bool, error) {
	ok, err := a.beliefsOfGold()
	if !ok || err != nil {
		return ok, err
	}
	a.s.reader.Eager = true
	return unanswerable(a)
}

// beliefsOfGold is what the reader believes of a passage that is not there.
func (a *attempt) beliefsOfGold() (bool, error) {
	if s, _, ok := a.s.w.edited(a.s.item, a.rng); ok {
		a.s.reader.Memory = a.s.item.remembering(s)
		return true, nil
	}
	m, err := a.beliefs()
	a.s.reader.Memory = m
	return len(m) > 0, err
}

// marks rewrites each citation marker of an answer. What to gives 0 for is
// taken out.
func marks(answer string, to func(i, n int) int) string {
	i := -1
	return marker.ReplaceAllStringFunc(answer, func(m string) string {
		n, _ := strconv.Atoi(m[1 : len(m)-1])
		i++
		if n = to(i, n); n == 0 {
			return ""
		}
		return fmt.Sprintf("[%d]", n)
	})
}

// shuffledIDs: the citation writer numbers the passages in another order.
func shuffledIDs(a *attempt) (bool, error) {
	a.s.recite = func(answer string, rec *trace.Record, rng *rand.Rand) string {
		order := rng.Perm(len(rec.Context))
		return marks(answer, func(_, n int) int {
			if n > len(order) {
				return n
			}
			return order[n-1] + 1
		})
	}
	return true, nil
}

// neighbour: the citation writer is off by some.
func neighbour(a *attempt) (bool, error) {
	by := a.level
	a.s.recite = func(answer string, rec *trace.Record, _ *rand.Rand) string {
		return marks(answer, func(_, n int) int { return (n-1+by)%max(1, len(rec.Context)) + 1 })
	}
	return true, nil
}

// fabricatedID: the citation writer counts passages that are not there.
func fabricatedID(a *attempt) (bool, error) {
	share := by(a, [Levels]float64{.4, .7, 1})
	a.s.recite = func(answer string, rec *trace.Record, rng *rand.Rand) string {
		return marks(answer, func(_, n int) int {
			if rng.Float64() < share {
				return len(rec.Context) + 1 + rng.IntN(4)
			}
			return n
		})
	}
	return true, nil
}

// missingMarks: the citation writer leaves statements without a source. The last
// is one of them: a citation at the end may stand for what comes before it.
func missingMarks(a *attempt) (bool, error) {
	level := a.level
	a.s.recite = func(answer string, _ *trace.Record, rng *rand.Rand) string {
		n := len(marker.FindAllString(answer, -1))
		keep := rng.IntN(max(1, n-1)) // one stays, so that the answer does cite
		return marks(answer, func(i, m int) int {
			if i == n-1 && n > 1 || i != keep && (level > 1 || rng.Float64() < .7) {
				return 0
			}
			return m
		})
	}
	return true, nil
}

// citesBadly is the oracle of citations. The reader copies sentences, so a
// statement is supported by a passage if it is there.
func citesBadly(rec *trace.Record) bool {
	cited, bare := 0, false // bare: the last sentence is
	for _, s := range sentences(rec.Answer.Text) {
		said := strings.TrimRight(strings.TrimSpace(marker.ReplaceAllString(s, "")), " .")
		found := marker.FindAllStringSubmatch(s, -1)
		if bare = len(found) == 0; bare {
			continue
		}
		cited++
		for _, m := range found {
			n, _ := strconv.Atoi(m[1])
			if n < 1 || n > len(rec.Context) || !holds(rec.Context[n-1].Text, said) {
				return true
			}
		}
	}
	return cited > 0 && bare
}

// wrongGold: the reference is another value of the same kind.
func wrongGold(a *attempt) (bool, error) {
	_, other, ok := a.s.w.edited(a.s.item, a.rng)
	if long := a.s.item.long; long != nil { // the answer to another question, as a row that slipped
		row := pick(a.rng, a.items)
		ok = row.long != nil && row.long.share(long.text) < restsOn
		if ok {
			other = row.long.text
		}
	}
	if ok {
		a.s.record.Gold = cloneGold(a.s.record.Gold)
		a.s.record.Gold.Answers = []string{other}
	}
	return ok, nil
}

// missingAlternative: the labelled document is hidden, an unlabelled copy of it
// is not, and the reader refuses.
func missingAlternative(a *attempt) (bool, error) {
	if a.s.item.byText { // the copy would be recognised by it
		return false, nil
	}
	w := a.s.w
	x, err := w.index(a.ctx, "copies", bleve.Options{}, func(p corpus.Passage) []corpus.Document {
		twin := standalone(p)
		twin.ID = w.another(p.ID, false)
		return []corpus.Document{standalone(p), twin}
	})
	if err != nil {
		return false, err
	}
	gold, twin := a.s.item.gold.Doc, w.another(a.s.item.gold.ID, false)
	a.s.retriever = tapped{Retriever: x, more: a.s.depth, behind: func(hits []trace.Hit) []trace.Hit {
		return slices.DeleteFunc(hits, func(h trace.Hit) bool {
			_, first := w.byID[h.ID]
			return sameDoc(h.ID, gold) || !first && !sameDoc(h.ID, twin) // of the others, the twin goes
		})
	}}
	g := cloneGold(a.s.record.Gold)
	g.Evidence = []trace.EvidenceSet{{{Doc: gold}}}
	a.s.record.Gold = g
	a.s.reader.Strict = by(a, [Levels]float64{.75, .9, 1.01})
	return true, nil
}

// alias: the reference writes its date in another form, or its number in words.
func alias(a *attempt) (bool, error) {
	if a.s.item.long != nil {
		return false, nil
	}
	lang := text.Language(a.s.item.gold.Text)
	for _, answer := range a.s.item.answers {
		other, ok := otherDate(answer, lang, a.rng)
		if !ok {
			n := digits(answer)
			var word string
			word, ok = numberWords[lang][n]
			if !ok || !slices.Contains(strings.Fields(answer), n) || written[lang].MatchString(answer) {
				continue // "6ft" has no other spelling, and nobody writes two December
			}
			other = strings.Replace(answer, n, word, 1)
		}
		g := cloneGold(a.s.record.Gold)
		g.Answers = []string{other}
		a.s.record.Gold = g
		return true, nil
	}
	return false, nil
}

// monthNames by language, in order.
var monthNames = map[string][]string{
	"en": strings.Fields("January February March April May June July August September October November December"),
	"de": strings.Fields("Januar Februar März April Mai Juni Juli August September Oktober November Dezember"),
}

// written finds the first date of a text that is written with the name of its
// month: day, month and year, of which English may also put the month first.
var written = map[string]*regexp.Regexp{
	"en": regexp.MustCompile(`\b(?:(\d{1,2})(?:st|nd|rd|th)? (` + strings.Join(monthNames["en"], "|") + `)|(` + strings.Join(monthNames["en"], "|") + `) (\d{1,2})(?:st|nd|rd|th)?)\b(?:,? (\d{4})\b)?`),
	"de": regexp.MustCompile(`\b(\d{1,2})\. (` + strings.Join(monthNames["de"], "|") + `)()()\b(?: (\d{4})\b)?`),
}

// otherDate writes the first date of an answer in one of the other forms that
// people of the language use.
func otherDate(answer, lang string, rng *rand.Rand) (string, bool) {
	re := written[lang]
	if re == nil {
		return "", false
	}
	m := re.FindStringSubmatchIndex(answer)
	if m == nil {
		return "", false
	}
	group := func(i int) string {
		if m[2*i] < 0 {
			return ""
		}
		return answer[m[2*i]:m[2*i+1]]
	}
	day, _ := strconv.Atoi(group(1) + group(4))
	name, year := group(2)+group(3), group(5)
	month := slices.Index(monthNames[lang], name) + 1
	var forms []string
	switch {
	case lang == "de" && year != "":
		forms = []string{fmt.Sprintf("%d.%d.%s", day, month, year), fmt.Sprintf("%02d.%02d.%s", day, month, year), fmt.Sprintf("%s-%02d-%02d", year, month, day)}
	case lang == "de":
		return "", false
	case year != "":
		forms = []string{
			fmt.Sprintf("%d %s %s", day, name, year), fmt.Sprintf("%s %d, %s", name, day, year), fmt.Sprintf("%d %s %s", day, name[:3], year),
			fmt.Sprintf("%s %s, %s", name, nth(day), year), fmt.Sprintf("the %s of %s %s", nth(day), name, year), fmt.Sprintf("%s-%02d-%02d", year, month, day),
		}
	default:
		forms = []string{fmt.Sprintf("%d %s", day, name), fmt.Sprintf("%s %d", name, day), fmt.Sprintf("the %s of %s", nth(day), name)}
	}
	was := answer[m[0]:m[1]]
	forms = slices.DeleteFunc(forms, func(f string) bool { return plain(f) == plain(was) })
	return answer[:m[0]] + pick(rng, forms) + answer[m[1]:], true
}

// nth writes an English ordinal in digits: 2nd.
func nth(n int) string {
	suffix := "th"
	if n/10 != 1 {
		switch n % 10 {
		case 1:
			suffix = "st"
		case 2:
			suffix = "nd"
		case 3:
			suffix = "rd"
		}
	}
	return strconv.Itoa(n) + suffix
}

var numberWords = map[string]map[string]string{
	"en": {"1": "one", "2": "two", "3": "three", "4": "four", "5": "five", "6": "six", "7": "seven", "8": "eight", "9": "nine", "10": "ten", "11": "eleven", "12": "twelve", "18": "eighteen", "20": "twenty", "24": "twenty-four", "30": "thirty", "38": "thirty-eight", "40": "forty", "45": "forty-five", "50": "fifty", "60": "sixty", "74": "seventy-four", "80": "eighty", "95": "ninety-five", "100": "one hundred"},
	"de": {"2": "zwei", "3": "drei", "4": "vier", "5": "fünf", "6": "sechs", "7": "sieben", "8": "acht", "9": "neun", "10": "zehn", "12": "zwölf", "20": "zwanzig", "28": "achtundzwanzig", "30": "dreißig", "41": "einundvierzig"},
}
