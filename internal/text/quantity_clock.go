package text

import "strings"

// clock reads a time of day in digits at byte p.
func (sc *scanner) clock(p int) bool {
	s := sc.s
	h, e := leadingDigits(s, p, 3)
	if h > 24 || e == p {
		return false
	}
	if e < len(s) && (s[e] == ':' || s[e] == '.') {
		if m, end, ok := twoDigits(s, e+1); ok {
			if _, more := digitAt(s, end); more == 0 {
				return m <= 59 && (s[e] == ':' && sc.colonClock(p, h, m, end) || s[e] == '.' && sc.pointClock(p, h, m, end))
			}
		}
	}
	if k := sc.skipSpace(e); k < len(s) && s[k] == 'h' && (k+1 == len(s) || classOf(s[k+1]) != letter) {
		return sc.hClock(p, h, k, k == e)
	}
	return sc.afterClock(p, h, e, false)
}

// twoDigits reads two digits at byte p.
func twoDigits(s string, p int) (v, end int, ok bool) {
	a, n := digitAt(s, p)
	if n == 0 {
		return 0, p, false
	}
	b, n2 := digitAt(s, p+n)
	return int(a-'0')*10 + int(b-'0'), p + n + n2, n2 > 0
}

// colonClock reads what follows 7:30 with its end at byte e: seconds, or a unit
// that makes a span of time of it.
func (sc *scanner) colonClock(p, h, m, e int) bool {
	s := sc.s
	q := sc.clockQuantity(p, h, m, e)
	q.padded = s[p] == '0' || h > 12
	if e+2 < len(s) && s[e] == ':' && classOf(s[e+1]) == digit && classOf(s[e+2]) == digit {
		q.End = e + 3
	}
	if u, ue, ok := sc.unit(q.End, false); ok && (u.name == "h" || u.name == "min") { // 2:30 h
		q.span, q.padded, q.End = true, true, ue
	}
	return sc.finishClock(q)
}

// pointClock reads 7.30, which ends at byte e, where a word beside it says that
// it is no number: 7.30 Uhr, 7.30 pm, kl. 7.30.
func (sc *scanner) pointClock(p, h, m, e int) bool {
	if mer, _ := sc.meridiem(e); mer != 0 {
		return sc.addClock(p, h, m, e)
	}
	switch w, we := sc.next(e); w {
	case "uhr", "uur", "heures":
		return sc.addPadded(p, h, m, we)
	}
	switch strings.Trim(sc.before(p, 1), " .") {
	case "kl", "klo", "alle":
		return sc.addClock(p, h, m, e)
	}
	return false
}

// hClock reads 7h40, 7 h 40 and, where the language says hours so, 21h; the h
// stands at byte k.
func (sc *scanner) hClock(p, h, k int, glued bool) bool {
	at := k + 1
	if !glued {
		at = sc.skipSpace(at)
	}
	if m, end, ok := twoDigits(sc.s, at); ok && m < 60 && (end == len(sc.s) || !alnum(sc.s[end])) {
		q := sc.clockQuantity(p, h, m, end)
		q.span, q.padded = true, true
		return sc.finishClock(q)
	}
	if glued && (sc.d.Lang == "fr" || sc.d.Lang == "pt" || sc.d.Lang == "es") && sc.clockPrefix(p) {
		return sc.addPadded(p, h, 0, k+1)
	}
	return false
}

func (sc *scanner) clockQuantity(p, h, m, e int) Quantity {
	return Quantity{Span: Span{p, e}, Kind: Clock, minutes: h*60 + m}
}

// addClock adds a time of day that stands from p to e.
func (sc *scanner) addClock(p, h, m, e int) bool {
	return sc.finishClock(sc.clockQuantity(p, h, m, e))
}

// addPadded adds one on the clock of 24 hours.
func (sc *scanner) addPadded(p, h, m, e int) bool {
	q := sc.clockQuantity(p, h, m, e)
	q.padded = true
	return sc.finishClock(q)
}

// clockPrefix reports whether the word before byte p announces a time of day.
func (sc *scanner) clockPrefix(p int) bool {
	w := strings.Trim(sc.before(p, 1), " .")
	return w != "" && strings.Contains(" à vers dès jusqu'à las alle às as at um gegen kl klo o в saat om ", " "+w+" ")
}

