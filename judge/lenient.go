package judge

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// lenient reads JSON as models write it: with trailing or missing commas, single
// or typographic quotes, bare keys, Python's True, False and None, comments, line
// breaks within strings, and an end that is missing. It reads one value from the
// beginning of s and returns how many bytes that took.
//
// Values are those of encoding/json: nil, bool, float64, string, []any; objects are
// of type dict, which keeps the order and every one of equal keys.
type lenient struct {
	s   string
	at  int
	cut bool // the text ended before the value did
}

type dict []member

type member struct {
	key   string
	value any
}

// get returns the value of the first of the given keys, whatever their case.
func (o dict) get(keys ...string) (any, bool) {
	for _, k := range keys {
		for _, m := range o {
			if strings.EqualFold(strings.TrimSpace(m.key), k) {
				return m.value, true
			}
		}
	}
	return nil, false
}

// The bounds of what is read.
const (
	deepest = 40      // levels of nesting
	longest = 4 << 20 // bytes
)

var errNotJSON = errors.New("no JSON value")

// value reads one value.
func (l *lenient) value(depth int) (any, error) {
	if depth > deepest {
		return nil, fmt.Errorf("nested more than %d levels deep", deepest)
	}
	l.space()
	if l.at >= len(l.s) {
		l.cut = true
		return nil, errNotJSON
	}
	switch c := l.s[l.at]; {
	case c == '{':
		return l.object(depth)
	case c == '[':
		return l.array(depth)
	case l.quote() != "":
		return l.text()
	}
	return l.word()
}

func (l *lenient) object(depth int) (any, error) {
	l.at++
	out := dict{}
	for {
		l.skip(',', ';')
		if l.at >= len(l.s) {
			l.cut = true
			return out, nil
		}
		if l.s[l.at] == '}' {
			l.at++
			return out, nil
		}
		var key string
		var err error
		if l.quote() != "" {
			key, err = l.text()
		} else {
			key, err = l.bare()
		}
		if err != nil {
			return out, err
		}
		l.space()
		if l.at >= len(l.s) {
			l.cut = true
			return out, nil
		}
		if c := l.s[l.at]; c != ':' && c != '=' {
			return out, fmt.Errorf("byte %d: no colon after the key %.20q", l.at, key)
		}
		l.at++
		v, err := l.value(depth + 1)
		if err != nil {
			return out, err
		}
		if _, isText := v.(string); l.cut && (isText || v == nil) {
			return out, nil // a text cut in the middle says nothing
		}
		out = append(out, member{key, v})
		if l.cut {
			return out, nil
		}
	}
}

func (l *lenient) array(depth int) (any, error) {
	l.at++
	out := []any{}
	for {
		l.skip(',', ';')
		if l.at >= len(l.s) {
			l.cut = true
			return out, nil
		}
		if l.s[l.at] == ']' {
			l.at++
			return out, nil
		}
		from := l.at
		v, err := l.value(depth + 1)
		if err != nil {
			return out, err
		}
		if l.cut {
			// The last element is not whole; what of it is says so by itself.
			if _, isText := v.(string); !isText && v != nil {
				out = append(out, partial{v})
			}
			return out, nil
		}
		if l.at == from {
			return out, fmt.Errorf("byte %d: %w", l.at, errNotJSON)
		}
		out = append(out, v)
	}
}

// partial is an element that the end of the text cut.
type partial struct{ value any }

// quote returns the marks that may close the text beginning here, or "".
func (l *lenient) quote() string {
	for _, q := range [...][2]string{{`"`, `"`}, {"'", "'"}, {"“", "”"}, {"‘", "’"}, {"„", "“”"}, {"`", "`"}} {
		if strings.HasPrefix(l.s[l.at:], q[0]) {
			return q[1]
		}
	}
	return ""
}

// text reads a string. Within single quotes an apostrophe between letters does
// not close it.
func (l *lenient) text() (string, error) {
	closing := l.quote()
	_, n := utf8.DecodeRuneInString(l.s[l.at:])
	l.at += n
	var b strings.Builder
	for l.at < len(l.s) {
		r, n := utf8.DecodeRuneInString(l.s[l.at:])
		switch {
		case r == '\\':
			l.escape(&b)
			continue
		case strings.ContainsRune(closing, r) && !l.apostrophe(r, n):
			l.at += n
			return b.String(), nil
		}
		b.WriteString(l.s[l.at : l.at+n])
		l.at += n
	}
	l.cut = true
	return b.String(), nil
}

// apostrophe reports whether a closing single quote is between two letters.
func (l *lenient) apostrophe(r rune, n int) bool {
	if r != '\'' && r != '’' {
		return false
	}
	before, _ := utf8.DecodeLastRuneInString(l.s[:l.at])
	after, _ := utf8.DecodeRuneInString(l.s[l.at+n:])
	return unicode.IsLetter(before) && unicode.IsLetter(after)
}

