package text

import (
	"strings"
	"unicode/utf8"
)

// negators are the words that turn a statement round, by language. English
// contractions in n't count besides.
var negators = map[string]map[string]bool{
	"en": set("not no never none neither nor without cannot nobody nothing nowhere hardly n't dont doesnt didnt isnt wasnt cant wont non"),
	"de": set("nicht kein keine keinen keiner keinem keines nie niemals ohne weder niemand nichts"),
	"fr": set("pas jamais aucun aucune sans ni rien personne non"),
	"es": set("no nunca jamás sin ni ningún ninguna ninguno nada nadie tampoco"),
	"it": set("non mai senza né nessun nessuno nessuna nulla niente"),
	"pt": set("não nunca jamais sem nem nenhum nenhuma nada ninguém"),
	"nl": set("niet geen nooit zonder noch niemand niets"),
	"sv": set("inte ej icke aldrig ingen inga inget utan varken"),
	"no": set("ikke ei aldri ingen intet uten verken"),
	"da": set("ikke ej aldrig ingen intet uden hverken"),
	"fi": set("ei eivät en et emme ette eikä ilman"),
	"pl": set("nie nigdy bez ani żaden żadna nikt nic"),
	"ru": set("не нет ни никогда без никто ничего нельзя"),
	"tr": set("değil yok asla hiçbir"),
	"ar": set("لا لم لن ليس ليست غير بدون دون"),
	"he": set("לא אין בלי ללא אינו אינה"),
	"hi": set("नहीं न मत ना बिना"),
}

// denseNegators stand inside the runs of scripts without spaces. They may
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
	reach := 0
	for i, t := range d.Tokens {
		if i > 0 && reach > 0 && clauseEnds(d.between(i-1)) {
			reach = 0
		}
		negator := words[t.Text] || strings.HasSuffix(t.Text, "n't")
		switch {
		case negator && i+1 < len(d.Tokens) && strings.Contains(" only just merely fewer less more later sooner nur seulement solo sólo soltanto ", " "+d.Tokens[i+1].Text+" "):
			reach = 0
		case negator && reach == 0:
			reach = negationReach
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
