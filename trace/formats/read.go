package formats

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"maps"
	"os"

	"github.com/ragdiag/ragdiag/trace"
)

// Options say how to read. The zero value finds the format out.
type Options struct {
	Format Format    // of all inputs; Detect finds out for each
	Map    Mapping   // columns of a table; zero: none
	Stdin  io.Reader // what "-" reads; nil: the process's standard input
}

// Records reads the records of one input, which name stands for in errors. An
// error that is a *RecordError concerns one element, and the stream goes on
// behind it; any other error is the last thing the stream yields. A record
// that passes has been checked, see check, and its ID is unique.
func Records(r io.Reader, name string, o Options) iter.Seq2[*trace.Record, error] {
	o.Stdin = r
	in := &Input{ctx: context.Background(), paths: []string{"-"}, names: []string{name}, o: o}
	return in.Records()
}

// Input is a number of files that are read as one.
type Input struct {
	ctx      context.Context
	paths    []string
	names    []string // for errors
	o        Options
	coverage *Coverage
	ids      *ids
}

// Open prepares the files at paths for reading; "-" is standard input. It
// looks into each file, so that a missing, binary or unknown one is refused
// before any work is done; what can be read only once is first looked at by
// Records. The errors are *InputError. ctx ends the streams that Records returns.
func Open(ctx context.Context, paths []string, o Options) (*Input, error) {
	if len(paths) == 0 {
		return nil, errors.New("no input: name a file, or - for standard input")
	}
	in := &Input{ctx: ctx, paths: paths, names: paths, o: o, coverage: &Coverage{}}
	once := map[string]bool{}
	for i, path := range paths {
		if ReadOnce(path) {
			if once[path] {
				return nil, &InputError{path, errors.New("it can be read only once, and is named twice: name it once")}
			}
			once[path] = true
			continue
		}
		p := in.pass()
		p.looking = true
		p.file(i, func(*trace.Record, error) bool { return true })
		if p.fatal != nil {
			return nil, p.fatal
		}
		in.coverage.Sources = append(in.coverage.Sources, p.coverage.Sources...)
	}
	return in, nil
}

// Where returns the position of a record that the last stream of Records has
// yielded, for errors met later. It may be called while the stream runs; of an
// unknown ID only the ID is returned.
func (in *Input) Where(id string) Pos {
	pos := Pos{Record: id}
	if in.ids == nil {
		return pos
	}
	if p, ok := in.ids.find(id); ok {
		pos.File, pos.Line = in.names[p.file()], p.line()
	}
	return pos
}

// Coverage returns what the last stream of Records has met so far; before the
// first one, only how the files were recognised. It must not be called while
// a stream is advanced elsewhere.
func (in *Input) Coverage() *Coverage {
	if in.coverage == nil {
		in.coverage = &Coverage{}
	}
	return in.coverage
}

// Records reads the records of all files, one file after the other; see the
// function of the same name. It may be called again, except where ReadOnce holds.
func (in *Input) Records() iter.Seq2[*trace.Record, error] {
	return func(yield func(*trace.Record, error) bool) {
		p := in.pass()
		in.coverage, in.ids = p.coverage, p.ids
		for i := range in.paths {
			if !p.file(i, yield) {
				return
			}
		}
	}
}

// pass is one reading of an input.
type pass struct {
	*Input
	coverage *Coverage
	ids      *ids
	n        int   // elements met
	looking  bool  // stop once the format of a file is known
	fatal    error // why the stream ended
}

func (in *Input) pass() *pass {
	return &pass{Input: in, coverage: &Coverage{}, ids: newIDs()}
}

// end yields an error that ends the stream.
func (p *pass) end(err error, yield func(*trace.Record, error) bool) bool {
	p.fatal = err
	yield(nil, err)
	return false
}

// file reads one file. It returns false if the stream is over.
func (p *pass) file(i int, yield func(*trace.Record, error) bool) bool {
	name := p.names[i]
	raw, err := p.open(i)
	if err != nil {
		return p.end(&InputError{name, err}, yield)
	}
	defer raw.Close()
	r, release, err := decode(raw)
	if err != nil {
		return p.end(&InputError{name, err}, yield)
	}
	defer release()
	d := &detected{}
	if d.shape, err = shapeOf(r); err != nil {
		return p.end(&InputError{name, err}, yield)
	}
	var cover *Source
	var puzzle error // why the format is not known yet
	puzzling := 0
	for el := range d.elements {
		if err := p.ctx.Err(); err != nil {
			return p.end(err, yield)
		}
		p.n++
		if el.json != nil && el.err == nil {
			el.json, el.repaired = repair(el.json)
		}
		if cover == nil && el.err == nil {
			if puzzle = d.settle(&el, p.o); puzzle == nil {
				cover = p.coverage.source(name, d)
				if p.looking {
					return true
				}
			} else if puzzling++; d.columns != nil || puzzling == maxPuzzling {
				return p.end(&InputError{name, puzzle}, yield)
			} else {
				el.err = puzzle
			}
		}
		rec, err := p.record(i, &el, d, cover)
		if err != nil {
			p.coverage.skip(err)
		} else {
			p.coverage.add(rec)
		}
		if !yield(rec, err) {
			return false
		}
	}
	if cover != nil {
		return true
	}
	return p.undecided(name, d, puzzle, yield)
}

