package text

import (
	"strings"
	"unicode/utf8"
)

// negators are the words that turn a statement round, by language. English
// contractions in n't count besides.
var negators = map[string]*WordSet{
	"en": wordSet("not no never none neither nor without cannot nobody nothing nowhere hardly n't dont doesnt didnt isnt wasnt cant wont non"),
	"de": wordSet("nicht kein keine keinen keiner keinem keines nie niemals ohne weder niemand nichts"),
	"fr": wordSet("pas jamais aucun aucune sans ni rien personne non"),
	"es": wordSet("no nunca jamás sin ni ningún ninguna ninguno nada nadie tampoco"),
	"it": wordSet("non mai senza né nessun nessuno nessuna nulla niente"),
	"pt": wordSet("não nunca jamais sem nem nenhum nenhuma nada ninguém"),
	"nl": wordSet("niet geen nooit zonder noch niemand niets"),
	"sv": wordSet("inte ej icke aldrig ingen inga inget utan varken"),
	"no": wordSet("ikke ei aldri ingen intet uten verken"),
	"da": wordSet("ikke ej aldrig ingen intet uden hverken"),
	"fi": wordSet("ei eivät en et emme ette eikä ilman"),
	"pl": wordSet("nie nigdy bez ani żaden żadna nikt nic"),
	"ru": wordSet("не нет ни никогда без никто ничего нельзя"),
	"tr": wordSet("değil yok asla hiçbir"),
	"ar": wordSet("لا لم لن ليس ليست غير بدون دون"),
	"he": wordSet("לא אין בלי ללא אינו אינה"),
	"hi": wordSet("नहीं न मत ना बिना"),
}

// denseNegators are inside the runs of scripts without spaces. They may
// follow what they negate, so they turn round their whole clause.
var denseNegators = map[string][]string{
	"zh": {"不", "没", "沒", "未", "无法", "無法", "并非", "非"},
	"ja": {"ない", "ません", "なかった", "ず", "ぬ", "なし"},
	"ko": {"않", "없", "못", "아니"},
	"th": {"ไม่", "มิได้"},
}

// negationReach is how many content words a negator turns round.
const negationReach = 3

func set(words string) map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsSeq(words) {
		m[fold(w)] = true
	}
	return m
}

// Negated reports whether token i lies in the reach of a negation: among the
// three content words behind it, in the same clause. "not only" and "no fewer than" are none.
func (d *Doc) Negated(i int) bool {
	if d.negated == nil {
		d.negated = d.findNegated()
	}
	return d.negated[i]
}

// HasNegations reports whether the negations of the language of d are known.
func (d *Doc) HasNegations() bool {
	return negators[d.Lang] != nil || denseNegators[d.Lang] != nil || d.Lang == ""
}

func (d *Doc) findNegated() []bool {
	out := make([]bool, len(d.Tokens)+1)
	if marks := denseNegators[d.Lang]; marks != nil {
		d.negateClauses(out, marks)
		return out
	}
	words := negators[d.Lang]
	if words == nil {
		words = negators["en"]
	}
	reach, negative := 0, false // words still to turn round; a negation is in the clause
	for i, t := range d.Tokens {
		if i > 0 && clauseEnds(d.between(i-1)) {
			reach, negative = 0, false
		}
		if n := d.exceptionAt(i, negative); n > 0 {
			d.except(i+n, negative)
			reach = 0
			continue
		}
		prefix := i+1 < len(d.Tokens) && d.between(i) == "-" // non-executive denies no clause
		negator := words.Has(t.Text) && !prefix || strings.HasSuffix(t.Text, "n't") || d.Lang == "en" && d.failsTo(i)
		switch {
		case d.excepted != nil && d.excepted[i] != notExcepted:
		case negator && i+1 < len(d.Tokens) && strings.Contains(" only just merely fewer less more later sooner nur seulement solo sólo soltanto ", " "+d.Tokens[i+1].Text+" "):
			reach = 0
		case negator && reach == 0:
			reach, negative = negationReach, true
		case negator: // a second negation takes the first one back
			reach = 0
		case reach > 0:
			if strings.Contains(" but sondern mais sino sed ma men aber ", " "+t.Text+" ") {
				reach = 0
				continue
			}
			out[i] = true
			if !IsStop(d.Lang, t.Text) {
				reach--
			}
		}
	}
	return out
}

// failsTo reports whether token i denies the verb behind it: fails to start.
func (d *Doc) failsTo(i int) bool {
	if i+1 >= len(d.Tokens) || d.Tokens[i+1].Text != "to" {
		return false
	}
	switch d.Tokens[i].Text {
	case "fail", "fails", "failed", "failing", "unable", "refuse", "refuses", "refused", "refusing":
		return true
	}
	return false
}

// exceptions open what a statement does not hold for, in any language; untils do
// so behind a negation.
var (
	exceptions = wordSet("except excepting excluding unless barring außer ausgenommen ausser sofern sauf excepté hormis excepto salvo tranne eccetto fuorché exceto behalve uitgezonderd tenzij utom förutom oprócz chyba кроме исключая")
	exceptTwo  = set("other·than save·for apart·from aside·from es·sei mit·ausnahme à·moins à·l'exception con·excepción a·menos con·eccezione a·meno com·exceção a·não met·uitzondering med·undantag z·wyjątkiem за·исключением если·не so·länge")
	untils     = wordSet("until till bis jusqu'à jusqu'au jusqu hasta fino finché até tot förrän dopóki пока")
	buteds     = set("nobody none nothing all everyone everybody everything anyone anything anybody nowhere no niemand nichts alle")
)

