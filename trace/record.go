package trace

import "encoding/json"

// Version is the schema version that this package reads and writes. It stands
// in each native record as the field "ragdiag".
const Version = 1

// Record is one question on its way through a RAG system: what was asked, what
// each stage produced, what is known to be right, and the evidence that
// ragdiag has added. A nil slice means "not recorded", an empty one "recorded,
// and there was nothing".
type Record struct {
	ID         string            `json:"id"`                  // unique in its input
	Question   string            `json:"question"`            // as the user asked it
	History    []Turn            `json:"history,omitzero"`    // earlier turns, oldest first
	Queries    []Query           `json:"queries,omitzero"`    // what was really sent to the retriever
	Candidates []Hit             `json:"candidates,omitzero"` // retriever output in rank order, before selection
	Context    []Passage         `json:"context,omitzero"`    // what reached the prompt, in prompt order
	Answer     *Answer           `json:"answer,omitzero"`
	Gold       *Gold             `json:"gold,omitzero"`
	Labels     []Label           `json:"labels,omitzero"`
	Tags       map[string]string `json:"tags,omitzero"` // slices: domain, language, question type
	Run        RunInfo           `json:"run,omitzero"`
	Evidence   Evidence          `json:"evidence,omitzero"`

	// Extra keeps the fields that ragdiag does not know, so that writing a
	// record back loses nothing.
	Extra map[string]json.RawMessage `json:"-"`
}

// Turn is one earlier message of a conversation.
type Turn struct {
	Role string `json:"role"` // "user" or "assistant"
	Text string `json:"text"`
}

// Query kinds name how a query came to be.
const (
	QueryAsAsked         = "as-asked"
	QueryHistoryResolved = "history-resolved"
	QueryExpanded        = "expanded"
	QueryRewritten       = "rewritten"
)

// Query is one query sent to the retriever.
type Query struct {
	Text  string `json:"text"`
	Kind  string `json:"kind,omitzero"`  // one of the Query constants; empty: not recorded
	Round int    `json:"round,omitzero"` // 0 for the first retrieval, 1 for a second one …
}

// Hit is one candidate that the retriever returned. Its rank is its position.
type Hit struct {
	ID          string `json:"id,omitzero"`           // passage ID; may be absent in foreign traces
	Doc         string `json:"doc,omitzero"`          // ID of the document it was cut from
	Title       string `json:"title,omitzero"`        // title of that document
	Text        string `json:"text,omitzero"`         // may be absent: then only the ID is known
	Score       Value  `json:"score,omitzero"`        // the retriever's score, in its own unit
	RerankScore Value  `json:"rerank_score,omitzero"` // the reranker's score, in its own unit
	Query       int    `json:"query,omitzero"`        // index into Record.Queries
	Dropped     Drop   `json:"dropped,omitzero"`      // why selection left it out; DropNone: kept or not recorded
	Date        string `json:"date,omitzero"`         // YYYY, YYYY-MM or YYYY-MM-DD of the document
}

// Drop says why a candidate did not reach the prompt.
type Drop string

// The ways a candidate is lost between retriever and prompt.
const (
	DropNone      Drop = ""
	DropDemoted   Drop = "demoted"   // the reranker moved it below the cut
	DropCut       Drop = "cut"       // it ranked below the cut all along
	DropDuplicate Drop = "duplicate" // taken for a duplicate, or too similar to a chosen one
	DropBudget    Drop = "budget"    // the token budget was used up
	DropTruncated Drop = "truncated" // it reached the prompt, but cut short
)

// Passage is one unit of context as it was in the prompt.
type Passage struct {
	ID        string `json:"id,omitzero"`
	Doc       string `json:"doc,omitzero"`
	Title     string `json:"title,omitzero"`
	Text      string `json:"text"` // as given to the generator
	Truncated bool   `json:"truncated,omitzero"`
	Score     Value  `json:"score,omitzero"`
	Date      string `json:"date,omitzero"` // YYYY, YYYY-MM or YYYY-MM-DD of the document
}

// Answer is what the generator said.
type Answer struct {
	Text         string     `json:"text"`
	Citations    []Citation `json:"citations,omitzero"`     // structured citations, if the system gave any
	FinishReason string     `json:"finish_reason,omitzero"` // as the server said it: "stop", "length" …
	Logprobs     []float64  `json:"logprobs,omitzero"`      // natural log-probability per token
	Usage        *Usage     `json:"usage,omitzero"`

	Likelihood *Likelihood `json:"likelihood,omitzero"` // nil: not measured

	Closed string `json:"closed_book,omitzero"` // the same generator's answer without context
}

