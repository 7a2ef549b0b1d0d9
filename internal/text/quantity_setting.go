package text

import (
	"slices"
	"strings"
	"sync"
)

// Setting is what the surroundings say about how a value is to be read.
type Setting struct {
	Scale    float64 // "in millions": 1e6; 0 where nothing is said
	Currency string  // as Quantity.Unit; "" where none or several are named
	Unit     string  // the unit that is asked for: "How many years"; "" where none is
	Share    bool    // per cent, shares or ratios are spoken of
	Version  bool    // versions are spoken of: 2.10 is not 2.1
	Fall     bool    // a fall or a loss is asked for, so that a minus may be left out
	Computed bool    // a result is to be worked out, so that its last place may vary
	Count    bool    // things are to be counted: "How many"
	Limit    bool    // a limit is asked for, so that its operator may be left out: "Until when"
	Lang     string  // ISO 639-1 code of the language, for separators that can be read two ways

	per unit // for each of which something is asked: "How much a kilometre"
}

// SettingOf reads the setting from a question, a table heading such as "(in
// millions of USD)", or both. What an earlier text says wins; nil is skipped.
func SettingOf(docs ...*Doc) Setting {
	var s Setting
	for _, d := range docs {
		if d == nil {
			continue
		}
		if d.setting == nil {
			own := settingOf(d)
			d.setting = &own
		}
		t := *d.setting
		if s.Scale == 0 {
			s.Scale = t.Scale
		}
		if s.Currency == "" {
			s.Currency = t.Currency
		}
		if s.Unit == "" {
			s.Unit = t.Unit
		}
		if s.Lang == "" {
			s.Lang = t.Lang
		}
		if s.per.name == "" {
			s.per = t.per
		}
		s.Share = s.Share || t.Share
		s.Count = s.Count || t.Count
		s.Limit = s.Limit || t.Limit
		s.Computed = s.Computed || t.Computed
		s.Version = s.Version || t.Version
		s.Fall = s.Fall || t.Fall
	}
	return s
}

const (
	shareWords   = " percent percentage percentages share shares proportion ratio rate rates margin margins fraction anteil prozent prozentsatz quote rate pourcentage taux proportion porcentaje tasa proporción percentuale quota tasso porcentagem taxa percentage aandeel procent andel odsetek udział процент доля oran yüzde प्रतिशत शতাংশ نسبة yield turnover growth multiple "
	versionWords = " version versions versión versione versão versie wersja wersji версия версии sürüm release releases build firmware micrologiciel прошивка прошивки прошивке прошивку "
	fallWords    = " fall fell decrease decreased decline declined drop dropped loss losses lose reduce reduced reduction shrink rückgang verlust gesunken sank baisse perte caída pérdida calo perdita queda perda daling verlies minskning förlust spadek strata снижение убыток outflow "
	manyWords    = " many viele vielen combien cuántos cuántas quanti quante quantos quantas hoeveel många ile сколько kaç कितने कितनी কত कितना كم berapa bao nhiêu "
	computeWords = " calculate calculated compute computed average mean ratio round rounded berechne berechnen durchschnitt runde calculer calculez moyenne arrondi calcula calcular promedio redondea calcola media calcule média bereken gemiddelde beräkna genomsnitt oblicz średnia вычислите рассчитайте среднее hesapla ortalama "
	inWords      = " in en em w в auf of "
)

// valueWord is what a word says about the value that is asked for.
type valueWord byte

const (
	saysMany valueWord = 1 + iota
	saysCompute
	saysShare
	saysVersion
	saysFall
)

// askedValue tells these words; of a word in several lists the first counts.
var askedValue = sync.OnceValue(func() map[string]valueWord {
	m := map[string]valueWord{}
	for i, list := range []string{manyWords, computeWords, shareWords, versionWords, fallWords} {
		for _, w := range strings.Fields(list) {
			if m[w] == 0 {
				m[w] = saysMany + valueWord(i)
			}
		}
	}
	return m
})

// ScaleOf is the scale of SettingOf alone.
func ScaleOf(d *Doc) float64 {
	for i := range d.Tokens {
		if f := d.scaleSaid(i); f != 0 {
			return f
		}
	}
	return 0
}

// scaleSaid returns the scale that token i names for other numbers than one
// beside it, as in "in millions"; 0: none.
func (d *Doc) scaleSaid(i int) float64 {
	t, lx := d.Tokens[i], lexiconOnce()
	if len(t.Text) < 2 || !lx.scaling.Has(t.Text) {
		return 0
	}
	f := lx.scales[t.Text]
	if f <= 100 {
		return 0
	}
	prev := d.wordAt(i - 1)
	if _, number := lx.anywhere[prev]; number || hasDigit(prev) {
		return 0
	}
	before := strings.TrimRight(d.Text[:t.Start], " ")
	if strings.HasSuffix(before, "$") || strings.HasSuffix(before, "€") || isCurrency(lx.units[prev].name) || d.currencyFollows(i) {
		return f
	}
	if prev != "" && strings.Contains(inWords, " "+prev+" ") && pluralScale(t.Text, f) {
		return f
	}
	return 0
}

