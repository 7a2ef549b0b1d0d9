package trace

// Evidence is what the stages found out about a record: one part per stage and
// one for the outcome, each written by that stage's Examine and, where a model
// was asked about what it left open, by package judge. A nil part was not examined. Arms, Probes and PeerAnswers are recorded
// experiments; they may come with the record or from a later re-run.
type Evidence struct {
	Outcome  *OutcomeEvidence  `json:"outcome,omitzero"`
	Query    *QueryEvidence    `json:"query,omitzero"`
	Retrieve *RetrieveEvidence `json:"retrieve,omitzero"`
	Rerank   *RerankEvidence   `json:"rerank,omitzero"`
	Ground   *GroundEvidence   `json:"ground,omitzero"`
	Cite     *CiteEvidence     `json:"cite,omitzero"`
	Judge    *JudgeEvidence    `json:"judge,omitzero"`

	Probes      []Probe      `json:"probes,omitzero"`
	Arms        []Arm        `json:"arms,omitzero"`
	PeerAnswers []PeerAnswer `json:"peer_answers,omitzero"`

	// Capped says what was too large to be examined whole, and up to where it was:
	// "context: the first 2000 of 10000 passages were examined". The record itself
	// is whole.
	Capped []string `json:"capped,omitzero"`
}

// ArtefactF1 is the token F1 below which a string metric calls an answer wrong.
const ArtefactF1 = .6

// OutcomeEvidence says whether the answer is a failure at all.
type OutcomeEvidence struct {
	Version string `json:"version"` // of the examiner

	Bad       Predicate `json:"bad"`        // the answer fails the user
	Refusal   Predicate `json:"refusal"`    // the answer declines to answer
	Malformed Predicate `json:"malformed"`  // it breaks Gold.Format; Why names the rule
	ContentOK Predicate `json:"content_ok"` // right once form is left aside
	Artefact  Predicate `json:"artefact"`   // right, although exact match says wrong
	GoldDoubt Predicate `json:"gold_doubt"` // the gold answer itself looks wrong
	// Answerable: could the question be answered from the corpus, as far as the
	// record says? Unknown unless gold says so.
	Answerable Predicate `json:"answerable"`

	ExactMatch  Value `json:"exact_match,omitzero"`  // SQuAD v2.0 exact match, 0 or 1
	F1          Value `json:"f1,omitzero"`           // SQuAD v2.0 token F1 in [0,1]
	Contains    Value `json:"contains,omitzero"`     // 1 if an accepted answer is in the answer, by value
	ClaimRecall Value `json:"claim_recall,omitzero"` // share of gold claims that the answer states
	// Completeness says how much of an accepted answer the answer gives, in [0,1]:
	// by shared words first, since they order answers best.
	Completeness Value  `json:"completeness,omitzero"`
	Matched      string `json:"matched,omitzero"` // the accepted answer that was found

	// RefusalShare is the share of the asked parts that the answer declines, in
	// [0,1]: 1 for an answer that only declines, 0 for one that declines nothing.
	RefusalShare Value `json:"refusal_share,omitzero"`

	Reference   string       `json:"reference,omitzero"`    // kind of the reference compared with: one of the Reference constants; empty: none
	ReferenceAt int          `json:"reference_at,omitzero"` // its index into Gold.Answers
	Compared    []Comparison `json:"compared,omitzero"`     // what it says, item by item, held against the answer
}

// The kinds of reference answers. They decide how an answer is compared.
const (
	ReferenceDeclines    = "declines"    // it says that the question cannot be answered
	ReferencePolar       = "yes-no"      // a bare yes, no or maybe
	ReferenceValue       = "value"       // one or several values or names, also as a short sentence
	ReferenceList        = "list"        // items, each of which counts
	ReferenceProse       = "prose"       // statements, some asked for, some beyond that
	ReferenceInstruction = "instruction" // it says what an answer should contain
	ReferenceCode        = "code"
	ReferenceClaims      = "claims" // no answer, but the claims that a complete one makes: Gold.Claims
)

// Agreement is how two texts compare. The zero Agreement is "cannot tell": the
// comparison could not be made.
type Agreement string

// The agreements.
const (
	CannotTell Agreement = ""
	Equal      Agreement = "equal"
	Different  Agreement = "different" // both sides are comparable, and they differ
	Missing    Agreement = "missing"   // nothing comparable is in the text
)

