package answer

import (
	"testing"

	"github.com/ragdiag/ragdiag/trace"
)

// Answers that decline, by language. They were written before the grammar that
// reads them.
var declining = map[string][]string{
	"en": {
		"The documents I have do not answer that question.",
		"The documents contain no instructions for replacing the wheels.",
		"The passages don't say how much she earned.",
		"Unfortunately the sources don't tell.",
		"I found nothing about the base.",
		"I was not able to locate the tide tables in the archive.",
		"The running time of the K5 is not stated.",
		"Nothing in the excerpts tells when the bridge was opened.",
		"Neither of the two passages names the founder.",
		"The manual gives no figure for this.",
		"None of the retrieved texts covers the warranty of the older model.",
		"Whether Orvane sells lawn mowers, the documents do not say.",
		"The material discusses refunds, but it never states how long they take.",
		"It's impossible to say from these excerpts.",
		"Sorry, the text is silent on the matter of fees.",
	},
	"de": {
		"Ein Datum für die Öffnung ist den Auszügen nicht zu entnehmen.",
		"Der Preis für Gäste wird in den Auszügen nicht genannt.",
		"Eine Frist ist in den Auszügen nicht genannt.",
		"Die Dauer des Baus geht aus den Unterlagen nicht hervor.",
		"Dazu enthält das Handbuch keine Angaben.",
		"Darüber geben die Auszüge keine Auskunft.",
		"Dazu kann ich nichts sagen.",
		"Das lässt sich den vorliegenden Texten nicht entnehmen.",
		"In den Dokumenten steht nichts über den Gründer.",
	},
	"fr": {
		"Les documents ne répondent pas à cette question.",
		"Le prix n'est pas indiqué dans les extraits.",
		"Les passages fournis ne précisent pas la date d'ouverture.",
		"Je n'ai trouvé aucune information à ce sujet.",
		"Je ne peux pas répondre à cette question à partir du contexte.",
		"Le texte ne dit rien sur le fondateur.",
	},
	"es": {
		"Los documentos no responden a esta pregunta.",
		"El precio no figura en los fragmentos.",
		"Los pasajes no indican la fecha de apertura.",
		"No he encontrado información sobre el fundador.",
		"No puedo contestar a esa pregunta con el contexto dado.",
		"El texto no dice nada sobre la garantía.",
	},
	"it": {
		"I documenti non rispondono a questa domanda.",
		"Il prezzo non è indicato negli estratti.",
		"I passaggi forniti non precisano la data di apertura.",
		"Non ho trovato informazioni sul fondatore.",
		"Non sono in grado di rispondere a questa domanda.",
		"Il testo non dice nulla sulla garanzia.",
	},
	"pt": {
		"Os documentos não respondem a essa pergunta.",
		"O preço não é indicado nos trechos.",
		"As passagens fornecidas não especificam a data de abertura.",
		"Não encontrei informações sobre o fundador.",
		"Não consigo responder a essa pergunta.",
		"O texto não diz nada sobre a garantia.",
	},
	"nl": {
		"De documenten geven geen antwoord op deze vraag.",
		"De prijs wordt niet genoemd in de fragmenten.",
		"De passages vermelden de openingsdatum niet.",
		"Ik heb niets gevonden over de oprichter.",
		"Ik kan deze vraag niet beantwoorden.",
		"De tekst zegt niets over de garantie.",
	},
	"sv": {
		"Dokumenten besvarar inte frågan.",
		"Priset anges inte i utdragen.",
		"Texterna nämner inte när bron öppnades.",
		"Jag hittade ingenting om grundaren.",
		"Jag kan inte svara på den frågan.",
		"Det framgår inte av underlaget.",
	},
	"pl": {
		"Dokumenty nie odpowiadają na to pytanie.",
		"Cena nie jest podana we fragmentach.",
		"Fragmenty nie podają daty otwarcia.",
		"Nie znalazłem żadnych informacji o założycielu.",
		"Nie jestem w stanie odpowiedzieć na to pytanie.",
		"Tekst nic nie mówi o gwarancji.",
	},
	"ru": {
		"Документы не отвечают на этот вопрос.",
		"Цена в отрывках не указана.",
		"В предоставленных текстах не говорится, когда открылся мост.",
		"Я не нашёл сведений об основателе.",
		"Я не могу ответить на этот вопрос.",
		"В тексте ничего не сказано о гарантии.",
	},
	"zh": {
		"文档没有回答这个问题。",
		"摘录中没有说明价格。",
		"所给的段落未说明开放日期。",
		"我没有找到关于创始人的信息。",
		"我无法根据现有资料作答。",
		"文中并未提及保修期。",
	},
	"ar": {
		"الوثائق لا تجيب عن هذا السؤال.",
		"لم يُذكر السعر في المقتطفات.",
		"لا تذكر النصوص تاريخ الافتتاح.",
		"لم أجد معلومات عن المؤسس.",
		"لا أستطيع الإجابة عن هذا السؤال.",
		"النص لا يقول شيئا عن الضمان.",
	},
	"ja": {
		"文書はその質問に答えていません。",
		"抜粋には価格が書かれていません。",
		"提供された資料には開業日が示されていません。",
		"創業者に関する情報は見つかりませんでした。",
		"この質問には回答することができません。",
		"本文では保証について触れられていません。",
	},
}

