package claim

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/ragdiag/ragdiag/internal/text"
)

// Words with which a sentence says where its content comes from, or leads to it.
// Such a beginning is no part of what is claimed: it neither supports a claim
// nor keeps it from being compared.
var (
	// pointers open a phrase up to a comma that names a source.
	pointers = wordRuns(`according to | as stated in | as stated by | as mentioned in | as described in | as noted in | as per | per | based on | from | in | as the | going by | judging by
		laut | gemäß | nach | zufolge | basierend auf | ausgehend von | in | wie in
		selon | d'après | d'apres | conformément à | d'après | dans | sur la base de
		según | de acuerdo con | conforme a | en | basándose en | con base en
		secondo | stando a | in base a | nel | nella
		segundo | de acordo com | conforme | com base em | no | na
		volgens | blijkens | op basis van | in
		enligt | baserat på | i
		według | zgodnie z | na podstawie | w
		согласно | по данным | судя по | на основании | в`)
	// sourceNouns name what was read.
	sourceNouns = text.NewWordSet(strings.Fields(`passage passages document documents text texts context contexts source sources excerpt excerpts extract snippet snippets article articles page pages report manual handbook guide guidelines policy policies rules regulations terms contract agreement website webpage faq notes note information data evidence search results result documentation chapter section paragraph file material materials record records statement
		dokument dokumente dokumenten text texte kontext quelle quellen auszug artikel seite bericht handbuch anleitung richtlinie richtlinien vertrag angaben informationen abschnitt unterlagen
		passage document documents texte textes contexte source sources extrait article page rapport manuel guide règlement contrat informations données
		pasaje documento documentos texto textos contexto fuente fuentes extracto artículo página informe manual guía política reglamento contrato información datos
		brano documento documenti testo contesto fonte fonti estratto articolo pagina rapporto manuale guida regolamento contratto informazioni dati
		trecho documento documentos texto contexto fonte fontes excerto artigo página relatório manual guia política regulamento contrato informações dados
		passage document documenten tekst context bron bronnen fragment artikel pagina rapport handleiding handboek beleid reglement contract informatie gegevens
		dokument dokumentet dokumenten text texten sammanhanget källa källan källorna utdrag utdraget artikel artikeln sida rapport rapporten handbok handboken policy policyn avtalet informationen
		dokument dokumentu dokumentów dokumentem tekst tekstu tekstem kontekst kontekstu źródło źródła źródłem fragment fragmentu artykuł artykułu raport raportu podręcznik podręcznika regulamin regulaminu regulaminem umowa umowy informacji danych
		документ документу документе документов текст тексту тексте контекст контексту контексте источник источнику источника отрывок отрывку статья статье отчёт отчету отчёту руководство руководству правила правилам договор договору информация информации данных`)...)
	// sourceAdjectives may stand around a source.
	sourceAdjectives = text.NewWordSet(strings.Fields(`provided given above retrieved supplied available following current official cited same company's company first second third bereitgestellten gegebenen obigen vorliegenden genannten bereitgestellte fourni fournis fournie ci-dessus donné proporcionado proporcionada dado anterior fornito fornita dato fornecido fornecida acima gegeven verstrekte bovenstaande angivna tillhandahållna ovanstående podanym podanego dostarczonym powyższym dostarczonego приведённому приведенному предоставленному данному указанному`)...)
	// reporting are verbs with which a source says something, or phrases that lead to a statement, each with its "that".
	reporting = wordRuns(`states that | says that | mentions that | notes that | explains that | indicates that | reports that | shows that | specifies that | confirms that | clarifies that | describes that | tells us that | suggests that | state that | say that | mention that | indicate that | show that | confirm that
		besagt, dass | besagt dass | sagt, dass | sagt dass | steht, dass | erwähnt, dass | gibt an, dass | geht hervor, dass | erklärt, dass | zeigt, dass
		indique que | dit que | précise que | mentionne que | affirme que | explique que | montre que
		dice que | indica que | menciona que | afirma que | señala que | establece que | especifica que | explica que | muestra que
		dice che | afferma che | indica che | menziona che | specifica che | spiega che | riporta che
		diz que | indica que | menciona que | afirma que | especifica que | explica que
		zegt dat | vermeldt dat | stelt dat | geeft aan dat | meldt dat
		säger att | anger att | nämner att | visar att | framgår att
		mówi, że | stwierdza, że | podaje, że | wskazuje, że | mówi że
		говорит, что | говорится, что | указывает, что | указано, что | сообщает, что | гласит, что | утверждает, что | упоминается, что`)
	// openers lead to a statement with nothing in front of them.
	leadOpeners = wordRuns(`note that | please note that | it is stated that | it is mentioned that | it is noted that | it says that | i found that | i can see that | we can see that | we find that | this means that | it follows that | it is important to note that | it should be noted that | keep in mind that | remember that
		beachten sie, dass | bitte beachten sie, dass | es wird erwähnt, dass | es heißt, dass | ich habe gefunden, dass | daraus folgt, dass
		notez que | veuillez noter que | il est indiqué que | il est mentionné que | j'ai trouvé que | il convient de noter que
		tenga en cuenta que | cabe señalar que | se indica que | se menciona que | encontré que
		si noti che | si afferma che | ho trovato che | va notato che | tieni presente che
		note que | observe que | é mencionado que | consta que | encontrei que
		let op dat | merk op dat | er staat dat | ik heb gevonden dat
		observera att | det står att | jag fann att | notera att
		należy zauważyć, że | zauważ, że | podano, że | znalazłem, że
		обратите внимание, что | следует отметить, что | я нашёл, что | я нашел, что`)
	// bareLeads stand before a comma and say nothing that can be checked.
	bareLeads = text.NewWordSet(strings.Split(`yes|no|currently|in short|in summary|overall|to summarize|to summarise|in conclusion|in fact|indeed|therefore|thus|hence|so|however|specifically|in other words|in general|sure|correct|right|that's right|as of now|at present|presently|well|of course|certainly|actually
ja|nein|derzeit|zurzeit|aktuell|kurz gesagt|zusammenfassend|insgesamt|tatsächlich|daher|also|jedoch|außerdem|genau|richtig|natürlich|grundsätzlich|momentan
oui|non|actuellement|en bref|en résumé|en fait|donc|ainsi|cependant|de plus|en effet|globalement|bien sûr|exact|toutefois
sí|si|no|actualmente|en resumen|en general|en efecto|por lo tanto|por tanto|además|sin embargo|de hecho|correcto|claro|así
sì|attualmente|in breve|in sintesi|in sostanza|quindi|pertanto|inoltre|tuttavia|infatti|certo|esatto
sim|não|atualmente|em resumo|em suma|portanto|assim|além disso|no entanto|de fato|certo|claro
nee|momenteel|kortom|samengevat|dus|daarom|bovendien|echter|inderdaad|op dit moment
nej|för närvarande|kort sagt|sammanfattningsvis|alltså|därför|dessutom|dock|just nu
tak|nie|obecnie|aktualnie|krótko mówiąc|podsumowując|zatem|więc|ponadto|jednak|rzeczywiście
да|нет|в настоящее время|сейчас|короче говоря|в целом|итак|таким образом|следовательно|кроме того|однако|действительно`, "|")...)
)