// afterClock reads what makes a time of day of the number h that ends at byte
// e: pm, Uhr, o'clock, 点.
func (sc *scanner) afterClock(p, h, e int, words bool) bool {
	if h > 24 || h < 0 {
		return false
	}
	if mer, _ := sc.meridiem(e); mer != 0 {
		return sc.addClock(p, h, 0, e)
	}
	if m, end, ok := sc.hanHour(e); ok {
		return sc.addClock(p, h, m, end)
	}
	switch w, we := sc.next(e); w {
	case "o":
		if strings.HasPrefix(strings.TrimLeft(sc.s[we:], "'’"), "clock") {
			return sc.addClock(p, h, 0, we+strings.Index(sc.s[we:], "clock")+len("clock"))
		}
	case "noon", "midnight":
		if h == 12 {
			return sc.addPadded(p, 0, clockWords[w], we)
		}
	case "uhr", "uur":
		return sc.uhr(p, h, w, we, words)
	case "heures", "heure", "horas", "h":
		if sc.clockPrefix(p) {
			m, end := sc.minutesAt(we)
			if part, n := sc.hourPart(end, " et ", frenchParts); part > 0 {
				m, end = part, n
			}
			return sc.addClock(p, h, m, end)
		}
	case "часов", "часа", "час":
		if strings.Contains(" в к до с ", sc.before(p, 1)) {
			return sc.addClock(p, h, 0, we)
		}
	}
	switch strings.TrimSpace(sc.before(p, 1)) {
	case "las", "alle", "às": // a las siete (y media), alle sette (e mezza), às sete
		if u, _, ok := sc.unit(e, false); !ok || u.dimension == "" {
			m, end := sc.hourPart(e, " y e ", southernParts)
			return sc.addClock(p, h, m, end)
		}
	}
	return false
}

// hanHour reads 点, 時 or 시 behind byte e, with the minutes that follow.
func (sc *scanner) hanHour(e int) (m, end int, ok bool) {
	end, ok = sc.mark(e, "点", "點", "时", "時", "시")
	tail := sc.s[end:]
	for _, w := range [...]string{"间", "間", "간"} {
		if !ok || strings.HasPrefix(tail, w) { // hours, not the hour
			return 0, e, false
		}
	}
	if rest, ok := strings.CutPrefix(tail, "半"); ok {
		return 30, len(sc.s) - len(rest), true
	}
	if rest, ok := strings.CutPrefix(strings.TrimLeft(tail, " "), "반"); ok {
		return 30, len(sc.s) - len(rest), true
	}
	if v, k := sc.minutesAt(end); v > 0 && (strings.HasPrefix(sc.s[k:], "分") || strings.HasPrefix(sc.s[k:], "분")) {
		return v, k + len("分"), true
	}
	return 0, end, true
}

// uhr reads the minutes behind a German or Dutch word for the hour, w, that ends
// at byte e; words says that the hour is in words.
func (sc *scanner) uhr(p, h int, w string, e int, words bool) bool {
	m, end := sc.minutesAt(e)
	if words || m == 0 {
		m, end = 0, e
		if v, n, _, ok := sc.wordNumber(sc.skipSpace(e)); ok && v < 60 && v > 0 && w == "uhr" {
			m, end = int(v), n
		}
	}
	q := sc.clockQuantity(p, h, m, end)
	q.padded = !words && (h > 12 || sc.s[p] == '0')
	return sc.finishClock(q)
}

// minutesAt reads minutes in digits behind byte e; 0: none.
func (sc *scanner) minutesAt(e int) (m, end int) {
	if v, n := sc.hanInt(sc.skipSpace(e)); v > 0 && v < 60 {
		return v, n
	}
	return 0, e
}

// The parts of an hour that follow it.
var (
	frenchParts   = map[string]int{"demie": 30, "demi": 30, "quart": 15}
	southernParts = map[string]int{"media": 30, "mezza": 30, "mezzo": 30, "meia": 30, "cuarto": 15, "quarto": 15}
)

// hourPart reads a part of an hour behind byte e and the word for "and"; 0: none.
func (sc *scanner) hourPart(e int, and string, parts map[string]int) (m, end int) {
	w, n := sc.next(e)
	if w == "" || !strings.Contains(and, " "+w+" ") {
		return 0, e
	}
	w, n = sc.next(n)
	if m := parts[w]; m > 0 {
		return m, n
	}
	return 0, e
}

