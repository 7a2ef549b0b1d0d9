package claim

import (
	"math"
	"math/bits"
)

// The features of a claim against passages, by their index in a Vector. Each
// lies in about [0,1].
const (
	wordsAny    = iota // share of the claim's word mass anywhere in the passages
	wordsOne           // the same in the best sentence
	wordsTwo           // in the best two sentences in a row
	wordsThree         // in the best three
	wordsFive          // in the best five
	likeAny            // as wordsAny, counting words that are alike: by stem, list or beginning
	likeThree          // as wordsThree, likewise
	pairsAny           // share of the pairs of neighbouring words that are together somewhere
	pairsThree         // the same in the best window of three sentences
	togetherTwo        // share of all pairs of words that are within two sentences
	longestRun         // longest run of the claim's words in a row in a passage, of at most 8
	runShare           // share of the claim's words in runs of three and more
	plainThree         // word mass beside numbers, dates and names, in the best window
	namesAny           // share of the names' mass anywhere; wordsAny without names
	namesThree         // share of the names' mass in the best window; wordsThree without names

	numbersMissing // numbers, dates and codes that are in no passage, of at most 2
	numbersAway    // numbers and dates that are outside the best window, of at most 2
	namesMissing   // names that are in no passage, of at most 3
	heaviest       // weight of the heaviest word that is nowhere
	plainMissing   // 1 − exp(−mass/2) of the words that are nowhere and belong to no number, date or name
	nameMass       // the same, of words that belong to names
	gapAny         // heaviest run of neighbouring words that are nowhere, mass of at most 4
	gapWindow      // the same of words that are not in the best window
	differs        // a rule found a value, name, negation or opposite that disagrees
	turned         // negated otherwise than the best sentence
	strongMissing  // superlatives, causes and quantifiers of the claim that the window lacks, of at most 2

	claimLength // ln of the number of content words, over 4

	featureCount
)

// Feature is one number that the verifier measures of a claim.
type Feature struct {
	Name  string
	Sign  float64 // how more of it speaks for support: 1, −1, or 0 where either may be
	Equal bool    // in the equal-weight prior; the others are variants of these
}

// Features lists the features, in the order of a Vector; it must not be changed.
func Features() []Feature { return features[:] }

var features = [featureCount]Feature{
	wordsAny: {"words_any", 1, true}, wordsOne: {"words_1", 1, false}, wordsTwo: {"words_2", 1, false}, wordsThree: {"words_3", 1, false}, wordsFive: {"words_5", 1, false},
	likeAny: {"like_any", 1, false}, likeThree: {"like_3", 1, true}, pairsAny: {"pairs_any", 1, true}, pairsThree: {"pairs_3", 1, true},
	togetherTwo: {"together_2", 1, true}, longestRun: {"longest_run", 1, true}, runShare: {"run_share", 1, false}, plainThree: {"plain_3", 1, false}, namesAny: {"names_any", 1, false}, namesThree: {"names_3", 1, true},
	numbersMissing: {"numbers_missing", -1, true}, numbersAway: {"numbers_away", -1, false}, namesMissing: {"names_missing", -1, true},
	heaviest: {"heaviest_missing", -1, false}, plainMissing: {"plain_missing", -1, false}, nameMass: {"name_mass_missing", -1, false},
	gapAny: {"gap_any", -1, false}, gapWindow: {"gap_window", -1, false}, differs: {"differs", -1, true}, turned: {"turned", -1, false}, strongMissing: {"strong_missing", -1, false},
	claimLength: {"claim_length", 0, false},
}

// Vector holds the features of one claim against passages.
type Vector [featureCount]float64

// features measures a claim. It needs c.masks as mark has filled them, and the
// window that scored best.
func (c *Context) features(s *statement, whole masks, top scored) (x Vector) {
	x[wordsAny] = s.coverage(whole.terms)
	x[likeAny] = s.coverage(whole.like)
	n := float64(max(1, len(s.pairs)))
	x[pairsAny] = float64(bits.OnesCount64(whole.pairs)) / n
	c.best(s, &x)
	x[pairsThree] = float64(bits.OnesCount64(top.pairs)) / n
	if len(s.pairs) == 0 {
		x[pairsAny], x[pairsThree] = x[wordsAny], x[wordsThree]
	}
	x[togetherTwo] = c.together(s)
	x[longestRun], x[runShare] = c.runs(s)
	x[plainThree] = x[wordsThree]
	if rest := s.mass - s.weigh(s.values); rest > 0 {
		x[plainThree] = s.weigh(top.like&^s.values) / rest
	}
	x[namesAny], x[namesThree] = x[wordsAny], x[wordsThree]
	if m := s.weigh(s.names); m > 0 {
		x[namesAny] = s.weigh(whole.like&s.names) / m
		x[namesThree] = s.weigh(top.like&s.names) / m
	}
	x[numbersMissing] = float64(min(2, top.missing-top.nameless)) / 2
	x[numbersAway] = float64(min(2, top.away)) / 2
	x[namesMissing] = float64(min(3, top.nameless)) / 3
	missing := s.all() &^ whole.like
	for set := missing; set != 0; set &= set - 1 {
		x[heaviest] = max(x[heaviest], s.weights[bits.TrailingZeros64(set)])
	}
	x[plainMissing] = 1 - math.Exp(-s.weigh(missing&^s.values)/2)
	x[nameMass] = 1 - math.Exp(-s.weigh(missing&s.names)/2)
	x[gapAny], x[gapWindow] = s.gap(missing)/4, s.gap(s.all()&^top.like)/4
	if top.conflict != nil {
		x[differs] = 1
	}
	d := c.docs[c.sents[top.first].doc]
	if d.HasNegations() {
		first, last := d.Sentences[c.sents[top.first].index], d.Sentences[c.sents[top.last].index]
		if anyNegated(s.doc, 0, len(s.doc.Tokens)) != anyNegated(d, first.Token, last.TokenEnd) {
			x[turned] = 1
		}
	}
	x[strongMissing] = float64(min(2, c.strongMissing(s, top.window))) / 2
	x[claimLength] = math.Log(float64(len(s.terms))) / 4
	return x
}

