package judge

import (
	"encoding/base64"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/ragdiag/ragdiag/internal/text"
)

// invisible reports whether a rune is kept from the judge: it shows nothing, or
// changes the order in which the rest shows.
func invisible(r rune) bool {
	switch {
	case r == '\n' || r == '\t' || r == '\r':
		return false
	case unicode.IsControl(r), unicode.Is(unicode.Cf, r): // soft hyphens, zero-width, bidi marks and tags
		return true
	case r == 0x034F, r == 0x115F, r == 0x1160, r == 0x17B4, r == 0x17B5, r == 0x3164, r == 0xFFA0, r == utf8.RuneError,
		r >= 0xFE00 && r <= 0xFE0F, r >= 0xE0100 && r <= 0xE01EF: // fillers and variation selectors
		return true
	}
	return false
}

// visible returns s without what invisible names, and how many runes that were.
func visible(s string) (string, int) {
	n := 0
	out := strings.Map(func(r rune) rune {
		if invisible(r) {
			n++
			return -1
		}
		return r
	}, s)
	return out, n
}

// forged are things that only a prompt, a chat template or a reply has.
var forged = regexp.MustCompile(`(?i)<{3,}|>{3,}|\bend (?:of )?(?:unit|passage|document|context|data)s?\b[^.]{0,40}(?:[0-9a-f]{6,}|$)|<\|[a-z_]+\|>|</?(?:system|assistant|user|instructions?|s|im_start|im_end)>|\[/?(?:inst|system)\]|<<sys>>|` +
	`^\W*(?:system|assistant|developer|admin(?:istrator)?|tool|sudo)(?: (?:message|prompt|override|note|update))?\s*:|#{2,}\s*(?:system|assistant|instructions?|new task)|` +
	`["'](?:verdict|confidence|items|evidence)["']\s*:|\bverdict\s*[:=]`)

// addressed are phrases that speak to a model, in normalised text.
var addressed = regexp.MustCompile(`\b(?:note|message|instructions?|attention|dear|hello|hey|important|reminder|memo)\W+(?:(?:to|for|the|all|any|an?|from)\W+)*(?:evaluator|grader|judge|assistant|language model|model|ai|llm|annotator)\b|` +
	`\byou are (?:now|no longer|a|an)\b.{0,60}\b(?:grader|evaluator|assistant|ai|language model|jailbroken|unrestricted|dan|persona)\b|\bfrom now on,? you\b|` +
	`\b(?:pretend|imagine)(?: that)? you(?:'re| are)\b|\bact as (?:an? |the |my )?(?:judge|grader|evaluator|assistant|ai|model|expert|dan|teacher)\b|\b(?:role-?play|let us play|let's play) (?:a|as|the)\b|` +
	`\bas (?:an ai|the evaluator|the grader|a language model)\b|\byour (?:instructions|system prompt|guidelines|output|verdicts?) (?:is|are|has|have|must|should|changed?)\b|` +
	`\b(?:new|updated|revised|real|hidden|secret) (?:system )?(?:instructions?|schema|prompt)\b|\b(?:system|developer) (?:message|prompt|override)\b|\bdecode (?:this|the following|it|and)\b|` +
	`\b(?:output|answer|reply|response) (?:format|schema) (?:is|has|was|must)\b`)

// imperative is an English order about verdicts, in normalised text.
var imperative = regexp.MustCompile(`(?:^|[.,:;!?"'()\-] ?|\b(?:please|must|should|shall|and|then|always|just|now|only|you|simply) )` +
	`(?:mark|label|classify|rate|treat|answer|output|return|respond|reply|set|give|print|say|judge|consider|assign|report|declare|score|grade|use|accept|approve|call|deem|choose|select|pick|count|write|prefer) ` +
	`.{0,120}?\b(?:supported|contradicted|not[_ ]found|cannot[_ ]tell|verdicts?|(?:in)?sufficient|(?:not[_ ])?equivalent|irrelevant|relevant|(?:all|every|each|the|any) (?:claims?|statements?)|confidence (?:of )?\d+)\b|` +
	`\bverdicts?\b.{0,40}\b(?:supported|contradicted|partial|not[_ ]found|(?:in)?sufficient|equivalent)\b|` +
	`\b(?:all|every|each|any|these|the following)(?: of the)?(?: other)? (?:claims?|statements?|items?)\b.{0,60}\b(?:supported|contradicted|not[_ ]found|partial|equivalent)\b|` +
	// "judged by two adjusters" tells of claims, and orders nothing.
	`\b(?:all|every|each|any|these|the following)(?: of the)?(?: other)? (?:claims?|statements?|items?)\b.{0,60}\b(?:judged|verified|confirmed|true|false|correct)(?:\W*$|[.,;:!?]| (?:and|as|or)\b)|\b(?:not_found|cannot_tell|not_equivalent|on_topic)\b`)

