package answer

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ragdiag/ragdiag/stages/prepared"
	"github.com/ragdiag/ragdiag/trace"
)

// record makes a record with one answer and its references.
func record(question, said string, refs ...string) *trace.Record {
	return &trace.Record{ID: "r", Question: question, Answer: &trace.Answer{Text: said}, Gold: &trace.Gold{Answers: refs}}
}

func TestBad(t *testing.T) {
	for _, tt := range []struct {
		name, question, said string
		refs                 []string
		want                 trace.Truth
	}{
		{"exact", "", "30 days", []string{"30 days"}, trace.No},
		{"within a sentence", "", "The return window is 30 days from delivery.", []string{"30 days"}, trace.No},
		{"number in words", "", "The return window is thirty days.", []string{"30 days"}, trace.No},
		{"another unit, same amount", "", "It is 1.5 km long.", []string{"1500 m"}, trace.No},
		{"thousands separator", "", "It has 1,200 seats.", []string{"1200"}, trace.No},
		{"million", "", "It cost $3.5 million.", []string{"$3,500,000"}, trace.No},
		{"date in another form", "", "It opened on 2020-03-05.", []string{"5 March 2020"}, trace.No},
		{"date less precise", "", "It opened in 2020.", []string{"5 March 2020"}, trace.TruthUnknown},
		{"date more precise", "", "It opened on 5 March 2020.", []string{"2020"}, trace.No},
		{"wrong number", "", "The return window is 14 days.", []string{"30 days"}, trace.Yes},
		{"number within a number", "", "The limit is 15.", []string{"5"}, trace.Yes},
		{"ordinal is no count", "", "It is on the 5th floor.", []string{"5"}, trace.Yes},
		{"negated", "", "The return window is not 30 days.", []string{"30 days"}, trace.Yes},
		{"negated, then right", "", "The return window is not 14 but 30 days.", []string{"30 days"}, trace.No},
		{"open choice", "", "The return window is 14 or 30 days.", []string{"30 days"}, trace.Yes},
		{"initials", "", "It was paid for by the NRC.", []string{"Northern Railway Company"}, trace.No},
		{"alias", "", "It was built in Leeds by Ann Ott.", []string{"A. Ott", "Ann Ott"}, trace.No},
		{"case and accents", "", "the mill stands in ZÜRICH", []string{"Zürich"}, trace.No},
		{"article", "", "It was the Halden Bridge.", []string{"The Halden Bridge"}, trace.No},
		{"part of a word", "", "The catalogue is blue.", []string{"cat"}, trace.Yes},
		{"yes", "Is it refundable?", "Yes, within 30 days.", []string{"yes"}, trace.No},
		{"yes against no", "Is it refundable?", "Yes, within 30 days.", []string{"no"}, trace.Yes},
		{"no in a sentence", "Is it refundable?", "The deposit is not refundable.", []string{"no"}, trace.No},
		{"no is not in know", "Is it refundable?", "We know it is refundable.", []string{"no"}, trace.Yes},
		{"letter", "", "The answer is A.", []string{"A"}, trace.No},
		{"letter against an article", "", "A train left.", []string{"A"}, trace.Yes},
		{"wrong letter", "", "B", []string{"A"}, trace.Yes},
		{"refusal", "", "I don't know.", []string{"30 days"}, trace.Yes},
		{"declines, and states the value", "What did the lock earn in 1931?", "The accounts do not say what the lock earned for its owners. They give earnings of 4,200 crowns in 1931, but not whose they were, so it cannot be determined.", []string{"4,200 crowns"}, trace.TruthUnknown},
		{"a yes for a reason in other words", "Is the weir safe at high water? If that cannot be said of a weir, explain why.", "Judged by the survey, the weir appears to be safe at high water. Its crest was rebuilt in brick, and the spillway takes what the old one took and more, so that the town below need not fear the spring.", []string{"Yes, because of the new sluice that the board let build."}, trace.No},
		{"hedged but right", "", "I'm not sure, but it is 30 days.", []string{"30 days"}, trace.No},
		{"Chinese", "期限?", "退货期限是30天。", []string{"30天"}, trace.No},
		{"Chinese name", "谁?", "创始人是王小明先生。", []string{"王小明"}, trace.No},
		{"German decimal comma", "", "Die Gebühr beträgt 3,5 Prozent.", []string{"3.5 %"}, trace.No},
		{"JSON", "", `{"answer": "30 days"}`, []string{"30 days"}, trace.No},
		{"cited", "", "The window is 30 [2] days [1].", []string{"30 days"}, trace.No},
		{"long reference, said otherwise", "", "In 1911 a fire destroyed the Halden mill, and with a grant that the county paid, the town could rebuild it.",
			[]string{"The mill in Halden was destroyed by fire in 1911. The county paid a grant so that the town could rebuild the mill."}, trace.No},
		{"long reference, another topic", "", "The library opens at nine and closes at five on weekdays.",
			[]string{"The mill in Halden was destroyed by fire in 1911. The county paid a grant so that the town could rebuild the mill."}, trace.Yes},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e := Examine(prepared.New(record(tt.question, tt.said, tt.refs...), nil))
			if e.Bad.Truth != tt.want {
				t.Errorf("Examine(prepared.New(%q | %q, nil)).Bad = %v (%s, recall %v); want %v", tt.said, tt.refs, e.Bad.Truth, e.Bad.Why, e.ClaimRecall, tt.want)
			}
		})
	}
}

