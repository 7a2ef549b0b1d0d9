package judge

import (
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/ragdiag/ragdiag/internal/text"
	"github.com/ragdiag/ragdiag/llm"
	"github.com/ragdiag/ragdiag/trace"
)

// Unit is a text that an item is decided by: a passage, a reference, an answer.
type Unit struct {
	ID    string // "p1", "r1", "a"; letters and digits
	Text  string
	Title string // shown above the text, cannot be quoted; may be empty
}

// Item is one thing to decide.
type Item struct {
	ID   string
	Text string // of tasks that judge a unit itself: not used
}

// Query is one question to the judge.
type Query struct {
	Record    string // ID, for error messages
	Task      *Task
	Question  string // of the user; may be empty
	Units     []Unit
	Items     []Item
	Replicate int    // draws of the same question are told apart by it
	Shuffle   uint64 // seed of the order in which items are put
}

// Options sets up a Judge.
type Options struct {
	Key      []byte // secret of the run, at least 16 bytes: whoever knows it can forge the marks around a text
	Decoding llm.Decoding
	NoRepair bool // ask each question once: for estimates of what it would cost

	// Calibration turns what the judge says into the probability of being right, by
	// task, as Agree fitted it; none: a convention. It is kept with the judgements.
	Calibration map[string]trace.JudgeScale

	// Without leaves out guards against hostile texts, to measure what each of them
	// does. Whatever else wants verdicts leaves it empty.
	Without []Guard
}

// Guard is one of the things that keep a hostile text from moving a verdict.
type Guard string

// The guards.
const (
	Filter       Guard = "filter"       // sentences that read as orders are withheld, invisible characters removed
	Fence        Guard = "fence"        // texts are between marks that nobody can forge
	Quotes       Guard = "quotes"       // a verdict needs a quote that is in the unit and passes the task's check
	Confirmation Guard = "confirmation" // what is said not to be there is asked again with less to read
)

// Guards lists them.
func Guards() []Guard { return []Guard{Filter, Fence, Quotes, Confirmation} }

// has reports whether a guard stands.
func (o Options) has(g Guard) bool { return !slices.Contains(o.Without, g) }

// Judge asks a generator. It may be used by several goroutines at once.
type Judge struct {
	gen   llm.Generator
	opt   Options
	calls atomic.Int64
	fine  atomic.Bool // a reply has come

	decided, undecided, failed atomic.Int64 // see Tally
}

// New returns a judge.
func New(g llm.Generator, o Options) (*Judge, error) {
	if len(o.Key) < 16 {
		return nil, fmt.Errorf("judge: a key of %d bytes: it needs at least 16", len(o.Key))
	}
	return &Judge{gen: g, opt: o}, nil
}

// Without lists the guards that are left out.
func (j *Judge) Without() []Guard { return j.opt.Without }

// Model names the judge's model.
func (j *Judge) Model() string { return j.gen.Name() }

// Calls is the number of requests made so far.
func (j *Judge) Calls() int { return int(j.calls.Load()) }

// batch is the number of items in one prompt at most.
const batch = 12

// tries is the number of calls for one batch at most: the first, one after a
// reply that could not be read, one for items that are missing or whose quote
// was not found. A batch that says that things are not there is confirmed by
// another such round.
const tries = 3

// Usage is what a query took beside its judgements.
type Usage struct {
	Calls    int
	Stripped int // invisible characters removed
	Withheld int // sentences withheld
}

// Ask decides the items of a query, in their order. An item without a verdict has
// an Error. The error is that of ctx, or one that every other call would meet too.
func (j *Judge) Ask(ctx context.Context, q Query) ([]trace.Judgement, Usage, error) {
	p := j.prepare(&q)
	out := make([]trace.Judgement, len(q.Items))
	at := map[string]int{}
	var open []Item
	for i, it := range q.Items {
		at[it.ID] = i
		out[i] = trace.Judgement{Task: q.Task.Name, Version: q.Task.Version, Item: it.ID, About: About(q.Task, q.Question, q.Units, it)}
		switch {
		case !q.Task.own && j.opt.has(Filter) && ordersJudge(it.Text):
			out[i].Error = "it reads as an order to the judge, and was not put to it"
			p.usage.Withheld++
		default:
			open = append(open, it)
		}
	}
	dice := rand.New(rand.NewPCG(q.Shuffle, uint64(len(open))))
	dice.Shuffle(len(open), func(a, b int) { open[a], open[b] = open[b], open[a] })
	for part := range slices.Chunk(open, batch) {
		if err := j.decide(ctx, p, part, func(id string) *trace.Judgement { return &out[at[id]] }); err != nil {
			return nil, p.usage, err
		}
	}
	err := j.confirm(ctx, q, &p.usage, out)
	return out, p.usage, err
}

