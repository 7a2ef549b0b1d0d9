package cite

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ragdiag/ragdiag/stages/prepared"
	"github.com/ragdiag/ragdiag/trace"
)

// Contexts whose first passage says when a ferry leaves and whose second one
// says what a ticket costs.
var (
	ctx = []trace.Passage{{ID: "doc_a", Title: "Ferry guide", Text: "The Skarholm ferry leaves at 07:40 on weekdays."}, {ID: "doc_b", Title: "Fares", Text: "A single ticket costs 62 kronor for adults."}, {ID: "doc_c", Title: "Pets", Text: "Dogs travel free of charge but must be kept on a lead."}}
	de  = []trace.Passage{{Text: "Die Fähre nach Skarholm fährt werktags um 07:40 Uhr ab."}, {Text: "Eine Einzelfahrkarte kostet 62 Kronen für Erwachsene."}}
	es  = []trace.Passage{{Text: "El ferry de Skarholm sale a las 07:40 entre semana."}, {Text: "Un billete sencillo cuesta 62 coronas para adultos."}}
	fr  = []trace.Passage{{Text: "Le ferry de Skarholm part à 07h40 en semaine."}, {Text: "Un billet simple coûte 62 couronnes pour les adultes."}}
	zh  = []trace.Passage{{Text: "斯卡霍尔姆渡轮工作日上午七点四十分出发。"}, {Text: "成人单程票价格为六十二克朗。"}}
	ja  = []trace.Passage{{Text: "スカルホルムのフェリーは平日の7時40分に出発します。"}, {Text: "大人の片道切符は62クローネです。"}}
	ru  = []trace.Passage{{Text: "Паром на Скархольм отправляется по будням в 07:40."}, {Text: "Билет в один конец для взрослых стоит 62 кроны."}}
	ko  = []trace.Passage{{Text: "스카르홀름 페리는 평일 7시 40분에 출발합니다."}, {Text: "성인 편도 승차권은 62크로나입니다."}}
)

