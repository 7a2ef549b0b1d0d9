package trec

import (
	"bytes"
	"fmt"
	"math"
	"strconv"
)

// Error is a line that cannot be read.
type Error struct {
	File string
	Line int // from 1
	Msg  string
}

func (e *Error) Error() string { return fmt.Sprintf("%s:%d: %s", e.File, e.Line, e.Msg) }

const maxLine = 1 << 20 // bytes; a longer line is not a line of these formats

// lineError is an Error of which the file, and the lines before the block, are
// not yet known.
type lineError struct {
	line int
	msg  string
}

func errorf(line int, format string, args ...any) *lineError {
	return &lineError{line, fmt.Sprintf(format, args...)}
}

// quote quotes an ID for a message, shortened if it is long.
func quote(b []byte) string {
	const most = 80
	if len(b) > most {
		return fmt.Sprintf("%q… (%d bytes)", b[:most], len(b))
	}
	return strconv.Quote(string(b))
}

// isSpace is C's isspace, which trec_eval splits fields by.
func isSpace(c byte) bool { return c == ' ' || '\t' <= c && c <= '\r' }

// field cuts the first field off a line.
func field(line []byte) (f, rest []byte) {
	start := 0
	for start < len(line) && isSpace(line[start]) {
		start++
	}
	end := start
	for end < len(line) && !isSpace(line[end]) {
		end++
	}
	return line[start:end], line[end:]
}

// skipped reports whether the line holds no data: blank, or a comment.
func skipped(line []byte) bool {
	if len(line) > 0 && line[0] == '#' {
		return true
	}
	for _, c := range line {
		if !isSpace(c) {
			return false
		}
	}
	return true
}

// fields cuts a line into exactly len(out) fields.
func fields(out [][]byte, line []byte, layout string) (msg string) {
	if len(line) > maxLine {
		return fmt.Sprintf("the line has more than %d bytes", maxLine)
	}
	rest := line
	for i := range out {
		if out[i], rest = field(rest); len(out[i]) == 0 {
			return fmt.Sprintf("%d fields, want %d: %s", i, len(out), layout)
		}
	}
	if more, _ := field(rest); len(more) > 0 {
		return fmt.Sprintf("more than %d fields: %s", len(out), layout)
	}
	if bytes.IndexByte(line, 0) >= 0 {
		return "the line holds a NUL byte: is the file UTF-16?"
	}
	return ""
}

// parseScore reads a finite decimal number, exactly as strconv does.
func parseScore(b []byte) (score float64, msg string) {
	mantissa, digits, point, i := uint64(0), 0, 0, 0
	negative := len(b) > 0 && b[0] == '-'
	if negative || len(b) > 0 && b[0] == '+' {
		i++
	}
	start, seenPoint := i, false
	for ; i < len(b); i++ {
		if c := b[i] - '0'; c <= 9 {
			if digits < 19 {
				mantissa = mantissa*10 + uint64(c)
			}
			digits++
			if seenPoint {
				point++
			}
		} else if b[i] == '.' && !seenPoint {
			seenPoint = true
		} else {
			break
		}
	}
	// A mantissa below 2^53 divided by a power of ten up to 10^22 is rounded
	// once, and so is exact.
	if i == len(b) && i > start && digits > 0 && digits <= 19 && mantissa < 1<<53 && point < len(pow10) {
		score = float64(mantissa) / pow10[point]
		if negative {
			score = -score
		}
		return score, ""
	}
	return parseScoreSlowly(b)
}

var pow10 = [...]float64{
	1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11,
	1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
}

func parseScoreSlowly(b []byte) (float64, string) {
	score, err := strconv.ParseFloat(string(b), 64)
	switch {
	case math.IsNaN(score) || math.IsInf(score, 0):
		return 0, fmt.Sprintf("the score %s is not finite", quote(b))
	case err != nil || len(bytes.Trim(b, "+-.0123456789eE")) > 0: // strconv knows 0x1p-2
		return 0, fmt.Sprintf("the score %s is not a number", quote(b))
	}
	return score, ""
}
