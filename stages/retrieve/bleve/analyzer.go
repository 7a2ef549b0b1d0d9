package bleve

import (
	"fmt"
	"slices"
	"strings"

	blevesearch "github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/analysis/analyzer/custom"
	"github.com/blevesearch/bleve/v2/analysis/token/lowercase"
	"github.com/blevesearch/bleve/v2/analysis/token/ngram"
	"github.com/blevesearch/bleve/v2/analysis/tokenizer/regexp"
	"github.com/blevesearch/bleve/v2/mapping"

	// Each import registers the analyser of one language, and "standard".
	_ "github.com/blevesearch/bleve/v2/analysis/analyzer/standard"
	_ "github.com/blevesearch/bleve/v2/analysis/lang/ar"
	_ "github.com/blevesearch/bleve/v2/analysis/lang/cjk"
	_ "github.com/blevesearch/bleve/v2/analysis/lang/ckb"
	_ "github.com/blevesearch/bleve/v2/analysis/lang/da"
	_ "github.com/blevesearch/bleve/v2/analysis/lang/de"
	_ "github.com/blevesearch/bleve/v2/analysis/lang/en"
	_ "github.com/blevesearch/bleve/v2/analysis/lang/es"
	_ "github.com/blevesearch/bleve/v2/analysis/lang/fa"
	_ "github.com/blevesearch/bleve/v2/analysis/lang/fi"
	_ "github.com/blevesearch/bleve/v2/analysis/lang/fr"
	_ "github.com/blevesearch/bleve/v2/analysis/lang/hi"
	_ "github.com/blevesearch/bleve/v2/analysis/lang/hr"
	_ "github.com/blevesearch/bleve/v2/analysis/lang/hu"
	_ "github.com/blevesearch/bleve/v2/analysis/lang/it"
	_ "github.com/blevesearch/bleve/v2/analysis/lang/nl"
	_ "github.com/blevesearch/bleve/v2/analysis/lang/no"
	_ "github.com/blevesearch/bleve/v2/analysis/lang/pl"
	_ "github.com/blevesearch/bleve/v2/analysis/lang/pt"
	_ "github.com/blevesearch/bleve/v2/analysis/lang/ro"
	_ "github.com/blevesearch/bleve/v2/analysis/lang/ru"
	_ "github.com/blevesearch/bleve/v2/analysis/lang/sv"
	_ "github.com/blevesearch/bleve/v2/analysis/lang/tr"
)

// Analysers that belong to no single language.
const (
	AnalyzerNGram    = "ngram"    // pairs and triples of characters: right for any script, larger and slower
	AnalyzerStandard = "standard" // words in lower case without English stop words
	analyzerCJK      = "cjk"      // pairs of characters
)

// languages are those with an analyser of their own, which bears their code.
var languages = []string{"ar", "ckb", "da", "de", "en", "es", "fa", "fi", "fr", "hi", "hr", "hu", "it", "nl", "no", "pl", "pt", "ro", "ru", "sv", "tr"}

// Analyzers lists the names that Options.Analyzer takes.
func Analyzers() []string {
	all := append(slices.Clone(languages), analyzerCJK, AnalyzerNGram, AnalyzerStandard)
	slices.Sort(all)
	return all
}

// AnalyzerFor names the analyser for an ISO 639-1 language code. A language
// without one of its own, and an unknown one, gets AnalyzerNGram: bleve's word
// tokenizer drops nearly all text of a script that it does not know.
func AnalyzerFor(lang string) string {
	switch lang {
	case "zh", "ja", "ko":
		return analyzerCJK
	case "nb", "nn":
		return "no"
	case "ku":
		return "ckb"
	}
	if slices.Contains(languages, lang) {
		return lang
	}
	return AnalyzerNGram
}

// serves reports whether an analyser is meant for a language.
func serves(analyzer, lang string) bool {
	return lang == "" || analyzer == AnalyzerNGram || analyzer == AnalyzerFor(lang) ||
		analyzer == AnalyzerStandard && !slices.Contains([]string{"zh", "ja", "ko", "th", "lo", "km", "my"}, lang)
}

// field is the one field that is searched.
const field = "text"

// newMapping describes the index to bleve: nothing stored, no positions, no
// columns, nothing indexed twice.
func newMapping(analyzer string) (*mapping.IndexMappingImpl, error) {
	if !slices.Contains(Analyzers(), analyzer) {
		return nil, fmt.Errorf("unknown analyser %q: there are %s", analyzer, strings.Join(Analyzers(), ", "))
	}
	m := blevesearch.NewIndexMapping()
	if analyzer == AnalyzerNGram {
		if err := addNGram(m); err != nil {
			return nil, fmt.Errorf("n-gram analyser: %w", err)
		}
	}
	text := blevesearch.NewTextFieldMapping()
	text.Analyzer = analyzer
	text.Store, text.IncludeTermVectors, text.DocValues, text.IncludeInAll = false, false, false, false
	doc := blevesearch.NewDocumentStaticMapping()
	doc.AddFieldMappingsAt(field, text)
	m.DefaultMapping, m.DefaultAnalyzer, m.DefaultField = doc, analyzer, field
	m.StoreDynamic, m.IndexDynamic, m.DocValuesDynamic = false, false, false
	return m, nil
}

// addNGram defines runs of letters, marks and digits in lower case, cut into
// pairs and triples.
func addNGram(m *mapping.IndexMappingImpl) error {
	err := m.AddCustomTokenizer("letters", map[string]any{"type": regexp.Name, "regexp": `[\p{L}\p{M}\p{N}]+`})
	if err != nil {
		return err
	}
	err = m.AddCustomTokenFilter("pairs-triples", map[string]any{"type": ngram.Name, "min": 2.0, "max": 3.0})
	if err != nil {
		return err
	}
	return m.AddCustomAnalyzer(AnalyzerNGram, map[string]any{
		"type": custom.Name, "tokenizer": "letters", "token_filters": []string{lowercase.Name, "pairs-triples"},
	})
}
