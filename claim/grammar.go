package claim

import (
	"strings"

	"github.com/ragdiag/ragdiag/internal/text"
)

// A clause declines where it denies that a source says something, that there is
// any information, or that the speaker can answer. The words for it are told
// apart by what they do; one table for each language, rows in this order. A
// word with an asterisk stands for all that begin with it. Chinese and Japanese
// are searched for the words anywhere in the clause.
const (
	roleDenies = iota // not, nothing, unable
	roleSource        // what was read: documents, passages
	roleSays          // what a source does: says, contains, answers
	roleInfo          // what it might hold: information, an answer
	roleSelf          // the speaker, or a verb in the first person
	roleSeeks         // what the speaker does: answers, finds, knows
	roleStated        // participles that speak of a text even where none is named
	roleMust          // rules for a document say what it may hold, not what it says
	roleLacks         // a denial that stands before a noun: no, keine
	roles
)

var grammars = [...][roles]string{
	{ // English
		"not no never nothing none neither nor nowhere cannot unable impossible insufficient silent lack lacks lacking don't doesn't didn't can't couldn't isn't aren't wasn't weren't won't haven't hasn't",
		"document* passage* context contexts source* text texts excerpt* extract* material* manual manuals handbook archive archives snippet* chunk*",
		"say* tell* state* mention* contain* answer* give* given provide* specif* cover* explain* includ* address* discuss* list* describ* indicat* name names named clarif* reveal* silent show* found",
		"information info detail* mention indication instruction*",
		"i we",
		"answer find found know say tell determine confirm locate identif* help sure certain",
		"stated mentioned specified indicated",
		"must may should shall might",
		"no insufficient lack lacks lacking",
	},
	{ // German
		"nicht nichts kein keine keinen keinem keiner keines keinerlei nirgends nirgendwo weder unmöglich ungenügend",
		"dokument* unterlage* auszug auszüg* passage* kontext* text texte* textes quelle* handbuch* material* archiv* textstelle* abschnitt* textauszug textauszüg*",
		"sagen sagt nenn* genannt enthalten enthält erwähn* steht stehen geben gibt gegeben beantwort* antworten entnehm* entnommen hervor verrät verraten angegeben äusser* beschreib* erklär* aufgeführt auskunft",
		"information* info infos angabe* hinweis*",
		"ich mir mich wir uns",
		"sagen beantwort* finde* gefunden weiss wissen antworten",
		"erwähnt angegeben",
		"darf dürfen soll sollen muss müssen",
		"keine keinen keinerlei ungenügend",
	},
	{ // French
		"pas rien aucun aucune ni jamais impossible insuffisant insuffisante insuffisants insuffisantes",
		"document* passage* extrait* texte* contexte* source* manuel* archive*",
		"répond* précis* indiqu* dit disent mentionn* contien* fournit fournissent permet* parle* donne* expliqu* évoqu*",
		"information* info infos réponse précision* détail*",
		"je j nous",
		"répondre trouv* sais dire savoir déterminer",
		"indiqué* mentionné* précisé*",
		"doit doivent peut peuvent",
		"aucun aucune pas insuffisant insuffisante insuffisantes",
	},
	{ // Spanish
		"no ninguna ninguno ningún nada nunca imposible insuficiente insuficientes",
		"documento* pasaje* fragmento* texto* contexto* fuente* manual* archivo* extracto*",
		"respond* indic* dice* mencion* contien* figura* aparec* precis* especific* proporcion* da dan habla* explic*",
		"información detalles respuesta",
		"puedo he encontré encuentro tengo sé hemos podemos",
		"respond* contest* encontr* sé saber decir determinar",
		"indicado indicada mencionado mencionada menciona especifica",
		"debe deben",
		"no ninguna ningún insuficiente",
	},
	{ // Italian
		"non nulla niente nessun nessuno nessuna impossibile insufficiente insufficienti",
		"document* passagg* estratt* testo testi contesto fonte fonti manuale archivio brano brani",
		"rispond* precis* indic* dice dicono menzion* conteng* contien* specific* fornisc* parla parlano riport* spieg*",
		"informazion* dettagli risposta",
		"posso ho trovo so abbiamo possiamo",
		"rispond* trov* so sapere dire determinare",
		"indicato indicata menzionato menzionata specificato specificata riportato",
		"deve devono",
		"non nessuna insufficienti",
	},
	{ // Portuguese
		"não nada nenhum nenhuma nunca impossível insuficiente insuficientes",
		"documento* passage* trecho* texto* contexto* fonte* manual* arquivo* excerto*",
		"respond* indic* diz* mencion* contém contêm especific* fornec* fala* explic*",
		"informaç* detalhes resposta",
		"encontrei consigo posso sei tenho pude consegui encontramos",
		"encontr* responder sei saber dizer determinar",
		"indicado indicada mencionado mencionada especificado especificada",
		"deve devem",
		"não nenhuma insuficientes",
	},
	{ // Dutch
		"niet niets geen nooit onmogelijk onvoldoende",
		"document* passage* fragment* tekst* context* bron* handleiding* materiaal archief uittreksel*",
		"noem* genoemd vermeld* zeg* zegt geven geeft beantwoord* bevat* staat staan blijkt",
		"informatie antwoord gegevens",
		"ik wij we",
		"beantwoord* vind* gevonden weet zeggen antwoorden",
		"vermeld",
		"mag mogen moet moeten",
		"geen onvoldoende",
	},
	{ // Swedish
		"inte ingen inget inga ingenting aldrig omöjligt otillräcklig otillräckligt otillräckliga",
		"dokument* text* utdrag* underlag* kontext* käll* handbok* arkiv* passage* material*",
		"besvar* svarar anges nämn* säg* framgår innehåll* ger beskriv* uppge* står",
		"information svar uppgift* detaljer",
		"jag vi",
		"svara hittade hittar hitta vet säga besvara",
		"anges nämns",
		"får måste",
		"ingen inga inget otillräcklig",
	},
	{ // Polish
		"nie nic brak żaden żadna żadne żadnej żadnego żadnych nigdy niemożliwe niewystarczające",
		"dokument* fragment* tekst* kontekst* źródł* materiał* podręcznik* archiw*",
		"odpowiada* podaj* podan* mówi* wspomina* zawiera* wynika określ* wymieni*",
		"informacj* danych odpowiedzi",
		"znalazłem znalazłam mogę jestem wiem potrafię mam",
		"odpowiedzieć znalaz* wiem określić stwierdzić",
		"podana podany podano",
		"musi muszą powinn* może mogą",
		"nie żadnych brak",
	},
	{ // Russian
		"не нет ни ничего нельзя невозможно недостаточно",
		"документ* текст* отрывк* отрывок контекст* источник* материал* фрагмент* руководств* архив*",
		"отвеча* указан* указыва* говор* сказан* упомина* упомян* содерж* сообща* привод* описыва* объясня* дают даёт",
		"информац* сведени* данных ответа",
		"я мы мне",
		"нашёл нашла нашли найти знаю знаем ответить сказать определить",
		"указано упомянуто",
		"должен должна должно должны",
		"не нет недостаточно",
	},
	{ // Chinese
		"不 没有 沒有 未 无法 無法 并未",
		"文档 文件 段落 摘录 资料 材料 上下文 文中 文本 原文 文章 片段",
		"说明 说 提及 提到 回答 包含 给出 指出 提供 涉及 写明 记载",
		"信息 资料 说明 答案",
		"我 这个问题 该问题 此问题",
		"找到 回答 作答 知道 确定 答复",
		"",
		"必须 应当 不得",
		"",
	},
	{ // Japanese
		"ません ない なかった ず",
		"文書 資料 抜粋 本文 文脈 文章 コンテキスト テキスト ドキュメント",
		"答え 書かれ 記載 示され 触れ 言及 述べ 含まれ 説明 回答",
		"情報 記載 記述 答え",
		"質問 私",
		"回答 答え 見つか 分かり わかり 知り",
		"",
		"なければ べき",
		"",
	},
	{ // Arabic
		"لا لم لن ليس ليست تعذر",
		"الوثائق وثائق الوثيقة النص النصوص نصوص المقتطفات مقتطفات السياق المستندات المصادر الفقرات المقاطع",
		"تجيب يجيب تذكر يذكر ذكر يقول تقول تحتوي يحتوي تتضمن يتضمن توضح يوضح تحدد يحدد يرد ترد تشير يشير تتناول",
		"معلومات المعلومات إجابة",
		"أستطيع أجد أعثر أعرف أعلم يمكنني أتمكن",
		"الإجابة أجد أعثر أعرف أعلم الرد",
		"",
		"يجب ينبغي",
		"",
	},
}

