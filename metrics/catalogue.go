package metrics

import "strings"

// Entry describes a metric for people.
type Entry struct {
	Group    string // what is judged: Retrieval, Answers, …
	Name     string // as printed by the command
	Formula  string
	Range    string
	Measures string // what a high value says
	Not      string // what it does not say
	Pair     string // what to read beside it
}

// Catalogue lists every metric of this package. The command `ragdiag metrics
// list` prints it and docs/metrics.md is made from it.
func Catalogue() []Entry {
	var all []Entry
	for _, g := range []struct {
		group   string
		entries []Entry
	}{
		{"Retrieval", retrievalEntries},
		{"Answers", answerEntries},
		{"Sampling", samplingEntries},
		{"Language model", languageEntries},
		{"Grounding", groundingEntries},
		{"Citations", citationEntries},
		{"Preference", preferenceEntries},
	} {
		for _, e := range g.entries {
			e.Group = g.group
			all = append(all, e)
		}
	}
	return all
}

// Markdown is the catalogue as the page docs/metrics.md.
func Markdown() string {
	var b strings.Builder
	b.WriteString(docHead)
	group := ""
	for _, e := range Catalogue() {
		if e.Group != group {
			group = e.Group
			b.WriteString("\n## " + group + "\n")
		}
		b.WriteString("\n### " + e.Name + "\n\n")
		b.WriteString("- Formula: " + e.Formula + "\n")
		b.WriteString("- Range: " + e.Range + "\n")
		b.WriteString("- Measures: " + e.Measures + "\n")
		b.WriteString("- Does not measure: " + e.Not + "\n")
		b.WriteString("- Pair with: " + e.Pair + "\n")
	}
	b.WriteString(docTail)
	return b.String()
}

const docHead = `# Metrics

This page is made from the same table as ` + "`ragdiag metrics list`" + ` (` + "`go generate ./metrics`" + `); do not edit it.

Notation: rel are the documents of grade ≥ 1 (or the level asked for), R is how
many there are, top k are the first k of the ranking, log is natural, ⊨ is
"supports". A value that is undefined is reported as undefined, with the reason,
and counted; it is never 0. Rankings are by score, ties by document ID, both
falling.
`

const docTail = `
## Where the reference programs differ from each other, and from us

| program | what it does | what we do |
|---|---|---|
| trec_eval 9 | compares scores as 32-bit numbers, so that close scores tie | 64 bits; ` + "`--convention trec_eval9`" + ` for its ties |
| trec_eval | leaves queries out that the run does not name (` + "`-c`" + ` counts them as 0) | an error that names them; ` + "`--missing skip`" + ` or ` + "`zero`" + ` |
| trec_eval | ` + "`-c`" + `: num_rel is summed over the queries of the run only | ` + "`--missing zero`" + `: over all judged queries |
| trec_eval | ` + "`-l`" + ` applies to everything but nDCG | the same for ` + "`--rel`" + `; nor to ERR and Judged, nor to NumRet, which ir_measures filters by ` + "`NumRet(rel=2)`" + ` |
| trec_eval | accepts lines with more or broken columns, and scores such as ` + "`12abc`" + ` | exactly six columns and a finite decimal number, else an error |
| trec_eval | queries without a relevant document count as 0 | the same; ` + "`--no-relevant skip`" + ` leaves them out, as our diagnosis reports do |
| ir_measures | Judged@k and RR@k (MS MARCO) break ties by rising document ID | falling, as everywhere else |
| ir_measures | ERR@k and exponential nDCG@k come from gdeval with five decimals | all digits |
| gdeval | refuses grades above 4 | the same for ERR, unless max_rel says otherwise; nDCG takes any |
| gdeval | leaves queries out that have no relevant document | 0, or left out with ` + "`--no-relevant skip`" + ` |
| SQuAD scripts | print percent | values from 0 to 1 |
| rouge_score | text without a to z and 0 to 9 scores 0 | undefined if it has letters or digits of another script; ` + "`--convention chars`" + ` compares characters |
| HumanEval | k > n gives 1 | an error |
| RAGChecker | 0 where a measure is undefined (no claims, nothing recalled), which lowers means | undefined, left out and counted |
| RAGChecker | without passages, faithfulness, hallucination and self-knowledge are 0 | without passages no claim is supported: faithfulness 0, and each claim is hallucination or self-knowledge |
| ALCE | an ID beyond the last passage drops the sentence's citations from precision; ` + "`[0]`" + ` is the last passage | both are fabricated citations, which are imprecise; ` + "`--convention alce`" + ` for its count |
`

