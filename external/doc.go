// Package external asks a user's own RAG system, over HTTP or as a command, so
// that experiments can be run on systems that are not ours.
//
// In: an llm.Request, or a query with a depth. Out: an llm.Reply, or hits. Both
// ways speak one contract, a JSON object in and a JSON object out:
//
//	{"ragdiag":1,"op":"answer","id":"q1","question":"…","contexts":[{"id":"d3","title":"…","text":"…"}],
//	 "history":[{"role":"user","text":"…"}],"seed":1001,"replicate":1}
//	{"id":"q1","answer":"…","usage":{"prompt":120,"completion":9}}
//
//	{"ragdiag":1,"op":"retrieve","query":"…","depth":10}
//	{"hits":[{"id":"d3","doc":"d3","title":"…","text":"…","score":7.1}]}
//
// or {"error":"…"}. Over HTTP it is the body of a POST and of its reply; a
// command reads one object a line and writes one a line, for as long as it
// lives. The system must answer from the contexts it is given, in their order,
// and from nothing else; seed and replicate differ between draws that must be
// independent, so it must not cache over them.
//
// A command is started as named, without a shell, with an environment of a few
// harmless variables; what it writes to standard error is kept for messages
// only. Replies beyond a size limit and calls beyond a deadline are errors; a
// command that hangs or dies is started again for the next call. Redirects are
// not followed. Nothing in a reply is obeyed.
//
// Start reading in system.go; http.go and command.go are the two transports.
package external
