package claim

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ragdiag/ragdiag/internal/text"
	"github.com/ragdiag/ragdiag/trace"
)

// The same texts make the same context, and what was asked of it is answered
// again, in a verdict of the caller's own.
func TestAskedAgain(t *testing.T) {
	c := New(Options{}).Prepare([]string{"The Halden mill was opened in 1911 by the engineer Ann Ott."})
	docs := []*text.Doc{c.Analyze("The ferry leaves at noon.", "en")}
	require.Same(t, c.PrepareDocs(docs, "en"), c.PrepareDocs([]*text.Doc{docs[0]}, "en"))
	require.NotSame(t, c.PrepareDocs(docs, "en"), c.PrepareDocs(docs, ""))

	const said = "The Halden mill was opened in 1912 by the engineer Ann Ott."
	first := c.Check(said)
	require.Equal(t, trace.Contradicted, first.Support)
	first.Against.Accepted = true
	again := c.Check(said)
	require.False(t, again.Against.Accepted, "nobody else's")
	first.Against.Accepted = false
	require.Equal(t, first, again)
	require.Equal(t, c.CheckIn(said, 0), c.CheckIn(said, 0))
}
