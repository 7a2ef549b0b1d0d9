package text

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// hardCases are texts on which a splitter stumbles, ours throughout: a double bar
// marks where a sentence ends.
var hardCases = []struct{ kind, in string }{
	{"abbreviation", "Approx. 40 staff work for Halden Ltd. in the U.K. today. ‖They like it."},
	{"abbreviation", "The answer is no. ‖The mill never closed."},
	{"abbreviation", "She studied art. ‖Later she taught it."},
	{"abbreviation", "See Fig. 3 and Art. 7 for details. ‖Nothing else matters."},
	{"abbreviation", "Platform no. 5 is closed. ‖Use No. 6."},
	{"abbreviation", "The mill (est. 1911) burned, cf. Ott et al. 1950, p. 12. ‖It was rebuilt."},
	{"abbreviation", "Velm, D.C. Archives hold it. ‖They open at 9 a.m. Monday."},
	{"abbreviation", "Lt. Col. Ott met Gen. Lund on Jan. 5 in St. Velm. ‖They agreed."},
	{"initials", "J.R.R. Ott and A. B. Lund wrote it. ‖C. Berg did not."},
	{"initials", "The dose of vitamin D. ‖It is small."},
	{"decimal", "It weighs 3.5. ‖Boxes weigh more."},
	{"decimal", "The fee is $5.00. ‖Payment is due in May."},
	{"decimal", "Growth was 2.4 vs. 1.1 percent. ‖Prices rose .5 percent."},
	{"version", "Use Orvane 2.14. ‖Modules need it."},
	{"version", "Upgrade from v1.2.3 to v2.0.0-rc.1 first. ‖Then restart."},
	{"address", "Read https://example.com/a?b=c. ‖It is free. ‖Or ask help@example.org!"},
	{"address", "Open example.com. ‖Mills are listed there."},
	{"file name", "Edit main.go and go.mod. ‖Run the tests."},
	{"ellipsis", "He waited ... and waited. ‖Then ... nothing."},
	{"inline list", "The steps are: ‖1. Open the box. ‖2. Read the note."},
	{"numbered list", "1. First\n‖2. Second\n‖10. Tenth"},
	{"nested list", "- Fruit\n‖  - Apples\n‖    1. Red ones\n‖- Bread"},
	{"lettered list", "a) the wheel\n‖b) the door\n‖ii) the roof"},
	{"bracketed list", "(1) the wheel\n‖(2) the door"},
	{"check list", "- [x] Built\n‖- [ ] Painted"},
	{"wrapped list item", "- a wheel that\n  turns\n‖- a door"},
	{"table", "| town | year |\n‖|---|---|\n‖| Halden | 1911 |"},
	{"bare table", "town | year\n‖--- | ---\n‖Halden | 1911"},
	{"heading", "# History\n‖The mill opened in 1911. ‖It closed."},
	{"bare heading", "History of the mill\n‖The mill opened in 1911."},
	{"underlined heading", "History\n‖=======\n‖The mill opened."},
	{"key and value", "Name: Halden mill\n‖Opened: 1911\n‖Staff: 40"},
	{"wrapped line", "The mill was opened in the year of the great\nFire by Ann Ott. ‖It closed."},
	{"wrapped line", "A very long line that was broken by hand here\nand goes on. ‖End."},
	{"code", "Run this:\n‖```go\nx := a.B. C()\n\ny()\n```\n‖It prints 1."},
	{"open code", "Run this:\n‖~~~\nfoo. Bar\n"},
	{"inline code", "Call `a.b(). Then()` first. ‖It works."},
	{"quote", "“It rained.” ‖She left. ‖“Why?” he asked."},
	{"quote", "\"Stop!\" Ann said. ‖\"No,\" he said."},
	{"quote", "He said “It is over.” ‖Nobody moved."},
	{"bracket", "It closed. ‖(It reopened later.) ‖Good."},
	{"emoji", "It opened! 🎉 ‖It closed 😢 ‖The end."},
	{"emoji list", "✅ Opened in 1911\n‖❌ Closed in 1950"},
	{"emoji inside", "The 🚀 launch went well. ‖Yes."},
	{"several marks", "Really?! ‖Yes!!! ‖Well..."},
	{"German", "Am 19. Jahrhundert, d. h. um 1850 v. Chr., gab es ca. 3 Mio. Schafe. ‖Das ist viel."},
	{"German", "Die Str. ist nach Dr. Ott benannt, vgl. S. 12. ‖Sie ist lang."},
	{"German", "Im Jahr 1911 wurde die Mühle eröffnet. ‖1950 schloss sie."},
	{"German", "Das 2. Werk kostet 1.200,50 Euro inkl. MwSt. ‖Es ist neu."},
	{"French", "M. Ott est né vers 50 av. J.-C. à Velm. ‖Il y vécut."},
	{"French", "Est-ce ouvert ? ‖Oui ! ‖Il a dit : « C'est fini. » ‖Personne ne bougea."},
	{"Spanish", "El Sr. Ott vive en EE. UU. desde 1911. ‖¿Por qué? ‖¡Quién sabe!"},
	{"Italian", "Il dott. Ott, cioè il sig. Lund, vive a Velm, pag. 12. ‖È tardi."},
	{"Portuguese", "A Dra. Ott mora na av. Central. ‖Ela saiu."},
	{"Dutch", "Mevr. Ott kocht o.a. brood, bijv. rogge. ‖Het was duur."},
	{"Polish", "Zakład powstał w 1911 r. w Velm, np. przy ul. Długiej. ‖Działa do dziś."},
	{"Russian", "А. С. Отт родился в 1911 г. в г. Вельм, т. е. на севере. ‖Он жил там."},
	{"Russian", "Завод стоит 3 млн руб. в год. ‖Это много."},
	{"Greek", "Πότε άνοιξε; ‖Άνοιξε το 1911. ‖Έκλεισε το 1950."},
	{"Armenian", "Գործարանը բացվեց 1911 թվականին։ ‖Այն փակվեց։"},
	{"Turkish", "Dr. Ott M.Ö. 50 yılında doğdu. ‖İyi yaşadı."},
	{"Chinese", "工厂于1911年开业。‖它占地3.5公顷！‖为什么？‖因为便宜……真的。"},
	{"Chinese", "他说：“关门了。”‖大家走了。"},
	{"Chinese list", "1、开门\n‖2、关门\n‖（3）休息"},
	{"Japanese", "彼は「終わった。」と言った。‖みんな帰った。"},
	{"Japanese", "工場は1911年に開業した｡‖今はない！？‖本当。"},
	{"Korean", "공장은 1911년에 문을 열었다. ‖지금은 없다. ‖왜?"},
	{"Thai", "โรงงานกระดาษแห่งนี้เปิดทำการครั้งแรกเมื่อปี พ.ศ. 2454 โดยวิศวกรชื่ออันนา ‖ต่อมาโรงงานได้ปิดตัวลงเพราะเกิดเพลิงไหม้ครั้งใหญ่"},
	{"Thai", "เปิดแล้วครับ ‖วันนี้ปิดค่ะ"},
	{"Thai", "เด็ก ๆ ชอบไปเล่นที่สวนสาธารณะริมแม่น้ำสายใหญ่ของเมืองนี้ทุกวัน และพวกเขาชอบว่ายน้ำ"},
	{"Arabic", "افتتح د. أحمد المصنع عام 1911 م. في المدينة. ‖هل أغلق؟ ‖نعم!"},
	{"Arabic", "بلغت المساحة 3.5 هكتار. ‖ثم توسعت."},
	{"Urdu", "کارخانہ ۱۹۱۱ میں کھلا۔ ‖کیا وہ بند ہوا؟ ‖ہاں۔"},
	{"Hindi", "डॉ. शर्मा ने 1911 में मिल खोली। ‖वह बंद हो गई। ‖क्यों?"},
	{"Hindi", "१. दरवाज़ा खोलें।\n‖२. पर्चा पढ़ें।"},
	{"Bengali", "কারখানা ১৯১১ সালে খোলে। ‖মো. রহিম তা চালান।"},
	{"Tamil", "மு. ரஹீம் ஆலையைத் திறந்தார். ‖அது மூடப்பட்டது."},
	{"Amharic", "ፋብሪካው ተከፈተ። ‖ለምን፧ ‖አላውቅም።"},
	{"Hebrew", "ד\"ר כהן פתח את המפעל ב-1911. ‖הוא נסגר."},
	{"Burmese", "စက်ရုံကိုဖွင့်ခဲ့သည်။ ‖ပိတ်ခဲ့သည်။"},
	{"mixed", "The word 工厂 means mill. ‖It is 两 characters."},
	{"carriage return", "# Title\r\n‖It rained.\r\n‖\r\n‖It stopped."},
}

// TestHardSentences holds the share of hard cases that are cut right.
func TestHardSentences(t *testing.T) {
	right := 0
	for _, c := range hardCases {
		plain := strings.ReplaceAll(c.in, "‖", "")
		var want, got []string
		for part := range strings.SplitSeq(c.in, "‖") {
			if part = strings.TrimSpace(part); part != "" {
				want = append(want, part)
			}
		}
		for _, sp := range Sentences(plain) {
			got = append(got, sp.Of(plain))
		}
		if slices.Equal(got, want) {
			right++
		} else {
			t.Logf("%s: %q\n\twant %q\n\tgot  %q", c.kind, plain, want, got)
		}
	}
	t.Logf("%d of %d right", right, len(hardCases))
	require.GreaterOrEqual(t, float64(right)/float64(len(hardCases)), .95)
}