// Comparison is one item that a reference answer asks for, held against an
// answer or a passage. Offsets are bytes of the reference and of the text as
// recorded that it is compared with; both are 0 where there is no such place.
type Comparison struct {
	Kind      string    `json:"kind"` // "number", "date", "time", "name", "words", "yes-no", "claim" …
	Want      string    `json:"want"` // as the reference says it
	WantStart int       `json:"want_start,omitzero"`
	WantEnd   int       `json:"want_end,omitzero"`
	Got       string    `json:"got,omitzero"` // what the text says in its place
	GotStart  int       `json:"got_start,omitzero"`
	GotEnd    int       `json:"got_end,omitzero"`
	Asked     bool      `json:"asked"` // the question asks for it; false: it is said beyond that
	Agreement Agreement `json:"agreement,omitzero"`
	P         float64   `json:"p"` // probability that the text says it
	Why       string    `json:"why,omitzero"`
}

// QueryEvidence compares what was sent to the retriever with what was asked.
type QueryEvidence struct {
	Version  string `json:"version"`
	Language string `json:"language,omitzero"` // of the question, ISO 639-1; empty: undecided

	Rewritten  Predicate `json:"rewritten"`  // the query sent differs from the question
	Drifted    Predicate `json:"drifted"`    // the rewriting lost or invented something that matters
	Unresolved Predicate `json:"unresolved"` // it refers to the history and was sent as it stands
	Empty      Predicate `json:"empty"`      // no searchable word is left in any query
	Foreign    Predicate `json:"foreign"`    // it is in another language than the question

	Tokens     []string `json:"tokens,omitzero"`      // of the first query, as searched
	MassLost   Value    `json:"mass_lost,omitzero"`   // share of the question's IDF mass missing in every query, [0,1]
	MassGained Value    `json:"mass_gained,omitzero"` // share of the queries' IDF mass that is not from question or history
	Dropped    []string `json:"dropped,omitzero"`     // entities and numbers of the question missing in every query
	Invented   []string `json:"invented,omitzero"`    // entities and numbers of a query in neither question nor history
}

// UnitMatch says where one unit of gold evidence was found.
type UnitMatch struct {
	Set   int     `json:"set"`            // index into Gold.Evidence
	Unit  int     `json:"unit"`           // index into that set
	Rank  int     `json:"rank,omitzero"`  // 1-based position in the list searched; 0: not found
	How   string  `json:"how,omitzero"`   // "id", "doc", "text", "near-duplicate", "split" …
	P     float64 `json:"p"`              // probability that the unit is there
	Grade Grade   `json:"grade,omitzero"` // of the match
}

// Depth is a count at which a ranking was examined.
type Depth struct {
	K     int   `json:"k"`
	Value Value `json:"value"`
}

// RetrieveEvidence says whether the needed evidence was found by the retriever.
type RetrieveEvidence struct {
	Version string `json:"version"`

	InCorpus     Predicate `json:"in_corpus"`     // some gold set lies in the corpus
	InCandidates Predicate `json:"in_candidates"` // some gold set lies in the candidates
	Partial      Predicate `json:"partial"`       // some, but not all units of a set do
	Split        Predicate `json:"split"`         // the evidence spans a chunk boundary
	Misfit       Predicate `json:"misfit"`        // the index analyser does not fit the language
	Stale        Predicate `json:"stale"`         // the index is older than the corpus

	// Inferred holds the passages that the reference answer was most likely
	// written from, where no gold evidence is recorded: they replace it, and
	// the sets of Units count them.
	Inferred []Unit `json:"inferred,omitzero"`

	Units    []UnitMatch `json:"units,omitzero"`     // where each gold unit is among the candidates
	Depth    int         `json:"depth,omitzero"`     // number of candidates recorded
	BestRank int         `json:"best_rank,omitzero"` // best rank at which a whole gold set is complete; 0: never

	Recall   []Depth `json:"recall,omitzero"`    // recall@k over units of the best set
	RR       Value   `json:"rr,omitzero"`        // reciprocal rank of the first gold unit
	NDCG     Value   `json:"ndcg,omitzero"`      // nDCG@10, linear gain
	Language string  `json:"language,omitzero"`  // of the passages
	ProbedBy string  `json:"probed_by,omitzero"` // which retriever answered the probes; empty: none at hand
}

// Probe is one retrieval tried after the fact.
type Probe struct {
	Kind  string `json:"kind"`  // a Query kind, "gold-rewrite", "paraphrase", or "depth" for the same query at more depth
	Query string `json:"query"` // as sent
	Depth int    `json:"depth"` // candidates asked for
	Rank  int    `json:"rank"`  // at which a gold set is complete; 0: not within depth
}

