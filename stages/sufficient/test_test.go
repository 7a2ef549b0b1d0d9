package sufficient

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ragdiag/ragdiag/claim"
	"github.com/ragdiag/ragdiag/internal/text"
	"github.com/ragdiag/ragdiag/trace"
)

func in(question, reference string, passages ...string) Result {
	var ps []Passage
	for _, p := range passages {
		ps = append(ps, Passage{Text: p})
	}
	var g *trace.Gold
	if reference != "" {
		g = &trace.Gold{Answers: []string{reference}}
	}
	return New(claim.New(claim.Options{}).Prepare(nil), question, g).In(ps)
}

// TestIn: the side on which the probability falls, by kind of reference.
func TestIn(t *testing.T) {
	for _, tt := range []struct {
		name, question, reference string
		passages                  []string
		least, most               float64 // of P
	}{
		{"en, a value in place", "How high is the spillway of the Brannock dam?", "31 metres", []string{"The Brannock dam was built in 1958. Its spillway is 31 metres high."}, .65, 1},
		{"en, the value of another thing", "How high is the spillway of the Brannock dam?", "31 metres", []string{"The Brannock dam was built in 1958. The access tunnel runs for 31 metres."}, 0, .5},
		{"en, a coincident amount", "What did Oskar Rail pay for the depot in Velm?", "$7 million", []string{"Oskar Rail, annual report. It bought the depot in Velm from the town. Staff costs rose by $7 million."}, 0, .5},
		{"en, another value", "When was the Tolby ferry launched?", "12 May 1931", []string{"The Tolby ferry was launched on 3 June 1934 in rain."}, 0, .35},
		{"en, a name in other order", "Which towns does the ferry link?", "Harwell and Tolby", []string{"The ferry links Tolby and Harwell all year."}, .65, 1},
		{"en, a number in words", "How many keepers did the Arle light have?", "3", []string{"The Arle light had three keepers until it was automated."}, .65, 1},
		{"en, in a heading's scale", "What was the revenue of Grenholm in 2019?", "4,812.6 million euros", []string{"Grenholm, statement of income, in thousands of euros: revenue 2019 4,812,600; revenue 2018 4,690,100."}, .5, 1},
		{"en, over two passages", "When did the glassworks close and how many jobs were lost?", "It closed on 30 September 1996; 340 people lost their jobs.", []string{"The glassworks closed on 30 September 1996.", "The closure of the glassworks cost 340 people their jobs."}, .65, 1},
		{"en, half of a list", "Which metals does the Velm mint strike?", "Silver, copper, nickel, tin", []string{"The Velm mint strikes coins of silver and copper only on weekdays."}, 0, .6},
		{"en, a paraphrase is open", "Why was the bridge closed?", "Its cables had been weakened by rust.", []string{"Corrosion of the ropes made engineers shut the bridge."}, .2, .8},
		{"en, declines", "Who designed the flag?", "The documents do not say.", []string{"The flag is green."}, 0, .2},
		{"en, a bare yes is open", "Does velorine prevent gout in divers?", "yes", []string{"Velorine lowers urate in mice."}, .2, .65},
		{"en, an instruction is open", "Which events are free?", "The answer should list the free events of the context.", []string{"The concert in May is free. The fair costs 5 euros."}, .2, .8},
		{"en, nothing of it", "How high is the spillway of the Brannock dam?", "31 metres", []string{"Bread is baked at night and sold from six in the morning."}, 0, .25},
		{"de, Wert an der Stelle", "Wie viele Plätze hat das Theater in Oberklamm?", "412 Plätze", []string{"Das Theater in Oberklamm hat 412 Plätze und eine Orgel."}, .65, 1},
		{"de, Wert fehlt", "Wie hoch ist die Kurtaxe in Oberklamm?", "2,80 Euro", []string{"In Oberklamm wird eine Kurtaxe erhoben; Kinder sind befreit."}, 0, .4},
		{"fr, valeur en place", "Quelle est la longueur du tunnel de Vaubrenne ?", "1 240 mètres", []string{"Le tunnel de Vaubrenne a une longueur de 1 240 mètres."}, .65, 1},
		{"fr, absente", "Quel est le prix de l'abonnement étudiant ?", "180 euros", []string{"L'abonnement étudiant se demande en agence avec une photo."}, 0, .45},
		{"es, fila de una tabla", "¿Cuál es la capacidad del tanque?", "La capacidad del tanque es de 11 litros.", []string{"Cilindrada 97 cc. Capacidad del tanque 11 litros. Potencia 7 HP."}, .65, 1},
		{"es, falta", "¿Cuánto pesa la moto?", "La moto pesa 109 kg.", []string{"La moto tiene garantía de doce meses y dos llaves."}, 0, .4},
		{"it, un nome", "Chi dirige il liceo Marcante?", "Livia Torre", []string{"Il liceo Marcante è diretto da Livia Torre dal 2015."}, .65, 1},
		{"pt, falta", "Qual é o prazo de entrega da tese?", "60 dias", []string{"A tese é entregue na secretaria em duas cópias."}, 0, .4},
		{"ru, имя", "Где родился Пётр Лугов?", "Пётр Лугов родился в Лугограде.", []string{"Он родился и вырос в Лугограде."}, .65, 1},
		{"ru, нет", "Где родился Пётр Лугов?", "Пётр Лугов родился в Лугограде.", []string{"Пётр Лугов женился поздно и много ездил."}, 0, .4},
		{"zh, 在", "青禾图书馆周末几点开门?", "九点", []string{"青禾图书馆周一至周五八点开门,周末九点开门。"}, .5, 1},
		{"zh, 不在", "青禾图书馆的馆长是谁?", "林书远", []string{"青禾图书馆周一至周五八点开门。"}, 0, .35},
		{"ar, في مكانه", "متى افتتح جسر القلعة؟", "1962", []string{"افتتح جسر القلعة عام 1962 بعد عمل طويل."}, .65, 1},
		{"hi, नाम", "पुल का नाम क्या है?", "लाल पुल", []string{"पुल का नाम लाल पुल है।"}, .5, 1},
		{"across languages, a shared name", "Which seal does the Velloni P3 need for ethanol and other alcohols?", "EPDM", []string{"Für Ethanol und andere Alkohole braucht die Pumpe Velloni P3 eine Dichtung aus EPDM, sonst quillt sie auf."}, .5, 1},
		{"across languages, nothing shared is open", "What is the profession of the woman who leads the museum of the town?", "She is a historian by profession.", []string{"Das Museum zeigt Uhren aus vier Jahrhunderten und wird von einer Historikerin geleitet, die in der Stadt lebt."}, .3, .65},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := in(tt.question, tt.reference, tt.passages...)
			require.GreaterOrEqual(t, r.P, tt.least, "%+v", r)
			require.LessOrEqual(t, r.P, tt.most, "%+v", r)
			require.NotEmpty(t, r.Predicate.Why)
		})
	}
}