// TestMoreNotations reads further notations: before and behind the full stop, of
// the right passages and of exchanged ones.
func TestMoreNotations(t *testing.T) {
	const leaves, costs = "The Skarholm ferry leaves at 07:40 on weekdays", "A single ticket costs 62 kronor for adults"
	for _, p := range [][2]string{
		{" [1, p. 3]", " [2, pp. 4-5]"},
		{" [S1]", " [S2]"},
		{" [D1]", " [D2]"},
		{" [P-1]", " [P-2]"},
		{" [Passage 1]", " [Passage 2]"},
		{" [doc 1]", " [doc 2]"},
		{" (Doc 1)", " (Doc. 2)"},
		{" [Doc ID: doc_a]", " [Doc ID: doc_b]"},
		{" [source: 1]", " [source: 2]"},
		{" [cite: 1]", " [cite: 2]"},
		{" ^[id:1]", " ^[id:2]"},
		{" ^[doc_a]^", " ^[doc_b]^"},
		{"^[1]^", "^[2]^"},
		{"$^{1}$", "$^{2}$"},
		{"^{1}", "^{2}"},
		{"^(1)", "^(2)"},
		{" \\citep{doc_a}", " \\citep[p. 3]{doc_b}"},
		{" [@doc_a]", " [@doc_b, p. 3]"},
		{" <ref>1</ref>", " <ref>2</ref>"},
		{" <cite>[1]</cite>", " <cite>[2]</cite>"},
		{" <citation>1</citation>", " <citation>2</citation>"},
		{" <doc id=\"1\"/>", " <doc id=\"2\"/>"},
		{" <cite doc=1>", " <cite doc=2>"},
		{" <sup><a href=\"#1\">1</a></sup>", " <sup><a href=\"#2\">2</a></sup>"},
		{" <source id=\"doc_a\"/>", " <source id=\"doc_b\"/>"},
		{" ([1])", " ([2])"},
		{" (see [1])", " (see [2])"},
		{" (see document 1)", " (see document 2)"},
		{" (Ferry guide)", " (Fares)"},
		{" [Ferry guide]", " [Fares]"},
		{" (source 1)", " (source 2)"},
		{" (Quelle: doc_a)", " (Quelle 2)"},
		{" (Fuente: 1)", " (Fuente: 2)"},
		{"（来源：1）", "（来源：2）"},
		{"［文档1］", "［文档2］"},
		{"〔1〕", "〔2〕"},
		{"【doc_a】", "【doc_b】"},
		{"【1】", "【2】"},
		{"[[doc_a]]", "[[doc_b]]"},
		{" [1](https://x.org/a)", " [2](https://x.org/b)"},
		{" [Ferry guide](doc_a)", " [Fares](#doc_b)"},
		{" [source](doc_a)", " [source](doc_b)"},
		{" *[1]*", " **[2]**"},
		{" [1†L1-L4]", " [2†L2]"},
		{" [#doc_a]", " [#doc_b]"},
		{" [№1]", " [№ 2]"},
		{" [no. 1]", " [no. 2]"},
		{" (ref. 1)", " (ref. 2)"},
		{" (Ref 1)", " (Ref 2)"},
		{" [Source 1: Ferry guide]", " [Source 2: Fares]"},
		{" [1: Ferry guide]", " [2: Fares]"},
		{" [Doc 1, Ferry guide]", " [Doc 2, Fares]"},
		{" [1 - Ferry guide]", " [2 - Fares]"},
		{" {doc_a}", " {doc_b}"},
		{" {{1}}", " {{2}}"},
		{" <1>", " <2>"},
		{" [¹]", " [²]"},
		{" ⁽¹⁾", " ⁽²⁾"},
		{" (¹)", " (²)"},
		{" ①", " ②"},
		{" [doc_a:12]", " [doc_b:3]"},
		{" [doc_a#p2]", " [doc_b#p3]"},
		{" [doc_a, lines 3-4]", " [doc_b, lines 1-2]"},
		{" (doc_a)", " (doc_b)"},
		{" [context 1]", " [context 2]"},
		{" [Chunk #1]", " [Chunk #2]"},
		{" [Excerpt 1]", " [Excerpt 2]"},
		{" [[Doc 1]]", " [[Doc 2]]"},
		{" \\[1\\]", " \\[2\\]"},
		{" [Источник 1]", " [Источник 2]"},
		{" [출처 1]", " [출처 2]"},
		{" [出典1]", " [出典2]"},
		{" (nguồn 1)", " (nguồn 2)"},
		{" [kaynak 1]", " [kaynak 2]"},
		{" [المصدر 1]", " [المصدر 2]"},
		{" [स्रोत 1]", " [स्रोत 2]"},
		{" [Dokument 1]", " [Dokument 2]"},
		{" [1;p.3]", " [2;p.3]"},
		{" [id=1]", " [id=2]"},
		{" [id: doc_a]", " [id: doc_b]"},
		{" (Source: \"Ferry guide\")", " (Source: *Fares*)"},
		{" (cf. Doc 1)", " (vgl. Dok. 2)"},
		{" [1.]", " [2.]"},
		{" [Document [1]]", " [Document [2]]"},
		{" (Source: [1])", " (Source: [2])"},
		{" [ref:1]", " [ref:2]"},
		{" (1)", " (2)"},
	} {
		t.Run(p[0], func(t *testing.T) {
			for _, tt := range []struct{ answer, fault string }{
				{leaves + p[0] + ". " + costs + p[1] + ".", ""},
				{leaves + "." + p[0] + " " + costs + "." + p[1], ""},
				{costs + p[0] + ". " + leaves + p[1] + ".", "misplaced"},
			} {
				ev := Examine(prepared.New(&trace.Record{Answer: &trace.Answer{Text: tt.answer}, Context: ctx}, nil))
				require.Equal(t, []int{1, 2}, read(ev), "%s: %+v", tt.answer, ev.Statements)
				require.Equal(t, tt.fault, fault(ev), "%s: %+v", tt.answer, ev.Statements)
				if tt.fault == "" {
					require.Equal(t, "supported | supported", statuses(ev), "%s: %+v", tt.answer, ev.Statements)
				}
			}
		})
	}
}

