package text

import (
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// A word that is remembered reads as it did the first time, in its own language
// only.
func TestRemembered(t *testing.T) {
	for _, lang := range []string{"en", "de", "fr", "es", "ru", "", "xx"} {
		r := readerOf(lang)
		for _, word := range []string{"houses", "maison", "die", "casas", "дома", "the", "été", "a", "", strings.Repeat("long", 40)} {
			require.Equal(t, r.work(word), r.read(word), "%s: first", lang)
			require.Equal(t, r.work(word), r.read(word), "%s: again", lang)
		}
	}
}

func TestRememberedConcurrently(t *testing.T) {
	words := strings.Fields(strings.Repeat("casas maisons houses Häuser 38 die the el la ", 50))
	var all sync.WaitGroup
	for _, lang := range []string{"en", "es", "fr", "de"} {
		all.Go(func() {
			r := readerOf(lang)
			for _, w := range words {
				if got := r.read(w); got != r.work(w) {
					t.Errorf("%s %q: %+v", lang, w, got)
				}
			}
		})
	}
	all.Wait()
}