// TestComputed: an answer that is worked out is nowhere, and that says
// nothing against the passages.
func TestComputed(t *testing.T) {
	for _, tt := range []struct {
		name, question, reference, passage string
		computed                           bool
	}{
		{"sum", "How many beds does the Ulven hospital have?", "310 beds", "The Ulven hospital has 180 beds in its old wing and 130 in its new one.", true},
		{"ratio", "What was the quick ratio of Kestrand in 2021?", "(40 + 60) / 80 = 1.25", "Kestrand, balance sheet 2021 in millions: cash 40, receivables 60, current liabilities 80.", true},
		{"change", "By how many percent did the population of Elverdal fall?", "12.5 percent", "Elverdal had a population of 8,000 in 2000 and a population of 7,000 in 2020.", true},
		{"difference, de", "Um wie viel Prozent sank die Zahl der Gäste in Oberklamm?", "20 Prozent", "Oberklamm zählte 5.000 Gäste im Jahr 2018 und 4.000 Gäste im Jahr 2019.", true},
		{"share, es", "¿Qué porcentaje de los socios del club Quirimba son mujeres? Calcula el resultado.", "25 %", "El club Quirimba tiene 400 socios, de los que 100 son mujeres.", true},
		{"average, fr", "Quelle est la moyenne des visiteurs de Vaubrenne par jour ?", "150", "Vaubrenne a reçu 100 visiteurs samedi et 200 visiteurs dimanche.", true},
		{"total, zh", "青禾图书馆一共有多少册书?", "500册", "青禾图书馆有中文书300册,外文书200册。", true},
		{"it stands there", "How many beds does the Ulven hospital have?", "310 beds", "The Ulven hospital has 310 beds and 90 nurses.", false},
		{"a statement", "Why do the two ferries differ in price?", "The newer one is faster.", "The newer ferry is faster.", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := in(tt.question, tt.reference, tt.passage)
			require.Equal(t, tt.computed, r.Computed.IsYes(), "%+v", r)
			require.GreaterOrEqual(t, r.P, .5, "%+v", r)
		})
	}
}

