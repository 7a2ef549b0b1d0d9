// Package mock is a simulated model endpoint: an OpenAI-compatible HTTP server
// that costs nothing and whose weaknesses and failures can be set, so that
// everything that speaks to a model is tried over real HTTP.
//
// In: Options, then HTTP requests to /v1/chat/completions, /v1/completions
// (to score a text), /v1/embeddings, /v1/rerank and /v1/models. Out: replies that depend on nothing but the seed,
// the request and, for its failures, on how often the same request came before.
// A failed call that is repeated often enough therefore gets the very reply
// that it would have got without failures.
//
//	srv := httptest.NewServer(mock.New(mock.Options{Faults: map[mock.Fault]float64{mock.Busy: .2}}))
//
// A chat prompt is read as our own template renders it (see parse.go), into an
// llm.Request with question and passages, and put before an llm.Generator: the
// model. Without others there is one model, "mock", which is llm.Stub. A request
// with a JSON schema goes to the Handler of that schema's name; without one the
// reply is the plainest value that fits the schema.
//
// It never streams and keeps no conversation. Its tokens are those of Tokens. The
// log-probabilities of what it writes and its embeddings are hashes: shaped like
// real ones, and without any meaning. Those of a text that it is given to score
// (/v1/completions with echo) are high where the text repeats what came before.
//
// Judge is a simulated judge for the prompts of package judge.
//
// Start reading in server.go.
package mock
