package verifier

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"
)

// Label is a claim that somebody judged against passages: a line of a labels
// file.
type Label struct {
	Claim     string   `json:"claim"`
	Passages  []string `json:"passages"`
	Supported *bool    `json:"supported"`
	Set       string   `json:"set,omitempty"`   // where it comes from; each set weighs the same
	Group     string   `json:"group,omitempty"` // what it shares with others, such as an article; never split between fitting and testing. Empty: the claim
}

// maxLabelLine is the longest line of a labels file in bytes.
const maxLabelLine = 16 << 20

// LabelError is a line of a labels file that cannot be used.
type LabelError struct {
	File string
	Line int
	Err  error
}

func (e *LabelError) Error() string { return fmt.Sprintf("%s:%d: %v", e.File, e.Line, e.Err) }

func (e *LabelError) Unwrap() error { return e.Err }

// ReadLabels reads JSON lines, skipping empty ones. A bad line is yielded as a
// *LabelError that names file and line, and reading goes on; a reader that
// fails ends it.
func ReadLabels(r io.Reader, file string) iter.Seq2[Label, error] {
	return func(yield func(Label, error) bool) {
		sc := bufio.NewScanner(r)
		sc.Buffer(make([]byte, 64<<10), maxLabelLine)
		line := 0
		for sc.Scan() {
			line++
			if len(bytes.TrimSpace(sc.Bytes())) == 0 {
				continue
			}
			l, err := parseLabel(sc.Bytes())
			if err != nil {
				err = &LabelError{file, line, err}
			}
			if !yield(l, err) {
				return
			}
		}
		if err := sc.Err(); err != nil {
			if errors.Is(err, bufio.ErrTooLong) {
				err = fmt.Errorf("%w: a line has at most %d MiB", err, maxLabelLine>>20)
			}
			yield(Label{}, fmt.Errorf("%s:%d: %w", file, line+1, err))
		}
	}
}

func parseLabel(b []byte) (Label, error) {
	var l Label
	if err := json.Unmarshal(b, &l); err != nil {
		return Label{}, fmt.Errorf("%w: a label is {\"claim\": …, \"passages\": […], \"supported\": true or false}", err)
	}
	switch {
	case strings.TrimSpace(l.Claim) == "":
		return Label{}, errors.New("claim is empty")
	case len(l.Passages) == 0:
		return Label{}, errors.New("passages is empty: a claim is judged against at least one")
	case l.Supported == nil:
		return Label{}, errors.New("supported is missing: it is true or false")
	}
	return l, nil
}
