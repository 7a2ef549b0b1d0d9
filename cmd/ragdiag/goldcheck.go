package main

import (
	"context"
	"fmt"
	"io"
	"slices"

	"github.com/ragdiag/ragdiag/stages/retrieve/bleve"
	"github.com/ragdiag/ragdiag/trace"
	"github.com/ragdiag/ragdiag/trace/formats"
)

// goldSample is how many records with named gold evidence are looked up before
// the work begins.
const goldSample = 200

// checkGold looks up whether the index holds the gold evidence that the first
// records name. If it holds none of it, index and eval set do not belong
// together, and every verdict would be wrong: that is refused. If it lacks some,
// a warning says how much. What can be read only once is not checked.
func checkGold(ctx context.Context, stderr io.Writer, in *formats.Input, paths []string, x *bleve.Index) error {
	if slices.ContainsFunc(paths, formats.ReadOnce) {
		return nil
	}
	named, missing, example := 0, 0, ""
	for rec, err := range in.Records() {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if err != nil || rec.Gold == nil {
			continue
		}
		ids, held := 0, 0
		for _, set := range rec.Gold.Evidence {
			for _, u := range set {
				if u.ID == "" && u.Doc == "" {
					continue
				}
				if ids++; holds(x, u) {
					held++
				} else if example == "" {
					example = fmt.Sprintf("%q of record %q", u.ID+u.Doc, rec.ID)
				}
			}
		}
		if ids == 0 {
			continue
		}
		named++
		if held == 0 {
			missing++
		}
		if named == goldSample {
			break
		}
	}
	switch {
	case missing == named && named >= 3: // of one or two, the corpus may really lack it
		return usageErrorf("the index holds none of the gold evidence that the first %d records name, such as %s: is it the index of this eval set, and are the IDs those of its documents?", named, example)
	case missing > 0:
		fmt.Fprintf(stderr, "warning: of the first %d records with gold evidence, the index holds none of it for %d, such as %s\n", named, missing, example)
	}
	return nil
}

func holds(x *bleve.Index, u trace.Unit) bool {
	return u.ID != "" && x.Has(u.ID) == trace.Yes || u.Doc != "" && x.Has(u.Doc) == trace.Yes
}
