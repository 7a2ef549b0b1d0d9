package text

import (
	"strings"
	"testing"
)

// BenchmarkAnalyze prepares a passage of 100 words, values included.
func BenchmarkAnalyze(b *testing.B) {
	for lang, sentence := range map[string]string{
		"en": "The Halden mill was opened on 5 March 1911 by the engineer Ann Ott and produced 1,200 tons of paper. ",
		"de": "Die Mühle in Halden wurde am 5. März 1911 von der Ingenieurin Ann Ott eröffnet und lieferte 1.200 Tonnen. ",
		"fr": "Le moulin de Halden fut ouvert le 5 mars 1911 par une ingénieure et produisait 1 200 tonnes de papier. ",
		"zh": "哈尔登工厂于1911年3月5日由工程师开设，生产一千二百吨纸。",
	} {
		s := strings.Repeat(sentence, 5)
		b.Run(lang, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(s)))
			for b.Loop() {
				Analyze(s, lang).Numbers()
			}
		})
	}
}
