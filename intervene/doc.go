// Package intervene finds the cause of a bad answer by experiment: it changes
// one thing, asks the user's own generator again, and compares the outcome with
// a replay in which nothing was changed.
//
// In: a failed trace.Record with its evidence, its Diagnosis, and a generator.
// Out: the arms that were run, for Record.Evidence.Arms, and the Diagnosis as
// they leave it: a probable cause with its probability, the effect of each
// change, and the sentence that they allow.
//
// It never reads files or the environment apart from its Ledger, prints nothing
// and draws no chance that is not seeded. A recorded failure steers which arm is
// run next; effects and the word "repairs" rest on replays alone.
//
// Limits: the arms need gold evidence or an accepted answer; without them only
// replay, order and closed book can be run. Beliefs start from the diagnosis:
// its probabilities, that of missing context spread evenly over the parts that
// are left. What arms then show is weighed by likelihoods of its own, a model
// with Beta-Binomial outcomes that is refitted on each run set (Fit); a verdict
// says so, for it was not calibrated on answers that people read.
//
// Ceiling estimates from failures and good answers what a perfect stage would
// buy; game.go has the coalitions, ceiling.go the prompts, estimate.go the table.
//
// Start reading in policy.go, which is the heart; arms.go builds the prompts,
// run.go spends the budget, decide.go turns what came of it into a verdict.
package intervene
