package text

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// Date is a calendar date as far as it is said: 0 stands for a part that is
// not. Month and Day may be the wrong way round where Either is set, as in
// 3/4/2020.
type Date struct {
	Year, Month, Day int
	Either           bool
	Text             string
	Span
}

// Compatible reports whether both dates can be the same day: no part that both
// say differs.
func (d Date) Compatible(e Date) bool {
	if d.agrees(e) {
		return true
	}
	if d.Either {
		d.Month, d.Day = d.Day, d.Month
		return d.agrees(e)
	}
	if e.Either {
		e.Month, e.Day = e.Day, e.Month
		return d.agrees(e)
	}
	return false
}

func (d Date) agrees(e Date) bool {
	same := func(a, b int) bool { return a == 0 || b == 0 || a == b }
	return same(d.Year, e.Year) && same(d.Month, e.Month) && same(d.Day, e.Day)
}

// Says reports whether d says everything that e says, in the same way.
func (d Date) Says(e Date) bool {
	return d.Compatible(e) && (e.Year == 0 || d.Year != 0) && (e.Month == 0 || d.Month != 0) && (e.Day == 0 || d.Day != 0)
}

// Month names, most of them by their fourth letter unambiguous; the rows are
// January to December.
var months = func() map[string]int {
	m := map[string]int{}
	for i, row := range strings.Split(`january जनवरी জানুয়ারি يناير jan januar janvier enero ene gennaio gen janeiro januari stycznia styczeń ocak января январь
february फरवरी ফেব্রুয়ারি فبراير feb februar février febrero febbraio fevereiro fev februari lutego luty şubat февраля февраль
march मार्च মার্চ مارس maret mar märz mars marzo março maart marca marzec mart марта март
april अप्रैल এপ্রিল ابريل أبريل apr avril abril abr aprile kwietnia kwiecień nisan апреля апрель
may मई مايو mai mayo maggio maio mei maj maja mayıs мая май
june जून জুন يونيو jun juni juin junio giugno junho czerwca czerwiec haziran июня июнь
july जुलाई জুলাই يوليو jul juli juillet julio luglio julho lipca lipiec temmuz июля июль
august अगस्त আগস্ট اغسطس أغسطس agustus aug août agosto ago augustus augusti sierpnia sierpień ağustos августа август
september सितंबर সেপ্টেম্বর سبتمبر sep sept septembre septiembre settembre setembro września wrzesień eylül сентября сентябрь
october अक्टूबर অক্টোবর اكتوبر أكتوبر oct oktober okt octobre octubre ottobre outubro października październik ekim октября октябрь
november नवंबर নভেম্বর نوفمبر nov novembre noviembre novembro listopada listopad kasım ноября ноябрь
december दिसंबर ডিসেম্বর ديسمبر desember dec dezember dez décembre diciembre dicembre dezembro grudnia grudzień aralık декабря декабрь`, "\n") {
		for w := range strings.FieldsSeq(row) {
			m[fold(w)] = i + 1
		}
	}
	return m
}()

// findDates reads the dates of d that begin at one of the tokens in starts.
func findDates(d *Doc, starts []int) []Date {
	var out []Date
	done := 0
	for _, i := range starts {
		if i < done {
			continue
		}
		date, next := dateAt(d, i)
		if next == i {
			continue
		}
		date.Span = d.TokenSpan(i, next)
		date.Text = date.Of(d.Text)
		out = append(out, date)
		done = next
	}
	return out
}

// dateAt reads the date that starts at token i; next is i if there is none.
func dateAt(d *Doc, i int) (Date, int) {
	t := d.Tokens[i].Text
	if c := t[0]; c >= '0' && c <= '9' {
		if date, next := numericDate(d, i); next > i {
			return date, next
		}
		if day := dayOf(t); day > 0 {
			j := skip(d, i+1, "of de do del of.")
			if m := d.monthAt(j); m > 0 && j-i <= 2 {
				date := Date{Month: m, Day: day}
				return d.withYear(date, j+1)
			}
		}
		if y := yearOf(t); y > 0 && d.bareYear(i) {
			return Date{Year: y}, i + 1
		}
		if y := d.rangeEnd(i); y > 0 {
			return Date{Year: y}, i + 1
		}
		return Date{}, i
	}
	m := d.monthAt(i)
	if m == 0 || i+1 >= len(d.Tokens) {
		return d.dayInWords(i)
	}
	next := skip(d, i+1, "the")
	if !d.capital(i) && (t == "may" || t == "march") {
		next = len(d.Tokens) // a verb
	}
	if next < len(d.Tokens) && d.near(next-1) {
		if day := dayOf(d.Tokens[next].Text); day > 0 && !(next+1 < len(d.Tokens) && d.between(next) == ":") {
			return d.withYear(Date{Month: m, Day: day}, next+1)
		}
	}
	if day, after, _ := d.dayWordAt(next); day > 0 && d.near(next-1) { // May fifth, 2020
		if date, end := d.withYear(Date{Month: m, Day: day}, after); date.Year != 0 {
			return date, end
		}
	}
	date, after := d.withYear(Date{Month: m}, skip(d, i+1, "of de del do"))
	if date.Year == 0 {
		return Date{}, i
	}
	return date, after
}