// Likelihood is how likely a model finds an answer that stands fixed, with its
// context and without any. The lists are of the same tokens, in natural
// log-probabilities; both are empty if Why says why there are none. The mean of
// With minus that of Without is the context gain in nats a token.
type Likelihood struct {
	With    []float64 `json:"with,omitzero"`
	Without []float64 `json:"without,omitzero"`
	Why     string    `json:"why,omitzero"`
}

// Citation is a structured citation: the answer bytes [Start, End) rest on Targets.
type Citation struct {
	Start   int      `json:"start"`
	End     int      `json:"end"`
	Targets []string `json:"targets"` // passage IDs, document IDs or 1-based positions
}

// Usage counts tokens as the server reported them.
type Usage struct {
	Prompt     int `json:"prompt"` // that it read; 0: it does not tell
	Completion int `json:"completion"`
	Cached     int `json:"cached,omitzero"` // of Prompt, those that it had in its own cache
	Least      int `json:"least,omitzero"`  // tokens that the prompt which was sent has at least, by our own count; 0: not counted
}

// Cut reports whether the server read less than it was sent.
func (u *Usage) Cut() bool { return u != nil && u.Prompt > 0 && u.Prompt < u.Least }

// Gold is what is known to be right about a question. Every part may be absent.
type Gold struct {
	Answers    []string      `json:"answers,omitzero"`    // accepted answers; any one suffices
	Claims     []string      `json:"claims,omitzero"`     // what a complete answer says; all are needed
	Evidence   []EvidenceSet `json:"evidence,omitzero"`   // any one set suffices
	Answerable Truth         `json:"answerable,omitzero"` // no: the right answer is to decline
	Rewrite    string        `json:"rewrite,omitzero"`    // a self-contained form of the question
	ValidFrom  string        `json:"valid_from,omitzero"` // since when the gold answer holds
	Format     *Format       `json:"format,omitzero"`     // what the answer must look like
}

// EvidenceSet is a set of units that together suffice to answer: all are needed.
type EvidenceSet []Unit

// Unit is one piece of gold evidence, named by any mix of passage ID, document
// ID and text. A text alone is matched by containment; a document ID alone
// accepts any passage of that document.
type Unit struct {
	ID   string `json:"id,omitzero"`
	Doc  string `json:"doc,omitzero"`
	Text string `json:"text,omitzero"`

	// P is the probability that the unit is evidence at all, if that was inferred
	// and nobody named it; 0: it is certain.
	P float64 `json:"p,omitzero"`
}

// The probabilities of inferred evidence that make a predicate known: odds of
// three to one.
const (
	InferredYes = .75
	InferredNo  = .25
)

// Format is a deterministic check of an answer's form.
type Format struct {
	JSON     bool            `json:"json,omitzero"`      // the answer must be one JSON value
	Schema   json.RawMessage `json:"schema,omitzero"`    // … that fits this JSON Schema
	Pattern  string          `json:"pattern,omitzero"`   // RE2 expression that the answer must match
	MaxWords int             `json:"max_words,omitzero"` // 0: no limit
	Language string          `json:"language,omitzero"`  // ISO 639-1 code
}

// Label is a human verdict about a record.
type Label struct {
	What  string `json:"what"`  // "bad", "root", "support" …
	Value string `json:"value"` // "yes", "no", a cause …
	By    string `json:"by,omitzero"`
	At    string `json:"at,omitzero"` // RFC 3339
	Why   string `json:"why,omitzero"`
}

// RunInfo says how an answer was produced.
type RunInfo struct {
	System     string       `json:"system,omitzero"` // name of the RAG system or run
	Model      string       `json:"model,omitzero"`
	Retriever  string       `json:"retriever,omitzero"`
	K          int          `json:"k,omitzero"` // passages asked for; 0: not recorded
	PromptHash string       `json:"prompt_hash,omitzero"`
	ConfigHash string       `json:"config_hash,omitzero"`
	Corpus     string       `json:"corpus,omitzero"` // version hash of the indexed corpus
	Seed       *int64       `json:"seed,omitzero"`
	Errors     []StageError `json:"errors,omitzero"`
	LatencyMS  float64      `json:"latency_ms,omitzero"`
	CostUSD    float64      `json:"cost_usd,omitzero"`
}

// StageError is a failure that a stage reported while the answer was produced.
type StageError struct {
	Stage   Stage  `json:"stage"`
	Message string `json:"message"`
}

// Stage is one of the five stages of a RAG pipeline, or unknown.
type Stage string

// The stages in flow order.
const (
	StageUnknown  Stage = ""
	StageQuery    Stage = "query"
	StageRetrieve Stage = "retrieve"
	StageRerank   Stage = "rerank"
	StageGround   Stage = "ground"
	StageCite     Stage = "cite"
)
