package text

import (
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// language is one language that we have function words for. Its index is its
// bit in the table of stop words.
type language struct {
	code, iso3 string
	script     *unicode.RangeTable
	stops      string
}

var languages = []language{
	{"en", "eng", unicode.Latin, `a an the and or but nor so if then than that this these those there here it its itself he him his himself she her hers herself they them their theirs themselves we us our ours ourselves you your yours yourself i me my mine myself who whom whose which what when where why how is are was were be been being am do does did done doing have has had having will would shall should can could may might must not no n't don't doesn't didn't isn't aren't wasn't weren't won't can't couldn't of in on at by for with from to into onto upon about as after before during while between among through over under against within without out off up down per via also too very just only such same other another each every any some all both few more most much many own again further once because until although though however therefore thus whether either neither yet still even ever ll ve re`},
	{"de", "deu", unicode.Latin, `der die das den dem des ein eine einer eines einem einen und oder aber denn weil dass daß wenn als ob wie wo wer was wann warum welche welcher welches welchen welchem ich du er sie es wir ihr mich dich sich uns euch mir dir ihm ihn ihnen mein dein sein seine seiner seinem seinen seines ihre ihrer ihrem ihren ihres unser ist sind war waren bin bist wird werden wurde wurden worden hat haben hatte hatten habe kann können konnte muss müssen soll sollen will wollen nicht kein keine keinen keiner nur auch noch schon sehr so mit von vom zu zum zur in im ins an am auf aus bei beim nach vor für durch gegen ohne um über unter zwischen während seit bis dieser diese dieses diesem diesen jener jede jeder jedes alle alles viele mehr man da dann hier dort sowie`},
	{"fr", "fra", unicode.Latin, `le la les un une des du de d l et ou où mais donc or ni car que qu qui quoi dont quel quelle quels quelles quand comment pourquoi je tu il elle on nous vous ils elles me te se lui leur leurs y en mon ma mes ton ta tes son sa ses notre nos votre vos ce cet cette ces cela ça c j m t s n est sont était étaient être été suis es sommes êtes sera ont a as ai avait avaient avoir fut furent ne pas plus moins très dans par pour sur sous avec sans entre vers chez depuis pendant avant après au aux si aussi même tout toute tous toutes autre autres comme peut`},
	{"es", "spa", unicode.Latin, `el la los las un una unos unas de del al a y e o u pero sino que qué quien quién quienes cual cuál cuales cuando cuándo donde dónde como cómo por porque para con sin sobre entre desde hasta hacia según durante ante bajo en yo tú él ella ello nosotros ellos ellas me te se le les lo nos su sus mi mis tu tus nuestro nuestra este esta estos estas ese esa eso esto aquel aquella es son era eran fue fueron ser sido está están estaba estar ha han había haber hay no ni sí también más menos muy ya todo toda todos todas otro otra otros otras mismo puede pueden cuánto cuántos cuántas`},
	{"it", "ita", unicode.Latin, `il lo la i gli le un uno una di del dello della dei degli delle a al allo alla ai agli alle da dal dalla dai dalle in nel nello nella nei negli nelle con su sul sulla sui sulle per tra fra e ed o ma se che chi cui quale quali quando dove come perché cosa io tu lui lei noi voi loro mi ti si ci vi ne suo sua suoi sue mio mia questo questa questi queste quello quella quelli è sono era erano essere stato stata stati ha hanno aveva avere non più meno molto anche già tutto tutti tutte altro altri può l d c dell all nell sull quanti quanto`},
	{"pt", "por", unicode.Latin, `o a os as um uma uns umas de do da dos das em no na nos nas ao à aos às por pelo pela pelos pelas para com sem sobre entre desde até e ou mas que quem qual quais quando onde como porque quanto quantos eu tu ele ela nós eles elas me te se lhe seu sua seus suas meu minha este esta estes estas esse essa isso isto aquele é são era eram foi foram ser sido está estão estava estar há não nem sim também mais menos muito já todo toda todos todas outro outra outros pode num numa`},
	{"nl", "nld", unicode.Latin, `de het een en of maar want dat die dit deze wie wat waar wanneer waarom hoe welke ik jij je u hij zij ze wij we jullie hem haar hun ons zijn is was waren ben bent wordt worden werd werden heeft hebben had hadden kan kunnen kon moet moeten zal zullen zou niet geen wel ook nog al zeer van in op aan bij met voor naar uit door over onder tussen tegen zonder om te tot na er daar hier als dan toen omdat alle veel meer meest andere zich`},
	{"sv", "swe", unicode.Latin, `och eller men att som en ett den det de dem dess deras han hon honom henne hans hennes jag du vi ni mig dig sig oss er min din sin vår är var vara varit blir blev har hade ha kan kunde ska skulle måste inte ingen inga inget ej i på av för med till från om vid under över efter mellan mot utan genom hos när där här hur vad vem vilken vilket vilka varför så också även mycket mer mest alla allt andra denna detta dessa`},
	{"no", "nob", unicode.Latin, `og eller men at som en et ei den det de dem deres han hun ham henne hans hennes jeg du vi dere meg deg seg oss min din sin vår er var være vært blir ble har hadde kan kunne skal skulle må ikke ingen intet i på av for med til fra om ved under over etter mellom mot uten gjennom hos når der her hvordan hva hvem hvilken hvilket hvilke hvorfor hvor så også mye mer mest alle alt andre denne dette disse`},
	{"da", "dan", unicode.Latin, `og eller men at som en et den det de dem deres han hun ham hende hans hendes jeg du vi i mig dig sig os jer min din sin vor er var være været bliver blev har havde kan kunne skal skulle må ikke ingen intet på af for med til fra om ved under over efter mellem mod uden gennem hos når der her hvordan hvad hvem hvilken hvilket hvilke hvorfor hvor så også meget mere mest alle alt andre denne dette disse`},
	{"fi", "fin", unicode.Latin, `ja tai mutta että joka jotka jonka jossa mikä mitä kuka missä milloin miksi miten kuinka minä sinä hän me te he se ne tämä tuo nämä nuo hänen sen niiden on ovat oli olivat olla ollut ole ei eivät en et emme myös vain kuin kun jos niin sekä sekä jo vielä hyvin kaikki muut muu kanssa ilman ennen jälkeen mukaan`},
	{"pl", "pol", unicode.Latin, `i oraz lub albo ale a że żeby który która które których którym co kto gdzie kiedy dlaczego jak jaki jaka jakie ja ty on ona ono my wy oni one go jej jego ich im mu się mój twój swój ten ta to te tego tej tych tym jest są był była było byli były być został została ma mają miał nie ani tak też także już tylko bardzo w we na do od z ze za po przez przed przy dla o u pod nad między bez więcej wszystko wszystkie ile`},
	{"cs", "ces", unicode.Latin, `a i nebo ale že který která které kteří co kdo kde kdy proč jak jaký jaká já ty on ona ono my vy oni ho ji jeho její jejich se si svůj ten ta to ti tento tato toto je jsou byl byla bylo byli byly být má mají měl ne není také již jen velmi v ve na do od z ze za po přes před při pro o u pod nad mezi bez více všechny kolik`},
	{"ro", "ron", unicode.Latin, `și sau dar că care ce cine unde când cum de la în din pe cu pentru prin fără între până după despre un o unei unui al a ai ale lui ei lor eu tu el ea noi voi se își este sunt era erau fi fost are au avea nu nici mai foarte tot toate acest această acesta aceasta câte`},
	{"tr", "tur", unicode.Latin, `ve veya ya ile ama fakat ki bu şu o bir bunu onun onlar ben sen biz siz ne kim nerede nasıl neden niçin hangi mi mı mu mü da de için gibi kadar daha en çok az her hiç tüm bütün değil var yok olan olarak oldu olduğu ise sonra önce kaç zaman idi`},
	{"hu", "hun", unicode.Latin, `a az egy és vagy de hogy nem is ez azt ezt aki ami amely mi ki hol mikor miért hogyan melyik én te ő mi ti ők van vannak volt voltak lesz lett csak még már mint ha meg el be fel ki le után előtt alatt között nélkül minden több nagyon sem mennyi`},
	{"id", "ind", unicode.Latin, `yang dan atau tetapi di ke dari pada dengan untuk oleh dalam sebagai adalah ialah ini itu apa siapa mana kapan mengapa bagaimana berapa saya anda dia mereka kami kita nya tidak bukan belum sudah telah akan bisa dapat harus juga lebih paling sangat semua karena jika bahwa para`},
	{"vi", "vie", unicode.Latin, `và hoặc nhưng của là có không được trong ngoài cho với từ đến tại này đó những các một khi nào gì ai đâu sao thế bao nhiêu đã đang sẽ cũng rất như vì nếu`},
	{"ru", "rus", unicode.Cyrillic, `и или но а да что чтобы который которая которое которые которых которого кто где когда почему как какой какая какое какие сколько я ты он она оно мы вы они его ее её их ему ей им меня тебя себя мой твой свой этот эта это эти того той тех тем то та те был была было были быть есть не ни нет так также уже только очень в во на до от из с со за по через перед при для о об у под над между без к ко более все всё весь бы же ли чем`},
	{"uk", "ukr", unicode.Cyrillic, `і й та або але що щоб який яка яке які хто де коли чому як скільки я ти він вона воно ми ви вони його її їх йому їй їм себе мій цей ця це ці той та те був була було були бути є не ні так також вже тільки дуже в у на до від з із за по через перед при для про під над між без більше все`},
	{"ar", "ara", unicode.Arabic, `في من إلى الى على عن مع هذا هذه ذلك تلك هو هي هم هن انا أنا نحن أنت انت الذي التي الذين ما ماذا متى أين اين كيف لماذا كم أي اي هل لا لم لن ليس ليست غير أن ان إن كان كانت كانوا يكون تكون قد أو او ثم بل لكن كل بعض بعد قبل بين حتى منذ عند حيث كما أيضا ايضا وهو وهي وفي ومن`},
	{"fa", "fas", unicode.Arabic, `و در به از که این آن را با است بود شد برای تا یا هم نیز اما اگر چه کی کجا چرا چگونه چند ما او آنها نه هر یک بر پس`},
	{"he", "heb", unicode.Hebrew, `של את על עם אל מן כי אם או גם רק לא אין יש זה זאת זו אלה הוא היא הם הן אני אתה אנחנו מה מי איפה מתי למה איך כמה איזה היה היתה היו להיות כל יותר מאוד אבל אך כדי לפני אחרי בין עד`},
	{"hi", "hin", unicode.Devanagari, `का की के को में से पर और या लेकिन है हैं था थी थे हो होता होती होते कि जो यह वह ये वे इस उस इन उन ने तो भी ही नहीं न मत क्या कौन कहाँ कहां कब क्यों कैसे कितने कितना कितनी मैं हम तुम आप एक कर करने किया गया गई गए लिए साथ बाद तक द्वारा अपने अपनी`},
	{"el", "ell", unicode.Greek, `ο η το οι τα του της των τον την τους τις ένας μια ένα και ή αλλά ότι που ποιος ποια ποιο τι πότε πού γιατί πώς πόσο πόσα εγώ εσύ αυτός αυτή αυτό εμείς είναι ήταν έχει έχουν είχε να θα δεν μην όχι με σε από για προς στο στη στην στον στα στις χωρίς μετά πριν μεταξύ πολύ πιο όλα όλοι ως`},
}

// Characters that carry grammar rather than content. A pair of them, or a
// lone one, is no content word.
const hanStops = "的了是在和与及或也不就都而被把对为于以之其这那有个们着过吗呢吧啊什么么谁哪怎何多少几到从由等"

// stops maps a normalised word to the set of languages in which it is a
// function word, one bit per row of languages.
var stops = sync.OnceValue(func() map[string]uint64 {
	m := make(map[string]uint64, 4096)
	for i, l := range languages {
		for w := range strings.FieldsSeq(l.stops) {
			m[fold(w)] |= 1 << i
		}
	}
	return m
})

var languageIndex = func() map[string]int {
	m := make(map[string]int, len(languages))
	for i, l := range languages {
		m[l.code] = i
	}
	return m
}()

// IsStop reports whether the normalised word is a function word of lang. For
// an unknown language English function words count.
func IsStop(lang, word string) bool { return stopsOf(lang).has(word) }

// IsStopAnywhere reports whether the normalised word is a function word of some
// language: for texts too short to tell theirs.
func IsStopAnywhere(word string) bool {
	if word != "" && word[0] >= utf8.RuneSelf && dense(word) {
		return denseStop(word)
	}
	return stops()[word] != 0
}

// stopSet is the function words of one language.
type stopSet struct {
	words  map[string]uint64
	bit    uint64
	shapes shapes
}

// stopSets are those of all languages, in the order of languages.
var stopSets = sync.OnceValue(func() []stopSet {
	out := make([]stopSet, len(languages))
	for i := range out {
		out[i].words, out[i].bit = stops(), 1<<i
	}
	for w, bits := range stops() {
		for i := range out {
			if bits&out[i].bit != 0 {
				out[i].shapes.add(w)
			}
		}
	}
	return out
})

// stopsOf returns the function words of a language, or else English ones.
func stopsOf(lang string) *stopSet { return &stopSets()[indexOf(lang)] }

// indexOf is the index of a language among languages; English for an unknown one.
func indexOf(lang string) int {
	if lang == "en" { // mostly
		return 0
	}
	return languageIndex[lang]
}

func (s *stopSet) has(word string) bool {
	if word == "" {
		return true
	}
	if word[0] >= utf8.RuneSelf && dense(word) {
		return denseStop(word)
	}
	return s.shapes.may(word) && s.words[word]&s.bit != 0
}

// dense reports whether word came out of a script without spaces.
func dense(word string) bool {
	for _, r := range word {
		return unspaced(r)
	}
	return false
}

func denseStop(word string) bool {
	for _, r := range word {
		switch {
		case r >= 0x3041 && r <= 0x309f: // hiragana is grammar more often than not
		case strings.ContainsRune(hanStops, r):
		default:
			return false
		}
	}
	return true
}

// everyday words are in every kind of text, so they say little about any one.
// They are listed as stems.
var everyday = func() *WordSet {
	m := NewWordSet()
	for w := range strings.FieldsSeq(`also first second last new old one two year years day time way people person thing part place use used using make made making take took taken get got give given go went gone come came know known see seen say said call called name named include including included become became begin began number large small big great good well long high low early late later year's often usually generally several different various main major common general based found find show shown work works working start started provide provided state states area group world country city life form form type example case point end set number order`) {
		m.add(Stem("en", w))
	}
	return m
}()