// Answers that answer, though they speak of not saying, not having or not
// knowing.
var answering = map[string][]string{
	"en": {
		"The policy does not mention pets, so they are allowed.",
		"Breakfast is not provided.",
		"The building was not listed until 1980.",
		"She did not answer the letter for three weeks.",
		"The drink contains no alcohol.",
		"It does not contain nuts.",
		"The tower opened in 1911, although the documents do not say in which month.",
		"The lamp is bright enough for fine needlework, but no figure is given.",
		"The contract was never found.",
		"No, the ferry does not run on Sundays.",
		"The witness could not find her glasses.",
		"Article 5 does not cover damage by water.",
		"The document must not contain signatures in pencil.",
		"The report was not stated to be final, it was a draft of 1998.",
		"He was unable to answer the charges and fled to Lund.",
	},
	"de": {
		"Das Getränk enthält keinen Alkohol.",
		"Der Kurs enthält keine Prüfung.",
		"Nein, Hunde sind nicht erlaubt.",
		"Die Richtlinie nennt Haustiere nicht, also sind sie erlaubt.",
		"Er konnte seine Schlüssel nicht finden.",
		"Die Frist beträgt 30 Tage, auch wenn der Text den Beginn nicht nennt.",
		"Die Straße wurde nach keinem Bürgermeister genannt, sondern nach dem Fluss.",
		"Der Antrag darf keine Angaben zu Dritten enthalten.",
	},
	"fr": {
		"La boisson ne contient pas d'alcool.",
		"Non, les chiens ne sont pas admis.",
		"Elle n'a pas répondu à la lettre.",
		"Il n'a pas trouvé ses clés.",
		"Le train ne circule pas le dimanche.",
	},
	"es": {
		"La bebida no contiene alcohol.",
		"No, los perros no están permitidos.",
		"Ella no respondió a la carta.",
		"El tren no circula los domingos.",
		"No encontró sus llaves hasta el martes.",
	},
	"it": {
		"La bevanda non contiene alcol.",
		"No, i cani non sono ammessi.",
		"Lei non rispose alla lettera.",
		"Il treno non circola la domenica.",
		"Non trovò le chiavi fino a martedì.",
	},
	"pt": {
		"A bebida não contém álcool.",
		"Não, os cães não são permitidos.",
		"Ela não respondeu à carta.",
		"O comboio não circula aos domingos.",
		"Ele não encontrou as chaves.",
	},
	"nl": {
		"De drank bevat geen alcohol.",
		"Nee, honden zijn niet toegestaan.",
		"Zij beantwoordde de brief niet.",
		"De trein rijdt niet op zondag.",
		"Hij kon zijn sleutels niet vinden.",
	},
	"sv": {
		"Drycken innehåller ingen alkohol.",
		"Nej, hundar är inte tillåtna.",
		"Hon svarade inte på brevet.",
		"Tåget går inte på söndagar.",
		"Han hittade inte sina nycklar.",
	},
	"pl": {
		"Napój nie zawiera alkoholu.",
		"Nie, psy nie są dozwolone.",
		"Ona nie odpowiedziała na list.",
		"Pociąg nie kursuje w niedziele.",
		"On nie znalazł swoich kluczy.",
	},
	"ru": {
		"Напиток не содержит алкоголя.",
		"Нет, собаки не допускаются.",
		"Она не ответила на письмо.",
		"Поезд не ходит по воскресеньям.",
		"Он не нашёл свои ключи.",
	},
	"zh": {
		"这种饮料不含酒精。",
		"不,狗不允许入内。",
		"她没有回信。",
		"火车周日不运行。",
		"他没有找到钥匙。",
	},
	"ar": {
		"المشروب لا يحتوي على كحول.",
		"لا، الكلاب غير مسموح بها.",
		"لم ترد على الرسالة.",
		"القطار لا يعمل يوم الأحد.",
		"لم يجد مفاتيحه.",
	},
	"ja": {
		"この飲み物にはアルコールが含まれていません。",
		"いいえ、犬は入れません。",
		"彼女は手紙に返事をしませんでした。",
		"列車は日曜日には運行しません。",
		"彼は鍵を見つけられませんでした。",
	},
}

func TestRefusesByGrammar(t *testing.T) {
	check := func(table map[string][]string, want trace.Truth, least int) {
		n := 0
		for lang, texts := range table {
			for _, s := range texts {
				n++
				if got := refuses("", s); got.Truth != want {
					t.Errorf("%s: refuses(%q) = %v (%s); want %v", lang, s, got.Truth, got.Why, want)
				}
			}
		}
		if n < least {
			t.Errorf("%d examples, want %d at least", n, least)
		}
	}
	check(declining, trace.Yes, 60)
	check(answering, trace.No, 60)
}
