package diagnose

// Fix returns what to try first against the attribution, or "" for none.
func (a Attribution) Fix() string {
	if fix, ok := fixes[a.Slug()]; ok {
		return fix
	}
	return fixes[string(a.Cause)]
}

// fixes maps a cause, or a cause with its finer kind, to the first thing to try.
var fixes = map[string]string{
	"missing-context": "Log what the retriever returned before selection: then it shows whether to mend retrieval or selection. Till then, raise k on the listed records and look at what comes.",

	"query-formation":                      "Search with the question itself beside the rewritten query and fuse the two rankings.",
	"query-formation.rewrite-drift":        "Make the rewriter keep every name and number of the question; reject a rewrite that drops one.",
	"query-formation.unresolved-reference": "Resolve references to earlier turns before searching.",
	"query-formation.wrong-language":       "Search in the language of the corpus, or translate the query.",
	"query-formation.empty":                "Let the analyser keep at least one word of each query; fall back to the question as asked.",

	"retrieval-miss":                  "Try hybrid retrieval, other chunking or query expansion; a probe (--index) tells a bad query from a bad retriever.",
	"retrieval-miss.lexical-gap":      "Add dense retrieval or query expansion: question and evidence share too few words.",
	"retrieval-miss.depth":            "Fetch more candidates and let a reranker choose.",
	"retrieval-miss.partial":          "Ask one sub-question per piece of evidence, and fetch more candidates.",
	"retrieval-miss.split":            "Use larger chunks or more overlap: the evidence spans a boundary.",
	"retrieval-miss.stale-index":      "Index the corpus again: the index is older than the documents.",
	"retrieval-miss.analyzer-misfit":  "Index the corpus with an analyser for its language.",
	"retrieval-miss.nothing-returned": "Check filters and access rights: the retriever returned nothing at all.",

	"context-selection":            "Pass more candidates to the prompt, or loosen the selection step.",
	"context-selection.k-cut":      "Raise k, or rerank before the cut.",
	"context-selection.demoted":    "Check the reranker on the listed records: it moved the evidence below the cut.",
	"context-selection.truncation": "Raise the token budget or shorten the passages: the evidence was cut off.",
	"context-selection.budget":     "Raise the token budget, or drop less useful passages first.",
	"context-selection.duplicate":  "Loosen duplicate removal: it took the evidence for a repetition.",
	"context-selection.partial":    "Keep every piece of evidence that the question needs.",

	"ignored-context":              "Put fewer, better passages into the prompt and tell the generator to quote them.",
	"ignored-context.over-refusal": "Soften the instruction to decline: the prompt held the answer.",
	"ignored-context.distractor":   "Remove look-alike passages before the prompt, and state in the question what they differ by.",
	"ignored-context.override":     "Tell the generator that the context wins over what it remembers.",
	"ignored-context.position":     "Put the best passages where the generator looks: first, or pass fewer of them.",
	"ignored-context.misread":      "Ask for the value with the sentence that holds it, and check the two against each other.",
	"ignored-context.reasoning":    "Let the generator state the values it computes with, and compute them with a tool.",
	"ignored-context.incomplete":   "Ask for every point to be answered, one by one.",

	"unsupported-generation":               "Ask for an answer from the context only, with a quotation for each statement.",
	"unsupported-generation.abstention":    "Tell the generator to decline when the context does not answer, and test it on such questions.",
	"unsupported-generation.promptable":    "Tell the generator to use the passages only, and to decline without them: that was shown to help.",
	"unsupported-generation.extrapolation": "Ask for nothing beyond what the passages say.",

	"citation-fault":             "Check each citation against its passage before the answer is shown.",
	"citation-fault.fabricated":  "Reject citations that point to nothing in the prompt.",
	"citation-fault.misplaced":   "Attach each citation to the passage that supports the sentence.",
	"citation-fault.missing":     "Require a citation for each statement.",
	"citation-fault.unfaithful":  "Let the generator cite while it writes, not afterwards.",
	"citation-fault.unsupported": "Drop statements whose citation does not support them.",

	"corpus-gap":          "Add the missing documents to the corpus.",
	"instruction-failure": "Validate the form and ask again, or use constrained decoding.",
	"infrastructure":      "Repair the failing step first; then run the record again.",
	"gold-label":          "Review the reference answer of the listed records.",
	"flaky":               "Lower the temperature or fix the seed; judge by several runs.",
}
