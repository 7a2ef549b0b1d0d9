package llm

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ragdiag/ragdiag/trace"
)

func TestStub(t *testing.T) {
	shop := []trace.Passage{
		{Title: "Shipping", Text: "Parcels leave the Veldt warehouse on weekdays. Shipping is free above 40 euros."},
		{Title: "Refunds", Text: "The Marmot store was founded by Ada Kell. Refunds are paid within 30 days. The rule was made in March 2019."},
	}
	german := []trace.Passage{{Text: "Die Rückgabefrist beträgt 30 Tage. Der Versand kostet nichts."}}
	chinese := []trace.Passage{{Text: "退款期限为三十天。运费由商店承担。"}}
	arabic := []trace.Passage{{Text: "مدة استرداد الأموال هي ثلاثون يوما. الشحن مجاني."}}
	for _, tt := range []struct {
		name, question string
		passages       []trace.Passage
		want           string
	}{
		{"number", "Within how many days are refunds paid?", shop, "Refunds are paid within 30 days [2]."},
		{"name", "Who founded the Marmot store?", shop, "The Marmot store was founded by Ada Kell [2]."},
		{"first passage", "Is shipping free above 40 euros?", shop, "Shipping is free above 40 euros [1]."},
		{"nothing fits", "What is the capital of Bolivia?", shop, Refusal},
		{"no passages", "Who founded the Marmot store?", nil, Refusal},
		{"no words in the question", "?!", shop, Refusal},
		{"German", "Wie lange ist die Rückgabefrist?", german, "Die Rückgabefrist beträgt 30 Tage [1]."},
		{"German, other", "Wer gründete den Verein in Köln?", german, Refusal},
		{"Chinese", "退款期限是多少天？", chinese, "退款期限为三十天 [1]。"},
		{"Arabic", "كم مدة استرداد الأموال؟", arabic, "مدة استرداد الأموال هي ثلاثون يوما [1]."},
	} {
		t.Run(tt.name, func(t *testing.T) { require.Equal(t, tt.want, ask(t, tt.question, tt.passages...)) })
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := (&Stub{}).Generate(ctx, Request{Question: "Who?"})
	require.ErrorIs(t, err, context.Canceled)
}

// A passage that does not matter changes no answer but its number.
func TestStubIgnoresNoise(t *testing.T) {
	gold := trace.Passage{Text: "Refunds are paid within 30 days."}
	noise := trace.Passage{Text: "The harbour of Lund was dredged. Gulls nest on the cranes."}
	require.Equal(t, "Refunds are paid within 30 days [1].", ask(t, "When are refunds paid?", gold, noise))
	require.Equal(t, "Refunds are paid within 30 days [2].", ask(t, "When are refunds paid?", noise, gold))
	require.Equal(t, Refusal, ask(t, "When are refunds paid?", noise, noise))
}

func ExampleStub() {
	g := &Stub{}
	for _, q := range []string{"How long do refunds take?", "Who painted the ceiling?"} {
		reply, err := g.Generate(context.Background(), Request{
			Question: q,
			Passages: []trace.Passage{{Text: "Shipping is free."}, {Text: "Refunds take 30 days. Gift cards are final."}},
		})
		fmt.Println(reply.Text, err)
	}
	// Output:
	// Refunds take 30 days [2]. <nil>
	// I cannot answer this from the given context. <nil>
}

func BenchmarkStub(b *testing.B) {
	text := "Refunds are paid within 30 days of the return. Parcels leave the warehouse on weekdays, and shipping is free above 40 euros. "
	var ps []trace.Passage
	for range 10 {
		ps = append(ps, trace.Passage{Text: text + text + text + text})
	}
	b.ReportAllocs()
	for b.Loop() {
		(&Stub{}).Generate(context.Background(), Request{Question: "Within how many days are refunds paid?", Passages: ps})
	}
}
