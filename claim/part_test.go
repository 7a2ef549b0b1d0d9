package claim

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestParts(t *testing.T) {
	for _, tt := range []struct {
		name, in string
		want     []string // nil: one statement
	}{
		{"same subject", "The Halden mill was opened in 1911 and produced paper for the whole county.",
			[]string{"The Halden mill was opened in 1911.", "The Halden mill produced paper for the whole county."}},
		{"passive goes on", "The Halden mill was founded by Ann Ott in 1911 and acquired by Lund Paper in 1950.",
			[]string{"The Halden mill was founded by Ann Ott in 1911.", "The Halden mill was acquired by Lund Paper in 1950."}},
		{"own subject", "The Halden mill opened in spring 1911, and the county railway reached Velm two years later.",
			[]string{"The Halden mill opened in spring 1911.", "The county railway reached Velm two years later."}},
		{"own subject, passive", "The Halden mill opened in spring 1911, but the county railway was finished two years later.",
			[]string{"The Halden mill opened in spring 1911.", "The county railway was finished two years later."}},
		{"contrast", "Orvane has 400 employees in Velm, while Lund Paper has 90 employees in Halden.",
			[]string{"Orvane has 400 employees in Velm.", "Lund Paper has 90 employees in Halden."}},
		{"relative clause", "Ann Ott founded the Halden paper mill, which produced paper for the whole county until 1950.",
			[]string{"Ann Ott founded the Halden paper mill.", "The Halden paper mill produced paper for the whole county until 1950."}},
		{"three statements", "Ann Ott was born in Velm in 1880, studied engineering there and founded the Halden mill in 1911.",
			[]string{"Ann Ott was born in Velm in 1880, studied engineering there.", "Ann Ott founded the Halden mill in 1911."}},
		{"too short a part", "The mill opened and closed in 1911.", nil},
		{"a list of nouns", "The mill produced paper, cardboard and painted wooden boxes for the county.", nil},
		{"condition", "If the meter is older than six years and was never tested, the utility replaces it.", nil},
		{"both", "Both the mill in Halden and the foundry in Velm were closed in 1950.", nil},
		{"a name with and", "Ott and Lund was a paper company in Halden until the fire of 1950.", nil},
		{"fronted", "In 1911, Ann Ott founded the mill and was elected to the county council.", nil},
		{"restrictive", "The mill which produced paper for the county was closed in 1950.", nil},
		{"German", "Die Mühle wurde 1911 eröffnet, und die Bahn wurde zwei Jahre später gebaut.", nil},
		{"citations", "The Halden mill was opened in 1911 [1] and produced paper for the whole county [2].",
			[]string{"The Halden mill was opened in 1911.", "The Halden mill produced paper for the whole county."}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			claims := Split(tt.in)
			require.Len(t, claims, 1)
			var got []string
			at := 0
			for _, p := range Parts(tt.in, claims[0]) {
				require.GreaterOrEqual(t, p.Start, at)
				at = p.End
				got = append(got, p.Text)
			}
			require.Equal(t, tt.want, got)
		})
	}
}

func TestResolved(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{"Ann Ott founded the mill. She left it in 1950.", "Ann Ott left it in 1950."},
		{"In 1911, Ann Ott founded a mill. She left it.", "Ann Ott left it."},
		{"Orvane was founded in 1911. Its staff numbers 40.", "Orvane's staff numbers 40."},
		{"Lund Paper was founded in 1911. The company has 40 employees.", "Lund Paper has 40 employees."},
		{"The old mill was built in 1911. It has a wheel.", "The old mill has a wheel."},
		{"The mill has a wheel. This is new.", "The mill is new."},
		{"The mill has a wheel. This mill is new.", ""},
		{"It rained. It stopped.", ""},
		{"The mill has a wheel. The wheel is new.", ""},
		{"He left.", ""},
	} {
		claims := Split(tt.in)
		require.Equal(t, tt.want, claims[len(claims)-1].Resolved, tt.in)
	}
}

func TestReasons(t *testing.T) {
	for _, tt := range []struct {
		in   string
		want []Reason
	}{
		{"# History\nThe mill opened in 1911.", []Reason{Heading, ""}},
		{"# 30 days", []Reason{""}},
		{"Run this:\n```go\nx := a.B. C()\n```\nIt prints one line.", []Reason{LeadIn, Code, ""}},
		{"- `go test ./...`\n- `go vet` finds mistakes", []Reason{Code, ""}},
		{"| town | year |\n|---|---|\n| Halden | 1911 |\n| Velm | 1950 |", []Reason{TableHeader, "", ""}},
		{"town | year\n--- | ---\nHalden | 1911", []Reason{TableHeader, ""}},
		{"It depends. The mill opened in 1911.", []Reason{Hedge, ""}},
		{"It depends on the year in which the meter was built and sealed.", []Reason{""}},
		{"Πότε άνοιξε; Άνοιξε το 1911.", []Reason{Question, ""}},
		{"Hello! I don't know.", []Reason{SmallTalk, Refusal}},
		{"Name: Halden mill\nOpened: 1911", []Reason{"", ""}},
		{"- [x] Built in 1911\n- [ ] Painted in red", []Reason{"", ""}},
	} {
		var got []Reason
		for _, c := range Split(tt.in) {
			got = append(got, c.Reason)
		}
		require.Equal(t, tt.want, got, tt.in)
	}
}
