package match

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ragdiag/ragdiag/trace"
)

const (
	mill  = "The Halden mill was opened in 1911 by the engineer Ann Ott and produced paper for the whole county until the fire."
	shop  = "Customers may return unopened goods within 30 days of delivery, and a restocking fee applies to opened goods."
	storm = "A storm damaged the harbour wall at Velm, so the council raised a loan to rebuild it before winter came."
)

func TestFind(t *testing.T) {
	half := strings.Fields(mill)
	head, tail := strings.Join(half[:11], " "), strings.Join(half[11:], " ")
	for _, tt := range []struct {
		name string
		unit trace.Unit
		in   []Passage
		how  string
		rank int
		ok   bool // found, not found
		none bool // unknown
	}{
		{"passage ID", trace.Unit{ID: "d#2"}, []Passage{{ID: "d#1"}, {ID: "d#2"}}, "id", 2, true, false},
		{"another chunk of the document", trace.Unit{ID: "d#2"}, []Passage{{ID: "d#1"}, {ID: "d#3"}}, "", 0, false, false},
		{"document by name", trace.Unit{Doc: "d"}, []Passage{{ID: "c#1"}, {ID: "d#3"}}, "doc", 2, true, false},
		{"the right document, another stretch of it", trace.Unit{Doc: "d", Text: "the ferry sails twice a day in summer"}, []Passage{{ID: "d#0", Doc: "d", Text: "The harbour was built in 1871 of grey stone and tarred oak."}}, "", 0, false, false},
		{"document by field", trace.Unit{Doc: "d"}, []Passage{{ID: "1", Doc: "c"}, {ID: "2", Doc: "d"}}, "doc", 2, true, false},
		{"the unit's ID names the document", trace.Unit{ID: "d"}, []Passage{{ID: "d#3"}}, "doc", 1, true, false},
		{"the list holds whole documents", trace.Unit{ID: "d#3"}, []Passage{{ID: "d"}}, "doc", 1, true, false},
		{"text within a longer passage", trace.Unit{Text: mill}, []Passage{{Text: storm}, {Text: shop + " " + mill}}, "text", 2, true, false},
		{"text with small changes", trace.Unit{Text: mill}, []Passage{{Text: strings.ReplaceAll(mill, "whole ", "")}}, "text", 1, true, false},
		{"text under another ID", trace.Unit{ID: "old-7", Text: mill}, []Passage{{ID: "new-1", Text: mill}}, "text", 1, true, false},
		{"split over two passages", trace.Unit{Text: mill}, []Passage{{Text: storm}, {Text: head}, {Text: tail}}, "split", 3, true, false},
		{"split over chunks that are not neighbours in the list", trace.Unit{Text: mill}, []Passage{{ID: "d#5", Text: tail}, {ID: "x#1", Text: storm}, {ID: "d#4", Text: head}}, "split", 3, true, false},
		{"another text", trace.Unit{Text: mill}, []Passage{{Text: storm}, {Text: shop}}, "", 0, false, false},
		{"same words, another text", trace.Unit{Text: mill}, []Passage{{Text: "county fire paper Ott engineer 1911 opened whole Halden produced Ann mill until"}}, "", 0, false, false},
		{"right document, text elsewhere in it", trace.Unit{Doc: "d", Text: mill}, []Passage{{ID: "d#1", Text: storm}, {ID: "d#2", Text: mill}}, "text", 2, true, false},
		{"only texts against only an ID", trace.Unit{ID: "d"}, []Passage{{Text: mill}}, "", 0, false, true},
		{"only IDs against only a text", trace.Unit{Text: mill}, []Passage{{ID: "d"}}, "", 0, false, true},
		{"not recorded", trace.Unit{ID: "d"}, nil, "", 0, false, true},
		{"recorded and empty", trace.Unit{ID: "d"}, []Passage{}, "", 0, false, false},
		{"a unit of nothing", trace.Unit{}, []Passage{{ID: "d"}}, "", 0, false, true},
		{"Chinese", trace.Unit{Text: "哈尔登工厂于1911年开业，为全县生产纸张。"}, []Passage{{Text: "退货期限是三十天。"}, {Text: "据记载，哈尔登工厂于1911年开业，为全县生产纸张。后来关闭。"}}, "text", 2, true, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := Find(tt.unit, tt.in)
			require.Equal(t, tt.how, m.How, "%+v", m)
			require.Equal(t, tt.rank, m.Rank, "%+v", m)
			require.Equal(t, tt.none, m.Grade == trace.GradeNone, "%+v", m)
			if tt.ok {
				require.GreaterOrEqual(t, m.P, .8)
			} else if !tt.none {
				require.Less(t, m.P, .5)
			}
		})
	}
}

