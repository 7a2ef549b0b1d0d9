package text

import (
	"strings"
)

// unit is one unit of measure: value × factor + offset is in the base unit of
// its dimension.
type unit struct {
	name, dimension string
	factor, offset  float64
}

// The table of units: name, dimension, factor, words. Months and years are
// dimensions of their own because no fixed number of days makes one.
var unitTable = []struct {
	name, dimension string
	factor, offset  float64
	words           string
}{
	{"%", "share", 1, 0, "percent pct prozent pourcent procent"},
	{"pp", "points", 1, 0, ""},
	{"usd", "usd", 1, 0, "usd dollar dollars"},
	{"eur", "eur", 1, 0, "eur euro euros"},
	{"gbp", "gbp", 1, 0, "gbp"},
	{"jpy", "jpy", 1, 0, "jpy yen"},
	{"inr", "inr", 1, 0, "inr rupees rupee"},
	{"cny", "cny", 1, 0, "cny yuan rmb"},
	{"chf", "chf", 1, 0, "chf francs"},
	{"mm", "length", .001, 0, "mm millimeter millimeters millimetre millimetres"},
	{"cm", "length", .01, 0, "cm centimeter centimeters centimetre centimetres"},
	{"m", "length", 1, 0, "m meter meters metre metres mètres metros"},
	{"km", "length", 1000, 0, "km kilometer kilometers kilometre kilometres kilomètres kilómetros"},
	{"in", "length", .0254, 0, "inch inches"},
	{"ft", "length", .3048, 0, "ft foot feet"},
	{"yd", "length", .9144, 0, "yard yards"},
	{"mi", "length", 1609.344, 0, "mile miles mi"},
	{"mg", "mass", 1e-6, 0, "mg milligram milligrams"},
	{"g", "mass", .001, 0, "g gram grams"},
	{"kg", "mass", 1, 0, "kg kilo kilos kilogram kilograms kilogramm"},
	{"t", "mass", 1000, 0, "tonne tonnes tonnen"},
	{"lb", "mass", .45359237, 0, "lb lbs"},
	{"oz", "mass", .028349523, 0, "oz ounce ounces"},
	{"ml", "volume", .001, 0, "ml milliliter milliliters millilitre millilitres"},
	{"l", "volume", 1, 0, "liter liters litre litres"},
	{"ms", "time", .001, 0, "ms millisecond milliseconds"},
	{"s", "time", 1, 0, "second seconds sec secs sekunden secondes segundos"},
	{"min", "time", 60, 0, "minute minutes min mins minuten minutos minuti"},
	{"h", "time", 3600, 0, "hour hours hr hrs h stunde stunden heure heures hora horas ore"},
	{"d", "time", 86400, 0, "day days tag tage tagen jour jours día días giorni giorno dias dagen"},
	{"wk", "time", 604800, 0, "week weeks woche wochen semaine semaines semana semanas"},
	{"mo", "months", 1, 0, "month months monat monate monaten mois mes meses mesi"},
	{"yr", "months", 12, 0, "year years yr yrs jahr jahre jahren an ans année années año años anni anno"},
	{"b", "data", 1, 0, "byte bytes"},
	{"kb", "data", 1e3, 0, "kb kilobyte kilobytes"},
	{"mb", "data", 1e6, 0, "mb megabyte megabytes"},
	{"gb", "data", 1e9, 0, "gb gigabyte gigabytes"},
	{"tb", "data", 1e12, 0, "tb terabyte terabytes"},
	{"w", "power", 1, 0, "watt watts"},
	{"kw", "power", 1e3, 0, "kw kilowatt kilowatts"},
	{"mw", "power", 1e6, 0, "mw megawatt megawatts"},
	{"kwh", "energy", 1, 0, "kwh"},
	{"mwh", "energy", 1e3, 0, "mwh"},
	{"hz", "frequency", 1, 0, "hz hertz"},
	{"khz", "frequency", 1e3, 0, "khz"},
	{"mhz", "frequency", 1e6, 0, "mhz"},
	{"ghz", "frequency", 1e9, 0, "ghz"},
	{"v", "voltage", 1, 0, "volt volts"},
	{"bar", "pressure", 1, 0, "bar"},
	{"ha", "area", 1e4, 0, "hectare hectares hektar"},
	{"acre", "area", 4046.8564, 0, "acre acres"},
	{"°c", "temperature", 1, 0, "celsius"},
	{"°f", "temperature", 5. / 9, -160. / 9, "fahrenheit"},
}

// units maps a word to its unit, unitNames a unit's name.
var units, unitNames = func() (words, names map[string]unit) {
	words, names = map[string]unit{}, map[string]unit{}
	for _, row := range unitTable {
		u := unit{row.name, row.dimension, row.factor, row.offset}
		names[row.name] = u
		for w := range strings.FieldsSeq(row.words) {
			words[fold(w)] = u
		}
	}
	return words, names
}()

// symbols are units that are no words. Longer ones are first.
var symbols = []struct {
	text, unit string
	before     bool
}{
	{"percentage points", "pp", false},
	{"°C", "°c", false}, {"° C", "°c", false}, {"℃", "°c", false},
	{"°F", "°f", false}, {"° F", "°f", false}, {"degrees Celsius", "°c", false}, {"degrees Fahrenheit", "°f", false},
	{"%", "%", false}, {"％", "%", false}, {"٪", "%", false},
	{"US$", "usd", true}, {"$", "usd", true}, {"€", "eur", true}, {"£", "gbp", true}, {"¥", "jpy", true}, {"₹", "inr", true},
	{"日元", "jpy", false}, {"円", "jpy", false}, {"美元", "usd", false}, {"ドル", "usd", false}, {"元", "cny", false},
	{"キロ", "km", false}, {"公里", "km", false}, {"小时", "h", false}, {"時間", "h", false}, {"分钟", "min", false}, {"天", "d", false}, {"日間", "d", false},
}

// scales multiply the number before them.
var scales = map[string]float64{
	"k": 1e3, "thousand": 1e3, "tausend": 1e3, "mille": 1e3, "mil": 1e3, "тысяч": 1e3,
	"m": 1e6, "mn": 1e6, "million": 1e6, "millions": 1e6, "mio": 1e6, "millionen": 1e6, "millones": 1e6, "millón": 1e6, "milioni": 1e6, "milhões": 1e6, "miljoen": 1e6, "миллионов": 1e6, "млн": 1e6,
	"bn": 1e9, "billion": 1e9, "billions": 1e9, "mrd": 1e9, "milliarden": 1e9, "milliarde": 1e9, "milliards": 1e9, "miliardi": 1e9, "bilhões": 1e9, "miljard": 1e9, "млрд": 1e9,
	"tn": 1e12, "trillion": 1e12, "trillions": 1e12,
	"hundred": 100, "hundert": 100, "dozen": 12,
}

var hanScales = map[string]float64{"万": 1e4, "萬": 1e4, "亿": 1e8, "億": 1e8, "만": 1e4, "억": 1e8}