// TestGrounds: what a verdict may rest on.
func TestGrounds(t *testing.T) {
	require.True(t, in("Who led the museum?", "Greta Vollmann").Predicate.IsNo(), "no passage at all")
	require.True(t, in("Who led the museum?", "", "Greta Vollmann led the museum.").Predicate.IsUnknown())
	blank := in("Who led the museum?", "Greta Vollmann", "")
	require.True(t, blank.Predicate.IsNo())
	lies := blank.Lies()
	require.True(t, lies.IsUnknown(), "a list of IDs tells nothing of its texts")
	declined := in("Who led the museum?", "Unable to answer.", "It was led by Greta Vollmann.")
	lies = declined.Lies()
	require.True(t, lies.IsUnknown())
	require.Equal(t, trace.GradeB, declined.Predicate.Grade)

	v := claim.New(claim.Options{})
	g := &trace.Gold{Answers: []string{"14 March 2019"}}
	titled := New(v.Prepare(nil), "When did the Osk Bridge open?", g).In([]Passage{{Title: "The Osk Bridge opens", Date: "2019-03-14", Text: "A band played and the mayor cut a ribbon."}})
	plain := New(v.Prepare(nil), "When did the Osk Bridge open?", g).In([]Passage{{Text: "A band played and the mayor cut a ribbon."}})
	require.Greater(t, titled.P, plain.P, "title and date are text")

	short := in("What is the toll of the Osk Bridge for lorries?", "14 crowns", "The weather in the fjord is mild.")
	cut := in("What is the toll of the Osk Bridge for lorries?", "14 crowns", "The weather in the fjord is mild ...")
	require.Greater(t, cut.P, short.P, "what was cut off may have said it")
	require.Less(t, in("Does it float?", "No, it sinks after 40 minutes.", "After 40 minutes it sinks.").P, 1.)
}

// TestBeside: what a dropped candidate holds beyond the prompt is no paraphrase.
func TestBeside(t *testing.T) {
	const q, ref = "How does the Arle light signal fog?", "It sounds a horn twice a minute and turns on a green lamp."
	full := "In fog the Arle light sounds a horn twice a minute and turns on a green lamp."
	part := "In fog the Arle light sounds a bell."
	prompt, candidates := in(q, ref, part), in(q, ref, part, full)
	require.Greater(t, candidates.P, prompt.P)
	require.Less(t, prompt.Beside(candidates).P, prompt.P)
	require.Equal(t, candidates.P, candidates.Beside(candidates).P)
	require.Equal(t, 2, candidates.Rank())
}

func FuzzIn(f *testing.F) {
	f.Add("How old is it?", "15 years", "It is fifteen.", "", "en")
	f.Add("多少?", "220克", "最大称量220克", "标题", "zh")
	f.Add("x", "=1+1", "", "…", "")
	f.Fuzz(func(t *testing.T, q, ref, passage, title, lang string) {
		test := New(claim.New(claim.Options{}).Prepare(nil), q, &trace.Gold{Answers: []string{ref}, Claims: []string{passage}})
		ps := []Passage{{Title: title, Text: passage}, {Text: ref, Prepared: text.Analyze(ref, lang)}}
		r := test.In(ps)
		if !(r.P > 0 && r.P < 1) {
			t.Fatalf("P is %v", r.P)
		}
		for _, p := range r.Parts {
			if p.Held < 0 || p.Held > 1.000001 || p.Passage >= len(ps) {
				t.Fatalf("%+v", p)
			}
		}
		again := New(claim.New(claim.Options{}).Prepare(nil), q, &trace.Gold{Answers: []string{ref}, Claims: []string{passage}}).In(ps)
		if again.P != r.P {
			t.Fatalf("%v, then %v", r.P, again.P)
		}
	})
}

// TestHostile: huge and repetitive texts are read in one pass.
func TestHostile(t *testing.T) {
	long := strings.Repeat("The dam is 31 metres high, 1 2 3 4 5 6 7 8 9. ", 20_000)
	r := in(long, long, long, strings.Repeat("a ", 200_000))
	require.Greater(t, r.P, 0.)
	require.LessOrEqual(t, len(r.Parts), maxParts)
}
