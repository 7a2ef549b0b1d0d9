package judge

// The verdicts of Relevance.
const (
	Relevant   = "relevant"
	OnTopic    = "on_topic"
	Irrelevant = "irrelevant"
)

// Relevance decides for each passage whether it helps to answer the question.
// Units are passages, and so are the items.
var Relevance = &Task{
	Name: "relevance", Version: 1,
	item: "passage", own: true,
	rule: `You decide for each passage whether it helps to answer the question. Judge each one by itself.`,
	verdicts: []verdict{
		{Relevant, "it holds the answer or a part of it; quote that part", true},
		{OnTopic, "it is about the same thing and holds no part of the answer", false},
		{Irrelevant, "it is about something else", false},
	},
}
