package claim

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/ragdiag/ragdiag/internal/text"
)

// Idioms with which a text declines to answer, in the form of text.Normalize; a
// gap of a few words is written as an asterisk. What is built by rule is read by
// the grammars.
var declines = phrases(`
i don't know | i do not know | i cannot answer | i can't answer | i am unable to * answer | i'm unable to * answer | i am not able to * answer | i'm not able to * answer
unable to provide an answer
cannot be answered | can't be answered | cannot be determined | can't be determined | cannot provide * answer | cannot provide * information | can't provide * answer
i have no information | i don't have * information | i do not have * information | don't have enough | do not have enough | no information * available | no information about | no information on | no relevant information | no answer * found | no answer | there is no information | there's no information | not enough information | insufficient information | insufficient context | lack of information
* context does not * | * context doesn't * | * context do not | 
is not mentioned in the | are not mentioned in the | is not specified in the | is not provided in the | is not stated in the | not mentioned in the | not provided in the context | not found in the | not in the context | not covered in the | i am not sure | i'm not sure | i'm sorry, but i | i am sorry, but i | unanswerable | i'm afraid i | it is not clear from the | it is unclear from
ich weiß es nicht | ich weiss es nicht | weiß ich * nicht | weiss ich * nicht | weiß es nicht | kann ich nicht beantworten | kann * nicht beantwortet werden | kann * nicht beantworten | keine antwort | nicht genügend information | lässt sich nicht beantworten | nicht aus dem kontext | leider kann ich | nicht im kontext
je ne sais pas | je ne peux pas répondre | je ne suis pas en mesure | ne permet pas de répondre | ne permettent pas de répondre | pas d'information | aucune information | impossible de répondre | pas suffisamment d'information
no lo sé | no sé la respuesta | no puedo responder | no se puede responder | no tengo información | no hay información | no hay suficiente información | información insuficiente
non lo so | non so rispondere | non sono in grado | non posso rispondere | non è possibile rispondere | non ho informazioni | non ci sono informazioni | nessuna informazione | non contiene informazioni | informazioni insufficienti
não sei | não posso responder | não é possível responder | não tenho informações | não há informações | nenhuma informação | não contém informações | informações insuficientes
ik weet het niet | ik kan * niet beantwoorden | kan niet worden beantwoord | geen informatie | niet vermeld | onvoldoende informatie
jag vet inte | kan inte svara | kan inte besvara | ingen information | nämns inte | otillräcklig information
jeg vet ikke | jeg ved ikke | kan ikke svare | kan ikke besvare | ingen informasjon | ingen oplysninger | nevnes ikke
nie wiem | nie mogę odpowiedzieć | nie można odpowiedzieć | brak informacji | nie zawiera informacji
я не знаю | не могу ответить | невозможно ответить | нет информации | недостаточно информации | не содержит информации | не содержат информации | нет данных
bilmiyorum | cevap veremiyorum | cevaplayamıyorum | bilgi yok | yeterli bilgi | bilgi bulunmamaktadır | bahsedilmemektedir | yanıtlayamıyorum
لا أعرف | لا اعرف | لا أعلم | لا اعلم | لا يمكنني الإجابة | لا أستطيع الإجابة | لا توجد معلومات | لا تتوفر معلومات | معلومات غير كافية | لا يمكن الإجابة
मुझे नहीं पता | मुझे पता नहीं | मैं नहीं जानता | उत्तर नहीं दे सकता | जानकारी नहीं है | कोई जानकारी नहीं | उल्लेख नहीं
我不知道 | 不知道 | 无法回答 | 無法回答 | 无法确定 | 無法確定 | 没有相关信息 | 没有提到 | 没有提及 | 未提及 | 未提到 | 没有提供 | 未提供 | 信息不足 | 资料不足 | 无法得知 | 不能回答 | 没有足够
わかりません | 分かりません | 知りません | お答えできません | 答えられません | 回答できません | 情報がありません | 情報はありません | 記載されていません | 記載がありません | 言及されていません | 不明です
모르겠습니다 | 알 수 없습니다 | 답변할 수 없습니다 | 답할 수 없습니다 | 정보가 없습니다 | 언급되어 있지 않습니다 | 언급되지 않
ไม่ทราบ | ไม่สามารถตอบ | ไม่มีข้อมูล | ไม่พบข้อมูล | ไม่ได้กล่าวถึง
אינני יודע | איני יודע | אני לא יודע | לא ניתן לענות | אין מידע
`)

