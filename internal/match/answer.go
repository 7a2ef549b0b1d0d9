package match

import (
	"strings"

	"github.com/ragdiag/ragdiag/internal/text"
)

// Answer looks for an accepted answer in s, by value.
func Answer(aliases []string, s string) (alias string, sp text.Span, ok bool) {
	for _, a := range aliases {
		if i := strings.Index(s, a); a != "" && i >= 0 {
			return a, text.Span{Start: i, End: i + len(a)}, true
		}
	}
	return "", text.Span{}, false
}
