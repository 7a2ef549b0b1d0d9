package main

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"go.yaml.in/yaml/v3"
)

// defaultConfig is read if it exists and --config does not name another file.
// It may have come with data of others, so it sets nothing but harmless keys.
const defaultConfig = "ragdiag.yaml"

// harmless are the flags that defaultConfig may set without being named by
// --config: how results are counted, judged and shown, and limits. None of them
// starts a program, names a server, a model, a file or a secret, or makes more
// calls than were asked for. docs/settings.md lists them too.
var harmless = []string{
	"all", "allow-incomplete", "analyzer", "bad-above", "chunk-words", "concurrency", "corpus-policy", "deadline", "depth",
	"fail-on", "format", "gate-on", "input-format", "k", "lang", "map", "match-false", "match-missed", "max-calls",
	"max-cost", "max-tokens", "min-claim-recall", "missing-citation", "model-seed", "only", "overlap", "quiet", "ranker",
	"rate", "redact", "rerank", "right-below", "seed", "strict", "temperature", "timeout", "window", "workers",
}

// envPrefix starts the environment variable of each flag: --corpus-policy is
// RAGDIAG_CORPUS_POLICY.
const envPrefix = "RAGDIAG_"

// setting is one entry of a configuration file.
type setting struct {
	values []string
	line   int
}

// readSettings reads a configuration file: a YAML mapping from flag names to
// values or lists of values.
func readSettings(path string) (map[string]setting, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, usageErrorf("configuration: %w", err)
	}
	var doc yaml.Node
	if err := yaml.Unmarshal(raw, &doc); err != nil {
		return nil, usageErrorf("%s: %w", path, err)
	}
	if len(doc.Content) == 0 {
		return nil, nil
	}
	m := doc.Content[0]
	if m.Kind != yaml.MappingNode {
		return nil, usageErrorf("%s:%d: a configuration is a mapping from flag names to values", path, m.Line)
	}
	out := map[string]setting{}
	for i := 0; i+1 < len(m.Content); i += 2 {
		key, val := m.Content[i], m.Content[i+1]
		if _, twice := out[key.Value]; twice {
			return nil, usageErrorf("%s:%d: %q is set twice", path, key.Line, key.Value)
		}
		s := setting{line: key.Line}
		switch val.Kind {
		case yaml.ScalarNode:
			s.values = []string{val.Value}
		case yaml.SequenceNode:
			for _, item := range val.Content {
				if item.Kind != yaml.ScalarNode {
					return nil, usageErrorf("%s:%d: %q must be a list of plain values", path, item.Line, key.Value)
				}
				s.values = append(s.values, item.Value)
			}
		default:
			return nil, usageErrorf("%s:%d: %q must be a value or a list of values", path, val.Line, key.Value)
		}
		out[key.Value] = s
	}
	return out, nil
}

// gone is a flag that there is no more: setting it says what replaces it.
type gone string

func (g gone) Set(string) error { return errors.New(string(g)) }
func (gone) String() string     { return "" }
func (gone) Type() string       { return "float" }

// notConfigurable are flags that make no sense in a file or in the environment.
var notConfigurable = []string{"config", "help", "version"}

// applySettings fills the flags of cmd that the command line left alone, from
// the environment and then from the configuration file. It returns where each
// flag's value came from.
func applySettings(cmd *cobra.Command) (origin map[string]string, err error) {
	path, err := cmd.Flags().GetString("config")
	if err != nil {
		return nil, err
	}
	named := path != ""
	if !named && hasDefaultConfig() {
		path = defaultConfig
	}
	var file map[string]setting
	if path != "" {
		if file, err = readSettings(path); err != nil {
			return nil, err
		}
		known := allFlags(cmd.Root())
		for _, key := range sortedKeys(file) {
			if !slices.Contains(known, key) {
				return nil, usageErrorf("%s:%d: unknown key %q%s", path, file[key].line, key, didYouMean(key, known))
			}
			if !named && !slices.Contains(harmless, key) {
				return nil, usageErrorf("%s:%d: %q is not taken from a file that was only found in the current folder: such a key may start programs, send texts or write files; if you trust the file, add --config %s, else remove the key", path, file[key].line, key, path)
			}
		}
	}
	if err := checkEnvironment(cmd.Root()); err != nil {
		return nil, err
	}
	origin = map[string]string{}
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if err != nil || slices.Contains(notConfigurable, f.Name) {
			return
		}
		env := envName(f.Name)
		value, inEnv := os.LookupEnv(env)
		s, inFile := file[f.Name]
		switch {
		case f.Changed:
			origin[f.Name] = "flag"
		case inEnv:
			origin[f.Name] = env
			if e := f.Value.Set(value); e != nil {
				err = usageErrorf("%s=%q: %w", env, value, e)
			}
		case inFile:
			origin[f.Name] = fmt.Sprintf("%s:%d", path, s.line)
			for _, v := range s.values {
				if e := f.Value.Set(v); e != nil {
					err = usageErrorf("%s:%d: %s: %w", path, s.line, f.Name, e)
				}
			}
		default:
			origin[f.Name] = "default"
		}
	})
	return origin, err
}

// hasDefaultConfig reports whether the current folder has a defaultConfig.
func hasDefaultConfig() bool {
	_, err := os.Stat(defaultConfig)
	return err == nil
}

// checkEnvironment refuses a variable with our prefix that is of no flag: a
// setting that is silently not applied would be worse.
func checkEnvironment(root *cobra.Command) error {
	known := []string{"RAGDIAG_DATA", "RAGDIAG_REQUIRE_DATA", mockKeyVariable} // no flags: where tests find real data, and a key
	for _, name := range allFlags(root) {
		if !slices.Contains(notConfigurable, name) {
			known = append(known, envName(name))
		}
	}
	for _, entry := range os.Environ() {
		name, _, _ := strings.Cut(entry, "=")
		if strings.HasPrefix(name, envPrefix) && !slices.Contains(known, name) {
			return usageErrorf("environment variable %s is no setting%s", name, didYouMean(name, known))
		}
	}
	return nil
}

// envName is the environment variable of a flag.
func envName(flag string) string {
	return envPrefix + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

// allFlags lists the flags of a command and everything below it.
func allFlags(cmd *cobra.Command) []string {
	var names []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
	cmd.PersistentFlags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
	for _, sub := range cmd.Commands() {
		names = append(names, allFlags(sub)...)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func sortedKeys(m map[string]setting) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// didYouMean names the known word nearest to the one given, if one is near.
func didYouMean(word string, known []string) string {
	best, at := "", 4
	for _, k := range known {
		if d := distance(word, k); d < at {
			best, at = k, d
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf("; did you mean %q?", best)
}

// distance is the Levenshtein distance in bytes: the words compared are ASCII.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, diagonal+1)
		}
	}
	return row[len(b)]
}