// meridiem reads am, pm and the words for parts of the day behind byte e: 1 for
// the morning, 2 for the afternoon; end is where they end.
func (sc *scanner) meridiem(e int) (int, int) {
	p := sc.skipSpace(e)
	rest := sc.s[p:min(len(sc.s), p+32)]
	for _, m := range [...]struct {
		w string
		m int
	}{
		{"a.m.", 1}, {"p.m.", 2}, {"am", 1}, {"pm", 2}, {"AM", 1}, {"PM", 2}, {"A.M.", 1}, {"P.M.", 2}, {"a. m.", 1}, {"p. m.", 2}, {"a.m", 1}, {"p.m", 2},
		{"in the morning", 1}, {"in the afternoon", 2}, {"in the evening", 2}, {"at night", 2},
		{"morgens", 1}, {"vormittags", 1}, {"früh", 1}, {"nachmittags", 2}, {"abends", 2},
		{"du matin", 1}, {"de l'après-midi", 2}, {"du soir", 2},
		{"de la mañana", 1}, {"de la tarde", 2}, {"de la noche", 2}, {"di mattina", 1}, {"del mattino", 1}, {"di sera", 2}, {"del pomeriggio", 2},
		{"da manhã", 1}, {"da tarde", 2}, {"da noite", 2}, {"'s avonds", 2}, {"'s ochtends", 1}, {"утра", 1}, {"вечера", 2}, {"дня", 2}, {"rano", 1}, {"wieczorem", 2},
	} {
		if strings.HasPrefix(rest, m.w) && (len(rest) == len(m.w) || !alnum(rest[len(m.w)])) {
			if m.w == "am" && sc.d.Lang == "de" || m.w == "дня" && !sc.hourBefore(e) {
				continue
			}
			return m.m, p + len(m.w)
		}
	}
	return 0, e
}

// hourBefore reports whether a number that ends at byte e is said to be an hour:
// "дня" behind it means the afternoon then, else days: "в 3 часа дня" and "через 3
// дня".
func (sc *scanner) hourBefore(e int) bool {
	w := strings.Fields(sc.s[max(0, e-32):e])
	if len(w) == 0 {
		return false
	}
	last := w[len(w)-1]
	if strings.HasPrefix(last, "час") || strings.ContainsAny(last, ":.") {
		return true
	}
	if len(w) < 2 || len(last) > 1 {
		return false
	}
	switch strings.ToLower(w[len(w)-2]) {
	case "в", "к", "до", "с", "около", "после":
		return true
	}
	return false
}

// dayPartBefore reads 午前, 오후, 下午 before byte p.
func (sc *scanner) dayPartBefore(p int) (int, int) {
	from := max(0, p-16)
	part := strings.TrimRight(sc.s[from:p], " ")
	for _, m := range [...]struct {
		w string
		m int
	}{{"午前", 1}, {"午後", 2}, {"오전", 1}, {"오후", 2}, {"上午", 1}, {"下午", 2}, {"早上", 1}, {"凌晨", 1}, {"晚上", 2}, {"中午", 2}, {"傍晚", 2}, {"朝", 1}, {"夜", 2}, {"夕方", 2}} {
		if strings.HasSuffix(part, m.w) {
			return m.m, from + len(part) - len(m.w)
		}
	}
	return 0, p
}

// finishClock reads the half of the day, the zone and what stands before, and
// adds q.
func (sc *scanner) finishClock(q Quantity) bool {
	m, end := sc.meridiem(q.End)
	if w, n := sc.next(end); m == 0 && w == "uhr" {
		m, end = sc.meridiem(n)
		q.padded = true
	}
	if m == 0 {
		var from int
		if m, from = sc.dayPartBefore(q.Start); m > 0 && from >= sc.done {
			q.Start = from
		}
	}
	switch h := q.minutes / 60; {
	case m == 1 && h == 12:
		q.minutes -= 720
	case m == 2 && h < 12:
		q.minutes += 720
	}
	q.half = m == 0 && !q.padded && q.minutes <= 780
	q.End = max(q.End, end)
	sc.readZone(&q)
	sc.dateBound(&q)
	sc.add(q)
	return true
}

