package answer

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestSchemasEnd holds that no schema runs for ever, and that those that people
// write are checked.
func TestSchemasEnd(t *testing.T) {
	chain := func(n int, keyword string) string {
		var b strings.Builder
		b.WriteString(`{"$ref":"#/$defs/a0","$defs":{`)
		for i := range n {
			fmt.Fprintf(&b, `"a%d":{%q:[{"$ref":"#/$defs/a%d"},{"$ref":"#/$defs/a%d"}]},`, i, keyword, i+1, i+1)
		}
		fmt.Fprintf(&b, `"a%d":{"type":"object"}}}`, n)
		return b.String()
	}
	tree := `{"$ref":"#/$defs/node","$defs":{"node":{"type":"object","required":["v"],"properties":{"v":{"type":"number"},"left":{"$ref":"#/$defs/node"},"right":{"$ref":"#/$defs/node"},"more":{"type":"array","items":{"$ref":"#/$defs/node"}}}}}}`
	deep := strings.Repeat(`{"v":1,"left":`, 20) + `{"v":1}` + strings.Repeat("}", 20)
	wide := `{"v":1,"more":[{"v":2}` + strings.Repeat(`,{"v":2}`, 2000) + `]}`
	for _, tt := range []struct {
		name, value, schema string
		problem             string
		open                bool
	}{
		{"plain", `{"a":1}`, `{"type":"object","properties":{"a":{"type":"string"}}}`, "got number, want string", false},
		{"few alternatives", `{}`, chain(6, "anyOf"), "", false},
		{"doubled often", `{}`, chain(60, "allOf"), "", true},
		{"doubled by alternatives", `{}`, chain(60, "anyOf"), "", true},
		{"doubled on the way down", `{"a":{"a":{"a":{"a":{"a":{}}}}}}`, `{"allOf":[{"properties":{"a":{"$ref":"#"}}},{"properties":{"a":{"$ref":"#"}}}]}`, "", false},
		{"doubled on a long way down", strings.Repeat(`{"a":`, 40) + "1" + strings.Repeat("}", 40), `{"allOf":[{"properties":{"a":{"$ref":"#"}}},{"properties":{"a":{"$ref":"#"}}}]}`, "", true},
		{"nested deep", `{}`, strings.Repeat(`{"allOf":[`, 600) + `{}` + strings.Repeat(`]}`, 600), "", true},
		{"a circle", `{}`, `{"$ref":"#"}`, "", true},
		{"a tree", deep, tree, "", false},
		{"a wide tree", wide, tree, "", false},
		{"a tree that does not fit", strings.Replace(deep, `{"v":1}`, `{"v":"x"}`, 1), tree, "want number", false},
		{"a deep value", strings.Repeat("[", 5000) + strings.Repeat("]", 5000), `{"type":"array"}`, "", true},
		{"large", `{}`, `{"description":"` + strings.Repeat("x", maxSchema) + `"}`, "", true},
		{"many problems", "[" + strings.Repeat("1,", 5000) + "1]", `{"items":{"type":"string"}}`, "…", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			v, err := decode(tt.value)
			require.NoError(t, err)
			problem, err := violates(v, json.RawMessage(tt.schema))
			if tt.open {
				require.Error(t, err)
				require.Empty(t, problem)
				return
			}
			require.NoError(t, err)
			require.Contains(t, problem, tt.problem)
			require.Equal(t, tt.problem == "", problem == "")
			require.LessOrEqual(t, len(problem), 500)
		})
	}
}

// TestNoFolderInSchemaErrors holds that what is wrong with a value or a schema
// does not depend on where the program runs, and tells nobody.
func TestNoFolderInSchemaErrors(t *testing.T) {
	here, err := os.Getwd()
	require.NoError(t, err)
	problem, err := violates(map[string]any{}, json.RawMessage(`{"required":["days"]}`))
	require.NoError(t, err)
	require.Contains(t, problem, "days")
	require.NotContains(t, problem, here)
	_, err = violates(map[string]any{}, json.RawMessage(`{"$ref":"other.json"}`))
	require.ErrorContains(t, err, "may not refer to")
	require.NotContains(t, err.Error(), here)
}