// ProbeDepth is the Probe kind of the same query at more depth.
const ProbeDepth = "depth"

// RerankEvidence says what happened between the candidates and the prompt.
type RerankEvidence struct {
	Version string `json:"version"`

	InContext Predicate `json:"in_context"` // some gold set lies whole in the context
	Partial   Predicate `json:"partial"`    // some, but not all units of a set do
	Truncated Predicate `json:"truncated"`  // a gold unit reached the prompt cut before its evidence
	Middle    Predicate `json:"middle"`     // gold in the middle third of at least eight passages

	Units  []UnitMatch `json:"units,omitzero"` // where each gold unit stands in the context
	Lost   []Loss      `json:"lost,omitzero"`  // gold units in the candidates, but not in the context
	Recall []Depth     `json:"recall,omitzero"`
	Tokens int         `json:"tokens,omitzero"` // of the context, as counted by the packer

	// Without any gold: the largest share of the question's weight that one
	// passage holds, of those in the context and of the candidates that did not
	// reach it.
	AskedKept    Value `json:"asked_kept,omitzero"`
	AskedDropped Value `json:"asked_dropped,omitzero"`
}

// Loss is a gold unit that selection lost.
type Loss struct {
	Set    int    `json:"set"`
	Unit   int    `json:"unit"`
	Before int    `json:"before"`          // 1-based rank among the candidates
	After  int    `json:"after,omitzero"`  // 1-based rank after reranking; 0: not recorded
	Cut    int    `json:"cut,omitzero"`    // number of passages kept
	Margin Value  `json:"margin,omitzero"` // score missing to the last one kept, in the reranker's unit
	Drop   Drop   `json:"drop,omitzero"`   // how; DropNone: not known
	ID     string `json:"id,omitzero"`
}

// Support is how passages stand to a claim. The zero Support is "abstain": the
// verifier cannot tell.
type Support string

// The four verdicts about a claim.
const (
	Abstain      Support = ""
	Supported    Support = "supported"
	Contradicted Support = "contradicted"
	NotFound     Support = "not-found"
)

// Span is a stretch of a recorded text: bytes [Start, End).
type Span struct {
	Passage int `json:"passage"` // index into Record.Context
	Start   int `json:"start"`
	End     int `json:"end"`
}

// Conflict shows the two spots where a claim and a passage disagree.
type Conflict struct {
	Kind    string `json:"kind"`    // "number", "date", "unit", "entity", "negation", "antonym"
	Claim   string `json:"claim"`   // what the claim says
	Passage string `json:"passage"` // what the passage says
	Span    Span   `json:"span"`

	Accepted bool `json:"accepted,omitzero"` // it says an accepted answer: the claim is the wrong answer to the question
}

// ClaimVerdict is one claim of the answer, checked against the context.
type ClaimVerdict struct {
	Text      string    `json:"text"`
	Start     int       `json:"start"` // byte offsets into Answer.Text
	End       int       `json:"end"`
	Checkable bool      `json:"checkable"`         // false: a greeting, a question, talk about the answer
	Weight    float64   `json:"weight"`            // IDF mass of its content words
	Support   Support   `json:"support,omitzero"`  // by the context as a whole; abstain: cannot tell
	P         float64   `json:"p"`                 // probability of being supported
	By        []Span    `json:"by,omitzero"`       // passages that support it, best first
	Against   *Conflict `json:"against,omitzero"`  // where a passage contradicts it
	Overlap   float64   `json:"overlap,omitzero"`  // share of its words in the window that contradicts it
	Right     Predicate `json:"right"`             // agrees with the gold answer
	GoldUnit  Truth     `json:"by_gold,omitzero"`  // a supporting passage holds gold evidence
	FromClose Truth     `json:"closed,omitzero"`   // the closed-book answer says it too
	Stale     Predicate `json:"stale,omitzero"`    // what supports it is superseded by a newer passage
	Judged    bool      `json:"judged,omitzero"`   // a model decided what the verifier could not: see Evidence.Judge
	Weakened  bool      `json:"weakened,omitzero"` // the language is untested: treat Support as grade D
}

// GoldClaim is one thing that a right answer says.
type GoldClaim struct {
	Text      string  `json:"text"`
	InContext Support `json:"in_context,omitzero"`
	InAnswer  Support `json:"in_answer,omitzero"`
	Weight    float64 `json:"weight"`
}