// TestProseAndLists reads sources that running text names, in several languages,
// and lists of sources in several layouts. None lacks a citation.
func TestProseAndLists(t *testing.T) {
	for _, tt := range []struct {
		ctx                 []trace.Passage
		answer, want, fault string
	}{
		{ctx, "Per passage 1, the Skarholm ferry leaves at 07:40 on weekdays. As source 2 notes, a single ticket costs 62 kronor for adults.", "[1 2]", ""},
		{ctx, "Based on Document 1, the Skarholm ferry leaves at 07:40 on weekdays. In document 2, a single ticket costs 62 kronor for adults.", "[1 2]", ""},
		{ctx, "The Skarholm ferry leaves at 07:40 on weekdays, according to document 1. A single ticket costs 62 kronor for adults (document 2).", "[1 2]", ""},
		{ctx, "According to documents 1 and 2, the Skarholm ferry leaves at 07:40 on weekdays and a single ticket costs 62 kronor for adults.", "[1 2]", ""},
		{ctx, "According to [1], the Skarholm ferry leaves at 07:40 on weekdays. [2] states that a single ticket costs 62 kronor for adults.", "[1 2]", ""},
		{ctx, "The Ferry guide says that the Skarholm ferry leaves at 07:40 on weekdays. According to \"Fares\", a single ticket costs 62 kronor for adults.", "[1 2]", ""},
		{ctx, "[Passage 1] states that the Skarholm ferry leaves at 07:40 on weekdays. [Passage 2] notes a single ticket costs 62 kronor for adults.", "[1 2]", ""},
		{ctx, "According to doc_a, the Skarholm ferry leaves at 07:40 on weekdays. doc_b says a single ticket costs 62 kronor for adults.", "[1 2]", ""},
		{ctx, "The Skarholm ferry leaves at 07:40 on weekdays (as stated in document 1). A single ticket costs 62 kronor for adults (from document 2).", "[1 2]", ""},
		{ctx, "According to document 7, the Skarholm ferry leaves at 07:40 on weekdays.", "[0]", "fabricated"},
		{ctx, "Document 1: The Skarholm ferry leaves at 07:40 on weekdays. Document 2: A single ticket costs 62 kronor for adults.", "[1 2]", ""},
		{de, "Laut Dokument 1 fährt die Fähre nach Skarholm werktags um 07:40 Uhr ab. Dokument 2 besagt, dass eine Einzelfahrkarte 62 Kronen für Erwachsene kostet.", "[1 2]", ""},
		{de, "Die Fähre nach Skarholm fährt werktags um 07:40 Uhr ab (Quelle 1). Gemäß Quelle 2 kostet eine Einzelfahrkarte 62 Kronen für Erwachsene.", "[1 2]", ""},
		{es, "Según el documento 1, el ferry de Skarholm sale a las 07:40 entre semana. El documento 2 indica que un billete sencillo cuesta 62 coronas para adultos.", "[1 2]", ""},
		{fr, "Selon le document 1, le ferry de Skarholm part à 07h40 en semaine. D'après le document 2, un billet simple coûte 62 couronnes pour les adultes.", "[1 2]", ""},
		{zh, "根据文档1，斯卡霍尔姆渡轮工作日上午七点四十分出发。文档2指出，成人单程票价格为六十二克朗。", "[1 2]", ""},
		{zh, "斯卡霍尔姆渡轮工作日上午七点四十分出发[1]。成人单程票价格为六十二克朗[2]。", "[1 2]", ""},
		{ja, "文書1によると、スカルホルムのフェリーは平日の7時40分に出発します。文書2では、大人の片道切符は62クローネです。", "[1 2]", ""},
		{ru, "Согласно документу 1, паром на Скархольм отправляется по будням в 07:40. В документе 2 сказано, что билет в один конец для взрослых стоит 62 кроны.", "[1 2]", ""},
		{ko, "문서 1에 따르면 스카르홀름 페리는 평일 7시 40분에 출발합니다. 문서 2에 따르면 성인 편도 승차권은 62크로나입니다.", "[1 2]", ""},
		{ctx, "The Skarholm ferry leaves at 07:40 on weekdays [1]. A single ticket costs 62 kronor for adults [2].\n\nSources: [1], [2]", "[1 2]", ""},
		{ctx, "The Skarholm ferry leaves at 07:40 on weekdays [1]. A single ticket costs 62 kronor for adults [2].\n\nReferences:\n[1] Fares\n[2] Ferry guide", "[2 1]", "misplaced"},
		{ctx, "The Skarholm ferry leaves at 07:40 on weekdays [5]. A single ticket costs 62 kronor for adults [9].\n\nQuellen:\n5. Ferry guide\n9. Fares", "[1 2]", ""},
		{ctx, "The Skarholm ferry leaves at 07:40 on weekdays [1]. A single ticket costs 62 kronor for adults [2].\n\n[1]: doc_a\n[2]: doc_b", "[1 2]", ""},
		{ctx, "The Skarholm ferry leaves at 07:40 on weekdays[^1]. A single ticket costs 62 kronor for adults[^2].\n\n[^1]: Ferry guide\n[^2]: Fares, p. 3", "[1 2]", ""},
		{ctx, "The Skarholm ferry leaves at 07:40 on weekdays¹. A single ticket costs 62 kronor for adults².\n\n¹ Ferry guide\n² Fares", "[1 2]", ""},
		{ctx, "The Skarholm ferry leaves at 07:40 on weekdays [1]. A single ticket costs 62 kronor for adults [2].\n\n出典:\n[1] Ferry guide\n[2] Fares", "[1 2]", ""},
		{ctx, "The Skarholm ferry leaves at 07:40 on weekdays [1]. A single ticket costs 62 kronor for adults [2].\n\n## Sources used\n1. [Ferry guide](doc_a)\n2. [Fares](doc_b)\n\nLet me know if you need more.", "[1 2]", ""},
		{ctx, "The Skarholm ferry leaves at 07:40 on weekdays [4]. A single ticket costs 62 kronor for adults [5].\n\nReferences:\n[4] Handbook of Skarholm\n[5] Kings of the sea", "[0 0]", ""},
		{ctx, "The Skarholm ferry leaves at 07:40 on weekdays. A single ticket costs 62 kronor for adults.\n\n**Sources:** Ferry guide; Fares", "[1 2]", ""},
		{ctx, "The Skarholm ferry leaves at 07:40 on weekdays. A single ticket costs 62 kronor for adults.\n\nSources:\n- Ferry guide\n- Fares", "[1 2]", ""},
		{ctx, "The Skarholm ferry leaves at 07:40 on weekdays. A single ticket costs 62 kronor for adults.\nSources: [1] [2]", "[1 2]", ""},
		{ctx, "The Skarholm ferry leaves at 07:40 on weekdays. A single ticket costs 62 kronor for adults. (Sources: [1], [2])", "[1 2]", ""},
		{ctx, "The Skarholm ferry leaves at 07:40 on weekdays. A single ticket costs 62 kronor for adults. [doc_a, doc_b]", "[1 2]", ""},
		{ctx, "The Skarholm ferry leaves at 07:40 on weekdays.\nSource: doc_a\n\nA single ticket costs 62 kronor for adults.\nSource: doc_b", "[1 2]", ""},
		{ctx, "The Skarholm ferry leaves at 07:40 on weekdays. Source: doc_a. A single ticket costs 62 kronor for adults. Source: Fares.", "[1 2]", ""},
		{ctx, "The Skarholm ferry leaves at 07:40 on weekdays [1]. A single ticket costs 62 kronor for adults [2].\n\n---\n[1] Ferry guide\n[2] Fares", "[1 2]", ""},
		{ctx, "The Skarholm ferry leaves at 07:40 on weekdays [1]. A single ticket costs 62 kronor for adults [2].\n\nSources: [1] Ferry guide, [2] Fares", "[1 2]", ""},
		{ctx, "The Skarholm ferry leaves at 07:40 on weekdays [1]. A single ticket costs 62 kronor for adults [2].\n\nSources: 1. Ferry guide 2. Fares", "[1 2]", ""},
		{ctx, "The Skarholm ferry leaves at 07:40 on weekdays. A single ticket costs 62 kronor for adults.\n\nSources: 1, 2", "[1 2]", ""},
		{ctx, "The Skarholm ferry leaves at 07:40 on weekdays. A single ticket costs 62 kronor for adults.\n\nSource documents: Document 1, Document 2", "[1 2]", ""},
	} {
		t.Run(tt.answer, func(t *testing.T) {
			ev := Examine(prepared.New(&trace.Record{Answer: &trace.Answer{Text: tt.answer}, Context: tt.ctx}, nil))
			require.Equal(t, tt.want, fmt.Sprint(read(ev)), "%+v", ev.Statements)
			require.Equal(t, tt.fault, fault(ev), "%+v", ev.Statements)
			require.True(t, ev.Missing.IsNo(), "%s: %+v", ev.Missing.Why, ev.Statements)
		})
	}
}