func TestBadWithoutReference(t *testing.T) {
	rec := record("q", "The window is 30 days.")
	require.Equal(t, trace.TruthUnknown, Examine(prepared.New(rec, nil)).Bad.Truth, "nothing says whether it is right")

	for _, tt := range []struct {
		name   string
		labels []trace.Label
		want   trace.Truth
	}{
		{"one", []trace.Label{{What: "bad", Value: "yes", By: "ann"}}, trace.Yes},
		{"the newest decides, wherever it stands", []trace.Label{
			{What: "bad", Value: "no", At: "2026-05-02T10:00:00+02:00"}, {What: "bad", Value: "yes", At: "2026-05-02T08:30:00Z"}, {What: "bad", Value: "no", At: "2026-05-01T23:00:00Z"},
		}, trace.Yes},
		{"one with a time is newer than one without", []trace.Label{{What: "bad", Value: "no", At: "2026-05-02T10:00:00Z"}, {What: "bad", Value: "yes"}}, trace.No},
		{"contrary ones of one time", []trace.Label{{What: "bad", Value: "no"}, {What: "bad", Value: "yes", By: "ann"}}, trace.TruthUnknown},
		{"two that agree", []trace.Label{{What: "bad", Value: "bad"}, {What: "bad", Value: "yes"}}, trace.Yes},
		{"no clear value", []trace.Label{{What: "bad", Value: "perhaps"}, {What: "root", Value: "retrieval-miss"}}, trace.TruthUnknown},
	} {
		rec.Labels = tt.labels
		bad := Examine(prepared.New(rec, nil)).Bad
		require.Equal(t, tt.want, bad.Truth, tt.name)
		if tt.want != trace.TruthUnknown {
			require.Equal(t, trace.GradeB, bad.Grade, tt.name)
		}
	}

	rec = record("q", "The window is 30 days.", "30 days")
	rec.Labels = []trace.Label{{What: "bad", Value: "no"}, {What: "bad", Value: "yes"}}
	require.True(t, Examine(prepared.New(rec, nil)).Bad.IsUnknown(), "where people disagree the reference does not decide for them")

	rec = record("q", "The window is 30 days.", "30 days")
	rec.Labels = []trace.Label{{What: "bad", Value: "yes"}}
	require.True(t, Examine(prepared.New(rec, nil)).Bad.IsYes(), "a label overrides the reference")

	rec = &trace.Record{Gold: &trace.Gold{Answers: []string{"x"}}}
	require.True(t, Examine(prepared.New(rec, nil)).Bad.IsUnknown(), "no answer is recorded")
	require.True(t, Examine(prepared.New(&trace.Record{}, nil)).Bad.IsUnknown())
}

func TestUnanswerable(t *testing.T) {
	rec := record("q", "I don't know.")
	rec.Gold.Answerable = trace.No
	e := Examine(prepared.New(rec, nil))
	require.True(t, e.Bad.IsNo(), e.Bad.Why)
	require.True(t, e.Answerable.IsNo())

	rec.Answer.Text = "The founder was Ann Ott."
	require.True(t, Examine(prepared.New(rec, nil)).Bad.IsYes())
}

// An answer that never came declines nothing, also where declining is right.
func TestFailedStepIsNoRefusal(t *testing.T) {
	rec := &trace.Record{Question: "Who?", Answer: &trace.Answer{}, Gold: &trace.Gold{Answerable: trace.No}}
	require.True(t, Examine(prepared.New(rec, nil)).Bad.IsNo(), "an empty answer declines")
	rec.Run.Errors = []trace.StageError{{Stage: trace.StageGround, Message: "HTTP 500"}}
	got := Examine(prepared.New(rec, nil))
	require.True(t, got.Bad.IsYes())
	require.True(t, got.Refusal.IsNo())
	rec.Answer.Text = "I cannot answer this."
	require.True(t, Examine(prepared.New(rec, nil)).Bad.IsNo(), "it came all the same")
}

