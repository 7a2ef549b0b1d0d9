package bleve

import (
	"sync"

	"github.com/blevesearch/bleve/v2/index/scorch"
)

// bleve writes batches to disk in the background. If it is made to wait for
// that itself and the disk fails, it closes a segment that its own retry still
// uses, and the process panics. So it is told not to wait ("unsafe_batch"), and
// we wait: for the callback that says a batch is on disk, or for trouble.

// troubleName is the name under which bleve finds troubleBoard.post.
const troubleName = "ragdiag"

// troubleBoard passes bleve's background errors to the build they belong to.
// bleve knows such callbacks only in a global table, by name.
type troubleBoard struct {
	mu       sync.Mutex
	listener map[string]chan error // by the path of the postings
}

var trouble = sync.OnceValue(func() *troubleBoard {
	t := &troubleBoard{listener: map[string]chan error{}}
	scorch.RegistryAsyncErrorCallbacks[troubleName] = t.post
	return t
})

// listen returns a channel that gets the first background error of the index
// whose scorch files lie in path.
func (t *troubleBoard) listen(path string) <-chan error {
	t.mu.Lock()
	defer t.mu.Unlock()
	c := make(chan error, 1)
	t.listener[path] = c
	return c
}

// ignore ends listening.
func (t *troubleBoard) ignore(path string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.listener, path)
}

func (t *troubleBoard) post(err error, path string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	select {
	case t.listener[path] <- err: // a nil channel is never ready
	default: // bleve retries at once: one error is enough
	}
}