// dayInWords reads a date that begins with its day in words: the fifth of May,
// deux décembre 1716, achter Mai. English counts no days with cardinals, so
// that there a year must follow.
func (d *Doc) dayInWords(i int) (Date, int) {
	day, next, ordinal := d.dayWordAt(i)
	if day == 0 {
		return Date{}, i
	}
	of := skip(d, next, "of de do del")
	m := d.monthAt(of)
	if m == 0 || (d.Lang == "en" || d.Lang == "de") && !d.capital(of) {
		return Date{}, i
	}
	date, after := d.withYear(Date{Month: m, Day: day}, of+1)
	if date.Year == 0 && (!ordinal || d.Lang == "en" && of == next) && !strings.Contains(" fr es it pt nl ", " "+d.Lang+" ") {
		return Date{}, i
	}
	return date, after
}

// dayWordAt reads the day of a month in words at token i; 0 if there is none.
func (d *Doc) dayWordAt(i int) (day, next int, ordinal bool) {
	if i >= len(d.Tokens) {
		return 0, i, false
	}
	if v, ok := firsts[d.Lang][d.Tokens[i].Text]; ok {
		return int(v), i + 1, true
	}
	n, next, _ := d.numeralAt(i)
	if next == i || n.Value < 1 || n.Value > 31 {
		return 0, i, false
	}
	return int(n.Value), next, n.Unit == "th"
}

// withYear reads a year at token j, if there is one near.
func (d *Doc) withYear(date Date, j int) (Date, int) {
	k := skip(d, j, "of de del do")
	if k < len(d.Tokens) && d.near(k-1) {
		if y := yearOf(d.Tokens[k].Text); y > 0 {
			date.Year = y
			return date, k + 1
		}
	}
	return date, j
}

// near reports whether only spaces, a comma or a dot are behind token i.
func (d *Doc) near(i int) bool {
	return i >= 0 && i+1 < len(d.Tokens) && strings.Trim(d.between(i), " ,.\u00a0") == "" && d.Tokens[i].End < d.Tokens[i+1].Start
}

func (d *Doc) monthAt(i int) int {
	if i >= len(d.Tokens) || i > 0 && strings.Trim(d.between(i-1), " .,-\u00a0(") != "" {
		return 0
	}
	return months[d.Tokens[i].Text]
}

// skip returns j, or j+1 if token j is one of the words.
func skip(d *Doc, j int, words string) int {
	if j < len(d.Tokens) && strings.Contains(" "+words+" ", " "+d.Tokens[j].Text+" ") {
		return j + 1
	}
	return j
}

// numericDate reads 2020-03-04, 4.3.2020, 3/4/20 and 2020年3月4日.
func numericDate(d *Doc, i int) (Date, int) {
	t := d.Tokens[i]
	if date, next := hanDate(d, i); next > i {
		return date, next
	}
	// 4.3.2020 is one token because dots join digits.
	if parts := strings.Split(t.Text, "."); len(parts) == 3 {
		if date, ok := dayMonthYear(parts[0], parts[1], parts[2]); ok && !date.Either {
			return date, i + 1
		} else if ok {
			date.Either = false // with dots the day comes first
			return date, i + 1
		}
	}
	if i+2 >= len(d.Tokens) {
		return Date{}, i
	}
	sep := d.between(i)
	if len(sep) != 1 || !strings.Contains("-/.", sep) || d.between(i+1) != sep {
		return Date{}, i
	}
	a, b, c := t.Text, d.Tokens[i+1].Text, d.Tokens[i+2].Text
	if i+3 < len(d.Tokens) && d.between(i+2) == sep {
		return Date{}, i // a longer chain is a code
	}
	if len(c) > 2 && c[min(2, len(c)-1)] == 't' { // 2020-03-04T10
		c = c[:2]
	}
	if len(a) == 4 {
		y, m, day := yearOf(a), atoi(b), atoi(c)
		if y > 0 && m >= 1 && m <= 12 && day >= 1 && day <= 31 {
			return Date{Year: y, Month: m, Day: day}, i + 3
		}
		return Date{}, i
	}
	if date, ok := dayMonthYear(a, b, c); ok {
		return date, i + 3
	}
	return Date{}, i
}