var retrievalEntries = []Entry{
	{
		Name: "P@k", Formula: "|rel ∩ top k| / k", Range: "0 to 1; at most R/k",
		Measures: "how much of what the reader is shown is relevant",
		Not:      "whether anything was missed; unjudged documents count as irrelevant",
		Pair:     "R@k, Judged@k",
	},
	{
		Name: "R@k", Formula: "|rel ∩ top k| / R", Range: "0 to 1",
		Measures: "how much of the known evidence reaches the first k",
		Not:      "that the answer is grounded in it: the generator may ignore what was retrieved; nor relevance that nobody judged",
		Pair:     "faithfulness or context utilization, Judged@k",
	},
	{
		Name: "Success@k", Formula: "1 if rel ∩ top k is not empty, else 0 (hit@k)", Range: "0 or 1",
		Measures: "whether at least one relevant document can be used",
		Not:      "whether one is enough: questions that need several pass with one",
		Pair:     "R@k",
	},
	{
		Name: "RR, RR@k", Formula: "1 / rank of the first relevant document; 0 if there is none (within k); its mean is MRR", Range: "0 to 1",
		Measures: "how soon the first relevant document comes",
		Not:      "anything after the first relevant document",
		Pair:     "R@k",
	},
	{
		Name: "AP, AP@k", Formula: "(1/R) Σ over relevant ranks r (≤ k) of P@r; its mean is MAP", Range: "0 to 1",
		Measures: "precision over the whole ranking, early ranks most",
		Not:      "grades: barely and highly relevant count the same; hard to interpret when few documents are judged",
		Pair:     "nDCG@k, Bpref",
	},
	{
		Name: "nDCG, nDCG@k", Formula: "Σ_{r≤k} gain_r/log2(r+1), divided by the same sum of the ideal order of all judged documents; gain = grade", Range: "0 to 1",
		Measures: "whether highly relevant documents stand first",
		Not:      "absolute quality: a query whose best document is poor can reach 1",
		Pair:     "R@k, Judged@k",
	},
	{
		Name: "nDCG(dcg='exp-log2')@k", Formula: "as nDCG with gain = 2^grade − 1", Range: "0 to 1",
		Measures: "as nDCG, with more weight on the highest grades",
		Not:      "the same as nDCG: the two must not be compared",
		Pair:     "nDCG@k",
	},
	{
		Name: "Rprec", Formula: "|rel ∩ top R| / R", Range: "0 to 1",
		Measures: "precision where precision and recall are equal",
		Not:      "the ranks that a reader with a fixed budget sees",
		Pair:     "P@k",
	},
	{
		Name: "Bpref", Formula: "(1/R) Σ over retrieved relevant of 1 − min(n, R)/min(N, R); n judged non-relevant above it, N in all; the term is 1 where n is 0", Range: "0 to 1",
		Measures: "order among judged documents only, so that holes in the judgements do not hurt",
		Not:      "anything about unjudged documents, however many are retrieved",
		Pair:     "AP, Judged@k",
	},
	{
		Name: "ERR, ERR@k", Formula: "Σ_{r≤k} (1/r) p_r Π_{i<r} (1 − p_i), p = (2^grade − 1)/2^max, max 4 unless max_rel is given", Range: "0 to below 1",
		Measures: "how soon a reader who stops at a good document is content",
		Not:      "questions that need several documents",
		Pair:     "nDCG@k, R@k",
	},
	{
		Name: "SetP, SetR, SetF", Formula: "precision |rel ∩ ret|/|ret|, recall |rel ∩ ret|/R and their harmonic mean over all that was retrieved", Range: "0 to 1",
		Measures: "the quality of an unranked result",
		Not:      "order; SetR rises with every further document",
		Pair:     "NumRet",
	},
	{
		Name: "set recall@k, full@k", Formula: "max over sufficient sets of evidence of |set ∩ top k| / |set|; 1 if some set is complete (library: SetRecallAt, FullAt)", Range: "0 to 1; 0 or 1",
		Measures: "whether everything that one way of answering needs is among the first k",
		Not:      "that the answer uses it",
		Pair:     "R@k, context_utilization",
	},
	{
		Name: "Judged@k", Formula: "judged documents in top k / min(k, number retrieved); a negative grade is judged", Range: "0 to 1",
		Measures: "how far the other measures rest on judgements",
		Not:      "quality",
		Pair:     "every measure that takes unjudged for irrelevant",
	},
	{
		Name: "NumRet, NumRel, NumRelRet, NumQ", Formula: "numbers of retrieved, relevant, relevant and retrieved documents, and of queries; summed over queries", Range: "0 and up",
		Measures: "what the other measures are shares of",
		Not:      "quality",
		Pair:     "P@k, R@k",
	},
}

