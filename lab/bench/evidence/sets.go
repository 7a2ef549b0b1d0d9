package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/ragdiag/ragdiag/claim"
	"github.com/ragdiag/ragdiag/lab/verifier"
)

// values reads the JSON values of a file of the data.
func values[T any](data, name string) ([]T, error) {
	f, err := os.Open(filepath.Join(data, name))
	if err != nil {
		return nil, fmt.Errorf("%w: name the folder of the data with -data", err)
	}
	defer f.Close()
	var out []T
	dec := json.NewDecoder(f)
	for {
		var v T
		switch err := dec.Decode(&v); {
		case errors.Is(err, io.EOF):
			return out, nil
		case err != nil:
			return nil, fmt.Errorf("%s: value %d: %w", name, len(out)+1, err)
		}
		out = append(out, v)
	}
}

func label(set, group, text string, passages []string, supported bool) verifier.Label {
	return verifier.Label{Claim: text, Passages: passages, Supported: &supported, Set: set, Group: set + "/" + group}
}

// wice holds the claims of WiCE dev: supported, against partially and not. The
// group is the article that the claim is from.
func wice(data string) ([]verifier.Label, error) {
	rows, err := values[struct {
		Label, Claim string
		Evidence     []string
		Meta         struct {
			Title string `json:"claim_title"`
		}
	}](data, "wice/dev.jsonl")
	var out []verifier.Label
	for _, r := range rows {
		out = append(out, label("wice", r.Meta.Title, r.Claim, []string{strings.Join(r.Evidence, "\n\n")}, r.Label == "supported"))
	}
	return out, err
}

// expertqa holds the claims of ExpertQA dev whose evidence has its text:
// completely supported for an expert, against partially and incompletely. The
// group is the question.
func expertqa(data string) ([]verifier.Label, error) {
	rows, err := values[struct {
		Question string
		Answers  map[string]struct {
			Claims []struct {
				Claim    string `json:"claim_string"`
				Evidence []string
				Support  string
			}
		}
	}](data, "expertqa/dev.jsonl")
	var out []verifier.Label
	for _, r := range rows {
		for _, system := range slices.Sorted(maps.Keys(r.Answers)) {
			for _, c := range r.Answers[system].Claims {
				var passages []string
				for _, e := range c.Evidence {
					if _, body, ok := strings.Cut(e, "\n\n"); ok { // behind the address
						passages = append(passages, body)
					}
				}
				if len(passages) > 0 && slices.Contains([]string{"Complete", "Partial", "Incomplete"}, c.Support) {
					out = append(out, label("expertqa", r.Question, claim.Uncite(c.Claim), passages, c.Support == "Complete"))
				}
			}
		}
	}
	return out, err
}

// passages holds the passages of mtrag by ID, and of each document the IDs in
// order.
type passages struct {
	text map[string]string
	of   map[string][]string
}

func readPassages(data string) (passages, error) {
	rows, err := values[struct{ ID, Text string }](data, "mtrag/passages.jsonl")
	p := passages{map[string]string{}, map[string][]string{}}
	for _, r := range rows {
		doc, _, _ := strings.Cut(r.ID, "-")
		p.text[r.ID] = r.Text
		p.of[doc] = append(p.of[doc], r.ID)
	}
	return p, err
}

// texts returns the passages of documents.
func (p passages) texts(docs ...string) []string {
	var out []string
	for _, d := range docs {
		for _, id := range p.of[d] {
			out = append(out, p.text[id])
		}
	}
	return out
}

// mtrag holds claims of human-repaired answers against the passages of their
// turn that people call relevant, and against those that they do not. The label
// is made by rule. Turns about finance are left out: their documents are those
// of fiqa. The group is the conversation.
func mtrag(data string, p passages) ([]verifier.Label, error) {
	rows, err := values[struct {
		Conversation, Domain string
		Answer               string `json:"final_answer"`
		Contexts             []struct {
			ID       string
			Relevant []string
		}
	}](data, "mtrag/tasks.jsonl")
	var out []verifier.Label
	for _, r := range rows {
		var own, other []string
		for _, c := range r.Contexts {
			yes, no := slices.Contains(c.Relevant, "yes"), slices.Contains(c.Relevant, "no")
			switch s := p.text[c.ID]; {
			case s == "" || yes == no: // not in the corpus, or judges disagree
			case yes:
				own = append(own, s)
			default:
				other = append(other, s)
			}
		}
		if r.Domain == "fiqa" || len(own) == 0 || len(other) == 0 {
			continue
		}
		for _, c := range claim.Split(r.Answer) {
			if c.Checkable {
				out = append(out, label("mtrag", r.Conversation, c.Text, own, true), label("mtrag", r.Conversation, c.Text, other, false))
			}
		}
	}
	return out, err
}

