// Package openai asks an OpenAI-compatible chat endpoint: OpenAI itself, vLLM,
// llama.cpp's server, Ollama, LM Studio, or a gateway before them.
//
// In: an llm.Request. Out: an llm.Reply, or an *llm.Error with the kind of the
// failure. One call is one request: repeating is the work of llm.Retry. Only the
// first request with a schema makes up to two more, which find out how the
// server is made to answer in JSON (capability.go). Beside chat there are
// embeddings, rerank scores and the log-probabilities of a text (more.go); they
// are outside the decorators of package llm. It never streams, logs, or reads
// the environment, and keys and header values appear in no error.
//
// The go-openai library builds the request and decodes the reply, and is known
// to no other package. It leaves out a temperature of 0 and refuses parameters
// by the name of the model, so that a local model with such a name is hit too;
// therefore every decoding parameter is merged into the JSON body underneath
// it, in transport.go, which also vets what came back: a web page, an error
// under status 200, a reply that is cut off or too large.
//
// Start reading in client.go.
package openai
