package claim

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"testing"
)

func TestZZ3(t *testing.T) {
	p := os.Getenv("ZZ3")
	if p == "" {
		t.Skip()
	}
	f, _ := os.Open(p)
	sc := bufio.NewScanner(f)
	sc.Buffer(nil, 1<<26)
	for sc.Scan() {
		var r struct{ ID, Question, Answer string }
		json.Unmarshal(sc.Bytes(), &r)
		a := newAsked(r.Question, r.Answer)
		fmt.Printf("=== %s %+v Q %.150s\n", r.ID, ReadRefusal(r.Question, r.Answer).P, r.Question)
		for _, c := range Split(r.Answer) {
			x := a.sentence(c)
			k := "·"
			if x.declines {
				k = "D"
			}
			if x.decides {
				k += "d"
			}
			if x.goesOn {
				k += "G"
			}
			if x.states {
				k += "S"
			}
			if x.instead {
				k += "I"
			}
			if x.hints {
				k += "h"
			}
			fmt.Printf("   %-4s %d %.170q\n", k, x.numbers, c.Text)
		}
	}
}