// orders are pairs of words that make an order together, by language: one of
// the first and one of the second kind in a sentence. A verb is a whole word, an
// object stands for all words that begin with it.
var orders = []struct{ verbs, objects []string }{
	{[]string{"ignore", "disregard", "forget", "override", "bypass", "discard"}, []string{"instruction", "prompt", "guideline", "above", "previous", "schema", "claims", "passages", "everything"}},
	{[]string{"ignoriere", "ignorieren", "vergiss", "vergesst", "missachte", "markiere", "bewerte", "antworte", "kennzeichne", "stufe"}, []string{"anweisung", "behauptung", "aussagen", "gestützt", "belegt", "widerlegt", "vorherig", "urteil", "bisherig"}},
	{[]string{"ignore", "ignorez", "oublie", "oubliez", "marque", "marquez", "réponds", "répondez", "considère", "considérez", "classez", "notez"}, []string{"instruction", "consigne", "affirmations", "étayé", "contredit", "verdict", "précédent", "confirmé"}},
	{[]string{"ignora", "ignore", "olvida", "olvide", "marca", "marque", "responde", "responda", "considera", "considere", "clasifica"}, []string{"instruccion", "afirmacion", "respaldad", "contradich", "veredicto", "anterior", "confirmad"}},
	{[]string{"ignora", "ignorate", "dimentica", "segna", "rispondi", "considera", "contrassegna"}, []string{"istruzion", "affermazion", "supportat", "contraddett", "verdetto", "precedent", "confermat"}},
	{[]string{"ignore", "ignora", "esqueça", "marque", "responda", "considere", "classifique"}, []string{"instruç", "afirmaç", "suportad", "contradit", "veredito", "anterior", "confirmad"}},
	{[]string{"negeer", "vergeet", "markeer", "antwoord", "beschouw"}, []string{"instructie", "bewering", "ondersteund", "tegengesproken", "vorige", "oordeel"}},
	{[]string{"игнорируй", "игнорируйте", "забудь", "забудьте", "отметь", "отметьте", "пометь", "считай", "считайте", "ответь", "отвечай"}, []string{"инструкц", "утвержден", "подтвержд", "противореч", "предыдущ", "вердикт", "правил"}},
	{[]string{"zignoruj", "ignoruj", "zapomnij", "oznacz", "uznaj"}, []string{"instrukcj", "polece", "twierdzen", "potwierdz", "sprzeczn", "poprzedni"}},
	{[]string{"unut", "işaretle", "görmezden"}, []string{"talimat", "iddia", "destekle", "önceki", "karar", "doğrulan"}},
	{[]string{"忽略", "无视", "忘记", "标记", "请将", "视为", "回答"}, []string{"指令", "指示", "所有陈述", "所有主张", "所有声明", "判定", "裁决"}},
	{[]string{"無視", "忘れ", "マーク", "判定し", "みなし", "回答し"}, []string{"指示", "命令", "すべての主張", "裏付け"}},
	{[]string{"무시", "잊", "표시", "판정", "간주"}, []string{"지시", "모든 주장", "명령", "뒷받침"}},
	{[]string{"تجاهل", "انس", "ضع علامة", "اعتبر", "صنف"}, []string{"التعليمات", "الادعاءات", "مدعوم", "متناقض", "الحكم"}},
	{[]string{"अनदेखा", "भूल", "चिह्नित", "मानें"}, []string{"निर्देश", "दावों", "दावे", "समर्थित"}},
}

