package judging

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"slices"

	"github.com/ragdiag/ragdiag/judge"
	"github.com/ragdiag/ragdiag/trace"
)

// LabelVersion is the version of the lines of a label file.
const LabelVersion = 1

// RootTask is the Task of a label that names the root cause of a record's
// failure. No judge is asked about it.
const RootTask = "root"

// Label is a person's verdict about one item of a record: a line of a label file.
type Label struct {
	Version int    `json:"ragdiag_label"`
	Record  string `json:"record"`
	Task    string `json:"task"`             // of a Task, or RootTask
	Item    string `json:"item"`             // of the task's items; "" for RootTask
	About   string `json:"about,omitzero"`   // hash of what the person saw: the label counts for nothing else
	Value   string `json:"label"`            // a verdict of the task, or a cause; empty: the label is taken back
	By      string `json:"by,omitzero"`      // who
	At      string `json:"at,omitzero"`      // RFC 3339
	Stratum string `json:"stratum,omitzero"` // from which the record was drawn
}

// Same reports whether two labels are about the same item and by the same person.
func (l Label) Same(m Label) bool {
	return l.Record == m.Record && l.Task == m.Task && l.Item == m.Item && l.By == m.By
}

// ReadLabels reads a label file, of which the last line about an item counts. An
// unreadable line is an error that names it; one without line end at the end of
// the file, as a kill leaves it, is left out.
func ReadLabels(r io.Reader, name string) ([]Label, error) {
	var out []Label
	br := bufio.NewReader(r)
	for n := 1; ; n++ {
		line, err := br.ReadBytes('\n')
		if err != nil && err != io.EOF {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		torn := err == io.EOF
		if b := bytes.TrimSpace(line); len(b) > 0 {
			var l Label
			e := json.Unmarshal(b, &l)
			switch {
			case e != nil && torn:
				return out, nil
			case e != nil:
				return nil, fmt.Errorf("%s:%d: not a label: %w", name, n, e)
			case l.Version != LabelVersion:
				return nil, fmt.Errorf("%s:%d: ragdiag_label is %d, want %d", name, n, l.Version, LabelVersion)
			case l.Record == "" || l.Task == "":
				return nil, fmt.Errorf(`%s:%d: a label needs "record" and "task"`, name, n)
			}
			if i := slices.IndexFunc(out, l.Same); i >= 0 {
				out = slices.Delete(out, i, i+1)
			}
			if l.Value != "" {
				out = append(out, l)
			}
		}
		if torn {
			return out, nil
		}
	}
}

// Whole asks a task about everything that a record has for it, whatever is
// decided offline: for labels and for measuring a judge. False: the record has
// nothing, or the task is not about one record.
func Whole(t *judge.Task, rec *trace.Record) (judge.Query, bool) {
	switch t {
	case judge.Verify:
		q := judge.Query{Record: rec.ID, Task: judge.Verify, Units: judge.Passages(rec)}
		if e := rec.Evidence.Ground; e != nil && len(rec.Context) > 0 {
			for i, c := range e.Claims {
				if c.Checkable {
					q.Items = append(q.Items, judge.ClaimItem(i, c.Text))
				}
			}
		}
		return q, len(q.Items) > 0
	case judge.Sufficiency:
		return judge.SufficiencyQuery(rec), len(rec.Context) > 0 && rec.Question != ""
	case judge.Relevance:
		q := judge.Query{Record: rec.ID, Task: judge.Relevance, Question: rec.Question, Units: judge.Passages(rec)}
		for _, u := range q.Units {
			q.Items = append(q.Items, judge.Item{ID: u.ID})
		}
		return q, len(q.Items) > 0 && rec.Question != ""
	case judge.Refusal:
		if rec.Answer == nil || rec.Answer.Text == "" {
			return judge.Query{}, false
		}
		return judge.RefusalQuery(rec), true
	case judge.Equivalence:
		if rec.Answer == nil || rec.Answer.Text == "" || rec.Gold == nil || len(rec.Gold.Answers) == 0 {
			return judge.Query{}, false
		}
		return judge.EquivalenceQuery(rec), true
	}
	return judge.Query{}, false
}

// AgreementOf compares two annotators' labels, task by task in the order of
// their names, on the items that both have labelled.
func AgreementOf(a, b []Label) ([]TwoLabellers, error) {
	by := map[string]*TwoLabellers{}
	for _, l := range a {
		i := slices.IndexFunc(b, func(m Label) bool {
			return l.Record == m.Record && l.Task == m.Task && l.Item == m.Item && l.About == m.About
		})
		if i < 0 {
			continue
		}
		t := by[l.Task]
		if t == nil {
			t = &TwoLabellers{Task: l.Task}
			by[l.Task] = t
		}
		t.add(l.Value, b[i].Value)
	}
	var out []TwoLabellers
	for _, t := range by {
		if err := t.finish(); err != nil {
			return nil, err
		}
		out = append(out, *t)
	}
	slices.SortFunc(out, func(a, b TwoLabellers) int { return bytes.Compare([]byte(a.Task), []byte(b.Task)) })
	return out, nil
}
