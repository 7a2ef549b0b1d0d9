package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/ragdiag/ragdiag/corpus"
	"github.com/ragdiag/ragdiag/stages/retrieve/bleve"
)

const indexLong = `Index a corpus, so that 'ragdiag run' can search it and 'ragdiag diagnose' can
try other queries on it.

CORPUS is a BEIR corpus.jsonl or its folder, JSON lines with an ID and a text,
a folder of .txt, .md and .html files, SQuAD or XQuAD JSON, or TREC documents,
plain or compressed with gzip or zstd. What it is, and its language, is found
out from the content.

A long document is cut into passages at sentence ends; they are called "doc#0",
"doc#1" and so on. A document of one passage keeps its ID.

An index that was interrupted is continued by the same command. While it is built
the folder is locked; later its files are held against the checksums in its
manifest, so that a damaged index is refused and not used.`

// indexFlags are the flags of `ragdiag index`.
type indexFlags struct {
	out             string
	o               bleve.Options
	quiet           bool
	allowIncomplete bool
}

func newIndexCmd() *cobra.Command {
	var f indexFlags
	cmd := &cobra.Command{
		Use:   "index CORPUS",
		Short: "Index a corpus for retrieval",
		Long:  indexLong,
		Args:  cobra.ExactArgs(1),
		RunE:  func(cmd *cobra.Command, args []string) error { return f.run(cmd, args[0]) },
	}
	fl := cmd.Flags()
	fl.StringVar(&f.out, "out", "", "folder of the index")
	fl.StringVar(&f.o.Language, "lang", "", "language of the corpus as ISO 639-1 code (default: found out)")
	fl.StringVar(&f.o.Analyzer, "analyzer", "", "how words are found: a language code, cjk, ngram or standard (default: by language)")
	fl.IntVar(&f.o.Chunk.Words, "chunk-words", 300, "words in the longest passage; negative: documents are never cut")
	fl.IntVar(&f.o.Chunk.Overlap, "overlap", 50, "words that neighbouring passages share at most; negative: none")
	fl.BoolVar(&f.o.Force, "force", false, "build anew over an index that exists")
	fl.BoolVar(&f.quiet, "quiet", false, "show no progress")
	fl.BoolVar(&f.allowIncomplete, "allow-incomplete", false, "exit 0 instead of 4 if documents were skipped")
	_ = cmd.MarkFlagRequired("out") // fails only for a flag that does not exist
	return cmd
}

func (f *indexFlags) run(cmd *cobra.Command, path string) error {
	ctx, stderr := cmd.Context(), cmd.ErrOrStderr()
	docs, info, err := corpus.Open(ctx, path)
	if err != nil {
		return usageErrorf("%w", err)
	}
	what, total, shown := "KiB read", int(info.Bytes>>10), 0
	if total == 0 {
		what = "documents"
	}
	bar := newProgress(stderr, what, total, f.quiet)
	skipped := 0
	f.o.Source = info.Path
	f.o.OnProgress = func(p bleve.Progress) {
		now := p.Documents
		if total > 0 {
			now = int(info.Read() >> 10)
		}
		if now > shown {
			bar.add(now - shown)
			shown = now
		}
	}
	f.o.OnSkip = func(err error) {
		if skipped++; skipped <= maxSkipLines {
			fmt.Fprintf(stderr, "skipped: %v\n", err)
		}
	}
	s, err := bleve.Build(ctx, docs, f.out, f.o)
	bar.done()
	if skipped > maxSkipLines {
		fmt.Fprintf(stderr, "skipped: %d more\n", skipped-maxSkipLines)
	}
	var refused *bleve.RefusedError
	switch {
	case err != nil && ctx.Err() != nil:
		return &exitError{exitInterrupted, err}
	case errors.As(err, &refused):
		return usageErrorf("%w", err)
	case errors.Is(err, bleve.ErrNoDocuments):
		return usageErrorf("%s (read as %s): %w", path, info.Format, err)
	case err != nil:
		return failErrorf("%w", err)
	}
	return f.tell(cmd, info, s)
}

// tell prints what was indexed, and warns of what will make it worse.
func (f *indexFlags) tell(cmd *cobra.Command, info corpus.Info, s bleve.Stats) error {
	out, found := cmd.OutOrStdout(), "found out"
	if f.o.Language != "" {
		found = "as given"
	}
	language := s.Language + ", " + found
	if s.Language == "" {
		language = "not recognised"
	}
	fmt.Fprintf(out, "index     %s\n", f.out)
	fmt.Fprintf(out, "corpus    %s (%s), version %s\n", info.Path, info.Format, s.Corpus)
	fmt.Fprintf(out, "documents %d, %d skipped\n", s.Documents, s.Skipped)
	fmt.Fprintf(out, "passages  %d, %.1f tokens in the mean", s.Passages, float64(s.Tokens)/float64(s.Passages))
	if s.Resumed > 0 {
		fmt.Fprintf(out, "; %d of an earlier build taken over", s.Resumed)
	}
	fmt.Fprintf(out, "\nlanguage  %s\nanalyser  %s\n", language, s.Analyzer)
	for _, w := range s.Warnings {
		fmt.Fprintf(cmd.ErrOrStderr(), "warning: %s\n", w)
	}
	if s.Skipped > 0 && !f.allowIncomplete {
		return &exitError{exitIncomplete, fmt.Errorf("the index is complete, but %d of %d documents were skipped", s.Skipped, s.Skipped+s.Documents)}
	}
	return nil
}

// openIndex opens an index, and says where damage to it could not be found.
func openIndex(cmd *cobra.Command, dir string, ranker bleve.Ranker) (*bleve.Index, error) {
	x, err := bleve.Open(dir, ranker)
	if err == nil && !x.Checked() {
		fmt.Fprintf(cmd.ErrOrStderr(), "note: index %s has no checksums, damage to it is not found: build it anew with 'ragdiag index CORPUS --out %s --force'\n", dir, dir)
	}
	return x, err
}