func TestGoldClaims(t *testing.T) {
	rec := record("q", "The window is 30 days. Shipping costs 5 euros.")
	rec.Gold.Claims = []string{"The window is 30 days.", "Shipping costs 5 euros.", "The label is printed in blue ink."}
	e := Examine(prepared.New(rec, nil))
	require.False(t, e.Bad.IsNo(), "one of three is missing")
	v, _ := e.ClaimRecall.Get()
	require.InDelta(t, .67, v, .1)
	require.Equal(t, trace.ReferenceClaims, e.Reference)
	require.Len(t, e.Compared, 3)
	rec.Gold.Claims = rec.Gold.Claims[:2]
	require.True(t, Examine(prepared.New(rec, nil)).Bad.IsNo(), "all that is needed is said")
}

func TestFormat(t *testing.T) {
	schema := json.RawMessage(`{"type":"object","required":["answer"],"properties":{"answer":{"type":"string"}}}`)
	for _, tt := range []struct {
		name   string
		said   string
		format trace.Format
		want   trace.Truth
		ok     trace.Truth // of the content
	}{
		{"JSON", `{"answer":"30 days"}`, trace.Format{JSON: true}, trace.No, trace.Yes},
		{"no JSON, right content", "30 days", trace.Format{JSON: true}, trace.Yes, trace.Yes},
		{"two values", `{"answer":"30 days"} {}`, trace.Format{JSON: true}, trace.Yes, trace.Yes},
		{"fenced JSON", "```json\n{\"answer\":\"30 days\"}\n```", trace.Format{JSON: true}, trace.Yes, trace.Yes},
		{"schema", `{"answer":"30 days"}`, trace.Format{Schema: schema}, trace.No, trace.Yes},
		{"breaks schema", `{"reply":"30 days"}`, trace.Format{Schema: schema}, trace.Yes, trace.Yes},
		{"wrong content, right form", `{"answer":"14 days"}`, trace.Format{Schema: schema}, trace.No, trace.No},
		{"schema that reads a file", `{}`, trace.Format{Schema: json.RawMessage(`{"$ref":"file:///etc/hostname"}`)}, trace.TruthUnknown, trace.No},
		{"pattern", "ANSWER: 30 days", trace.Format{Pattern: `^ANSWER: `}, trace.No, trace.Yes},
		{"breaks pattern", "30 days", trace.Format{Pattern: `^ANSWER: `}, trace.Yes, trace.Yes},
		{"bad pattern", "30 days", trace.Format{Pattern: `(`}, trace.TruthUnknown, trace.Yes},
		{"too long", "It is 30 days as of today.", trace.Format{MaxWords: 3}, trace.Yes, trace.Yes},
		{"language", "Die Frist für die Rückgabe ist 30 Tage.", trace.Format{Language: "en"}, trace.Yes, trace.Yes},
	} {
		t.Run(tt.name, func(t *testing.T) {
			rec := record("q", tt.said, "30 days", "30 Tage")
			rec.Gold.Format = &tt.format
			e := Examine(prepared.New(rec, nil))
			require.Equal(t, tt.want, e.Malformed.Truth, e.Malformed.Why)
			require.Equal(t, tt.ok, e.ContentOK.Truth, e.ContentOK.Why)
			if tt.want == trace.Yes {
				require.True(t, e.Bad.IsYes(), "an answer in the wrong form fails the user")
			}
		})
	}
}

func TestArtefact(t *testing.T) {
	e := Examine(prepared.New(record("q", "After the order has arrived at your door you have thirty days to send it back.", "30 days"), nil))
	require.True(t, e.Artefact.IsYes(), e.Artefact.Why)
	e = Examine(prepared.New(record("q", "30 days", "30 days"), nil))
	require.True(t, e.Artefact.IsNo())
	e = Examine(prepared.New(record("q", "14 days", "30 days"), nil))
	require.True(t, e.Artefact.IsNo(), "wrong is wrong")
}