func TestPartOfAText(t *testing.T) {
	words := strings.Fields(mill)
	m := Find(trace.Unit{Text: mill}, []Passage{{Text: strings.Join(words[:len(words)*7/10], " ")}})
	require.Zero(t, m.Rank, "what is left out may be what matters")
	require.Greater(t, m.P, .2)
	require.Less(t, m.P, .5, "of stretches with seven tenths of a passage, a third have the evidence")
}

func TestSets(t *testing.T) {
	unit := func(ids ...string) (s trace.EvidenceSet) {
		for _, id := range ids {
			s = append(s, trace.Unit{ID: id})
		}
		return s
	}
	list := []Passage{{ID: "a"}, {ID: "b"}, {ID: "c"}}
	for _, tt := range []struct {
		name     string
		evidence []trace.EvidenceSet
		in       []Passage
		whole    trace.Truth
		partial  trace.Truth
		rank     int
	}{
		{"one unit", []trace.EvidenceSet{unit("b")}, list, trace.Yes, trace.No, 2},
		{"both needed and there", []trace.EvidenceSet{unit("c", "a")}, list, trace.Yes, trace.No, 3},
		{"both needed, one there", []trace.EvidenceSet{unit("a", "z")}, list, trace.No, trace.Yes, 0},
		{"none there", []trace.EvidenceSet{unit("y", "z")}, list, trace.No, trace.No, 0},
		{"the second set suffices", []trace.EvidenceSet{unit("a", "z"), unit("b")}, list, trace.Yes, trace.No, 2},
		{"best of two complete sets", []trace.EvidenceSet{unit("c"), unit("a")}, list, trace.Yes, trace.No, 1},
		{"one unit cannot be compared", []trace.EvidenceSet{{{ID: "a"}, {Text: mill}}}, list, trace.TruthUnknown, trace.TruthUnknown, 0},
		{"one is missing, whatever the other is", []trace.EvidenceSet{{{ID: "z"}, {Text: mill}}}, list, trace.No, trace.TruthUnknown, 0},
		{"not recorded", []trace.EvidenceSet{unit("a")}, nil, trace.TruthUnknown, trace.TruthUnknown, 0},
		{"recorded and empty", []trace.EvidenceSet{unit("a")}, []Passage{}, trace.No, trace.No, 0},
		{"an empty set is no evidence", []trace.EvidenceSet{{}}, list, trace.TruthUnknown, trace.TruthUnknown, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			units, whole, partial, rank := Sets(&trace.Gold{Evidence: tt.evidence}, tt.in)
			require.Equal(t, tt.whole, whole.Truth, whole.Why)
			require.Equal(t, tt.partial, partial.Truth, partial.Why)
			require.Equal(t, tt.rank, rank)
			if tt.in != nil {
				n := 0
				for _, s := range tt.evidence {
					n += len(s)
				}
				require.Len(t, units, n)
			}
		})
	}
}

func TestSetsWithoutEvidence(t *testing.T) {
	g := &trace.Gold{Answers: []string{"30 days"}}
	_, whole, partial, rank := Sets(g, []Passage{{Text: storm}, {Text: shop}})
	require.True(t, whole.IsYes())
	require.Equal(t, trace.GradeC, whole.Grade, "words may stand there for another reason")
	require.True(t, partial.IsUnknown())
	require.Equal(t, 2, rank)

	_, whole, _, _ = Sets(g, []Passage{{Text: storm}})
	require.True(t, whole.IsNo())
	_, whole, _, _ = Sets(g, []Passage{{ID: "d"}})
	require.True(t, whole.IsUnknown(), "an answer cannot be looked for in IDs")
	_, whole, _, _ = Sets(&trace.Gold{Answers: []string{"yes"}}, []Passage{{Text: shop}})
	require.True(t, whole.IsUnknown(), "a yes stands in no passage")
	_, whole, _, _ = Sets(nil, []Passage{{Text: shop}})
	require.True(t, whole.IsUnknown())
}

