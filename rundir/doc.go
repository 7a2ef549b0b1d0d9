// Package rundir keeps a run on disk, so that a run that was killed goes on
// where it stopped and every report can be made from the folder alone.
//
// In: records with their evidence, their diagnoses, errors, timings and a
// summary, in input order. Out: the folder, and streams over what is in it.
// It examines nothing, reads no clock, and never writes into a folder that is
// not its own.
//
//	manifest.json    what was run on what, and how it ended: "started" until then
//	records.jsonl    the records with their evidence, in input order
//	diagnoses.jsonl  one diagnosis per record, line for line
//	errors.jsonl     what was skipped, with position and reason
//	summary.json     the counts
//	timings.jsonl    whatever depends on the clock, so that the rest is the same bytes
//	lock             held while a process writes
//
// A record is done when its lines in records.jsonl and diagnoses.jsonl are
// both whole. What survives a kill at each point:
//
//	killed                             on disk                       the next run
//	before the manifest has its name   a stray temporary file        begins anew
//	after that, before a record        manifest "started"            begins with the first record
//	inside a line of records.jsonl     a torn last line              cuts it, does that record again
//	after it, before the diagnosis     one record too many           cuts it, does that record again
//	inside a line of diagnoses.jsonl   a torn last line              cuts both lines, does it again
//	after it                           a whole pair                  goes on with the next record
//	inside a line of errors.jsonl      a torn last line              writes errors.jsonl afresh: the input is read again
//	inside a line of timings.jsonl     a torn last line              cuts it
//	while summary.json is written      the old one, or none          writes it at the end
//	before the status is written       manifest "started"            finds all records done, ends
//
// A line is one write, so that killing the process loses at most the record in
// work. The files are synced after every 256 records and at the end: when the
// machine itself goes down, what the last sync had is safe, and lines after it
// that came out damaged are cut and done again.
//
// Errors are not carried over into a resumed run: a record that failed is
// tried again, and a line that could not be read is met again. A record that
// succeeds then is behind those that were done before it.
//
// Memory: 16 bytes of hash, in a map, for each record done before, in a resumed
// run only.
//
// Place in the flow: after summary, before pipeline. Start reading in run.go.
package rundir