func TestGoldDoubt(t *testing.T) {
	unit := trace.Unit{ID: "d#1", Text: "Since 2021 the return window of the Halden shop is 45 days after delivery."}
	rec := record("How long is the return window?", "The return window of the Halden shop is 45 days after delivery.", "30 days")
	rec.Gold.Evidence = []trace.EvidenceSet{{unit}}
	e := Examine(prepared.New(rec, nil))
	require.True(t, e.Bad.IsYes())
	require.True(t, e.GoldDoubt.IsYes(), e.GoldDoubt.Why)

	rec.Gold.Evidence[0][0].Text = "The return window is 30 days. The Halden shop has 45 days."
	require.True(t, Examine(prepared.New(rec, nil)).GoldDoubt.IsNo(), "the evidence states the reference")

	rec.Gold.Evidence = nil
	require.True(t, Examine(prepared.New(rec, nil)).GoldDoubt.IsUnknown())

	rec.Context = []trace.Passage{{Text: unit.Text}}
	rec.Evidence.PeerAnswers = []trace.PeerAnswer{{System: "b", Text: "45 days"}, {System: "c", Text: "It is 45 days."}}
	require.True(t, Examine(prepared.New(rec, nil)).GoldDoubt.IsYes(), "two systems agree on what the context states")
	rec.Evidence.PeerAnswers[1].System = "b"
	require.False(t, Examine(prepared.New(rec, nil)).GoldDoubt.IsYes(), "one system twice is no agreement")
}

// TestGoldDoubtForms holds what may be said of a reference that the gold
// evidence does not state word by word, while the evidence supports the answer.
func TestGoldDoubtForms(t *testing.T) {
	const doubt, perhaps, none = "doubt", "perhaps", "none"
	for _, tt := range []struct{ name, evidence, answer, ref, want string }{
		{"another value", "The return window of the Halden shop is 45 days.", "The return window of the Halden shop is 45 days.", "30 days", doubt},
		{"value in words", "The Halden line had 38 passenger cars and ran for years.", "The Halden line ran for years.", "thirty-eight passenger cars", none},
		{"day among other forms", "Ott was born on 2 Dec 1716 in Halden by the sea.", "Ott was born in Halden by the sea.", "the second of December 1716", none},
		{"part of a date", "Ott was born in December 1716 in Halden by the sea.", "Ott was born in Halden by the sea.", "2 December 1716", perhaps},
		{"some value stands", "The Halden line was 310 metres long and had 38 cars.", "The Halden line was 310 metres long.", "38 cars in 45 trains", perhaps},
		{"no value of that kind", "The Halden line was built by Ann Ott of Leeds.", "The Halden line was built by Ann Ott.", "1870", perhaps},
		{"another name", "The Halden line was built by Ann Ott of Leeds.", "The Halden line was built by Ann Ott.", "Carl Lund", doubt},
		{"part of a name", "The Halden line was built by Ann Ott of Leeds.", "The Halden line was built by Ann Ott.", "Ann Lund", perhaps},
		{"form of a name", "The Halden line was built by Prussian engineers.", "The Halden line was built by engineers.", "Prussia", perhaps},
		{"initials", "The Halden line was paid for by the Northern Railway Company.", "The Halden line was paid for by a company.", "NRC", perhaps},
		{"words have synonyms", "The Halden line moved its goods by night.", "The Halden line moved its goods by night.", "after dark", perhaps},
		{"a name of some words", "The Halden line was paid for by the town of Leeds and the paper mills.", "The Halden line was paid for by the town of Leeds and the paper mills.", "the county of Brema and the paper mills", perhaps},
		{"many words, no name", "The Halden line was paid for by the towns and all the paper mills.", "The Halden line was paid for.", "towns, villages and paper mills together", none},
		{"German noun", "Die Halden-Bahn fuhr ihre Fracht immer in der Nacht.", "Die Halden-Bahn fuhr ihre Fracht in der Nacht.", "Dunkelheit", perhaps},
		{"German compound", "Die Halden-Bahn hatte einunddreißig Wagen und fuhr in der Nacht.", "Die Halden-Bahn fuhr in der Nacht.", "31 Wagen", none},
	} {
		t.Run(tt.name, func(t *testing.T) {
			rec := record("What of the line?", tt.answer, tt.ref)
			rec.Gold.Evidence = []trace.EvidenceSet{{{ID: "d#1", Text: tt.evidence}}}
			rec.Labels = []trace.Label{{What: "bad", Value: "yes"}} // where the comparison cannot tell
			e := Examine(prepared.New(rec, nil))
			require.True(t, e.Bad.IsYes())
			got := none
			switch d := e.GoldDoubt; {
			case d.IsYes() && d.Grade == trace.GradeC:
				got = doubt
			case !d.IsNo():
				got = perhaps
			}
			require.Equal(t, tt.want, got, e.GoldDoubt.Why)
		})
	}
}