// Lead-ins that talk about the sources rather than the world. What follows the
// comma is the claim.
var leads = phrases(`
based on the | based on provided | according to the provided | according to the context | according to the document | according to the passage | according to the text | according to the given | from the context | from the provided | as stated in the | as mentioned in the
laut dem kontext | laut kontext | gemäß dem | basierend auf | d'après le contexte | selon le contexte | según el contexto | de acuerdo con el contexto | secondo il contesto | de acordo com o contexto | volgens de context | enligt | согласно контексту | согласно тексту | 根据 | 根據
`)

// Talk that states nothing about the world.
var talk = phrases(`
hope this helps | i hope this | let me know if | feel free to | happy to help | here is the answer | here are the | here is a | sure, | sure! | of course! | certainly! | you're welcome | as an ai | thank you for | thanks for | good question | great question | hello | in summary: | please note that this answer | please consult
ich hoffe, das hilft | gerne! | j'espère que | espero que | spero che | надеюсь
`)

// phrase is a sequence of stretches that must follow each other, with at most
// maxGap bytes between.
type phrase []string

const maxGap = 40

func phrases(table string) []phrase {
	var out []phrase
	for line := range strings.Lines(table) {
		for p := range strings.SplitSeq(line, "|") {
			if p = text.Normalize(p); p == "" {
				continue
			}
			var ph phrase
			for s := range strings.SplitSeq(p, "*") {
				if s = strings.TrimSpace(s); s != "" {
					ph = append(ph, s)
				}
			}
			out = append(out, ph)
		}
	}
	return out
}

// opens reports whether the normalised s begins with p.
func (p phrase) opens(s string) bool {
	if !strings.HasPrefix(s, p[0]) {
		return false
	}
	s = s[len(p[0]):]
	for _, next := range p[1:] {
		i := strings.Index(s[:min(len(s), maxGap+len(next))], next)
		if i < 0 {
			return false
		}
		s = s[i+len(next):]
	}
	return true
}

// key is what phrases are looked up by: their first bytes.
type key [3]byte

func keyOf(s string) (k key) {
	copy(k[:], s)
	return k
}

// declinesByKey holds the phrases that decline, so that a text is read once
// rather than once per phrase.
var declinesByKey = func() map[key][]phrase {
	m := map[key][]phrase{}
	for _, p := range declines {
		m[keyOf(p[0])] = append(m[keyOf(p[0])], p)
	}
	return m
}()

// Declines reports whether s declines to answer: with a phrase that is only
// used for that, or with a clause that denies that a source or the speaker can
// tell. It returns what says so and what follows, both in the form of
// text.Normalize.
func Declines(s string) (said, rest string, yes bool) { return declinesIn(text.Normalize(s)) }

func declinesIn(norm string) (said, rest string, yes bool) {
	inWord := false
	for i, r := range norm {
		letter := r < 0xe00 && unicode.IsLetter(r)
		if !letter || !inWord {
			for _, p := range declinesByKey[keyOf(norm[i:])] {
				if p.opens(norm[i:]) {
					return strings.Join(p, " … "), norm[i+len(p[0]):], true
				}
			}
		}
		inWord = letter
	}
	if sp, ok := denial(norm); ok {
		return strings.TrimSpace(sp.Of(norm)), norm[sp.End:], true
	}
	return "", "", false
}

// smallTalk reports whether a short claim, given normalised too, only keeps the
// conversation going.
func smallTalk(s, norm string) bool {
	if len(norm) > 120 {
		return false
	}
	for _, p := range talk {
		if p.opens(norm) {
			return true
		}
	}
	for _, p := range leads {
		if p.opens(norm) && len(norm) < 60 && len(text.Terms(s, "")) < minPart {
			return true
		}
	}
	return false
}

// afterLead cuts a lead-in up to its comma.
func afterLead(s string) string {
	i := strings.IndexAny(s, ",，")
	if i < 0 || i > 80 {
		return s
	}
	norm := text.Normalize(s[:i])
	for _, p := range leads {
		if p.opens(norm) {
			_, n := utf8.DecodeRuneInString(s[i:])
			if rest := strings.TrimSpace(s[i+n:]); rest != "" {
				return rest
			}
		}
	}
	return s
}
