package formats

import (
	"bytes"
	"fmt"
)

// What one record may hold at most. A record beyond them is an error of that
// record: decoding it could take more memory or stack than there is, and that
// ends a program where an error does not.
const (
	maxDepth    = 200     // objects and lists within each other
	maxValues   = 1 << 20 // values of any kind, in one record
	maxPassages = 100_000 // elements of one list of passages
)

// limits says which limit of size the JSON value b breaks; nil: none. It reads
// b once and allocates nothing.
func limits(b []byte) error {
	depth, values := 0, 1
	for i := 0; i < len(b); i++ {
		switch b[i] {
		case '"':
			i = endOfString(b, i)
		case '{', '[':
			if depth++; depth > maxDepth {
				return fmt.Errorf("is nested deeper than %d levels", maxDepth)
			}
			values++
		case '}', ']':
			depth--
		case ',':
			values++
		}
	}
	if values > maxValues {
		return fmt.Errorf("holds more than %d values", maxValues)
	}
	return nil
}

// endOfString returns the index of the quote that ends the string which begins
// at i, or of the last byte.
func endOfString(b []byte, i int) int {
	for i++; i < len(b); i++ {
		n := bytes.IndexAny(b[i:], `"\`)
		if n < 0 {
			return len(b)
		}
		if i += n; b[i] == '"' {
			return i
		}
		i++ // the escaped byte
	}
	return len(b)
}
