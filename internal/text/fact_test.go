package text

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestNumbers(t *testing.T) {
	for _, tt := range []struct {
		name, lang, in string
		want           string // value unit; …
	}{
		{"thousands", "en", "1,200 seats", "1200 "},
		{"decimal", "en", "3.25 km", "3.25 km"},
		{"words", "en", "twenty-five days", "25 d"},
		{"hundreds", "en", "three hundred and five pages", "305 "},
		{"thousand in words", "en", "two thousand people", "2000 "},
		{"million", "en", "3.5 million euros", "3.5e+06 eur"},
		{"short scale", "en", "$2bn", "2e+09 usd"},
		{"currency before", "en", "€ 12.50", "12.5 eur"},
		{"percent", "en", "12 % or 12 percent or 12 per cent", "12 %; 12 %; 12 %"},
		{"ordinal", "en", "the 5th and the tenth", "5 th; 10 th"},
		{"range", "en", "5–10 km", "5 km; 10 km"},
		{"minus", "en", "at -5 °C", "-5 °c"},
		{"compound", "en", "8 minutes and 20 seconds", "8.333333333333334 min"},
		{"height", "en", "6 feet 6 inches", "6.5 ft"},
		{"one is a pronoun", "en", "one of them", ""},
		{"code", "en", "KX-7 and 4x4", ""},
		{"a year is a date", "en", "in 1998", ""},
		{"a year as a count", "en", "1998 km", "1998 km"},
		{"German", "de", "1.200,50 Euro", "1200.5 eur"},
		{"German words", "de", "zwölf Tage", "12 d"},
		{"German decimal", "de", "3,5 Prozent", "3.5 %"},
		{"French spaces", "fr", "1 200 000 habitants", "1.2e+06 "},
		{"Chinese", "zh", "人口1400万", "1.4e+07 "},
		{"approximate", "en", "about 40 people", "40 "},
		{"temperature", "en", "100 degrees Celsius", "100 °c"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, n := range Analyze(tt.in, tt.lang).Numbers() {
				got = append(got, fmt.Sprintf("%v %s", n.Value, n.Unit))
			}
			require.Equal(t, tt.want, strings.Join(got, "; "))
		})
	}
}

func TestNumberEqual(t *testing.T) {
	one := func(s string) Number {
		ns := Analyze(s, "").Numbers()
		require.Len(t, ns, 1, s)
		return ns[0]
	}
	for _, tt := range []struct {
		a, b string
		want bool
	}{
		{"1500 m", "1.5 km", true},
		{"2 hours", "120 minutes", true},
		{"a fee of 212 °F", "100 °C", true},
		{"14 days", "2 weeks", true},
		{"24 months", "2 years", true},
		{"30 days", "30", true},
		{"30 days", "30 km", false},
		{"5", "15", false},
		{"the 5th", "5 apples", false},
		{"about 100 km", "102 km", true},
		{"100 km", "102 km", false},
		{"$5", "€5", false},
	} {
		require.Equal(t, tt.want, one(tt.a).Equal(one(tt.b)), "%s = %s", tt.a, tt.b)
		require.Equal(t, tt.want, one(tt.b).Equal(one(tt.a)), "%s = %s", tt.b, tt.a)
	}
}