// escape reads a backslash and what it stands for. One that JSON does not know
// stands for itself.
func (l *lenient) escape(b *strings.Builder) {
	l.at++
	if l.at >= len(l.s) {
		return
	}
	c := l.s[l.at]
	switch c {
	case 'n':
		b.WriteByte('\n')
	case 't':
		b.WriteByte('\t')
	case 'r':
		b.WriteByte('\r')
	case 'b':
		b.WriteByte('\b')
	case 'f':
		b.WriteByte('\f')
	case '"', '\'', '\\', '/':
		b.WriteByte(c)
	case 'u':
		r, n := unicodeEscape(l.s[l.at:])
		b.WriteRune(r)
		l.at += n
		return
	default:
		b.WriteByte('\\')
		return
	}
	l.at++
}

// unicodeEscape reads "uXXXX", or a pair of them, and how many bytes it is long.
func unicodeEscape(s string) (rune, int) {
	hex := func(s string) (rune, bool) {
		if len(s) < 5 || s[0] != 'u' {
			return 0, false
		}
		n, err := strconv.ParseUint(s[1:5], 16, 32)
		return rune(n), err == nil
	}
	r, ok := hex(s)
	if !ok {
		return 'u', 1
	}
	if r >= 0xD800 && r < 0xDC00 && len(s) > 6 && s[5] == '\\' {
		if low, ok := hex(s[6:]); ok && low >= 0xDC00 && low < 0xE000 {
			return (r-0xD800)<<10 + (low - 0xDC00) + 0x10000, 11
		}
	}
	return r, 5
}

// word reads a number, or a word such as true or None.
func (l *lenient) word() (any, error) {
	from := l.at
	for l.at < len(l.s) && !strings.ContainsRune(",;:{}[]\"'\n\r\t ", rune(l.s[l.at])) {
		l.at++
	}
	w := l.s[from:l.at]
	if l.at >= len(l.s) {
		l.cut = true
	}
	switch strings.ToLower(w) {
	case "":
		return nil, fmt.Errorf("byte %d: %w", from, errNotJSON)
	case "true":
		return true, nil
	case "false":
		return false, nil
	case "null", "none", "nil", "nan", "undefined":
		return nil, nil
	}
	if f, err := strconv.ParseFloat(strings.TrimSuffix(w, "%"), 64); err == nil {
		if strings.HasSuffix(w, "%") {
			return w, nil
		}
		return f, nil
	}
	return w, nil // a bare word: supported
}

// bare reads a key without quotes.
func (l *lenient) bare() (string, error) {
	from := l.at
	for l.at < len(l.s) && (l.s[l.at] == '_' || l.s[l.at] == '-' || l.s[l.at] >= utf8.RuneSelf || isWord(l.s[l.at])) {
		l.at++
	}
	if l.at == from {
		return "", fmt.Errorf("byte %d: no key: %w", from, errNotJSON)
	}
	return l.s[from:l.at], nil
}

func isWord(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// skip passes over space and the given signs.
func (l *lenient) skip(signs ...byte) {
	for {
		l.space()
		if l.at >= len(l.s) || !strings.ContainsRune(string(signs), rune(l.s[l.at])) {
			return
		}
		l.at++
	}
}

// space passes over white space and comments.
func (l *lenient) space() {
	for l.at < len(l.s) {
		rest := l.s[l.at:]
		switch c := rest[0]; {
		case c == ' ' || c >= '\t' && c <= '\r':
			l.at++
		case strings.HasPrefix(rest, "//"):
			end := strings.IndexByte(rest, '\n')
			if end < 0 {
				end = len(rest)
			}
			l.at += end
		case strings.HasPrefix(rest, "/*"):
			end := strings.Index(rest, "*/")
			if end < 0 {
				end = len(rest) - 2
			}
			l.at += end + 2
		default:
			return
		}
	}
}

// objects returns every outermost object and list in a text, in order. The first
// error is why a stretch that began as one could not be read.
func objects(s string) (found []any, err error) {
	if len(s) > longest {
		return nil, fmt.Errorf("a reply of %d bytes", len(s))
	}
	var strict any
	if json.Unmarshal([]byte(s), &strict) == nil {
		if text, ok := strict.(string); ok { // JSON within a JSON string
			s = text
		}
	}
	for at, tries := 0, 0; at < len(s) && tries < 50; {
		i := strings.IndexAny(s[at:], "{[")
		if i < 0 {
			break
		}
		at += i
		tries++
		l := lenient{s: s, at: at}
		v, e := l.value(0)
		if e != nil {
			if err == nil {
				err = e
			}
			at++
			continue
		}
		if l.cut {
			v = partial{v}
		}
		found = append(found, v)
		at = max(l.at, at+1)
	}
	return found, err
}
