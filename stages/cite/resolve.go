package cite

import (
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/ragdiag/ragdiag/trace"
)

// scheme says what a number in a marker means. The zero scheme: nothing.
type scheme struct {
	name string
	base int // the number of the first passage
	ids  bool
}

// The three readings of numbers.
var (
	oneBased  = scheme{name: "1-based", base: 1}
	zeroBased = scheme{name: "0-based", base: 0}
	byID      = scheme{name: "ids", ids: true}
)

func (s scheme) String() string { return s.name }

// numberScheme chooses the reading that resolves most numbers. In doubt 1-based
// wins, because models count so; then 0-based. Numeric IDs win only if they
// resolve more than positions do.
func numberScheme(markers []marker, structured []trace.Citation, n names) scheme {
	var numbers []int
	add := func(text string) {
		if v, err := strconv.Atoi(text); err == nil {
			numbers = append(numbers, v)
		}
	}
	for _, m := range markers {
		for _, it := range m.items {
			if !it.zero && it.is != isURL {
				add(it.text)
			}
		}
	}
	for _, c := range structured {
		for _, t := range c.Targets {
			add(t)
		}
	}
	if len(numbers) == 0 {
		return scheme{}
	}
	best, most := oneBased, 0
	for _, s := range []scheme{oneBased, zeroBased, byID} {
		resolved := 0
		for _, v := range numbers {
			if len(n.resolve(strconv.Itoa(v), s)) > 0 {
				resolved++
			}
		}
		if resolved > most {
			best, most = s, resolved
		}
	}
	return best
}

// names knows what the passages of a context are called.
type names struct {
	passages int
	byName   map[string][]int // ID, document ID and their forms, case folded
	byTitle  map[string][]int
	shapes   map[string]bool // of the names; see shape
	urls     bool            // some passages are named by an address
}

func newNames(ctx []trace.Passage) names {
	n := names{passages: len(ctx), byName: map[string][]int{}, byTitle: map[string][]int{}, shapes: map[string]bool{}}
	add := func(m map[string][]int, name string, i int) {
		if name = canonical(name); name != "" && !slices.Contains(m[name], i) {
			m[name] = append(m[name], i)
		}
	}
	for i, p := range ctx {
		add(n.byName, p.ID, i)
		add(n.byTitle, p.Title, i)
		for _, name := range []string{p.ID, p.Doc} {
			n.urls = n.urls || strings.Contains(name, "://")
			if sh := shape(name); sh != "" {
				n.shapes[sh] = true
			}
		}
	}
	ids := maps.Clone(n.byName)
	for i, p := range ctx {
		if ids[canonical(p.Doc)] == nil { // a name that is some passage's own ID means that passage alone
			add(n.byName, p.Doc, i)
		}
	}
	return n
}

// resolve returns the passages that a target names, reading a number as scheme
// says. A name may be an ID, or a document ID, which several passages may share.
func (n names) resolve(target string, s scheme) []int {
	v, err := strconv.Atoi(target)
	if err != nil || s.ids {
		return n.byName[canonical(target)]
	}
	if s == (scheme{}) {
		return nil
	}
	return n.position(v, s)
}

// position returns the passage with the given number.
func (n names) position(v int, s scheme) []int {
	if i := v - s.base; i >= 0 && i < n.passages {
		return []int{i}
	}
	return nil
}

// mentioned returns the passages that the text of a footnote names: by an
// address or another name among its words, or by being their title.
func (n names) mentioned(text string) []int {
	if p := n.byTitle[canonical(text)]; len(p) > 0 {
		return p
	}
	for _, word := range strings.Fields(text) {
		if p := n.byName[canonical(strings.Trim(word, `.,;()<>"`))]; len(p) > 0 {
			return p
		}
	}
	return nil
}

// canonical folds what differs between spellings of the same name: case, the
// scheme of an address, a final slash, brackets around.
func canonical(name string) string {
	name = strings.ToLower(strings.TrimSpace(name))
	if in, ok := strings.CutPrefix(name, "["); ok {
		name = strings.TrimSuffix(in, "]")
	}
	if _, rest, ok := strings.Cut(name, "://"); ok {
		name, _, _ = strings.Cut(rest, "#")
		name = strings.TrimPrefix(name, "www.")
	}
	return strings.TrimRight(name, "/")
}

// shape is the pattern of a name: "doc_12#3" is "doc_0#0". A marker with the
// shape of the names of the context is a citation even if it resolves to
// nothing. A name without digits has no shape, because any word would fit.
func shape(name string) string {
	name = canonical(name)
	var b strings.Builder
	letters := false
	for i, r := range name {
		switch {
		case r == ' ' || r == '\t':
			return ""
		case r < '0' || r > '9':
			letters = true
			b.WriteRune(r)
		case i == 0 || name[i-1] < '0' || name[i-1] > '9': // one 0 for a run of digits
			b.WriteByte('0')
		}
	}
	if !letters || !strings.Contains(b.String(), "0") {
		return ""
	}
	return b.String()
}

var (
	separator = regexp.MustCompile(`\s*(?:[,;，、；&]|\s(?:and|und|et|y)\s)\s*`)
	label     = regexp.MustCompile(`^(?i)(docs?|documents?|sources?|passages?|contexts?|refs?|references?|chunks?|snippets?|citations?|dokument|quellen?|fuente|文档|文件|文献|来源|資料|段落|المصدر|مصدر|المستند)[\s.:#]*([\p{L}\d_#./-]+)$`)
	numbers   = regexp.MustCompile(`^(\d{1,6})(?:\s*[-–—]\s*(\d{1,6}))?$`)
)

// longest is how many passages one range may name; a wider one is no range of
// passages, but of years or of pages.
const longest = 50

// items splits what stands inside a marker. A plain item has the kind given;
// numbers and labels are seen as such. Nil: not the inside of a citation.
func (s *scanner) items(in string, kind itemKind) []item {
	if len(in) > 400 {
		return nil
	}
	if whole := strings.TrimSpace(in); len(s.names.resolve(whole, scheme{})) > 0 {
		return []item{{text: whole, is: kind}} // a name may hold a comma
	}
	var all []item
	for _, part := range separator.Split(strings.TrimSpace(in), -1) {
		k := kind
		if l := label.FindStringSubmatch(part); l != nil && strings.ContainsAny(l[2], "0123456789") {
			part, k = l[2], isLabel
		}
		m := numbers.FindStringSubmatch(part)
		switch {
		case part == "":
			return nil
		case m == nil && strings.ContainsAny(part, " \t\""):
			return nil // words
		case m == nil:
			all = append(all, item{text: part, is: k})
			continue
		}
		if k != isLabel {
			k = isNumber
		}
		first, _ := strconv.Atoi(m[1])
		last := first
		if m[2] != "" {
			last, _ = strconv.Atoi(m[2])
		}
		if last < first || last-first >= longest || len(all) > 4*longest {
			return nil
		}
		for v := first; v <= last; v++ {
			all = append(all, item{text: strconv.Itoa(v), number: v, is: k})
		}
	}
	return all
}