// exceptFirst are the first words of exceptTwo.
var exceptFirst = func() *WordSet {
	s := NewWordSet()
	for w := range exceptTwo {
		first, _, _ := strings.Cut(w, "·")
		s.add(first)
	}
	return s
}()

func wordSet(words string) *WordSet {
	s := NewWordSet()
	for w := range set(words) {
		s.add(w)
	}
	return s
}

// exception says whether a token is excepted, and from what.
type exception uint8

const (
	notExcepted exception = iota
	fromAll               // everyone except
	fromNone              // nobody except
)

// maxExcepted is the number of tokens that an exception reaches at most.
const maxExcepted = 24

// exceptionAt returns the number of tokens of the words at token i that open an
// exception; 0: none. Negative says that a negation is in front of them.
func (d *Doc) exceptionAt(i int, negative bool) int {
	w := d.Tokens[i].Text
	switch {
	case exceptions.Has(w):
		return 1
	case i+1 < len(d.Tokens) && exceptFirst.Has(w) && exceptTwo[w+"·"+d.Tokens[i+1].Text]:
		return 2
	case negative && untils.Has(w):
		return 1
	case w == "but" && i > 0 && buteds[d.Tokens[i-1].Text]:
		return 1
	}
	return 0
}

// except marks the tokens from i on as excepted, up to the end of the clause. In
// front of the verb that ends with the noun: nobody but the treasurer may sign.
func (d *Doc) except(i int, negative bool) {
	if d.excepted == nil {
		d.excepted = make([]exception, len(d.Tokens))
	}
	kind := fromAll
	if negative {
		kind = fromNone
	}
	for j := i; j < min(len(d.Tokens), i+maxExcepted); j++ {
		if j > i && (clauseEnds(d.between(j-1)) || j > i+1 && auxiliaries[d.Tokens[j].Text] && !d.auxiliaryIn(i-4, i)) {
			return
		}
		d.excepted[j] = kind
	}
}

// auxiliaries are finite verbs that a clause has one of.
var auxiliaries = set("may can must shall will would should could is are was were has have had do does did darf dürfen kann können muss müssen wird ist sind peut peuvent doit doivent est sont puede pueden debe deben es son può possono deve devono è sono pode podem deve devem é são mag mogen kan kunnen moet moeten får kan måste är może mogą musi muszą jest może может могут должен")

// auxiliaryIn reports whether one of the tokens [from, to), as far as they
// exist, is an auxiliary.
func (d *Doc) auxiliaryIn(from, to int) bool {
	for j := max(0, from); j < to; j++ {
		if auxiliaries[d.Tokens[j].Text] {
			return true
		}
	}
	return false
}

// IsExcepted reports whether token i belongs to what its sentence excepts:
// behind except, unless, nobody but, or not … until.
func (d *Doc) IsExcepted(i int) bool {
	d.Negated(i)
	return d.excepted != nil && d.excepted[i] != notExcepted
}

// FromNone reports whether token i is excepted from a denial: nobody but.
func (d *Doc) FromNone(i int) bool { return d.IsExcepted(i) && d.excepted[i] == fromNone }

// Excepted returns the first excepted one of the tokens [from, to), or -1.
func (d *Doc) Excepted(from, to int) int {
	for i := from; i < to; i++ {
		if d.IsExcepted(i) {
			return i
		}
	}
	return -1
}

// Gap returns the text between tokens i and i+1; "" where they overlap, as the
// pairs of characters of scripts without spaces do.
func (d *Doc) Gap(i int) string { return d.between(i) }

// Asserts reports whether no word of a stretch is negated.
func (d *Doc) Asserts(sp Span) bool {
	for i, t := range d.Tokens {
		if t.Start >= sp.Start && t.Start < sp.End && d.Negated(i) {
			return false
		}
	}
	return true
}

// negateClauses marks whole clauses that hold one of the marks.
func (d *Doc) negateClauses(out []bool, marks []string) {
	for start := 0; start < len(d.Tokens); {
		end := start + 1
		for end < len(d.Tokens) && (d.Tokens[end].Start < d.Tokens[end-1].End || !clauseEnds(d.between(end-1))) {
			end++
		}
		clause := d.TokenSpan(start, end).Of(d.Text)
		for _, m := range marks {
			if strings.Contains(clause, m) {
				for i := start; i < end; i++ {
					out[i] = true
				}
				break
			}
		}
		start = end
	}
}

// clauseEnds reports whether the text between two words holds a mark that ends
// a clause.
func clauseEnds(gap string) bool {
	for _, r := range gap {
		if r < utf8.RuneSelf {
			if strings.IndexByte(",;:.!?()\n", byte(r)) >= 0 {
				return true
			}
		} else if strings.ContainsRune("，、；：。！？،؛؟।—–", r) {
			return true
		}
	}
	return false
}