var answerEntries = []Entry{
	{
		Name: "em", Formula: "max over references of 1[norm(answer) = norm(reference)]", Range: "0 or 1",
		Measures: "whether the answer is one of the accepted strings",
		Not:      "right answers in other words, which it counts as wrong",
		Pair:     "f1, contains",
	},
	{
		Name: "f1", Formula: "max over references of 2PR/(P+R), P and R over the multisets of tokens", Range: "0 to 1",
		Measures: "how many words answer and reference share",
		Not:      "truth: a negation or a wrong number costs one token",
		Pair:     "em, claim-level precision and recall",
	},
	{
		Name: "contains", Formula: "max over references of 1[the tokens of the reference stand side by side in the answer]", Range: "0 or 1",
		Measures: "whether an accepted answer is said somewhere",
		Not:      "what else is said: a long answer, or one that lists every candidate, wins",
		Pair:     "answer length, precision",
	},
	{
		Name: "rouge1, rouge2", Formula: "F1 of single tokens and of pairs of neighbours; tokens are runs of a–z and 0–9", Range: "0 to 1",
		Measures: "overlap in wording with the reference that fits best",
		Not:      "meaning, truth or support; other scripts (see chars)",
		Pair:     "claim recall",
	},
	{
		Name: "rouge_l, rouge_lsum", Formula: "F1 of the longest common subsequence; lsum joins those of each sentence, a newline ending a sentence", Range: "0 to 1",
		Measures: "overlap in wording and order",
		Not:      "meaning, truth or support; lsum equals l unless sentences stand on lines of their own",
		Pair:     "claim recall",
	},
}

var samplingEntries = []Entry{
	{
		Name: "pass@k", Formula: "1 − C(n−c,k)/C(n,k) for c right of n samples", Range: "0 to 1",
		Measures: "the chance that one of k tries is right, without bias",
		Not:      "reliability: it grows with k even if most tries fail; needs k ≤ n",
		Pair:     "pass^k",
	},
	{
		Name: "pass^k", Formula: "C(c,k)/C(n,k)", Range: "0 to 1",
		Measures: "the chance that k tries are all right",
		Not:      "what the best try can do",
		Pair:     "pass@k",
	},
}

var languageEntries = []Entry{
	{
		Name: "nll", Formula: "−(1/T) Σ log p(token)", Range: "0 and up, in nats",
		Measures: "the mean surprise of a token",
		Not:      "comparable between tokenizers",
		Pair:     "bits_per_byte",
	},
	{
		Name: "perplexity", Formula: "exp(nll); over a corpus weighted by tokens", Range: "1 and up",
		Measures: "how well the model predicts this text",
		Not:      "task quality: it is no proxy for right or grounded answers, and not comparable between tokenizers",
		Pair:     "f1 or a judged metric, bits_per_byte",
	},
	{
		Name: "bits_per_byte", Formula: "−Σ log p / (log 2 · bytes)", Range: "0 and up",
		Measures: "prediction, comparable between tokenizers on the same text",
		Not:      "task quality",
		Pair:     "perplexity",
	},
	{
		Name: "context_gain", Formula: "nll without the context − nll with it, of the same answer", Range: "any number, in nats a token",
		Measures: "how much the context helps to predict the answer; ≤ 0 suggests that it is unused or harmful",
		Not:      "that the answer is right, or supported by the context",
		Pair:     "faithfulness",
	},
}

