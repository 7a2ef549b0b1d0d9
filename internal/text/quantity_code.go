package text

import "strings"

// code reads versions, telephone numbers and numbers with leading zeros at byte
// p; to is where the run without spaces ends.
func (sc *scanner) code(p, to int) bool {
	s := sc.s
	c := s[p:to]
	dots, hyphens, digits, colons, rest := 0, 0, 0, 0, 0
	for i := range len(c) {
		switch {
		case c[i] == '.':
			dots++
		case c[i] == '-':
			hyphens++
		case c[i] == ':':
			colons++
		case classOf(c[i]) == digit:
			digits++
		default:
			rest++
		}
	}
	version := sc.saysVersion(p)
	switch {
	case rest == 0 && colons == 1 && dots == 0 && hyphens == 0 && len(c) > 5 && c[len(c)-5] == ':' && yearOf(c[len(c)-4:]) > 0: // ISO 16:1975
		sc.add(Quantity{Span: Span{p, to}, Kind: Identifier})
		return true
	case version && rest == 0 && colons == 0, dots >= 2 && hyphens == 0 && colons == 0 && digits > 0 && rest <= 4 && !grouped(c):
		sc.add(Quantity{Span: Span{p, to}, Kind: Identifier, version: true})
		return true
	case rest == 0 && colons == 1 && hyphens == 0 && dots == 0 && digits+1 == len(c) && c[len(c)-1] != ':' && digits < 7: // 3:1
		sc.add(Quantity{Span: Span{p, to}, Kind: Identifier})
		return true
	case rest == 0 && (hyphens >= 2 || hyphens == 1 && colons == 1), digits > 1 && digits == len(c) && c[0] == '0' && !sc.spacedPhone(p) && !sc.unitFollows(to):
		sc.add(Quantity{Span: Span{p, to}, Kind: Identifier})
		return true
	}
	if rest == 0 && hyphens == 1 && dots == 0 && digits >= 6 {
		k := strings.IndexByte(c, '-')
		if k == 3 && len(c)-k == 5 || c[0] == '0' {
			sc.add(Quantity{Span: Span{p, to}, Kind: Identifier})
			return true
		}
	}
	// +44 20 7946 0123, 020 7946 0123, (020) 7946 0123
	plus := p > 0 && s[p-1] == '+'
	bracket := p > 0 && s[p-1] == '('
	if !plus && s[p] != '0' && !bracket {
		return false
	}
	e, n, groups, end := p, 0, 0, p
	for e < len(s) && n < 18 {
		if _, m := digitAt(s, e); m > 0 {
			if e == p || s[e-1] < '0' || s[e-1] > '9' {
				groups++
			}
			n++
			e += m
			end = e
			continue
		}
		if strings.IndexByte(" -.()/", s[e]) < 0 || e-end > 1 {
			break
		}
		e++
	}
	if n < 7 || groups < 2 && !plus {
		return false
	}
	sc.add(Quantity{Span: Span{p, end}, Kind: Identifier, phone: true})
	return true
}

func (sc *scanner) unitFollows(p int) bool {
	_, _, ok := sc.unit(p, false)
	return ok
}

// spacedPhone reports whether more digits follow the group at p.
func (sc *scanner) spacedPhone(p int) bool {
	for p < len(sc.s) && classOf(sc.s[p]) == digit {
		p++
	}
	return p+1 < len(sc.s) && strings.IndexByte(" )/", sc.s[p]) >= 0 && (classOf(sc.s[p+1]) == digit || p+2 < len(sc.s) && sc.s[p+1] == ' ' && classOf(sc.s[p+2]) == digit)
}

// grouped reports whether c is digits in groups of three: 1.072.000.
func grouped(c string) bool {
	for i, g := range strings.Split(c, ".") {
		if i > 0 && len(g) != 3 || len(g) > 3 {
			return false
		}
	}
	return true
}

func (sc *scanner) saysVersion(p int) bool {
	f := sc.lastWords(p, 1)
	if len(f) == 0 {
		return false
	}
	w := strings.Trim(f[0], " .:")
	return w != "" && versionNames.Has(w)
}

// versionNames stand before the number of a version.
var versionNames = NewWordSet(strings.Fields("version versions v release ver versión versione versão versie wersja wersji версия версии версию sürüm")...)