// ImportedLabels is the Version of GroundEvidence that was not examined but read
// from the ready-made labels of a RAGChecker file.
const ImportedLabels = "ragchecker labels"

// GroundEvidence says whether the context sufficed and what the answer made of it.
type GroundEvidence struct {
	Version string `json:"version"`

	Sufficient  Predicate `json:"sufficient"`  // the context is enough to answer
	Alternative Predicate `json:"alternative"` // it suffices although no gold unit is in it
	Conflicting Predicate `json:"conflicting"` // two passages give different values for the same thing
	Injected    Predicate `json:"injected"`    // a passage gives orders, and the answer follows them
	Cut         Predicate `json:"cut"`         // the answer stops before its end
	Empty       Predicate `json:"empty"`       // the context was recorded and holds nothing
	// WrongHeld: what the answer says wrongly is in the context, as a value, a
	// name or a statement of another row, passage or year.
	WrongHeld Predicate `json:"wrong_held,omitzero"`
	// Computed: a right answer has to be worked out from values that are in the
	// context (a ratio, a difference, a count), so that it is nowhere itself.
	Computed     Predicate `json:"computed,omitzero"`
	Verbatim     Value     `json:"verbatim,omitzero"`
	Faithfulness Value     `json:"faithfulness,omitzero"` // share of decided claims that are supported
	Undecided    Value     `json:"undecided,omitzero"`    // share of checkable claims the verifier abstained on
	// Support: how far the context supports the answer, from the probabilities of
	// all checkable claims, decided or not, and from the share of the answer's words
	// that are in the context. It orders answers better than Faithfulness.
	Support Value `json:"support,omitzero"`

	Claims     []ClaimVerdict `json:"claims,omitzero"`
	GoldClaims []GoldClaim    `json:"gold_claims,omitzero"`
}

// Suspects returns the checkable claims known to be wrong or, if there are none,
// those not known to be right; nil if every checkable claim is right.
func Suspects(claims []ClaimVerdict) []ClaimVerdict {
	var wrong, open []ClaimVerdict
	for _, c := range claims {
		switch {
		case !c.Checkable || c.Right.IsYes():
		case c.Right.IsNo():
			wrong = append(wrong, c)
		default:
			open = append(open, c)
		}
	}
	if len(wrong) > 0 {
		return wrong
	}
	return open
}

// Faithfulness returns the share of the decided claims that are supported, and
// the share of the checkable ones that are undecided.
func Faithfulness(claims []ClaimVerdict) (faithfulness, undecided Value) {
	var checkable, decided, supported float64
	for _, c := range claims {
		if !c.Checkable {
			continue
		}
		checkable++
		if c.Support != Abstain {
			decided++
		}
		if c.Support == Supported {
			supported++
		}
	}
	switch {
	case checkable == 0:
		none := Unknown("the answer makes no checkable claim")
		return none, none
	case decided == 0:
		faithfulness = Unknown("the verifier could decide none of the claims")
	default:
		faithfulness = Known(supported / decided)
	}
	return faithfulness, Known((checkable - decided) / checkable)
}

// CiteStatus is what a citation turned out to be. The zero CiteStatus is
// "undecided".
type CiteStatus string

// The states of a citation.
const (
	CiteUndecided   CiteStatus = ""
	CiteSupported   CiteStatus = "supported"
	CiteUnsupported CiteStatus = "unsupported" // no passage of the context supports the statement
	CiteMisplaced   CiteStatus = "misplaced"   // another passage supports it, the cited one does not
	CiteFabricated  CiteStatus = "fabricated"  // it points to nothing in the context
)

// CitedStatement is one statement of the answer with its citations.
type CitedStatement struct {
	Text      string     `json:"text"`
	Start     int        `json:"start"`
	End       int        `json:"end"`
	Needs     bool       `json:"needs"`           // makes a checkable statement
	Support   Support    `json:"support"`         // by the cited passages together
	Citations []CiteMark `json:"cites,omitzero"`  // in order of appearance
	Better    []int      `json:"better,omitzero"` // indexes into Context that would support it
}

// CiteMark is one citation marker and what it resolves to.
type CiteMark struct {
	Marker  string     `json:"marker"` // as written, such as "[2]"
	Start   int        `json:"start"`  // byte offsets into Answer.Text
	End     int        `json:"end"`
	Passage int        `json:"passage"` // index into Context; -1: resolves to nothing
	Status  CiteStatus `json:"status,omitzero"`
}

