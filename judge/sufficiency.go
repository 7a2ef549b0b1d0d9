package judge

// The verdicts of Sufficiency.
const (
	Sufficient   = "sufficient"
	Insufficient = "insufficient"
)

// Sufficiency decides whether the passages are enough to answer a question,
// without a reference. Units are passages, the one item is the question.
var Sufficiency = &Task{
	Name: "context.sufficiency", Version: 1,
	item: "question", absence: true,
	rule: `You decide whether passages are enough to answer a question. Do not answer it from what you know.
Passages are enough if a careful reader could write a definite and complete answer from them alone. Being on the topic is not enough. If they contradict each other about the answer, they are not enough.`,
	verdicts: []verdict{
		{Sufficient, "the passages hold the whole answer; quote the words that give it", true},
		{Insufficient, "something that the answer needs is in none of them", false},
	},
	check: func(_ *Query, item Item, verdict string, quotes []string) string {
		if verdict == Sufficient && !related(item.Text, quotes) {
			return "the quote has nothing to do with the question"
		}
		return ""
	},
}