func TestAnswer(t *testing.T) {
	for _, tt := range []struct {
		alias, in string
		want      string // the stretch found; "": none
	}{
		{"30 days", "The window is 30 days long.", "30 days"},
		{"30 days", "The window is thirty days long.", "thirty days"},
		{"30 days", "The window is not 30 days.", ""},
		{"30", "There are 130 of them.", ""},
		{"1998", "It opened in May 1998.", "May 1998"},
		{"May 1998", "It opened in 1998.", ""},
		{"5 March 2020", "It opened on 2020-03-05 at noon.", "2020-03-05"},
		{"Ann Ott", "ANN OTT built it.", "ANN OTT"},
		{"Ann Ott", "Ann and Carl Ott built it.", ""},
		{"the Halden mill", "Halden mill", "Halden mill"},
		{"water wheels", "It has a water wheel.", "water wheel"},
		{"elephant", "They are elephants.", "elephants"},
		{"Velazquez", "It is by Velázquez.", "Velázquez"},
		{"Ann Ott (engineer)", "It was Ann Ott.", "Ann Ott"},
		{"universe", "She went to university.", ""},
		{"cat", "The catalogue", ""},
		{"no", "No, it is not.", "No"},
		{"no", "We know it.", ""},
		{"no", "No refund is given.", ""},
		{"yes", "Yes it is.", "Yes"},
		{"yes", "No.", ""},
		{"B", "The answer is B.", "B"},
		{"A", "A mill.", ""},
		{"القاهرة", "تقع في القاهرة منذ زمن", "القاهرة"},
		{"Mühle", "Die Mühlen stehen still und das ist gut.", "Mühlen"},
		{"东京", "日本的首都是东京。", "东京"},
		{"$3.5 million", "It cost 3,500,000 dollars.", "3,500,000 dollars"},
		{"thirty-eight passenger cars", "The train had 38 passenger cars.", "38 passenger cars"},
		{"38 passenger cars", "The train had thirty-seven passenger cars.", ""},
		{"38 passenger cars", "The train had no thirty-eight passenger cars.", ""},
		{"December 2nd, 1716, in Halden", "She was born on 2 Dec 1716 in Halden.", "2 Dec 1716 in Halden"},
		{"31 Urlaubstage", "Alle haben einunddreißig Urlaubstage und noch mehr.", "einunddreißig Urlaubstage"},
		{"30 Urlaubstage", "Alle haben einunddreißig Urlaubstage und noch mehr.", ""},
		{"one", "It has 1 engine.", "1"},
		{"one", "It has one engine.", "one"},
		{"14 days or 2 months", "You have two weeks or two months.", "two weeks or two months"},
		{"", "anything", ""},
	} {
		_, sp, ok := Answer([]string{tt.alias}, tt.in)
		require.Equal(t, tt.want != "", ok, "%q in %q", tt.alias, tt.in)
		if ok {
			require.Equal(t, tt.want, sp.Of(tt.in), "%q in %q", tt.alias, tt.in)
		}
	}
}

// Passages about something else change no match, and a list that holds the
// text itself always finds it.
func TestFindIgnoresOtherPassages(t *testing.T) {
	word := rapid.StringMatching(`[a-z]{4,9}`)
	rapid.Check(t, func(t *rapid.T) {
		unit := strings.Join(rapid.SliceOfN(word, 5, 30).Draw(t, "unit"), " ")
		in := []Passage{{Text: unit}}
		m := Find(trace.Unit{Text: unit}, in)
		if m.How == "" && m.Grade != trace.GradeNone {
			t.Fatalf("%q is not found in itself: %+v", unit, m)
		}
		after := Find(trace.Unit{Text: unit}, append([]Passage{{Text: "1 2 3"}}, in...))
		if after.P != m.P || m.Rank > 0 && after.Rank != m.Rank+1 {
			t.Fatalf("a passage in front moved %+v to %+v", m, after)
		}
	})
}

