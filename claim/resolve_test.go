package claim

import (
	"testing"

	"github.com/stretchr/testify/require"
)

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
