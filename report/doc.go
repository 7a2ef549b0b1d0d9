// Package report shows results to people and to other programs: the overview
// of a run as text for a terminal, Markdown, JSON, JUnit XML, CSV and a
// self-contained HTML page, and the story of one record.
//
// In: a summary.Summary, and for the forms that list records a [Drill], the
// records with their diagnoses. Out: bytes on an io.Writer. Its place in the
// flow is last; package viewer serves the same page.
//
// What it never does: it computes no number (a number that is not in the
// Summary is not in the report), reads no clock, opens no file and asks no
// terminal: width and colour are options. Texts from traces are untrusted:
// control characters become visible in terminals, cells that a spreadsheet
// would run are disarmed in CSV, and the page escapes everything and allows
// itself no request by its content security policy.
//
// Numbers in text have at most three significant digits; JSON has all of them.
//
// Limits: the page embeds at most 2,000 records, failures first, and says which;
// it reads the records once, and no further than to the last failure that it has
// room for. Long texts in it are cut and say so.
//
// Start reading in text.go; story.go has the view of one record that the
// terminal and the page share.
package report
