package metrics

import "errors"

// Reasons for which a value is undefined, and refusals. Callers compare with
// errors.Is; the text is fit for a report.
var (
	// ErrNoRelevant: no relevant document is known for the query, so nothing
	// can be said about finding it.
	ErrNoRelevant = errors.New("no relevant document is known")
	// ErrNoneRetrieved: the measure divides by the number of retrieved documents.
	ErrNoneRetrieved = errors.New("no document was retrieved")
	// ErrCutoff: a cutoff below 1.
	ErrCutoff = errors.New("the cutoff must be at least 1")
	// ErrDuplicate: a document is twice in one ranking.
	ErrDuplicate = errors.New("a document is ranked twice")
	// ErrGrade: a grade outside the range the measure is defined for.
	ErrGrade = errors.New("the grade is outside the measure's range")
	// ErrNoTokens: a text holds nothing that the metric compares.
	ErrNoTokens = errors.New("no tokens to compare")
	// ErrNoReference: there is no reference answer.
	ErrNoReference = errors.New("no reference answer")
	// ErrEmpty: there is nothing to average.
	ErrEmpty = errors.New("no items")
	// ErrKTooLarge: k exceeds the number of samples.
	ErrKTooLarge = errors.New("k is greater than the number of samples")
	// ErrCount: counts that cannot be, such as more successes than samples.
	ErrCount = errors.New("the counts are impossible")
	// ErrLogProb: a log-probability above 0, or not a number.
	ErrLogProb = errors.New("a log-probability must be a number of at most 0")
	// ErrShape: verdict lists whose lengths do not fit together.
	ErrShape = errors.New("the verdict lists do not fit together")
	// ErrOverflow: the value exceeds the range of floating-point numbers.
	ErrOverflow = errors.New("the value exceeds the floating-point range")
	// ErrNoClaims: there is no claim to look at.
	ErrNoClaims = errors.New("no claims")
	// ErrNotJudged: the verdicts that the measure needs are not given.
	ErrNotJudged = errors.New("the verdicts it needs are not given")
	// ErrNothingHeld: no passage holds any gold claim, so none could be used.
	ErrNothingHeld = errors.New("no passage holds a gold claim")
	// ErrNoStrengths: the votes allow no finite Bradley–Terry strengths.
	ErrNoStrengths = errors.New("the votes allow no finite strengths")
)