// decide takes one batch down the ladder: read what can be read, ask once more
// with the error if nothing can, ask once more for what is missing or wrongly
// quoted. What is left then has an error and no verdict.
func (j *Judge) decide(ctx context.Context, p *prompt, open []Item, of func(string) *trace.Judgement) error {
	note, last := "", ""
	unread, again := false, false
	for try := 0; try < tries && len(open) > 0; try++ {
		j.calls.Add(1)
		p.usage.Calls++
		reply, err := j.gen.Generate(ctx, p.request(open, note))
		if err != nil {
			if ctx.Err() != nil || j.fatal(err) {
				return err
			}
			last = "the call failed: " + short(err)
			break
		}
		j.fine.Store(true)
		ids := make([]string, len(open))
		for i, it := range open {
			ids[i] = it.ID
		}
		items, err := parseReply(p.q.Task, reply, ids)
		if err != nil {
			last = "the reply could not be read: " + err.Error()
			if j.opt.NoRepair || unread {
				break
			}
			unread = true
			note = "Your last reply could not be used: " + err.Error() + ". Reply with the JSON object alone."
			continue
		}
		refused := false
		open = slices.DeleteFunc(slices.Clone(open), func(it Item) bool {
			i := slices.IndexFunc(items, func(s said) bool { return s.ID == it.ID })
			if i < 0 {
				return false
			}
			ok := p.accept(it, items[i], of(it.ID))
			refused = refused || !ok
			return ok
		})
		last = "the reply left it out, or gave it no clear verdict"
		if len(open) == 0 || j.opt.NoRepair || again {
			break
		}
		again = true
		note = "These items had no usable verdict in your last reply."
		if refused {
			note += " A quote must be copied letter by letter from the unit that is named, and must itself show the verdict; otherwise the verdict is " + CannotTell + "."
		}
	}
	for _, it := range open {
		if g := of(it.ID); g.Verdict == "" {
			g.Error = last
		}
	}
	return nil
}

// accept fills a judgement with what was said. It reports false where a verdict
// lacks what it rests on: it is then that the judge cannot tell, until it is asked
// again.
func (p *prompt) accept(it Item, s said, g *trace.Judgement) bool {
	g.Reason = text.Clip(oneLine(s.Reason), 200)
	g.Confidence = trace.Unknown("the judge gave none")
	if s.Sure {
		g.Confidence = trace.Known(s.Confidence)
	}
	only := ""
	if p.q.Task.own {
		only = it.ID
	}
	quotes, found := p.locate(s.Evidence, only)
	g.Quotes, g.Verdict, g.Error = quotes, s.Verdict, ""
	why := ""
	switch {
	case !p.opt.has(Quotes):
	case p.q.Task.needsQuote(s.Verdict) && !found:
		why = fmt.Sprintf("it said %s, but its quote does not stand where it says", s.Verdict)
	case p.q.Task.check != nil:
		if objection := p.q.Task.check(p.q, it, s.Verdict, p.words(quotes)); objection != "" {
			why = fmt.Sprintf("it said %s, but %s", s.Verdict, objection)
		}
	}
	if why == "" {
		if !p.opt.has(Filter) {
			return true
		}
		if why = p.blind(it, s.Verdict); why == "" {
			return true
		}
		g.Verdict, g.Quotes, g.Reason = CannotTell, nil, why
		return true // no other reply would help
	}
	g.Verdict, g.Quotes, g.Reason = CannotTell, nil, why
	return false
}

// blind objects to a verdict that rests on something not being there, where what
// was withheld from the judge has to do with the item.
func (p *prompt) blind(it Item, verdict string) string {
	if p.q.Task.needsQuote(verdict) || verdict == CannotTell || len(p.lost) == 0 {
		return ""
	}
	about := cmp.Or(it.Text, p.q.Question)
	if hidden := shared(about, p.lost); hidden >= hiddenShare {
		return fmt.Sprintf("it said %s, but a sentence that reads as an order was withheld from it and is about the same thing", verdict)
	}
	return ""
}

// hiddenShare is the share of an item's content words in a withheld sentence from
// which that sentence might have decided it.
const hiddenShare = .5

// shared is the largest share of the content words of s that one of the texts has.
func shared(s string, texts []string) float64 {
	lang := text.Language(s)
	terms := text.Terms(s, lang)
	slices.Sort(terms)
	terms = slices.Compact(terms)
	best := 0.0
	for _, t := range texts {
		has, n := text.Terms(t, lang), 0
		for _, w := range terms {
			if slices.Contains(has, w) {
				n++
			}
		}
		if len(terms) > 0 {
			best = max(best, float64(n)/float64(len(terms)))
		}
	}
	return best
}

// Fatal reports whether an error of the generator would meet every other call too.
func (j *Judge) fatal(err error) bool {
	e, ok := errors.AsType[*llm.Error](err)
	if !ok {
		return false
	}
	switch e.Kind {
	case llm.KindAuth, llm.KindModel, llm.KindURL, llm.KindQuota, llm.KindUnreachable, llm.KindTLS, llm.KindBudget, llm.KindBroken, llm.KindReplay, llm.KindCache:
		return true
	case llm.KindNotJSON:
		return !j.fine.Load()
	}
	return false
}

// short is an error without advice and record.
func short(err error) string {
	if e, ok := errors.AsType[*llm.Error](err); ok {
		return e.Kind.String()
	}
	return oneLine(err.Error())
}

// oneLine is a text without line breaks and invisible characters.
func oneLine(s string) string {
	s, _ = visible(s)
	return strings.Join(strings.Fields(s), " ")
}

// About names all that a verdict is about: 16 hexadecimal digits.
func About(t *Task, question string, units []Unit, it Item) string {
	h := sha256.New()
	fmt.Fprintf(h, "%q %d %q %q %q", t.Name, t.Version, question, it.ID, it.Text)
	for _, u := range units {
		fmt.Fprintf(h, " %q %q %q", u.ID, u.Title, u.Text)
	}
	return hex.EncodeToString(h.Sum(nil)[:8])
}

// nonce is what marks units in a prompt: their author cannot guess it, and it is
// the same for the same texts, so that caches hold.
func nonce(key []byte, question string, units []Unit) string {
	h := hmac.New(sha256.New, key)
	fmt.Fprintf(h, "%q", question)
	for _, u := range units {
		fmt.Fprintf(h, " %q %q %q", u.ID, u.Title, u.Text)
	}
	return hex.EncodeToString(h.Sum(nil)[:6])
}
