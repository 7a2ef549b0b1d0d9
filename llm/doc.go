// Package llm asks a language model, or a substitute for one.
//
// In: a Request, which holds the rendered prompt and, beside it, the question
// and passages it was rendered from. Out: a Reply, or an *Error that says what
// kind of failure it was, so that a caller can tell a wrong key from a busy
// server. It reads no file but a cache's, no environment, and never logs.
//
// There are three generators: package openai speaks to an OpenAI-compatible
// endpoint, Stub really answers by picking sentences from the passages, and
// Script replays fixed answers. What every generator may need is a decorator
// around it; the command composes them once, from the endpoint outwards:
//
//	Adaptive  as many calls at once as the server can take
//	Rate      so many calls a second
//	Budget    so many calls, and so much money; counts what was spent
//	Retry     temporary failures are repeated
//	Until     everything ends at a time
//	Fit       what cannot fit into the model is refused before it is sent
//	Cache     nothing is asked twice; replies are on disk before they are used
//
// DryRun takes their place and counts what would be asked.
//
// Limits: token counts are bounds and estimates by characters, no tokeniser is
// built in; a reply that was under way when the process was killed may have
// been charged and is asked for again.
//
// Start reading in generator.go.
package llm