// wordRuns lists phrases, longest first where one begins another.
func wordRuns(table string) map[string][][]string {
	out := map[string][][]string{}
	for p := range strings.SplitSeq(strings.ReplaceAll(table, "\n", "|"), "|") {
		var words []string
		for _, t := range text.Tokens(p) {
			words = append(words, t.Text)
		}
		if len(words) > 0 {
			out[words[0]] = append(out[words[0]], words)
		}
	}
	return out
}

// runAt returns the number of tokens of the longest phrase that begins at token
// i; 0: none.
func runAt(runs map[string][][]string, toks []text.Token, i int) int {
	longest := 0
	for _, words := range runs[toks[i].Text] {
		if len(words) <= longest || i+len(words) > len(toks) {
			continue
		}
		ok := true
		for j, w := range words {
			ok = ok && toks[i+j].Text == w
		}
		if ok {
			longest = len(words)
		}
	}
	return longest
}

// The beginning of a sentence in which attributions are looked for.
const (
	attributionBytes  = 200
	attributionTokens = 9
	attributions      = 3 // one behind the other: "Yes, according to the policy, …"
)

// unattributed returns what a claim states, without the words in front that say
// where it comes from or only lead to it. toks are the tokens of the claim.
func unattributed(s string, toks []text.Token) string {
	for range attributions {
		if len(s) > attributionBytes {
			toks = text.Tokens(s[:attributionBytes])
		}
		rest := afterAttribution(s, toks)
		if rest == s {
			break
		}
		s, toks = rest, text.Tokens(rest)
	}
	return s
}

// afterAttribution is unattributed for one attribution; toks are the tokens of
// the head of s.
func afterAttribution(s string, toks []text.Token) string {
	head := s[:min(len(s), attributionBytes)]
	if len(toks) < 2 {
		return s
	}
	cut := func(i int) string { // the statement begins at token i
		if i >= len(toks) {
			return s
		}
		rest := s[toks[i].Start:]
		r, n := utf8.DecodeRuneInString(rest)
		if n == 0 {
			return s
		}
		if s[0] == '"' || toks[i].Start == 0 {
			return s
		}
		return string(unicode.ToUpper(r)) + rest[n:]
	}
	if n := runAt(leadOpeners, toks, 0); n > 0 {
		return cut(n)
	}
	comma := -1 // the first token behind a comma
	for i := 1; i < min(len(toks), attributionTokens); i++ {
		if toks[i-1].End <= toks[i].Start && strings.ContainsAny(head[toks[i-1].End:toks[i].Start], ",，、:") {
			comma = i
			break
		}
	}
	if comma > 0 {
		if bareLeads.Has(strings.ToLower(text.Normalize(strings.TrimSpace(head[:toks[comma-1].End])))) {
			return cut(comma)
		}
		if n := runAt(pointers, toks, 0); n > 0 && n < comma && sourceIn(toks[n:comma]) {
			return cut(comma)
		}
	}
	for i := range min(len(toks), attributionTokens) { // "The second passage says that"
		if n := runAt(reporting, toks, i); n > 0 {
			if i > 0 && sourceIn(toks[:i]) {
				return cut(i + n)
			}
			return s
		}
	}
	return s
}

// sourceIn reports whether some words are nothing but a source: "the provided
// documents", "passage 1".
func sourceIn(toks []text.Token) bool {
	found := false
	for _, t := range toks {
		switch {
		case sourceNouns.Has(t.Text):
			found = true
		case sourceAdjectives.Has(t.Text), anyStop(t.Text):
		case found && t.Text[0] >= '0' && t.Text[0] <= '9' && len(t.Text) < 4:
		default:
			return false
		}
	}
	return found
}

// anyStop reports whether a word is a function word of one of the languages of
// the lists above.
func anyStop(w string) bool {
	for _, lang := range [...]string{"en", "de", "fr", "es", "it", "pt", "nl", "sv", "pl", "ru"} {
		if text.IsStop(lang, w) {
			return true
		}
	}
	return false
}
