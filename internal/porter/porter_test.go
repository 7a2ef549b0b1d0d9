package porter

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// The vocabulary of Porter's paper.
func TestStem(t *testing.T) {
	for in, want := range map[string]string{
		"caresses": "caress", "ponies": "poni", "cats": "cat", "feed": "feed", "agreed": "agre", "plastered": "plaster",
		"bled": "bled", "motoring": "motor", "sing": "sing", "conflated": "conflat", "troubled": "troubl", "sized": "size",
		"hopping": "hop", "falling": "fall", "hissing": "hiss", "filing": "file", "happy": "happi", "sky": "sky",
		"relational": "relat", "conditional": "condit", "rational": "ration", "digitizer": "digit", "vietnamization": "vietnam",
		"operator": "oper", "hopefulness": "hope", "formality": "formal", "triplicate": "triplic", "electrical": "electr",
		"goodness": "good", "revival": "reviv", "allowance": "allow", "inference": "infer", "adjustable": "adjust",
		"replacement": "replac", "adoption": "adopt", "probate": "probat", "rate": "rate", "cease": "ceas", "controller": "control", "roll": "roll",
		"naïve": "naïve",
	} {
		if got := Stem(in); got != want {
			t.Errorf("Stem(%q) = %q; want %q", in, got, want)
		}
	}
}

// The words and stems are NLTK's, PorterStemmer().stem in its default mode.
func TestStemNLTK(t *testing.T) {
	for word, stem := range map[string]string{
		"caresses": "caress", "ponies": "poni", "flies": "fli", "dies": "die", "died": "die", "spied": "spi", "cats": "cat",
		"feed": "feed", "agreed": "agre", "plastered": "plaster", "motoring": "motor", "conflated": "conflat",
		"troubled": "troubl", "hopping": "hop", "falling": "fall", "hissing": "hiss", "failing": "fail", "filing": "file",
		"happy": "happi", "enjoy": "enjoy", "skies": "sky", "dying": "die", "news": "news", "proceed": "proceed",
		"relational": "relat", "conditional": "condit", "rational": "ration", "radically": "radic", "hopefully": "hope",
		"geology": "geolog", "vietnamization": "vietnam", "triplicate": "triplic", "formative": "form", "goodness": "good",
		"revival": "reviv", "adoption": "adopt", "rate": "rate", "cease": "ceas", "controll": "control", "roll": "roll",
		"1990s": "1990",
	} {
		require.Equal(t, stem, StemNLTK(word), word)
	}
}
