package judge

// The verdicts of Subtype.
const (
	Misread    = "misread"
	Distractor = "distractor"
	Override   = "override"
	Invented   = "invented"
)

// Subtype decides how a wrong claim came about. Units are passages and the
// references r1, r2 …; items are claims that are known to be wrong. Its verdict
// is a remark, no evidence: whether a claim overrides the passages from memory
// is shown only by a run without them.
var Subtype = &Task{
	Name: "error.subtype", Version: 1,
	item: "wrong claim",
	rule: `Each claim below is wrong: the references r1, r2 … say what is right. Decide how it came about, by the passages p1, p2 … alone.`,
	verdicts: []verdict{
		{Misread, "a passage holds what is right, and the claim takes a number, name, date or relation from that passage wrongly; quote what was misread", true},
		{Distractor, "a passage states what the claim says, but is about something else, outdated or wrong; quote it", true},
		{Override, "a passage plainly says what is right, and the claim says something else that stands in no passage; quote what was overridden", true},
		{Invented, "no passage says anything from which the claim could come", false},
	},
	check: func(_ *Query, item Item, verdict string, quotes []string) string {
		if verdict != Invented && verdict != CannotTell && !related(item.Text, quotes) {
			return "the quote has nothing to do with the claim"
		}
		return ""
	},
}
