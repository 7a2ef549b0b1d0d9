package main

import (
	"fmt"
	"io"

	"github.com/ragdiag/ragdiag/claim"
	"github.com/ragdiag/ragdiag/metrics/stat"
	"github.com/ragdiag/ragdiag/trace"
)

// languages prints the mechanical check of each language and how its
// probabilities keep their word: sentences of paragraphs as claims, against
// their own paragraph, another one, and with a digit changed. Nobody judged
// them, and copied sentences are easier than answers.
func languages(w io.Writer, data string) error {
	fmt.Fprintf(w, "\n| language | grade | n | own paragraph | another paragraph | one number changed | ECE |\n|---|---|---|---|---|---|---|\n")
	for _, t := range claim.Languages() {
		files, err := values[struct {
			Data []struct{ Paragraphs []struct{ Context string } }
		}](data, "xquad/xquad."+t.Language+".json")
		if err != nil {
			return err
		}
		var texts []string
		for _, f := range files {
			for _, d := range f.Data {
				for _, p := range d.Paragraphs {
					texts = append(texts, p.Context)
				}
			}
		}
		var p []float64
		var right []bool
		var said, n [3]int
		v := claim.New(claim.Options{})
		for i, s := range texts {
			own, other := v.Prepare([]string{s}), v.Prepare([]string{texts[(i+7)%len(texts)]})
			for _, c := range claim.Split(s) {
				if !c.Checkable {
					continue
				}
				asked, kinds := [3]claim.Verdict{own.Check(c.Text), other.Check(c.Text)}, 2
				if wrong, ok := changeDigit(c.Text); ok {
					asked[2], kinds = own.Check(wrong), 3
				}
				for k, got := range asked[:kinds] {
					n[k]++
					if got.Support == trace.Supported {
						said[k]++
					}
					p, right = append(p, got.P), append(right, k == 0)
				}
			}
		}
		c, err := stat.ExpectedCalibrationError(p, right, 10)
		if err != nil {
			return err
		}
		fmt.Fprintf(w, "| %s | %s | %d | %s | %s | %s | %.3f |\n", t.Language, t.Grade, n[0], share(said[0], n[0]), share(said[1], n[1]), share(said[2], n[2]), c.ECE)
	}
	return nil
}

// changeDigit adds three to the last digit of the first number.
func changeDigit(s string) (string, bool) {
	b := []byte(s)
	for i := range b {
		if digit(b[i]) && (i+1 == len(b) || !digit(b[i+1])) {
			b[i] = '0' + (b[i]-'0'+3)%10
			return string(b), true
		}
	}
	return s, false
}

func digit(b byte) bool { return b >= '0' && b <= '9' }