// ordersJudge reports whether a sentence reads as an order to whoever judges it,
// or imitates a part of a prompt. It errs on the side of yes.
func ordersJudge(s string) bool {
	s, _ = visible(s)
	if forged.MatchString(s) || hasEncoded(s) {
		return true
	}
	n := text.Normalize(s)
	if addressed.MatchString(n) || imperative.MatchString(n) {
		return true
	}
	for _, o := range orders {
		if has(n, o.verbs, true) && has(n, o.objects, false) {
			return true
		}
	}
	return false
}

// has reports whether one of the words begins a word of s, or is a whole one. In
// scripts without spaces it may be anywhere.
func has(s string, words []string, whole bool) bool {
	for _, w := range words {
		first, _ := utf8.DecodeRuneInString(w)
		free := first >= 0x0590 // beyond Latin, Greek and Cyrillic words are not told apart
		for at := 0; ; at += len(w) {
			i := strings.Index(s[at:], w)
			if i < 0 {
				break
			}
			at += i
			before, _ := utf8.DecodeLastRuneInString(s[:at])
			after, _ := utf8.DecodeRuneInString(s[at+len(w):])
			if free || (at == 0 || !unicode.IsLetter(before)) && !(whole && unicode.IsLetter(after)) {
				return true
			}
		}
	}
	return false
}

// encoded is a stretch that may be text in base 64.
var encoded = regexp.MustCompile(`[A-Za-z0-9+/_-]{24,}={0,2}`)

// hasEncoded reports whether s has a stretch that decodes to readable text: a
// person does not read it, a model may.
func hasEncoded(s string) bool {
	for _, m := range encoded.FindAllString(s, 20) {
		m = strings.TrimRight(m, "=")
		for _, enc := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
			b, err := enc.DecodeString(m[:len(m)/4*4])
			if err == nil && utf8.Valid(b) && readable(string(b)) {
				return true
			}
		}
	}
	return false
}

// readable reports whether nearly all of s is letters and spaces, and some are
// spaces: random bytes are not.
func readable(s string) bool {
	good, spaces, all := 0, 0, 0
	for _, r := range s {
		all++
		switch {
		case r == ' ':
			spaces++
			good++
		case unicode.IsLetter(r), strings.ContainsRune(".,:;'\"-_", r):
			good++
		}
	}
	return spaces > 0 && good*10 >= all*9
}

// withheldMark is in a prompt where a sentence was withheld.
const withheldMark = "[…]"

// cleaned is a text as the judge gets it.
type cleaned struct {
	text     string
	stripped int         // invisible runes removed
	withheld []text.Span // sentences of the original that were left out
}

// clean prepares a text for a prompt: without invisible characters and forged
// marks, and without sentences that read as orders.
func clean(s string) cleaned {
	var out cleaned
	var b strings.Builder
	put := func(part string) {
		v, n := visible(part)
		out.stripped += n
		b.WriteString(defuse(v))
	}
	at := 0
	for _, sp := range Pieces(s) {
		if !ordersJudge(s[sp.Start:sp.End]) {
			continue
		}
		put(s[at:sp.Start])
		if n := len(out.withheld); n == 0 || strings.TrimSpace(s[out.withheld[n-1].End:sp.Start]) != "" {
			b.WriteString(withheldMark)
		}
		out.withheld = append(out.withheld, sp)
		at = sp.End
	}
	put(s[at:])
	out.text = b.String()
	return out
}

// Pieces cuts a text into sentences, and those at line ends: an order on a line
// of its own often has no full stop.
func Pieces(s string) []text.Span {
	var out []text.Span
	for _, sp := range text.Sentences(s) {
		from := sp.Start
		for from < sp.End {
			end := sp.End
			if i := strings.IndexByte(s[from:sp.End], '\n'); i >= 0 {
				end = from + i + 1
			}
			out = append(out, text.Span{Start: from, End: end})
			from = end
		}
	}
	return out
}

// marks are the runs of angle brackets that our own marks are made of.
var marks = regexp.MustCompile(`<{2,}|>{2,}|«{2,}|»{2,}`)

// defuse breaks what could be taken for a mark.
func defuse(s string) string {
	return marks.ReplaceAllStringFunc(s, func(m string) string {
		if m[0] == '<' {
			return "<"
		}
		if m[0] == '>' {
			return ">"
		}
		return "\""
	})
}