// undecided ends the stream at a file in which no record shows its format.
func (p *pass) undecided(name string, d *detected, puzzle error, yield func(*trace.Record, error) bool) bool {
	var first *RecordError
	switch {
	case puzzle == nil && errors.As(p.coverage.firstSkip, &first):
		puzzle = fmt.Errorf("no record in it can be read; line %d: %w", first.Pos.Line, first.Err)
	case puzzle == nil && d.columns != nil:
		puzzle = errors.New("there is a header and no row below it")
	case puzzle == nil && p.n == 0:
		puzzle = errEmpty
	case puzzle == nil:
		puzzle = errors.New("no record in it can be read")
	}
	return p.end(&InputError{name, puzzle}, yield)
}

func (p *pass) open(i int) (io.ReadCloser, error) {
	path := p.paths[i]
	switch {
	case path != "-" && ReadOnce(path):
		return await(p.ctx, func() (io.ReadCloser, error) { return openFile(path) })
	case path != "-":
		return openFile(path)
	}
	in := p.o.Stdin
	if in == nil {
		in = os.Stdin
	}
	return await(p.ctx, func() (io.ReadCloser, error) { return io.NopCloser(in), nil })
}

// record turns an element into a checked record, or into a *RecordError.
func (p *pass) record(file int, el *element, d *detected, cover *Source) (*trace.Record, error) {
	pos := Pos{File: p.names[file], Line: el.line}
	if el.err != nil {
		return nil, &RecordError{Pos: pos, Err: el.err}
	}
	rec, err := d.readSafely(el, cover)
	if err != nil {
		return nil, &RecordError{Pos: pos, Err: err}
	}
	if rec.ID == "" {
		rec.ID = fmt.Sprintf("r%06d", p.n)
		p.coverage.Unnamed++
	}
	pos.Record = rec.ID
	if err := check(rec); err != nil {
		return nil, &RecordError{Pos: pos, Err: err}
	}
	first, dup := p.ids.add(rec.ID, placeOf(file, el.line))
	if dup && d.format != Native && !cover.mapped.names("id") {
		// Nobody said that the column names records: it may name questions, which
		// several systems have answered.
		cover.note("its ID stands before: the second record of an ID x is called x#2, the third x#3")
		for dup {
			rec.ID = p.ids.next(pos.Record)
			_, dup = p.ids.add(rec.ID, placeOf(file, el.line))
		}
		pos.Record = rec.ID
	}
	if dup {
		where := fmt.Sprintf("line %d", first.line())
		if first.file() != file {
			where = fmt.Sprintf("%s:%d", p.names[first.file()], first.line())
		}
		return nil, &RecordError{Pos: pos, Err: fmt.Errorf("%w on %s: IDs must be unique, the later record is skipped", ErrDuplicate, where)}
	}
	if el.repaired {
		p.coverage.repaired(pos)
	}
	return rec, nil
}

// ErrDuplicate is wrapped by the error about a record whose ID has been seen.
var ErrDuplicate = errors.New("the same ID stands")

// readSafely is read for elements of which nothing is known: what is too large
// to be decoded is refused, and a fault of ours costs the one element.
func (d *detected) readSafely(el *element, cover *Source) (rec *trace.Record, err error) {
	defer func() {
		if fault := recover(); fault != nil {
			rec, err = nil, fmt.Errorf("cannot be read, by a fault of ragdiag: %v", fault)
		}
	}()
	if el.json != nil {
		if err := limits(el.json); err != nil {
			return nil, err
		}
	}
	return d.read(el, cover)
}

// read maps an element.
func (d *detected) read(el *element, cover *Source) (*trace.Record, error) {
	rec := &trace.Record{}
	if d.format == Native {
		if el.json == nil {
			return nil, errors.New("a table row is no native record")
		}
		return rec, jsonError(rec.UnmarshalJSON(el.json))
	}
	f, err := el.fields()
	if err != nil {
		return nil, err
	}
	r := newForeign(f, rec, cover)
	if d.from != nil {
		mapped := d.mapping.cutFrom(r.fields)
		d.from(r)
		maps.Copy(r.fields, mapped)
	}
	d.mapping.from(r)
	r.fill()
	maps.Copy(r.fields, r.aside)
	if r.err != nil {
		return nil, r.err
	}
	r.dropBlank()
	for _, name := range sorted(r.fields) {
		cover.kept(name)
		cover.look(name, r.fields[name], rec)
	}
	cover.count(rec)
	r.keepRest(d.format)
	return rec, nil
}