// readZone reads the zone behind a time of day: UTC, (CET), +02:00, UTC-5.
func (sc *scanner) readZone(q *Quantity) {
	p := sc.skipSpace(q.End)
	if p < len(sc.s) && sc.s[p] == '(' {
		p++
	}
	w, we := sc.word(p)
	if off, ok := zones[w]; ok {
		q.zoned, q.zone, q.End = true, off, we
		p = we
	} else if p > q.End || p >= len(sc.s) || sc.s[p] != '+' && sc.s[p] != '-' {
		return
	}
	if off, end, ok := sc.offset(p, q.zoned); ok {
		q.zoned, q.End = true, end
		q.zone += off
	}
}

// offset reads hours and minutes from UTC at byte p. Without the name of a zone
// before it all four digits are needed.
func (sc *scanner) offset(p int, named bool) (minutes, end int, ok bool) {
	sign, from := 1, p+1
	switch s := sc.s[p:]; {
	case strings.HasPrefix(s, "+"):
	case strings.HasPrefix(s, "-"):
		sign = -1
	case strings.HasPrefix(s, "−"):
		sign, from = -1, p+len("−")
	default:
		return 0, p, false
	}
	h, m, k := 0, 0, from
	for k < len(sc.s) && classOf(sc.s[k]) == digit && k-p < 7 {
		h = h*10 + int(sc.s[k]-'0')
		k++
	}
	width := k - from
	switch {
	case width == 2 && k+2 < len(sc.s) && sc.s[k] == ':':
		m = atoi(sc.s[k+1 : k+3])
		k += 3
	case width == 4:
		h, m = h/100, h%100
	}
	ok = width > 0 && h <= 14 && (named || width >= 2 && m >= 0 && k-from >= 4)
	return sign * (h*60 + m), k, ok
}

// timeWords reads noon, half past seven, quarter to nine, halb acht.
func (sc *scanner) timeWords(p int, t Token) bool {
	if m, ok := clockWords[t.Text]; ok {
		return !sc.southOrSize(p, t) && sc.addPadded(p, 0, m, t.End)
	}
	if t.Text == "halb" || t.Text == "half" && (sc.d.Lang == "nl" || strings.TrimSpace(sc.before(p, 1)) == "om") {
		v, end, ok := sc.hourAt(sc.skipSpace(t.End)) // half acht is half past seven
		return ok && v >= 1 && v <= 12 && sc.addClock(p, int(v)-1, 30, end)
	}
	minutes, e := sc.minuteWords(p, t)
	if minutes == 0 || minutes%5 != 0 {
		return false
	}
	w, we := sc.next(e)
	switch {
	case w == "past", w == "nach":
	case minutes == 15 && (w == "to" || w == "vor"):
		minutes = -15
	default:
		return false
	}
	v, end, ok := sc.hourAt(sc.skipSpace(we))
	if !ok {
		if w, n := sc.next(we); clockWords[w] > 0 || w == "midnight" {
			v, end, ok = float64(clockWords[w]/60), n, true
		}
	}
	if !ok || v < 0 || v > 12 {
		return false
	}
	if minutes += int(v) * 60; minutes < 0 {
		minutes += 720
	}
	return sc.addClock(p, 0, minutes, end)
}

// southOrSize reports whether "midi" means something else than noon: "le Midi", a
// midi dress.
func (sc *scanner) southOrSize(p int, t Token) bool {
	return strings.TrimSpace(sc.before(p, 1)) == "le" || t.Text == "midi" && sc.d.Lang != "fr" && sc.d.Lang != ""
}

// minuteWords reads how far from the hour it is: half, a quarter, twenty, ten
// minutes; 0: nothing of the kind.
func (sc *scanner) minuteWords(p int, t Token) (minutes, end int) {
	switch t.Text {
	case "half":
		return 30, t.End
	case "quarter", "viertel":
		return 15, t.End
	case "a":
		if w, n := sc.next(t.End); w == "quarter" {
			return 15, n
		}
		return 0, p
	}
	v, end, _, ok := sc.wordNumber(p)
	if !ok || v < 1 || v > 29 {
		return 0, p
	}
	if w, n := sc.next(end); w == "minutes" || w == "minuten" {
		end = n
	}
	return int(v), end
}

// hourAt reads an hour in words or digits at byte p.
func (sc *scanner) hourAt(p int) (float64, int, bool) {
	if v, end, _, ok := sc.wordNumber(p); ok {
		return v, end, true
	}
	n, end := sc.hanInt(p)
	return float64(n), end, n > 0
}
