package formats

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestLimits(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"plain", `{"a":[1,2,{"b":"c"}]}`, ""},
		{"brackets in a string", `{"a":"` + strings.Repeat("[", 10_000) + `"}`, ""},
		{"an escaped quote", `{"a":"\"` + strings.Repeat("[", 10_000) + `\\"}`, ""},
		{"as deep as may be", strings.Repeat("[", maxDepth) + strings.Repeat("]", maxDepth), ""},
		{"too deep", strings.Repeat("[", maxDepth+1) + strings.Repeat("]", maxDepth+1), "nested deeper than 200"},
		{"never closed", strings.Repeat(`{"a":`, 1000), "nested deeper than 200"},
		{"too many values", "[" + strings.Repeat("0,", maxValues) + "0]", "holds more than 1048576 values"},
		{"too many objects", "[" + strings.Repeat("{},", maxValues/2) + "{}]", "holds more than 1048576 values"},
		{"an open string", `{"a":"b\`, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if err := limits([]byte(tt.text)); tt.want == "" {
				require.NoError(t, err)
			} else {
				require.ErrorContains(t, err, tt.want)
			}
		})
	}
}

// TestHugeRecordsCostThemselves reads records that would take gigabytes, or a
// deep stack, if they were decoded as they stand.
func TestHugeRecordsCostThemselves(t *testing.T) {
	good := `{"question":"why?","answer":"so","contexts":["t"]}`
	for name, bad := range map[string]string{
		"deep":                         `{"question":"q","answer":"a","contexts":` + strings.Repeat("[", 5000) + strings.Repeat("]", 5000) + `}`,
		"deep metadata":                `{"question":"q","answer":"a","contexts":["t"],"metadata":` + strings.Repeat(`{"a":`, 5000) + "1" + strings.Repeat(`}`, 5000) + `}`,
		"many passages":                `{"question":"q","answer":"a","contexts":["t"` + strings.Repeat(`,"t"`, maxPassages) + `]}`,
		"many passages in a string":    `{"question":"q","answer":"a","contexts":"[0` + strings.Repeat(`,0`, 2*maxValues) + `]"}`,
		"many passages of Python":      `{"question":"q","answer":"a","contexts":"['t'` + strings.Repeat(`,'t'`, maxPassages) + `]"}`,
		"a deep list in a string":      `{"question":"q","answer":"a","contexts":"` + strings.Repeat("[", 5000) + strings.Repeat("]", 5000) + `"}`,
		"many native passages":         `{"ragdiag":1,"id":"x","question":"q","context":[{}` + strings.Repeat(`,{}`, 2*maxValues) + `]}`,
		"many empty objects, no comma": `{"question":"q","answer":"a","contexts":[` + strings.Repeat(`[`, maxValues) + `]}`,
	} {
		t.Run(name, func(t *testing.T) {
			ids, errs := readAll(t, good+"\n"+bad+"\n"+strings.Replace(good, "why", "who", 1), Options{})
			require.Contains(t, ids, "r000001")
			require.Contains(t, ids, "r000003")
			if name != "a deep list in a string" { // it is one odd text
				require.Len(t, errs, 1)
			}
		})
	}
}