// TestNoCitations reads what looks like a citation and is none.
func TestNoCitations(t *testing.T) {
	for _, answer := range []string{
		"The ferry of 1998 [1998] had 3 decks [sic] and 20 m² of space. Use x[0].",
		"There are two rules: (1) dogs must be kept on a lead, (2) dogs travel free.",
		"- [x] Buy a ticket\n- [ ] Pack a lead",
		"(1) Dogs travel free of charge.\n(2) Dogs must be kept on a lead.",
		"1) Dogs travel free of charge.\n2) Dogs must be kept on a lead.",
		"The rule is in section 5 (1). See equation (2).",
		"The area is 3 m² or 10<sup>3</sup> cm<sup>2</sup>, and E = mc².",
		"The range is [1, 3] and the set {1, 2}.",
		"Version 2 of document 2.1 came out. There are 3 documents. The second source is unclear.",
		"He said \"see [12]\" and left. The court (Smith v. Jones) agreed [emphasis added].",
		"A loss of (12) million and thirty (30) days.",
		"Dogs travel free [see the note]. Fares say little. In Fares there is more.",
		"Energy sources:\n- Solar\n- Wind",
		"```python\na = b[1]\nprint(a[2])\n```\nUse `x[3]`.",
		"Let f(1) = 2 and $x^{2}$, $\\frac{1}{2}$, \\sqrt[3]{2}, a_{1}, \\[ x^2 \\].",
		"H<sub>2</sub>O, x<sup>2</sup>, 1<sup>st</sup>, [H2O], [Ca2+].",
	} {
		t.Run(answer, func(t *testing.T) {
			ev := Examine(prepared.New(&trace.Record{Answer: &trace.Answer{Text: answer}, Context: ctx}, nil))
			require.True(t, ev.HasCitations.IsNo(), "%+v", ev.Statements)
			require.True(t, ev.Faulty.IsNo())
		})
	}
}
