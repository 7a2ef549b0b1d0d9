package match_test

import (
	"fmt"

	"github.com/ragdiag/ragdiag/internal/match"
	"github.com/ragdiag/ragdiag/trace"
)

func ExampleFind() {
	list := []match.Passage{
		{ID: "a#0", Text: "Gift cards are not refundable."},
		{ID: "b#3", Text: "Customers may return goods within 30 days of delivery."},
	}
	m := match.Find(trace.Unit{Text: "Goods may be returned within 30 days of delivery."}, list)
	fmt.Println(m.Rank, m.How, m.Grade)
	// Output: 2 text B
}

func ExampleAnswer() {
	alias, span, ok := match.Answer([]string{"30 days"}, "You have thirty days to send it back.")
	fmt.Println(alias, span, ok)
	// Output: 30 days {9 20} true
}
