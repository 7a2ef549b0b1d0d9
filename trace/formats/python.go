package formats

import (
	"encoding/json"
	"strconv"
	"strings"
	"unicode/utf8"
)

// pythonList reads a list or tuple as Python prints it, such as
// `['a', "b's", None]`, and returns its elements as JSON. NumPy's form without
// commas and its array(…) are read too. ok is false for anything else.
func pythonList(s string) (items []json.RawMessage, ok bool) {
	if inner, is := strings.CutPrefix(s, "array("); is {
		if end := strings.LastIndexByte(inner, ']'); end >= 0 {
			s = inner[:end+1]
		}
	}
	p := python{s: s}
	raw, ok := p.value(0)
	p.space()
	if !ok || p.s != "" || json.Unmarshal(raw, &items) != nil {
		return nil, false
	}
	return items, true
}

// python turns Python literals into JSON, from the front of s.
type python struct{ s string }

// maxNesting bounds the recursion on hostile input.
const maxNesting = 64

func (p *python) space() { p.s = strings.TrimLeft(p.s, " \t\r\n") }

func (p *python) value(depth int) (json.RawMessage, bool) {
	p.space()
	if p.s == "" || depth > maxNesting {
		return nil, false
	}
	switch c := p.s[0]; c {
	case '[':
		return p.sequence(']', depth)
	case '(':
		return p.sequence(')', depth)
	case '{':
		return p.dict(depth)
	case '\'', '"':
		return p.text(false)
	case 'u', 'b', 'r':
		if len(p.s) > 1 && (p.s[1] == '\'' || p.s[1] == '"') {
			p.s = p.s[1:]
			return p.text(c == 'r')
		}
	}
	return p.word()
}

func (p *python) sequence(end byte, depth int) (json.RawMessage, bool) {
	out := []byte{'['}
	p.s = p.s[1:]
	for n := 0; n <= maxValues; n++ {
		p.space()
		if p.s != "" && p.s[0] == end {
			p.s = p.s[1:]
			return append(out, ']'), true
		}
		v, ok := p.value(depth + 1)
		if !ok {
			return nil, false
		}
		if n > 0 {
			out = append(out, ',')
		}
		out = append(out, v...)
		p.comma()
	}
	return nil, false
}

func (p *python) comma() {
	p.space()
	p.s = strings.TrimPrefix(p.s, ",")
}

func (p *python) dict(depth int) (json.RawMessage, bool) {
	out := []byte{'{'}
	p.s = p.s[1:]
	for n := 0; ; n++ {
		p.space()
		if strings.HasPrefix(p.s, "}") {
			p.s = p.s[1:]
			return append(out, '}'), true
		}
		key, ok := p.value(depth + 1)
		p.space()
		if !ok || key[0] != '"' || !strings.HasPrefix(p.s, ":") {
			return nil, false
		}
		p.s = p.s[1:]
		v, ok := p.value(depth + 1)
		if !ok {
			return nil, false
		}
		if n > 0 {
			out = append(out, ',')
		}
		out = append(append(append(out, key...), ':'), v...)
		p.comma()
	}
}

// word reads None, True, False, nan or a number.
func (p *python) word() (json.RawMessage, bool) {
	end := strings.IndexAny(p.s, ",:]}) \t\r\n")
	if end < 0 {
		end = len(p.s)
	}
	w := p.s[:end]
	p.s = p.s[end:]
	switch w {
	case "None", "nan", "NaN", "inf", "-inf":
		return json.RawMessage("null"), true
	case "True":
		return json.RawMessage("true"), true
	case "False":
		return json.RawMessage("false"), true
	}
	raw := json.RawMessage(w)
	return raw, w != "" && w[0] != 't' && w[0] != 'f' && w[0] != 'n' && json.Valid(raw)
}

// escapes are Python's escapes of one letter.
var escapes = map[byte]rune{'n': '\n', 't': '\t', 'r': '\r', '\\': '\\', '\'': '\'', '"': '"', 'a': 7, 'b': 8, 'f': 12, 'v': 11, '0': 0}

// digits is how many hexadecimal digits follow an escape.
var digits = map[byte]int{'x': 2, 'u': 4, 'U': 8}

func (p *python) text(raw bool) (json.RawMessage, bool) {
	quote := p.s[0]
	var b strings.Builder
	for i := 1; i < len(p.s); i++ {
		c := p.s[i]
		switch {
		case c == quote:
			p.s = p.s[i+1:]
			out, err := json.Marshal(b.String())
			return out, err == nil
		case c != '\\' || raw:
			b.WriteByte(c)
			continue
		}
		if i++; i == len(p.s) {
			break
		}
		c = p.s[i]
		if n := digits[c]; n > 0 && i+n < len(p.s) {
			if code, err := strconv.ParseUint(p.s[i+1:i+1+n], 16, 32); err == nil && code <= utf8.MaxRune {
				b.WriteRune(rune(code))
				i += n
				continue
			}
		}
		if r, ok := escapes[c]; ok {
			b.WriteRune(r)
			continue
		}
		b.WriteByte('\\') // Python keeps an escape that it does not know
		b.WriteByte(c)
	}
	return nil, false
}