func FuzzAnswer(f *testing.F) {
	f.Add("30 days", "not 30 days, 30 days")
	f.Add("A", "A. b")
	f.Add("東", "東京")
	f.Add("no", "no\u0301 it")
	f.Fuzz(func(t *testing.T, alias, s string) {
		if len(alias)+len(s) > 1<<12 {
			t.Skip()
		}
		if _, sp, ok := Answer([]string{alias}, s); ok && (sp.Start < 0 || sp.End > len(s) || sp.Start >= sp.End) {
			t.Fatalf("%q in %q: span %v", alias, s, sp)
		}
		Find(trace.Unit{Text: alias}, []Passage{{Text: s}, {Text: alias}})
	})
}

func BenchmarkFindText(b *testing.B) {
	in := make([]Passage, 50)
	for i := range in {
		in[i].Text = strings.Repeat(storm+" ", 5)
	}
	in[40].Text = strings.Repeat(shop+" ", 4) + mill
	b.ReportAllocs()
	for b.Loop() {
		if Find(trace.Unit{Text: mill}, in).Rank != 41 {
			b.Fatal("lost")
		}
	}
}

// TestAnotherPassage: a passage that says another number, date or name between
// the same words is not the gold passage.
func TestAnotherPassage(t *testing.T) {
	for _, tt := range []struct {
		name, gold, passage string
		found               bool
	}{
		{"ordinal", "This marked the 65th consecutive year of dividend increases for Taskel Optics, the board said in its letter.", "This marked the 61st consecutive year of dividend increases for Taskel Optics, the board said in its letter.", false},
		{"the same", "This marked the 65th consecutive year of dividend increases for Taskel Optics, the board said.", "In the letter: This marked the 65th consecutive year of dividend increases for Taskel Optics, the board said. It has 12 members.", true},
		{"amount", "The ferry to Ulven carried 48,200 passengers in the season and needed two more crews than planned.", "The ferry to Ulven carried 39,700 passengers in the season and needed two more crews than planned.", false},
		{"year", "Der Turm von Arle wurde im Jahr 1904 gebaut und im Krieg durch einen Brand schwer beschädigt.", "Der Turm von Arle wurde im Jahr 1931 gebaut und im Krieg durch einen Brand schwer beschädigt.", false},
		{"name", "El puente fue proyectado por la ingeniera Marta Quiroga y abierto al tráfico después de cuatro años.", "El puente fue proyectado por la ingeniera Luisa Ferrando y abierto al tráfico después de cuatro años.", false},
		{"one word missing", "Le phare fut automatisé en 1985 et son dernier gardien quitta la tour au printemps suivant.", "Le phare fut automatisé en 1985 et son gardien quitta la tour au printemps suivant.", true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := Find(trace.Unit{Text: tt.gold}, []Passage{{Text: tt.passage}})
			require.Equal(t, tt.found, m.Rank > 0, "%+v", m)
			require.NotEqual(t, trace.GradeNone, m.Grade)
		})
	}
}

// TestPieceOfGold: a chunk of a long gold text may or may not be the part that
// matters.
func TestPieceOfGold(t *testing.T) {
	part := "The harbour of Kestrel was dredged in spring, and the old crane was sold to a museum in Tolby."
	whole := part + " The council met eleven times. Mooring fees rose for visitors from other counties, while members of the sailing club pay as before. A new pontoon with water and power was laid in June, and the lifeboat station got its second boat."
	m := Find(trace.Unit{Text: whole}, []Passage{{Text: part}})
	require.Equal(t, trace.GradeNone, m.Grade, "%+v", m)
	require.Zero(t, m.Rank)
	m = Find(trace.Unit{Text: whole}, []Passage{{Text: "Bread is baked at night in the town and sold from six in the morning at the market hall."}})
	require.Equal(t, trace.GradeB, m.Grade, "a passage of another text is compared")
	require.Equal(t, trace.GradeB, Find(trace.Unit{Text: part}, []Passage{{Text: whole}}).Grade)
}