const dense = 1<<10 | 1<<11 // the grammars that are searched anywhere

// role says for which languages a word plays which role, one bit each.
type role [roles]uint32

func (r *role) join(o *role) {
	if o == nil {
		return
	}
	for i := range r {
		r[i] |= o[i]
	}
}

// The words of all grammars: whole ones, beginnings, and those of dense scripts.
var (
	wholeWords, beginnings = map[string]*role{}, map[string]*role{}
	anywhere               = map[string]*role{}
	deniers                = readGrammars()
)

// readGrammars fills the tables and returns the words that deny, without which
// no clause declines.
func readGrammars() *text.WordSet {
	var deny []string
	for lang, g := range grammars {
		for r, words := range g {
			for w := range strings.FieldsSeq(words) {
				w = text.Normalize(w)
				table := wholeWords
				stem, open := strings.CutSuffix(w, "*")
				switch {
				case dense>>lang&1 != 0:
					table = anywhere
				case open:
					table = beginnings
				}
				if table[stem] == nil {
					table[stem] = &role{}
				}
				table[stem][r] |= 1 << lang
				if r == roleDenies && dense>>lang&1 == 0 {
					deny = append(deny, w)
				}
			}
		}
	}
	return text.NewWordSet(deny...)
}

// shortestStem is the least number of bytes before an asterisk.
const shortestStem = 3

// rolesOf returns what a word does in any language.
func rolesOf(word string) (out role) {
	out.join(wholeWords[word])
	for n := shortestStem; n <= len(word); n++ {
		out.join(beginnings[word[:n]])
	}
	return out
}