// wordAt returns the word that token i is; "" outside the text.
func (d *Doc) wordAt(i int) string {
	if i < 0 || i >= len(d.Tokens) {
		return ""
	}
	return d.Tokens[i].Text
}

// currencyFollows reports whether a currency stands behind token i: "millions of
// euros".
func (d *Doc) currencyFollows(i int) bool {
	next := d.wordAt(i + 1)
	switch next {
	case "of", "de", "d", "di":
		if i+2 < len(d.Tokens) {
			next = d.wordAt(i + 2)
		}
	}
	return isCurrency(lexiconOnce().units[next].name)
}

// pluralScale reports whether a scale word is a plural or an abbreviation, so
// that behind "in" it speaks of a whole table.
func pluralScale(w string, f float64) bool {
	switch w {
	case "mio", "mrd", "mn", "bn", "млн", "млрд", "mln", "mld":
		return true
	}
	return strings.HasSuffix(w, "s") || strings.HasSuffix(w, "en") || f > 1000 && w != "million"
}

func settingOf(d *Doc) Setting {
	s := Setting{Lang: d.Lang, Currency: currencySaid(d)}
	sc := &scanner{d: d, s: d.Text, lx: lexiconOnce()}
	var before, said valueWord // what the word before says, and the word
	for i, t := range d.Tokens {
		before, said = said, askedValue()[t.Text]
		switch said {
		case saysMany:
			s.Count = true
		case saysCompute:
			s.Computed = true
		case saysShare:
			s.Share = true
		case saysVersion:
			s.Version = true
		case saysFall:
			s.Fall = true
		}
		s.Limit = s.Limit || limitAsked(d, i)
		if s.Scale == 0 {
			s.Scale = d.scaleSaid(i)
		}
		prev := d.wordAt(i - 1)
		if s.Unit == "" && (before == saysMany || prev == "in" || i > 1 && d.Tokens[i-2].Text == "combien") {
			s.Unit = sc.unitAsked(t, prev == "in")
		}
		if s.per.name == "" && slices.Contains(perWords, t.Text) && sc.perAt(t.Start) {
			_, end := sc.next(t.Start)
			s.per, _, _ = sc.simpleUnit(sc.skipSpace(end), false)
		}
		if t.Text == "old" && prev == "how" || t.Text == "alt" && prev == "wie" {
			s.Unit = "yr"
		}
	}
	s.Share = s.Share || strings.ContainsAny(d.Text, "%％٪") || containsAny(d.Text, "比例", "百分", "率", "割合", "비율")
	return s
}

func containsAny(s string, parts ...string) bool {
	return slices.ContainsFunc(parts, func(p string) bool { return strings.Contains(s, p) })
}

// unitAsked returns the unit that token t names; "": none. Behind "in" a short
// word is seldom a unit.
func (sc *scanner) unitAsked(t Token, in bool) string {
	u, _, ok := sc.simpleUnit(t.Start, false)
	if !ok || isCurrency(u.name) || u.name == "times" || in && len(t.Text) <= 2 && u.name != "km" && u.name != "kg" {
		return ""
	}
	return u.name
}

// currencySaid returns the one currency that a text names; "" where it names none
// or several. "Dollar" beside a currency that has this name is no other one.
func currencySaid(d *Doc) string {
	var named []string
	has := func(u string) bool { return slices.Contains(named, u) }
	note := func(u string) {
		if !has(u) {
			named = append(named, u)
		}
	}
	for _, t := range d.Tokens {
		if u, ok := namedCurrency(d, t); ok {
			note(u)
		}
	}
	for _, c := range currencySymbols {
		if strings.Contains(d.Text, c.text) {
			note(c.unit)
			if c.text != "$" && strings.HasSuffix(c.text, "$") {
				break
			}
		}
	}
	switch {
	case len(named) == 2 && has("dollar") && has("usd"):
		return "usd"
	case len(named) == 1, len(named) == 2 && has("dollar") && (has("cad") || has("aud")):
		return named[len(named)-1]
	}
	return ""
}

// namedCurrency returns the currency that a word names. Words that mean other
// things as often do not count: "cent", codes of two letters, "try" in small
// letters.
func namedCurrency(d *Doc, t Token) (string, bool) {
	if len(t.Text) <= 2 && t.Text != "kr" {
		return "", false
	}
	u, ok := lexiconOnce().units[t.Text]
	if !ok || !isCurrency(u.name) || u.name == "cent" || u.name == "crown" {
		return "", false
	}
	written := t.of(d.Text)
	return u.name, u.name != "try" || strings.ToUpper(written) == written
}