// dayMonthYear reads a date whose year comes last.
func dayMonthYear(a, b, c string) (Date, bool) {
	day, m, y := atoi(a), atoi(b), yearOf(c)
	if len(c) == 2 && allDigits(c) {
		if y = 2000 + atoi(c); y > 2049 {
			y -= 100
		}
	}
	if y == 0 || day < 1 || m < 1 || day > 31 || m > 31 || day > 12 && m > 12 {
		return Date{}, false
	}
	if m > 12 {
		day, m = m, day
		return Date{Year: y, Month: m, Day: day}, true
	}
	return Date{Year: y, Month: m, Day: day, Either: day <= 12 && day != m}, true
}

// hanDate reads 2020年3月4日, 3月4日 and 2020년 3월 4일.
func hanDate(d *Doc, i int) (Date, int) {
	marks := [...][2]string{{"年", "년"}, {"月", "월"}, {"日", "일"}}
	var part [3]int
	pos, next, k := d.Tokens[i].Start, i, 0
	for k < 3 && next < len(d.Tokens) && d.Tokens[next].Start == pos && allDigits(d.Tokens[next].Text) {
		rest := d.Text[d.Tokens[next].End:]
		for k < 3 && !strings.HasPrefix(rest, marks[k][0]) && !strings.HasPrefix(rest, marks[k][1]) {
			k++
		}
		if k == 3 {
			break
		}
		part[k] = atoi(d.Tokens[next].Text)
		pos = d.Tokens[next].End + len(marks[k][0])
		for pos < len(d.Text) && d.Text[pos] == ' ' {
			pos++
		}
		for next < len(d.Tokens) && d.Tokens[next].Start < pos {
			next++
		}
		k++
	}
	if next == i || part[1] == 0 && part[0] < 1000 || part[1] > 12 || part[2] > 31 || part[0] > 2999 {
		return Date{}, i
	}
	return Date{Year: part[0], Month: part[1], Day: part[2]}, next
}

// dayOf reads "4", "04", "4th"; 0 if s is no day of a month.
func dayOf(s string) int {
	for _, suffix := range [...]string{"st", "nd", "rd", "th", "er"} {
		s = strings.TrimSuffix(s, suffix)
	}
	if n := atoi(s); len(s) <= 2 && n >= 1 && n <= 31 {
		return n
	}
	return 0
}

// yearOf reads four digits from 1000 to 2199.
func yearOf(s string) int {
	if n := atoi(s); len(s) == 4 && n >= 1000 && n < 2200 {
		return n
	}
	return 0
}

// rangeEnd reads the second year of 2018–19; 0 if token i is none.
func (d *Doc) rangeEnd(i int) int {
	if i == 0 || len(d.Tokens[i].Text) != 2 || !isRange(d.between(i-1)) {
		return 0
	}
	from, to := yearOf(d.Tokens[i-1].Text), atoi(d.Tokens[i].Text)
	if from == 0 || to <= from%100 || strings.ContainsAny(d.between(i-1), " ") {
		return 0
	}
	return from/100*100 + to
}

// bareYear reports whether the four digits of token i stand for a year: they
// are written without separator, and no unit, currency or count follows.
func (d *Doc) bareYear(i int) bool {
	t := d.Tokens[i]
	if t.End-t.Start != 4 {
		return false
	}
	if t.Start > 0 && strings.ContainsRune("$€£¥#-", rune(d.Text[t.Start-1])) || strings.HasSuffix(d.Text[:t.Start], "€") || strings.HasSuffix(d.Text[:t.Start], "£") {
		return false
	}
	rest := strings.TrimLeft(d.Text[t.End:], " \u00a0")
	if strings.HasPrefix(rest, "%") || strings.HasPrefix(rest, "°") {
		return false
	}
	if r, _ := utf8.DecodeRuneInString(d.Text[t.End:]); unspaced(r) { // a count with its counter; years have 年
		return false
	}
	if d.adjacent(i) {
		_, isUnit := units[d.Tokens[i+1].Text]
		_, isScale := scales[d.Tokens[i+1].Text]
		return !isUnit && !isScale
	}
	return true
}

// atoi returns 0 for anything but a few digits.
func atoi(s string) int {
	if len(s) == 0 || len(s) > 4 || !allDigits(s) {
		return 0
	}
	n, err := strconv.Atoi(s)
	if err != nil {
		return 0
	}
	return n
}