// attribution holds AttributionBench dev by source. The group is the question.
func attribution(data string) (map[string][]verifier.Label, error) {
	rows, err := values[struct {
		Question, Claim string
		Refs            []string `json:"references"`
		Label           string   `json:"attribution_label"`
		Source          string   `json:"src_dataset"`
	}](data, "attributionbench/dev.jsonl")
	out := map[string][]verifier.Label{}
	for _, r := range rows {
		l := label("attributionbench", r.Question, r.Claim, r.Refs, r.Label == "attributable")
		out[r.Source] = append(out[r.Source], l)
		out["all"] = append(out["all"], l)
	}
	return out, err
}

// fiqa holds cited sentences of people's answers against the documents that
// they cite, and against another gold document of the same question: a hard and
// noisy negative. The group is the question.
func fiqa(data string, p passages) ([]verifier.Label, error) {
	rows, err := values[struct {
		Question  string
		Gold      []string `json:"gold_docs"`
		Sentences []struct {
			Sentence string
			Cited    []string `json:"cited_docs"`
			All      bool     `json:"all_cited_present"`
		}
	}](data, "fiqa_cited/answers.jsonl")
	var out []verifier.Label
	for _, r := range rows {
		for _, s := range r.Sentences {
			other := slices.IndexFunc(r.Gold, func(d string) bool { return !slices.Contains(s.Cited, d) && len(p.of[d]) > 0 })
			if !s.All || len(s.Cited) == 0 || other < 0 {
				continue
			}
			out = append(out, label("fiqa", r.Question, s.Sentence, p.texts(s.Cited...), true), label("fiqa", r.Question, s.Sentence, p.texts(r.Gold[other]), false))
		}
	}
	return out, err
}

// clapnq holds claims of people's reference answers against their gold passage,
// and against that of the next question. The group is the question.
func clapnq(data string) ([]verifier.Label, error) {
	rows, err := values[struct {
		Input    string
		Passages []struct{ Text string }
		Output   []struct{ Answer string }
	}](data, "clapnq/dev.jsonl")
	rows = slices.DeleteFunc(rows, func(r struct {
		Input    string
		Passages []struct{ Text string }
		Output   []struct{ Answer string }
	}) bool {
		return len(r.Output) == 0 || r.Output[0].Answer == "" || len(r.Passages) == 0
	})
	var out []verifier.Label
	for i, r := range rows {
		other := rows[(i+1)%len(rows)].Passages[0].Text
		for _, c := range claim.Split(r.Output[0].Answer) {
			if c.Checkable {
				out = append(out, label("clapnq", r.Input, c.Text, []string{r.Passages[0].Text}, true), label("clapnq", r.Input, c.Text, []string{other}, false))
			}
		}
	}
	return out, err
}

// development holds the labels that the shipped weights are fitted on.
func development(data string, p passages) ([]verifier.Label, error) {
	var out []verifier.Label
	for _, read := range []func() ([]verifier.Label, error){
		func() ([]verifier.Label, error) { return wice(data) },
		func() ([]verifier.Label, error) { return expertqa(data) },
		func() ([]verifier.Label, error) { return mtrag(data, p) },
	} {
		ls, err := read()
		if err != nil {
			return nil, err
		}
		out = append(out, ls...)
	}
	return out, nil
}

// export writes labels as JSON lines.
func export(path string, labels []verifier.Label) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer f.Close()
	e := json.NewEncoder(f)
	e.SetEscapeHTML(false)
	for _, l := range labels {
		if err := e.Encode(l); err != nil {
			return err
		}
	}
	return f.Close()
}