// CiteEvidence says whether the citations hold.
type CiteEvidence struct {
	Version string `json:"version"`

	HasCitations Predicate `json:"has_citations"`
	Faulty       Predicate `json:"faulty"` // a citation is fabricated, misplaced or unsupported
	Missing      Predicate `json:"missing"`
	Numbering    string    `json:"numbering,omitzero"` // "0-based", "1-based", "ids"; how markers were resolved

	Statements []CitedStatement `json:"statements,omitzero"`
	Recall     Value            `json:"recall,omitzero"`    // ALCE citation recall
	Precision  Value            `json:"precision,omitzero"` // ALCE citation precision, fabricated ones counted
	Fabricated int              `json:"fabricated,omitzero"`
	Misplaced  int              `json:"misplaced,omitzero"`
	Wrong      int              `json:"unsupported,omitzero"`
}

// Arm names an experiment that changes one thing and asks the generator again.
const (
	ArmReplay        = "replay"         // nothing changed: the control
	ArmInsertGold    = "insert-gold"    // the gold unit replaces the weakest passage
	ArmOracleSelect  = "oracle-select"  // the best of the recorded candidates
	ArmClean         = "clean"          // only passages that matter
	ArmOrder         = "order"          // gold moved to the front
	ArmClosedBook    = "closed-book"    // no context
	ArmEdit          = "edit"           // the key value changed in the context
	ArmRemoveSupport = "remove-support" // every passage that supports a claim removed
	ArmStrict        = "strict"         // told to use the context only
	ArmNeighbours    = "neighbours"     // adjacent chunks merged in
	ArmGoldOnly      = "gold-only"      // only the gold evidence
)

// Arm is the outcome of one experiment: N runs, of which K gave the expected
// result (a right answer; for ArmRemoveSupport, the claim still there).
type Arm struct {
	Name       string   `json:"name"`
	N          int      `json:"n"`
	K          int      `json:"k"`
	Answers    []string `json:"answers,omitzero"`
	Confounded string   `json:"confounded,omitzero"` // why it changed more than one thing
	Same       string   `json:"same_as,omitzero"`    // the arm with the very same prompt, whose runs these are
}

// PeerAnswer is another, independent system's answer to the same question.
type PeerAnswer struct {
	System string `json:"system"`
	Text   string `json:"text"`
}

// JudgeEvidence is what a model said when it was asked about a record: all that
// it takes to use its verdicts again without asking. The other evidence already
// takes them into account.
type JudgeEvidence struct {
	Model      string      `json:"model"`             // as the generator names itself
	Stripped   int         `json:"stripped,omitzero"` // invisible characters that were kept from it
	Withheld   int         `json:"withheld,omitzero"` // sentences that were kept from it, because they read as orders to it
	Judgements []Judgement `json:"judgements,omitzero"`

	Calibration map[string]JudgeScale `json:"calibration,omitzero"` // by task; none: the verdicts have a conventional probability
}

// JudgeScale turns what a judge and the verifier say into the probability that the
// judge's verdict is right: 1/(1+exp(−(Bias + Confidence·logit(the judge's own
// confidence) + Offline·logit(the verifier's probability of that verdict)))).
type JudgeScale struct {
	Confidence float64 `json:"confidence"` // not negative
	Offline    float64 `json:"offline"`    // not negative; 0 for tasks without a verifier
	Bias       float64 `json:"bias"`
	Labels     int     `json:"labels"` // items it was fitted on
}

// Judgement is a model's verdict about one item of a record.
type Judgement struct {
	Task       string       `json:"task"`                // "claims.verify", "answer.equivalence" …
	Version    int          `json:"version"`             // of the task: its prompt, schema and parser
	Item       string       `json:"item"`                // which item of the record: "c2" for its second claim
	About      string       `json:"about"`               // hash of all that the verdict is about: it counts for nothing else
	Verdict    string       `json:"verdict,omitzero"`    // of the task's verdicts; empty: Error says why
	Confidence Value        `json:"confidence,omitzero"` // the model's own, in [0,1]
	Quotes     []JudgeQuote `json:"quotes,omitzero"`     // that were found where it said
	Reason     string       `json:"reason,omitzero"`
	Error      string       `json:"error,omitzero"` // judge_error: why there is no verdict
}

// JudgeQuote is a stretch of a unit that a model rests its verdict on.
type JudgeQuote struct {
	Unit  string `json:"unit"`  // "p1" for the first passage, "a" for the answer …
	Start int    `json:"start"` // bytes of the unit as recorded
	End   int    `json:"end"`
}