var groundingEntries = []Entry{
	{
		Name: "precision", Formula: "share of the response's claims that the gold answer supports", Range: "0 to 1",
		Measures: "how much of what is said is right",
		Not:      "whether the context says it; true claims that the gold answer leaves out count as wrong",
		Pair:     "recall, faithfulness",
	},
	{
		Name: "recall", Formula: "share of the gold claims that the response supports", Range: "0 to 1",
		Measures: "how much of the gold answer is said",
		Not:      "what else is said",
		Pair:     "precision",
	},
	{
		Name: "f1", Formula: "harmonic mean of precision and recall", Range: "0 to 1",
		Measures: "both in one number",
		Not:      "which of the two failed",
		Pair:     "precision, recall",
	},
	{
		Name: "claim_recall", Formula: "share of the gold claims that some passage supports", Range: "0 to 1",
		Measures: "whether retrieval brought what the answer needs",
		Not:      "whether the generator used it",
		Pair:     "context_utilization",
	},
	{
		Name: "context_precision", Formula: "share of the passages that support some gold claim", Range: "0 to 1",
		Measures: "how much of the context is useful",
		Not:      "whether anything is missing; depends on how passages are cut",
		Pair:     "claim_recall",
	},
	{
		Name: "context_utilization", Formula: "share covered by the response of the gold claims that some passage supports", Range: "0 to 1; undefined if there are none",
		Measures: "whether the generator uses what it was given",
		Not:      "retrieval",
		Pair:     "claim_recall",
	},
	{
		Name: "noise_sensitivity_in_relevant", Formula: "share of the response's claims that are wrong and supported by a passage that also supports a gold claim", Range: "0 to 1",
		Measures: "errors taken from useful passages",
		Not:      "errors without support",
		Pair:     "noise_sensitivity_in_irrelevant, hallucination",
	},
	{
		Name: "noise_sensitivity_in_irrelevant", Formula: "share of the response's claims that are wrong and supported only by passages that support no gold claim", Range: "0 to 1",
		Measures: "errors taken from useless passages",
		Not:      "errors without support",
		Pair:     "noise_sensitivity_in_relevant, context_precision",
	},
	{
		Name: "hallucination", Formula: "share of the response's claims that are wrong and supported by no passage", Range: "0 to 1",
		Measures: "invented errors",
		Not:      "errors that the context suggests",
		Pair:     "noise sensitivities: with precision the four sum to 1",
	},
	{
		Name: "self_knowledge", Formula: "share of the response's claims that are right and supported by no passage", Range: "0 to 1",
		Measures: "what the model knew by itself",
		Not:      "that it can be checked: the reader gets no source",
		Pair:     "faithfulness: with hallucination the three sum to 1",
	},
	{
		Name: "faithfulness", Formula: "share of the response's claims that some passage supports", Range: "0 to 1",
		Measures: "how much of the answer rests on the context",
		Not:      "truth: a faithful answer to a wrong passage is wrong",
		Pair:     "precision, claim_recall",
	},
}

var citationEntries = []Entry{
	{
		Name: "citation_recall", Formula: "share of the sentences that have citations, all of passages that exist, which together support the sentence", Range: "0 to 1",
		Measures: "how much of the answer can be checked at its sources",
		Not:      "truth; sentences that need no source count as unsupported without one, unless they are marked exempt",
		Pair:     "citation_precision",
	},
	{
		Name: "citation_precision", Formula: "share of the citations whose sentence is supported and that are not superfluous (not enough alone while the others are enough); 0 without citations", Range: "0 to 1",
		Measures: "whether citations are worth following",
		Not:      "sentences without citations",
		Pair:     "citation_recall",
	},
	{
		Name: "fabricated, fabricated_rate", Formula: "citations of passages that do not exist, and their share", Range: "0 and up; 0 to 1",
		Measures: "invented sources",
		Not:      "wrong sources that exist",
		Pair:     "citation_precision",
	},
}

var preferenceEntries = []Entry{
	{
		Name: "win_rate", Formula: "(wins + ties/2) / comparisons", Range: "0 to 1",
		Measures: "which of two systems is preferred, and how clearly",
		Not:      "how good either is; judges favour length and position",
		Pair:     "the share of ties, answer length",
	},
	{
		Name: "strength", Formula: "log s of the Bradley–Terry model with Davidson's ties: i beats j with s_i/(s_i + s_j + ν√(s_i s_j)); maximum likelihood, mean 0", Range: "any number",
		Measures: "one scale for more than two systems, from whoever met whom",
		Not:      "preferences that go in circles; no value for a system that never lost or never won",
		Pair:     "win_rate, the interval of the rank",
	},
}
