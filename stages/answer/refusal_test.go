package answer

import (
	"testing"

	"github.com/ragdiag/ragdiag/trace"
)

func TestRefuses(t *testing.T) {
	for _, tt := range []struct {
		name string
		text string
		want trace.Truth
	}{
		{"plain", "I don't know.", trace.Yes},
		{"curly quote", "I don’t know.", trace.Yes},
		{"about the context", "The provided context does not contain enough information to answer this question.", trace.Yes},
		{"could not find", "I'm sorry, but I couldn't find any information about the deductible.", trace.Yes},
		{"with a citation", "The documents do not mention this [1].", trace.Yes},
		{"sentinel", "NO_ANSWER", trace.Yes},
		{"empty", "  ", trace.Yes},
		{"then elaborates", "I cannot answer this question. The passages discuss the history of Velm.", trace.Yes},
		{"answers after a turn", "The context does not name the founder. However, the mill opened in 1911.", trace.No},
		{"hedged answer", "I'm not sure, but the window is 30 days.", trace.No},
		{"answer", "The window is 30 days.", trace.No},
		{"know within a statement", "Engineers know how the valve works.", trace.No},
		{"answer about not knowing", "Nobody knew the name of the ship until 1912.", trace.No},
		{"German", "Das kann ich leider nicht beantworten.", trace.Yes},
		{"German: not in the context", "Dazu gibt es im Kontext keine Angaben.", trace.Yes},
		{"German answer", "Die Frist beträgt 30 Tage.", trace.No},
		{"French", "Je ne sais pas.", trace.Yes},
		{"French answer", "Le délai est de 30 jours.", trace.No},
		{"Spanish", "No se puede responder con la información disponible.", trace.Yes},
		{"Italian", "Non lo so.", trace.Yes},
		{"Portuguese", "Não há informações sobre isso.", trace.Yes},
		{"Dutch", "Ik weet het niet.", trace.Yes},
		{"Polish", "Nie wiem.", trace.Yes},
		{"Russian", "Я не знаю ответа на этот вопрос.", trace.Yes},
		{"Turkish", "Bu konuda bilgi bulunmamaktadır.", trace.Yes},
		{"Arabic", "لا توجد معلومات كافية.", trace.Yes},
		{"Hindi", "मुझे नहीं पता।", trace.Yes},
		{"Chinese", "根据提供的资料，无法回答这个问题。", trace.Yes},
		{"Chinese answer", "退货期限是三十天。", trace.No},
		{"Japanese", "申し訳ありませんが、その情報はありません。", trace.Yes},
		{"Korean", "제공된 문서로는 알 수 없습니다.", trace.Yes},
		{"Swedish", "Jag vet inte.", trace.Yes},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := refuses("", tt.text); got.Truth != tt.want {
				t.Errorf("refuses(%q) = %v (%s); want %v", tt.text, got.Truth, got.Why, tt.want)
			}
		})
	}
}
