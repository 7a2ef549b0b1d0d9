package corpus

import (
	"fmt"
	"unicode"
	"unicode/utf8"

	"github.com/ragdiag/ragdiag/internal/text"
)

// Passage is what a retriever returns: a whole short document, or a stretch of
// a long one.
type Passage struct {
	ID    string // of the document if it is one passage, else "doc#3", counted from 0
	Doc   string // ID of the document
	Title string
	Text  string // Document.Text[Start:End]
	Date  string
	Start int // bytes in Document.Text
	End   int
}

// ChunkOptions say how documents are cut. The zero value is the recommended
// setting. A word is a run of letters or digits, or two characters of a script
// that is written without spaces.
type ChunkOptions struct {
	Words   int `json:"words"`   // in the longest passage; 0: 300; negative: documents are never cut
	Overlap int `json:"overlap"` // words that neighbours share at most, in whole sentences; 0: 50; negative: none
}

// Resolve replaces the zero values by what they stand for.
func (o ChunkOptions) Resolve() (ChunkOptions, error) {
	if o.Words == 0 {
		o.Words = 300
	}
	switch {
	case o.Overlap < 0 || o.Words < 0:
		o.Overlap = 0
	case o.Overlap == 0:
		o.Overlap = min(50, o.Words/6)
	}
	if o.Words > 0 && o.Overlap > o.Words/2 {
		return o, fmt.Errorf("an overlap of %d words is more than half of a passage of %d: the corpus would be indexed more than twice", o.Overlap, o.Words)
	}
	return o, nil
}

// Chunk cuts a document into passages at sentence ends. Every passage is a
// stretch of the document's text; together they leave out nothing but white
// space. A sentence above the limit is cut between words. The same document
// and options always give the same passages and IDs. Options must be Resolved.
func Chunk(d Document, o ChunkOptions) []Passage {
	whole := []Passage{{ID: d.ID, Doc: d.ID, Title: d.Title, Text: d.Text, Date: d.Date, End: len(d.Text)}}
	// A word takes at least two bytes, its separator included.
	if o.Words <= 0 || len(d.Text) <= 2*o.Words || countWords(d.Text) <= o.Words {
		return whole
	}
	pieces := sentences(d.Text, o.Words)
	var out []Passage
	for first := 0; first < len(pieces); {
		last, words := first, 0
		for last < len(pieces) && (last == first || words+pieces[last].words <= o.Words) {
			words += pieces[last].words
			last++
		}
		start, end := pieces[first].Start, pieces[last-1].End
		out = append(out, Passage{
			ID: fmt.Sprintf("%s#%d", d.ID, len(out)), Doc: d.ID, Title: d.Title,
			Text: d.Text[start:end], Date: d.Date, Start: start, End: end,
		})
		if last == len(pieces) {
			break
		}
		// The next passage begins with the last sentences of this one, and
		// must hold at least one new one beside them.
		next, shared := last, pieces[last].words
		for common := 0; next-1 > first; next-- {
			common += pieces[next-1].words
			shared += pieces[next-1].words
			if common > o.Overlap || shared > o.Words {
				break
			}
		}
		first = next
	}
	return out
}

// piece is a sentence, or a part of one that is too long.
type piece struct {
	text.Span
	words int
}

// sentences cuts s into pieces of at most limit words.
func sentences(s string, limit int) []piece {
	var out []piece
	for _, span := range text.Sentences(s) {
		n := countWords(s[span.Start:span.End])
		if n <= limit {
			out = append(out, piece{span, n})
			continue
		}
		start := span.Start
		for start < span.End {
			size, n := cut(s[start:span.End], limit)
			out = append(out, piece{text.Span{Start: start, End: start + size}, n})
			start += size
		}
	}
	return out
}

// cut returns the length in bytes of the first limit words of s, and their number.
func cut(s string, limit int) (size, words int) {
	var c wordCounter
	for i, r := range s {
		before := c.words()
		c.add(r)
		if c.words() > limit {
			return i, before
		}
	}
	return len(s), c.words()
}

// countWords counts words as ChunkOptions defines them.
func countWords(s string) int {
	var c wordCounter
	for _, r := range s {
		c.add(r)
	}
	return c.words()
}

// wordCounter counts the words of the runes added so far.
type wordCounter struct {
	runs     int  // of letters and digits
	unspaced int  // characters of scripts without spaces
	inRun    bool // the last rune belongs to a run
}

func (c *wordCounter) words() int { return c.runs + (c.unspaced+1)/2 }

func (c *wordCounter) add(r rune) {
	switch {
	case r < utf8.RuneSelf:
		letter := 'a' <= r|0x20 && r|0x20 <= 'z' || '0' <= r && r <= '9'
		if letter && !c.inRun {
			c.runs++
		}
		c.inRun = letter || c.inRun && r == '\''
	case unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar):
		c.unspaced++
		c.inRun = false
	default:
		letter := unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r)
		if letter && !c.inRun {
			c.runs++
		}
		c.inRun = letter
	}
}
