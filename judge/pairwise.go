package judge

// The verdicts of Pairwise.
const (
	First  = "first"
	Second = "second"
	Tie    = "tie"
)

// Pairwise decides which of two answers is better. Units are the passages and the
// answers "first" and "second"; the one item is "pair". lab/judging asks it in both orders.
var Pairwise = &Task{
	Name: "pairwise", Version: 1,
	item: "pair",
	rule: `You compare two answers to the same question: units first and second. Only this counts: which one answers the question rightly and completely by the passages. Length, style, politeness and order do not count.`,
	verdicts: []verdict{
		{First, "the answer in unit first is better; quote from it what the other lacks or has wrong", true},
		{Second, "the answer in unit second is better; quote from it what the other lacks or has wrong", true},
		{Tie, "neither is better by content", false},
	},
}
