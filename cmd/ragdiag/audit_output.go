package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"unicode"

	"github.com/ragdiag/ragdiag/internal/match"
)

// visible writes control characters, and those that turn the direction of a
// text or hide in it, as code points, so that a text cannot act on the terminal.
func visible(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case r == '\n' || r == '\t':
			b.WriteRune(r)
		case unicode.IsControl(r), unicode.Is(unicode.Cf, r) && r != 0x200c && r != 0x200d:
			fmt.Fprintf(&b, "<U+%04X>", r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// auditJSON is the summary for programs.
type auditJSON struct {
	Judged int          `json:"judged"`
	Asked  int          `json:"asked"`
	Bands  []bandJSON   `json:"bands"`
	False  *auditedJSON `json:"match_false"` // null: nothing was judged
	Missed *auditedJSON `json:"match_missed"`
}

type bandJSON struct {
	Band   string    `json:"band"`
	Found  bool      `json:"found"`
	Units  int       `json:"units"`
	Judged int       `json:"judged"`
	There  int       `json:"there"`
	CI     []float64 `json:"ci,omitzero"`
}

type auditedJSON struct {
	Rate     float64    `json:"rate"`
	CI       [2]float64 `json:"ci"`
	Units    int        `json:"units"`
	Unjudged int        `json:"unjudged"`
}

func printAudit(w io.Writer, a match.Audited, format string) error {
	if format == "json" {
		out := auditJSON{Judged: a.Judged, Asked: a.Asked, False: rateJSON(a.False), Missed: rateJSON(a.Missed)}
		for _, b := range a.Bands {
			j := bandJSON{Band: b.Band, Found: b.Found, Units: b.Units, Judged: b.Judged, There: b.There}
			if b.Judged > 0 {
				j.CI = []float64{b.Share.Lo, b.Share.Hi}
			}
			out.Bands = append(out.Bands, j)
		}
		e := json.NewEncoder(w)
		e.SetIndent("", "  ")
		return e.Encode(out)
	}
	fmt.Fprintf(w, "%d of %d pairs judged\n\n", a.Judged, a.Asked)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "match\tsays\tunits\tjudged\tthere\tshare there, 95 %")
	for _, b := range a.Bands {
		says, share := "not found", "-"
		if b.Found {
			says = "found"
		}
		if b.Judged > 0 {
			share = fmt.Sprintf("%.2f [%.2f, %.2f]", float64(b.There)/float64(b.Judged), b.Share.Lo, b.Share.Hi)
		}
		fmt.Fprintf(t, "%s\t%s\t%d\t%d\t%d\t%s\n", b.Band, says, b.Units, b.Judged, b.There, share)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	fmt.Fprintln(w)
	say(w, "\"found\" that is wrong      ", a.False)
	say(w, "\"not found\" that is there  ", a.Missed)
	// A rate of some bands only would mislead whatever reads the setting.
	whole := func(r match.AuditedRate) bool { return r.Known && r.Unjudged == 0 }
	if !whole(a.False) && !whole(a.Missed) {
		return nil
	}
	fmt.Fprintln(w, "\nFor ragdiag.yaml:")
	if whole(a.False) {
		fmt.Fprintf(w, "match-false: %.3f\n", a.False.Rate)
	}
	if whole(a.Missed) {
		fmt.Fprintf(w, "match-missed: %.3f\n", a.Missed.Rate)
	}
	return nil
}

func say(w io.Writer, what string, r match.AuditedRate) {
	if !r.Known {
		fmt.Fprintf(w, "%s unknown: nothing was judged\n", what)
		return
	}
	fmt.Fprintf(w, "%s %.3f [%.3f, %.3f] of %d units", what, r.Rate, r.Lo, r.Hi, r.Units)
	if r.Unjudged > 0 {
		fmt.Fprintf(w, "; nothing is known of %d more, in bands without an answer", r.Unjudged)
	}
	fmt.Fprintln(w)
}

func rateJSON(r match.AuditedRate) *auditedJSON {
	if !r.Known {
		return nil
	}
	return &auditedJSON{r.Rate, [2]float64{r.Lo, r.Hi}, r.Units, r.Unjudged}
}
