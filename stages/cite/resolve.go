package cite

import (
	"maps"
	"path"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

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
// resolve more than positions do. Numbers that the answer itself explains have
// no say.
func numberScheme(markers []marker, structured []trace.Citation, s *scanner) scheme {
	var numbers []int
	add := func(text string) {
		if v, err := strconv.Atoi(text); err == nil {
			numbers = append(numbers, v)
		}
	}
	for _, m := range markers {
		for _, it := range m.items {
			if !it.zero && it.is != isURL && len(s.defined[it.text]) == 0 {
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
	for _, reading := range []scheme{oneBased, zeroBased, byID} {
		resolved := 0
		for _, v := range numbers {
			if len(s.names.resolve(strconv.Itoa(v), reading)) > 0 {
				resolved++
			}
		}
		if resolved > most {
			best, most = reading, resolved
		}
	}
	return best
}

// names knows what the passages of a context are called.
type names struct {
	passages int
	byName   map[string][]int // ID, document ID and their forms, case folded
	byPart   map[string][]int // file names without folder or ending
	byTitle  map[string][]int
	shapes   map[string]bool // of the names; see shape
	kinds    map[kind]bool   // of the names
	urls     bool            // some passages are named by an address
	titles   bool            // some passages have a name that prose can use
	spoken   map[string]bool // the names as running text has them
	firsts   map[string]bool // their first words
	heads    []string        // the beginnings of the passages, in lower case
}

// kind is what a name looks like.
type kind uint8

const (
	anID kind = iota
	aFile
	anAddress
	aTitle
)

var ending = regexp.MustCompile(`\.[a-z][a-z0-9]{1,4}$`)

// kindOf tells names of different kinds apart: "zor_01.md" can be missing only
// among files.
func kindOf(name string) kind {
	name = strings.ToLower(strings.TrimSpace(name))
	switch {
	case strings.Contains(name, "://") || strings.HasPrefix(name, "www."):
		return anAddress
	case ending.MatchString(name):
		return aFile
	case strings.ContainsAny(name, " \t") || !strings.ContainsAny(name, "0123456789_-#:/"):
		return aTitle
	}
	return anID
}

// longestHead bounds in bytes where in a passage its title and address stand.
const longestHead = 400

func newNames(ctx []trace.Passage) names {
	n := names{passages: len(ctx), byName: map[string][]int{}, byPart: map[string][]int{}, byTitle: map[string][]int{}, shapes: map[string]bool{}, kinds: map[kind]bool{}, firsts: map[string]bool{}, spoken: map[string]bool{}}
	add := func(m map[string][]int, name string, i int) {
		if name = canonical(name); name != "" && (len(m[name]) == 0 || m[name][len(m[name])-1] != i) {
			m[name] = append(m[name], i)
		}
	}
	for i, p := range ctx {
		add(n.byName, p.ID, i)
		add(n.byTitle, p.Title, i)
		n.titles = n.titles || strings.TrimSpace(p.Title+p.ID+p.Doc) != ""
		n.heads = append(n.heads, strings.ToLower(p.Text[:min(len(p.Text), longestHead)]))
		for _, name := range []string{p.ID, p.Doc, p.Title} {
			if strings.TrimSpace(name) == "" {
				continue
			}
			n.urls = n.urls || strings.Contains(name, "://")
			n.kinds[kindOf(name)] = true
			for _, form := range append(parts(name), canonical(name)) {
				if len(form) >= 3 && !digitsOnly(form) {
					n.spoken[form], n.firsts[firstWord(form)] = true, true
				}
			}
			if sh := shape(name); sh != "" && name != p.Title {
				n.shapes[sh] = true
			}
			if name != p.Title || kindOf(name) != aTitle {
				for _, part := range parts(name) {
					add(n.byPart, part, i)
				}
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

// parts returns the shorter forms of a name of a file or address: the last
// element of the path, with and without its ending.
func parts(name string) []string {
	name = canonical(name)
	if name == "" || strings.ContainsAny(name, " \t") {
		return nil
	}
	base := path.Base(name)
	all := []string{base}
	if short := ending.ReplaceAllString(base, ""); short != base {
		all = append(all, short)
	}
	return all
}

// named reports whether some passage has the name.
func (n names) named(target string) bool { return len(n.lookup(target)) > 0 }

// lookup returns the passages that have the name: as an ID, a document ID or,
// less exactly, as the last element of one or with the place within it.
func (n names) lookup(target string) []int {
	name := canonical(target)
	if name == "" || digitsOnly(name) {
		return n.byName[name]
	}
	if p := n.byName[name]; len(p) > 0 {
		return p
	}
	if at := strings.LastIndexAny(name, "#:"); at > 0 && digitsOnly(strings.TrimLeft(name[at+1:], "plL")) {
		if p := n.byName[name[:at]]; len(p) > 0 && !n.shapes[shape(name)] { // "handbook.pdf#3"
			return p
		}
	}
	for _, part := range parts(name) {
		if digitsOnly(part) {
			continue
		}
		if p := n.byPart[part]; len(p) > 0 && (part == name || ending.MatchString(name) || strings.Contains(name, "/") && !strings.Contains(name, "://")) {
			return p
		}
	}
	return nil
}

// resolve returns the passages that a target names, reading a number as scheme
// says. A name may be an ID, a document ID, which several passages may share,
// or a title.
func (n names) resolve(target string, s scheme) []int {
	v, err := strconv.Atoi(target)
	if err != nil || s.ids {
		if p := n.lookup(target); len(p) > 0 {
			return p
		}
		return n.byTitle[canonical(target)]
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

var (
	address     = regexp.MustCompile(`https?://[^\s<>()\[\]"']+|www\.[^\s<>()\[\]"']+`)
	titleBreaks = regexp.MustCompile(`\s+[-–—|·:]\s+|\s*[,;:|(（\[]|\.\s`)
)

// mentioned returns the passages that the text of a footnote names: by an
// address or another name among its words, by being their title, or by words
// with which their text begins.
func (n names) mentioned(text string) []int {
	text = strings.Trim(strings.TrimSpace(text), `"“”„«»'‘’*_.,;| `)
	if len(text) > 2*longestInside {
		return nil
	}
	if p := n.resolveName(text); len(p) > 0 {
		return p
	}
	for _, url := range address.FindAllString(text, 4) {
		if p := n.lookup(strings.TrimRight(url, ".,;")); len(p) > 0 {
			return p
		}
		if p := n.headed(strings.TrimRight(url, ".,;/")); len(p) > 0 {
			return p
		}
	}
	for _, at := range titleBreaks.FindAllStringIndex(text, 8) {
		if p := n.resolveName(strings.Trim(text[:at[0]], `"“”„«»'‘’*_ `)); len(p) > 0 {
			return p
		}
	}
	for _, word := range strings.Fields(text) {
		if word = strings.Trim(word, `.,;()<>"[]`); kindOf(word) != aTitle && !digitsOnly(word) {
			if p := n.lookup(word); len(p) > 0 {
				return p
			}
		}
	}
	if strings.Contains(text, " ") && len(text) >= 12 {
		return n.headed(text)
	}
	return nil
}

// resolveName returns the passages that have the text as a name or title.
func (n names) resolveName(text string) []int {
	if p := n.byTitle[canonical(text)]; len(p) > 0 {
		return p
	}
	if digitsOnly(text) {
		return nil
	}
	return n.lookup(text)
}

// mostHeads bounds the passages that are searched for a title in their text.
const mostHeads = 200

// headed returns the passages whose text begins with a title or address, and
// nothing if they are many.
func (n names) headed(text string) []int {
	text = strings.ToLower(text)
	var out []int
	for i, head := range n.heads[:min(len(n.heads), mostHeads)] {
		if strings.Contains(head, text) {
			out = append(out, i)
		}
	}
	if len(out) > 3 {
		return nil
	}
	return out
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
// nothing. A name without digits has no shape, because any word would fit;
// only a last letter that stands apart counts as a digit does, as in "doc_a".
func shape(name string) string {
	name = canonical(name)
	if n := len(name); n > 2 && strings.IndexByte("_-#.", name[n-2]) >= 0 && name[n-1] >= 'a' && name[n-1] <= 'z' {
		name = name[:n-1] + "0"
	}
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

func digitsOnly(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

var (
	separator   = regexp.MustCompile(`\s*(?:[,;|，、；&＆]|\s(?:and|und|et|y|e|en|och|og|oraz|i|и|та|ve|و|और|và|dan|και|și|és)\s|和|及|と|및)\s*`)
	labelled    = regexp.MustCompile(`^((?:\p{L}[\p{L}\p{M}]*\.?(?:[ _]\p{L}[\p{L}\p{M}]*)?))(\s*[:：=#№°.]\s*|\s*(?:no|nr|number|id|n°|num)\.?[:\s]+|[\s_-]*)(.+)$`)
	numbers     = regexp.MustCompile(`^[#№]?\s?(\d{1,6})(?:\s*[-–—~]\s*[#]?(\d{1,6}))?$`)
	shortLetter = regexp.MustCompile(`^(?i:[sdpcrefwnqkt]|ref|src)[-. ]?(\d{1,3})(?:\s*[,;–-]\s*[a-z]?[-. ]?\d{1,3})*$`)
	letterItem  = regexp.MustCompile(`^(?i:[sdpcrefwnqkt])[-. ]?(\d{1,3})$`)
	described   = regexp.MustCompile(`^(\d{1,3})\s*(?:[:：|]\s*|\s[-–—]\s)(\pL.*)$`)
	place       = regexp.MustCompile(`^(\p{L}{1,10}|§{1,2}|第)[.\s]{0,2}\s*[\d§ivxlcIVXLC][\d\s.,:–—-]*\p{L}?$`)
)

// longest is how many passages one range may name; a wider one is no range of
// passages, but of years or of pages.
const longest = 50

// items splits what stands inside a marker. A plain item has the kind given;
// numbers and labels are seen as such. Nil: not the inside of a citation.
func (s *scanner) items(in string, kind itemKind) []item {
	in = digitOf.Replace(strings.TrimSpace(in))
	if len(in) > 400 {
		return nil
	}
	if s.names.named(in) && !digitsOnly(in) {
		return []item{{text: in, is: kind}} // a name may hold a comma
	}
	r := itemReader{scanner: s, in: in, kind: kind}
	for i, part := range separator.Split(in, -1) {
		if !r.read(part, i == 0) {
			break
		}
	}
	return r.all
}

// itemReader reads what stands inside one marker part by part.
type itemReader struct {
	*scanner
	in    string
	kind  itemKind // of a plain item
	label bool     // a part has a word such as "Doc" or stands behind one
	all   []item
}

// read reads one part, and reports whether to go on.
func (r *itemReader) read(part string, first bool) bool {
	part, _, _ = strings.Cut(part, "†")
	part = strings.Trim(part, " []()【】*`")
	switch {
	case part == "":
		return r.fail()
	case r.passageName(part):
		return r.add(part, r.kind)
	case len(r.all) > 0 && r.isPlace(part):
		return true
	}
	part = strings.TrimLeft(part, "^@#№")
	if whole := strings.TrimRight(part, "."); digitsOnly(whole) {
		part = whole
	}
	switch {
	case r.passageName(part):
		return r.add(part, r.kind)
	case r.saysAgain(part):
		return true
	}
	if d := described.FindStringSubmatch(part); d != nil {
		if title := strings.Trim(d[2], quotes); len(r.names.resolveName(title)) > 0 {
			return r.add(title, isLabel)
		}
		if r.kind == isLabel || first {
			part = d[1]
		}
	}
	if at := strings.IndexAny(part, ":,"); at > 0 && digitsOnly(part[:at]) && strings.Trim(part[at+1:], "0123456789 -–") == "" {
		part = part[:at] // "1:3", page 3 of the first
	}
	if l := letterItem.FindStringSubmatch(part); l != nil && !r.names.shapes[shape(part)] {
		return r.addNumbers(l[1], isLabel)
	}
	if rest, whole, ok := r.unlabel(part, r.in, first); ok {
		if whole != "" { // a title may hold commas
			r.all = []item{{text: whole, is: isLabel}}
			return false
		}
		r.label = true
		return r.addNumbers(rest, isLabel)
	}
	if r.label && numbers.MatchString(part) {
		return r.addNumbers(part, isLabel)
	}
	return r.addNumbers(part, r.kind)
}

// fail says that this is not the inside of a citation.
func (r *itemReader) fail() bool {
	r.all = nil
	return false
}

func (r *itemReader) add(text string, kind itemKind) bool {
	r.all = append(r.all, item{text: text, is: kind})
	return true
}

// passageName reports whether a part is the name of a passage that is no bare number.
func (r *itemReader) passageName(part string) bool {
	return r.names.named(part) && !digitsOnly(part)
}

// saysAgain reports whether a part only tells what the one before is: "Doc 1,
// Ferry guide".
func (r *itemReader) saysAgain(part string) bool {
	if len(r.all) == 0 {
		return false
	}
	words := r.label && strings.Contains(part, " ") && !numbers.MatchString(part)
	if !words && len(r.names.byTitle[canonical(part)]) == 0 {
		return false
	}
	_, _, labelled := r.unlabel(part, r.in, false)
	return !labelled
}

// addNumbers adds a number, a range of numbers, or a name that no passage has.
func (r *itemReader) addNumbers(part string, kind itemKind) bool {
	m := numbers.FindStringSubmatch(part)
	switch {
	case part == "",
		m == nil && kind != isLabel && strings.ContainsAny(part, " \t\""), // words
		m == nil && utf8.RuneCountInString(part) > 120:
		return r.fail()
	case m == nil:
		return r.add(part, kind)
	}
	if kind != isLabel {
		kind = isNumber
	}
	first, _ := strconv.Atoi(m[1])
	last := first
	if m[2] != "" {
		last, _ = strconv.Atoi(m[2])
	}
	if last < first || last-first >= longest || len(r.all) > 4*longest {
		return r.fail()
	}
	for v := first; v <= last; v++ {
		r.all = append(r.all, item{text: strconv.Itoa(v), number: v, is: kind})
	}
	return true
}

// isPlace reports whether a part names a place within a passage: "p. 3".
func (s *scanner) isPlace(part string) bool {
	m := place.FindStringSubmatch(part)
	return m != nil && locators.has(m[1])
}

// colonLabels are short words that label a name only with a colon behind.
var colonLabels = map[string]bool{"c": true, "s": true, "d": true, "p": true, "r": true, "n": true, "id": true, "ids": true, "cit": true, "key": true, "title": true, "url": true, "name": true, "article": true, "page": true, "from": true, "see": true, "report": true, "text": true}

// quotes are marks around a title.
const quotes = "\"“”„«»'‘’*_「」『』《》` "

// unlabel strips the word in front of the number or name of a passage. Whole is
// set if everything behind the label is one name. A name that no passage has
// needs a colon or a digit.
func (s *scanner) unlabel(part, in string, first bool) (rest, whole string, ok bool) {
	m := labelled.FindStringSubmatch(part)
	if m == nil {
		return "", "", false
	}
	word, between := strings.TrimRight(m[1], "."), m[2]
	rest = m[3]
	colon := strings.ContainsAny(between, ":：=#№")
	if (word == "no" || word == "nr" || word == "num" || word == "number") && numbers.MatchString(strings.TrimSpace(rest)) {
		return strings.TrimSpace(rest), "", true
	}
	if !labels.has(word) && !(colon && (colonLabels[strings.ToLower(word)] || headings.has(word))) {
		if word, between, rest, ok = splitLabel(word, between, rest); !ok {
			return "", "", false
		}
	}
	rest = strings.TrimLeft(rest, " :：#№°")
	if trimmed := strings.Trim(rest, quotes); len(s.names.resolveName(trimmed)) > 0 {
		return trimmed, "", true
	}
	if sh := shape(part); sh != "" && s.names.shapes[sh] && !colon {
		return "", "", false // it looks like a name itself
	}
	if inner, ok := s.unlabelOnce(rest); ok { // "Source: Doc 2"
		return inner, "", true
	}
	if numbers.MatchString(rest) {
		return rest, "", true
	}
	if at := strings.IndexAny(rest, ":#"); at > 0 && digitsOnly(rest[:at]) {
		return rest[:at], "", true
	}
	known := len(s.names.resolveName(rest)) > 0
	if at := strings.Index(in, rest); first && at >= 0 {
		all := strings.Trim(in[at:], quotes)
		if len(s.names.resolveName(all)) > 0 || colon && !known && kindOf(all) == aTitle {
			return "", all, true
		}
	}
	if known || colon || between != "" && strings.ContainsAny(rest, "0123456789") && !strings.ContainsAny(rest, " ") && !ending.MatchString(word+between+rest) {
		return rest, "", true
	}
	return "", "", false
}

// splitLabel splits what was taken for a label where only its head is one.
func splitLabel(word, between, rest string) (label, gap, name string, ok bool) {
	if w, behind, cut := strings.Cut(word, " "); cut && labels.has(w) { // "Source Ferry guide"
		return w, " ", behind + between + rest, true
	}
	if n := unspacedLabel(word); n > 0 && n < len(word) { // "来源费用"
		return word[:n], "", word[n:] + between + rest, true
	}
	return "", "", "", false
}

// unlabelOnce strips a label that stands directly before a number.
func (s *scanner) unlabelOnce(part string) (rest string, ok bool) {
	m := labelled.FindStringSubmatch(part)
	if m == nil || !labels.has(strings.TrimRight(m[1], ".")) || !numbers.MatchString(strings.TrimSpace(m[3])) || s.names.shapes[shape(part)] {
		return "", false
	}
	return strings.TrimSpace(m[3]), true
}

// unspacedLabel returns the length of the label that opens a word of a script
// without blanks.
func unspacedLabel(word string) int {
	r, _ := utf8.DecodeRuneInString(word)
	if !unicode.IsLetter(r) || !unspaced(r) {
		return 0
	}
	return labels.after(word)
}
