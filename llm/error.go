package llm

import (
	"fmt"
	"time"
)

// Kind says what went wrong with a call. The zero Kind is "unknown".
type Kind uint8

// The kinds of failure.
const (
	KindUnknown     Kind = iota
	KindAuth             // no key, or one the server refuses
	KindModel            // the server does not have the model
	KindURL              // nothing answers chat requests at this address
	KindRequest          // the server calls the request wrong
	KindTooLong          // prompt and answer exceed the model's context
	KindQuota            // the account has nothing left
	KindRate             // too many requests: later is fine
	KindServer           // the server failed
	KindTimeout          // no answer in time
	KindUnreachable      // no connection
	KindTLS              // the connection cannot be trusted
	KindNotJSON          // an answer that is no API reply, such as an HTML page
	KindMalformed        // JSON that is cut off or not of the agreed shape
	KindEmpty            // a reply without any answer in it
	KindTooLarge         // a reply beyond the size limit
	KindNoReply          // a Script without an entry for the record
	KindBudget           // a limit of calls, money or time that the user set
	KindReplay           // a cache that must not ask does not hold the reply
	KindCache            // the cache cannot be read or written
	KindUnpaired         // replies of a program that cannot be told apart: which one answers which request
	KindBroken           // a server that failed so often in a row that it is not asked again
)

// kinds holds all that is known about each kind: its name, whether the same
// call may succeed later, and what to do about it.
var kinds = [...]struct {
	name   string
	retry  bool
	advice string
}{
	KindUnknown:     {"unknown failure", false, ""},
	KindAuth:        {"not authorised", false, "set OPENAI_API_KEY to a key that this server accepts"},
	KindModel:       {"unknown model", false, "check --model against the list of models of the server"},
	KindURL:         {"no such endpoint", false, "check --base-url: it usually ends in /v1"},
	KindRequest:     {"request refused", false, "check the model's limits on parameters"},
	KindTooLong:     {"context too long", false, "lower the number of passages or the token budget"},
	KindQuota:       {"quota used up", false, "check the plan and billing of the key"},
	KindRate:        {"rate limited", true, "lower the number of workers"},
	KindServer:      {"server error", true, "try again later"},
	KindTimeout:     {"timed out", true, "raise the timeout or ask for fewer tokens"},
	KindUnreachable: {"unreachable", true, "check the address (--base-url, or that of --generator) and that the server runs"},
	KindTLS:         {"TLS failure", false, "check the certificate, or whether the server speaks plain http"},
	KindNotJSON:     {"reply is not JSON", true, "check the address (--base-url, or that of --generator): a web page or proxy answered instead of the API"},
	KindMalformed:   {"reply is malformed", true, "check that the server is OpenAI-compatible"},
	KindEmpty:       {"reply is empty", true, "raise the token limit or check the server's content filter"},
	KindTooLarge:    {"reply is too large", false, "set a token limit"},
	KindNoReply:     {"no scripted reply", false, "add an entry for the record"},
	KindBudget:      {"budget reached", false, "raise --max-calls, --max-cost or --deadline and run the same command again: what is done is not paid for twice"},
	KindReplay:      {"not in the cache", false, "run once without --replay-only, with the same prompt, model and settings"},
	KindBroken:      {"no more calls are made", false, "see to the server and run the same command again: what is done is not paid for twice"},
	KindUnpaired:    {"reply does not pair with its request", false, "write exactly one line to standard output for each request, and everything else to standard error"},
	KindCache:       {"cache failure", false, "check the folder of --cache and the space on its disk"},
}

// String names the kind in words.
func (k Kind) String() string {
	if int(k) < len(kinds) {
		return kinds[k].name
	}
	return kinds[KindUnknown].name
}

// Temporary reports whether the same call may succeed when it is repeated.
func (k Kind) Temporary() bool { return int(k) < len(kinds) && kinds[k].retry }

// Stops reports whether every later call would end the same way, because of a
// limit that the user set or a server that fails: what is done is whole, and the
// same command goes on from there.
func (k Kind) Stops() bool { return k == KindBudget || k == KindBroken }

// Advice says what the user can do; it is empty for KindUnknown.
func (k Kind) Advice() string {
	if int(k) < len(kinds) {
		return kinds[k].advice
	}
	return ""
}

// Error is a failed call. It never holds a key.
type Error struct {
	Kind       Kind
	Record     string        // ID of the request; may be empty
	Status     int           // HTTP status; 0: none was received
	Message    string        // what the server said, shortened and redacted
	RetryAfter time.Duration // the server's wish; 0: none
	Attempts   int           // calls made; 0 reads as 1
	Err        error         // cause; may be nil
}

// Error says what happened and what to do next.
func (e *Error) Error() string {
	s := e.Kind.String()
	if e.Record != "" {
		s = fmt.Sprintf("record %q: %s", e.Record, s)
	}
	if e.Status != 0 {
		s += fmt.Sprintf(" (HTTP %d)", e.Status)
	}
	if e.Attempts > 1 {
		s += fmt.Sprintf(" after %d attempts", e.Attempts)
	}
	switch {
	case e.Message != "":
		s += ": " + e.Message
	case e.Err != nil:
		s += ": " + e.Err.Error()
	}
	if a := e.Kind.Advice(); a != "" {
		s += "; " + a
	}
	return s
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }
