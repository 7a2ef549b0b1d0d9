package corpus

import (
	"bytes"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// unseen are the elements whose content a reader never sees as text.
var unseen = map[atom.Atom]bool{
	atom.Script: true, atom.Style: true, atom.Noscript: true, atom.Template: true,
	atom.Iframe: true, atom.Object: true, atom.Svg: true, atom.Math: true, atom.Select: true,
}

// inline are the elements that do not end a line of text.
var inline = map[atom.Atom]bool{
	atom.A: true, atom.Abbr: true, atom.B: true, atom.Bdi: true, atom.Bdo: true, atom.Cite: true, atom.Code: true,
	atom.Data: true, atom.Del: true, atom.Dfn: true, atom.Em: true, atom.Font: true, atom.I: true, atom.Ins: true,
	atom.Kbd: true, atom.Mark: true, atom.Q: true, atom.S: true, atom.Samp: true, atom.Small: true, atom.Span: true,
	atom.Strong: true, atom.Sub: true, atom.Sup: true, atom.Time: true, atom.Tt: true, atom.U: true, atom.Var: true, atom.Wbr: true,
}

// htmlText returns the title of a page and its visible text, one line per
// block. It reads tokens, not a tree, so that deep nesting costs nothing.
func htmlText(page []byte) (title, body string) {
	z := html.NewTokenizer(bytes.NewReader(page))
	z.SetMaxBuf(maxDocument)
	var text, head strings.Builder
	var skip atom.Atom // the unseen element that is open
	depth := 0         // of elements of that name inside it
	inTitle := false
	for {
		kind := z.Next()
		if kind == html.ErrorToken {
			return squeeze(head.String()), squeeze(text.String())
		}
		if kind == html.TextToken {
			switch {
			case skip != 0:
			case inTitle:
				head.Write(z.Text())
			default: // a line end in the source is a space on the page
				text.Write(bytes.ReplaceAll(z.Text(), []byte{'\n'}, []byte{' '}))
			}
			continue
		}
		name, _ := z.TagName()
		tag := atom.Lookup(name)
		switch {
		case skip != 0:
			if tag == skip && kind == html.StartTagToken {
				depth++
			}
			if tag == skip && kind == html.EndTagToken {
				if depth--; depth == 0 {
					skip = 0
				}
			}
		case unseen[tag] && kind == html.StartTagToken:
			skip, depth = tag, 1
		case tag == atom.Title:
			inTitle = kind == html.StartTagToken
		case tag == atom.Td || tag == atom.Th:
			text.WriteByte(' ')
		case !inline[tag] && kind != html.CommentToken && kind != html.DoctypeToken:
			text.WriteByte('\n')
		}
	}
}

// squeeze joins the words of each line by single spaces and drops empty lines.
func squeeze(s string) string {
	var lines []string
	for line := range strings.Lines(s) {
		if words := strings.Fields(line); len(words) > 0 {
			lines = append(lines, strings.Join(words, " "))
		}
	}
	return strings.Join(lines, "\n")
}
