package formats

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"
)

// maxElement is the size in bytes up to which a record is read.
const maxElement = 16 << 20

// element is one record as it is in its file: a JSON value, or the cells
// of a table row. With err set it could not even be cut out.
type element struct {
	line int    // 1-based line on which it begins
	json []byte // valid until the next element; nil for a table row
	row  fields // nil for JSON
	err  error

	repaired bool // it held bytes that are no UTF-8
}

// repair replaces what is no UTF-8 in b by U+FFFD and reports whether it had to.
func repair(b []byte) ([]byte, bool) {
	if utf8.Valid(b) {
		return b, false
	}
	return bytes.ToValidUTF8(b, []byte("\uFFFD")), true
}

var errTooLong = fmt.Errorf("is longer than %d MiB and was skipped: split it, or drop what is not needed", maxElement>>20)

// errCutOff tells a file that ends too early from one that is wrong.
var errCutOff = errors.New("the file ends in the middle of it: is the file cut off?")

// readError says that the input broke off, as a reason for one lost element.
func readError(err error) error {
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return errCutOff
	}
	return fmt.Errorf("cannot read on, what follows is lost: %w", err)
}
