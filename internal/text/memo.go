package text

// Memo analyses texts and keeps what it analysed, so that a text costs its
// analysis once, whoever asks for it. The zero Memo is ready to use. It is for
// the texts of one record, and like a Doc not safe for concurrent use.
type Memo struct {
	docs map[memoKey]*Doc
}

type memoKey struct{ text, lang string }

// Analyze is the function of that name. The result is shared and must not be
// changed, its lists not be appended to.
func (m *Memo) Analyze(s, lang string) *Doc { return m.analyze(s, nil, lang) }

// AnalyzeTokens is Analyze for a text whose tokens are at hand.
func (m *Memo) AnalyzeTokens(s string, toks []Token, lang string) *Doc {
	return m.analyze(s, toks, lang)
}

func (m *Memo) analyze(s string, toks []Token, lang string) *Doc {
	key := memoKey{s, lang}
	if d, ok := m.docs[key]; ok {
		return d
	}
	if toks == nil {
		toks = Tokens(s)
	}
	d := analyzeTokens(s, toks, lang)
	m.Keep(d)
	if lang == "" {
		d = m.docs[memoKey{s, d.Lang}] // it may be there in its own language
		m.docs[key] = d
	}
	return d
}

// Keep adds texts that are analysed already. Of equal ones the first stays.
func (m *Memo) Keep(docs ...*Doc) {
	if m.docs == nil {
		m.docs = map[memoKey]*Doc{}
	}
	for _, d := range docs {
		if key := (memoKey{d.Text, d.Lang}); m.docs[key] == nil {
			m.docs[key] = d
		}
	}
}
