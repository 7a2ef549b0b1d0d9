package claim

import (
	_ "embed"
	"strings"

	"github.com/ragdiag/ragdiag/internal/text"
)

//go:embed lexicon/words.txt
var wordFile string

// section returns the lines of a section of lexicon/words.txt.
func section(name string) string {
	_, lines, ok := strings.Cut(wordFile, "\n= "+name+"\n")
	if !ok {
		panic("claim: lexicon/words.txt has no section " + name)
	}
	lines, _, _ = strings.Cut(lines, "\n= ")
	return strings.TrimSpace(lines)
}

// wordsOf returns the set of the words of a section.
func wordsOf(name string) *text.WordSet { return text.NewWordSet(strings.Fields(section(name))...) }