// nothing is what a claim measures of which no word is in the passages.
func (s *statement) nothing() (x Vector) {
	for _, w := range s.weights {
		x[heaviest] = max(x[heaviest], w)
	}
	x[plainMissing] = 1 - math.Exp(-s.weigh(s.all()&^s.values)/2)
	x[nameMass] = 1 - math.Exp(-s.weigh(s.names)/2)
	x[gapAny] = s.gap(s.all()) / 4
	x[gapWindow] = x[gapAny]
	x[numbersMissing] = float64(min(2, len(s.facts))) / 2
	x[namesMissing] = float64(min(3, len(s.doc.Entities()))) / 3
	x[claimLength] = math.Log(float64(len(s.terms))) / 4
	return x
}

// all is the set of all terms of the claim.
func (s *statement) all() uint64 {
	return 1<<len(s.terms) - 1
}

// best fills in the coverage of the best windows of one to five sentences.
func (c *Context) best(s *statement, x *Vector) {
	sizes := [...]int{wordsOne, wordsTwo, wordsThree, -1, wordsFive}
	for _, hit := range c.hit {
		i := int(hit)
		var terms, like, last uint64
		cover, alike := 0., 0.
		for n, f := range sizes {
			if j := i + n; j < len(c.sents) && c.sents[j].doc == c.sents[i].doc {
				terms |= c.masks[j].terms
				like |= c.masks[j].like
			}
			if terms != last {
				cover, last = s.coverage(terms), terms
			}
			if f >= 0 {
				x[f] = max(x[f], cover)
			}
			if f == wordsThree {
				if alike = cover; like != terms {
					alike = s.coverage(like)
				}
				x[likeThree] = max(x[likeThree], alike)
			}
		}
	}
}

// together is the share of pairs of the claim's words, by weight, of which both
// are within two sentences in a row.
func (c *Context) together(s *statement) float64 {
	if len(s.terms) < 2 {
		return s.coverage(c.masks[0].terms)
	}
	var with [maxTerms]uint64
	for _, hit := range c.hit {
		i := int(hit)
		m := c.masks[i].like
		near := m
		if i+1 < len(c.sents) && c.sents[i+1].doc == c.sents[i].doc {
			near |= c.masks[i+1].like
		}
		for set := m; set != 0; set &= set - 1 {
			with[bits.TrailingZeros64(set)] |= near
		}
		for set := near; set != 0; set &= set - 1 {
			with[bits.TrailingZeros64(set)] |= m
		}
	}
	sum, all := 0., 0.
	for k := range s.terms {
		all += s.weights[k] * (s.mass - s.weights[k])
		sum += s.weights[k] * s.weigh(with[k]&^(1<<k))
	}
	return sum / all
}

// strong are words that say more than the bare fact: leaving them out is
// harmless, adding them is not.
var strong = wordsOf("strong")

// strongMissing counts the strong words of the claim that a window lacks.
func (c *Context) strongMissing(s *statement, w window) int {
	n := 0
	if s.doc.Lang != "en" {
		return 0
	}
	d := c.docs[c.sents[w.first].doc]
	from, to := d.Sentences[c.sents[w.first].index].Token, d.Sentences[c.sents[w.last].index].TokenEnd
	for _, t := range s.doc.Tokens {
		if !strong.Has(t.Text) {
			continue
		}
		found := false
		for _, u := range d.Tokens[from:to] {
			if found = u.Text == t.Text; found {
				break
			}
		}
		if !found {
			n++
		}
	}
	return n
}

// runs returns the length of the longest run of the claim's words in a row in
// a sentence, and the share of the claim's words in runs of three and more.
func (c *Context) runs(s *statement) (longest, share float64) {
	run, most, last := 0, 0, -2
	var in uint64
	before := int32(-2)
	for _, p := range c.at {
		k := int(p.term)
		if k == last+1 && p.at == before+1 && c.sent[p.at] == c.sent[before] {
			run++
		} else {
			run = 1
		}
		last, before = k, p.at
		most = max(most, run)
		if run >= 3 {
			in |= 7 << (k - 2)
		}
	}
	return float64(min(most, 8)) / 8, s.coverage(in & s.all())
}

// gap is the mass of the heaviest run of neighbouring terms in a set, at most 4.
func (s *statement) gap(set uint64) float64 {
	heaviest, run := 0., 0.
	for k, w := range s.weights {
		if set&(1<<k) == 0 {
			run = 0
			continue
		}
		run += w
		heaviest = max(heaviest, run)
	}
	return min(4, heaviest)
}
