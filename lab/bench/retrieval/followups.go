package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/ragdiag/ragdiag/metrics/stat"
	"github.com/ragdiag/ragdiag/stages/query"
	"github.com/ragdiag/ragdiag/stages/retrieve/bleve"
	"github.com/ragdiag/ragdiag/trace"
)

// followups prints, for real conversations, how often some relevant passage is
// among the first five: for the last turn as it stands, made self-contained by
// rule, expanded with words of the passages found, and rewritten by people.
func followups(ctx context.Context, w io.Writer, data, tmp string) error {
	dir := filepath.Join(data, "mtrag")
	x, err := index(ctx, filepath.Join(dir, "passages.jsonl"), filepath.Join(tmp, "mtrag"), bleve.RankExact, bleve.Options{})
	if err != nil {
		return err
	}
	defer x.Close()
	relevant, err := passagesOf(filepath.Join(dir, "qrels.txt"))
	if err != nil {
		return err
	}
	f, err := os.Open(filepath.Join(dir, "queries.jsonl"))
	if err != nil {
		return err
	}
	defer f.Close()
	names := []string{"last turn", "made self-contained by rule", "expanded", "rewritten by people"}
	n, changed := 0, 0
	hits, moved := make([][]float64, len(names)), [2]int{}
	for dec := json.NewDecoder(bufio.NewReader(f)); ; {
		var q struct {
			ID        string `json:"task_id"`
			Last      string `json:"lastturn"`
			Rewrite   string `json:"rewrite"`
			Questions string `json:"questions"`
		}
		if err := dec.Decode(&q); err == io.EOF {
			break
		} else if err != nil {
			return err
		}
		if len(relevant[q.ID]) == 0 {
			continue
		}
		rec := conversation(q.Questions)
		resolved, did := query.Resolve(rec.Question, rec.History)
		expanded, err := query.Form(ctx, rec, query.Options{Kinds: []string{trace.QueryExpanded}, Search: x.Retrieve, Weights: x.Weights()})
		if err != nil {
			return err
		}
		n++
		if did {
			changed++
		}
		for i, text := range []string{said(q.Last), resolved, expanded[0].Text, said(q.Rewrite)} {
			got, err := x.Retrieve(ctx, text, 5)
			if err != nil {
				return err
			}
			found := 0.0
			for _, h := range got {
				if relevant[q.ID][h.Doc] {
					found = 1
				}
			}
			hits[i] = append(hits[i], found)
		}
		switch at := n - 1; {
		case hits[1][at] > hits[0][at]:
			moved[0]++
		case hits[1][at] < hits[0][at]:
			moved[1]++
		}
	}
	fmt.Fprintf(w, "\n## Real conversations (mtrag, %d turns with relevant passages, %d passages)\n\n", n, x.Manifest().Passages)
	fmt.Fprintln(w, "| query | success@5 | this − last turn, paired 95 % |\n|---|---|---|")
	for i, name := range names {
		fmt.Fprintf(w, "| %s | %.3f |", name, mean(hits[i]))
		if i > 0 {
			d, err := stat.PairedBootstrap(hits[0], hits[i], stat.BootstrapOptions{Seed: 1})
			if err != nil {
				return err
			}
			fmt.Fprintf(w, " %+.3f [%+.3f, %+.3f] |", d.Value, d.Interval.Lo, d.Interval.Hi)
		} else {
			fmt.Fprint(w, " |")
		}
		fmt.Fprintln(w)
	}
	fmt.Fprintf(w, "\nThe rules changed %d of %d turns; the evidence was gained in %d and lost in %d.\n", changed, n, moved[0], moved[1])
	return nil
}

// said drops the speaker from a turn.
func said(turn string) string {
	return strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(turn), "|user|:"))
}

// conversation makes a record of a user's questions, the last one asked now.
func conversation(turns string) *trace.Record {
	rec := &trace.Record{}
	all := strings.Split(turns, "\n|user|:")
	for _, t := range all[:len(all)-1] {
		rec.History = append(rec.History, trace.Turn{Role: "user", Text: said(t)})
	}
	rec.Question = said(all[len(all)-1])
	return rec
}

// passagesOf reads the relevant passages of each query from a qrels file.
func passagesOf(path string) (map[string]map[string]bool, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	out := map[string]map[string]bool{}
	s := bufio.NewScanner(f)
	for s.Scan() {
		cols := strings.Fields(s.Text())
		if len(cols) != 4 || cols[3] == "0" {
			continue
		}
		if out[cols[0]] == nil {
			out[cols[0]] = map[string]bool{}
		}
		out[cols[0]][cols[2]] = true
	}
	return out, s.Err()
}
