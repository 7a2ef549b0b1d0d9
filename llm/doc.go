// Package llm asks a language model, or something that stands in for one.
//
// In: a Request, which holds the rendered prompt and, beside it, the question
// and passages it was rendered from. Out: a Reply, or an *Error that says what
// kind of failure it was, so that a caller can tell a wrong key from a busy
// server. It never reads files or the environment, and never logs.
//
// There are three generators: package openai speaks to an OpenAI-compatible
// endpoint, Stub really answers by picking sentences from the passages, and
// Script replays fixed answers. What every generator may need is a decorator
// around it, such as Retry; decorators are composed once, by the command.
//
// Start reading in generator.go.
package llm