func TestDates(t *testing.T) {
	for _, tt := range []struct {
		name, in string
		want     string // year-month-day; …
	}{
		{"day month year", "on 5 March 2020", "2020-3-5"},
		{"ordinal day", "the 5th of March, 2020", "2020-3-5"},
		{"month first", "March 5, 2020", "2020-3-5"},
		{"abbreviated", "5 Sept. 2020", "2020-9-5"},
		{"month and year", "in March 2020", "2020-3-0"},
		{"no year", "on 5 March", "0-3-5"},
		{"ISO", "2020-03-05", "2020-3-5"},
		{"ISO with time", "2020-03-05T10:00:00Z", "2020-3-5"},
		{"numeric, decided", "25/3/2020", "2020-3-25"},
		{"numeric, American", "3/25/2020", "2020-3-25"},
		{"numeric, open", "3/5/2020", "2020-5-3?"},
		{"dots", "5.3.2020", "2020-3-5"},
		{"year", "in 1998", "1998-0-0"},
		{"range of years", "2018–19", "2018-0-0; 2019-0-0"},
		{"German", "am 5. März 2020", "2020-3-5"},
		{"French", "le 5 mars 2020", "2020-3-5"},
		{"Spanish", "el 5 de marzo de 2020", "2020-3-5"},
		{"Russian", "5 марта 2020 года", "2020-3-5"},
		{"Chinese", "2020年3月5日", "2020-3-5"},
		{"Korean", "2020년 3월 5일", "2020-3-5"},
		{"modal", "you may 5 times", ""},
		{"march as a verb", "they march on", ""},
		{"price", "$1998", ""},
		{"count", "1998 km", ""},
		{"phone", "12-34-56-78", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, d := range Dates(tt.in) {
				s := fmt.Sprintf("%d-%d-%d", d.Year, d.Month, d.Day)
				if d.Either {
					s += "?"
				}
				got = append(got, s)
			}
			require.Equal(t, tt.want, strings.Join(got, "; "))
		})
	}
}

func TestDateCompatible(t *testing.T) {
	full := Date{Year: 2020, Month: 3, Day: 5}
	require.True(t, full.Compatible(Date{Year: 2020}))
	require.True(t, full.Says(Date{Year: 2020}))
	require.False(t, Date{Year: 2020}.Says(full), "a year does not say the day")
	require.False(t, full.Compatible(Date{Year: 2021}))
	require.True(t, full.Compatible(Date{Year: 2020, Month: 5, Day: 3, Either: true}))
	require.True(t, Date{Year: 2020, Month: 5, Day: 3, Either: true}.Compatible(full))
}

func TestEntities(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{"name", "It was built by Ann Ott in Halden.", "Ann Ott; Halden"},
		{"start of a sentence", "Bridges fall. People run.", ""},
		{"longer name at the start", "The Halden Bridge fell.", "Halden Bridge"},
		{"small words within", "She left the University of Leeds.", "University of Leeds"},
		{"acronym", "NASA paid.", "NASA"},
		{"code", "The KX-7 failed.", "KX-7"},
		{"seen again", "Ott came. We met Ott.", "Ott; Ott"},
		{"title", "Then Dr. Lund spoke.", "Lund"},
		{"month in a date", "It began on 5 March 2020.", ""},
		{"none", "all in lower case", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, e := range Analyze(tt.in, "en").Entities() {
				got = append(got, e.Text)
			}
			require.Equal(t, tt.want, strings.Join(got, "; "))
		})
	}
}

func TestNegated(t *testing.T) {
	for _, tt := range []struct {
		lang, in, word string
		want           bool
	}{
		{"en", "The window is not 30 days.", "30", true},
		{"en", "The window isn't 30 days.", "30", true},
		{"en", "The window is 30 days, not 14.", "30", false},
		{"en", "The window is 30 days, not 14.", "14", true},
		{"en", "It is not only cheap.", "cheap", false},
		{"en", "No fewer than 30 days.", "30", false},
		{"en", "It was not Ann but Lund.", "lund", false},
		{"de", "Die Frist ist nicht 30 Tage.", "30", true},
		{"fr", "Le délai n'est pas 30 jours.", "30", true},
		{"ru", "Срок не 30 дней.", "30", true},
		{"zh", "期限不是30天。", "30", true},
		{"ja", "期限は30日ではない。", "30", true},
		{"ja", "期限は30日です。", "30", false},
	} {
		d := Analyze(tt.in, tt.lang)
		for i, tok := range d.Tokens {
			if tok.Text == tt.word {
				require.Equal(t, tt.want, d.Negated(i), "%s in %q", tt.word, tt.in)
			}
		}
	}
}
