package claim

import "strings"

// tableCells returns the cells of a line of a table; nil: it is none. A rule
// has empty cells.
func tableCells(line string) []string {
	if strings.Contains(line, "\n") || !strings.HasPrefix(line, "|") && !strings.Contains(line, " | ") {
		return nil
	}
	line = strings.TrimPrefix(strings.TrimSpace(line), "|")
	line = strings.TrimSuffix(strings.TrimSpace(line), "|")
	var cells []string
	for cell := range strings.SplitSeq(line, "|") {
		cell = clean(strings.TrimSpace(cell))
		if strings.Trim(cell, "-:= ") == "" {
			cell = ""
		}
		cells = append(cells, cell)
	}
	return cells
}

// isRule reports whether a line is the rule between the header of a table and
// its rows.
func isRule(line string) bool {
	return strings.Contains(line, "|") && strings.Contains(line, "-") && strings.Trim(line, "-=|: \t\r") == ""
}

// rowText writes a row as "header: cell, header: cell". A cell without header,
// and one that is empty, is left out or stands alone.
func rowText(header, row []string) string {
	var out []string
	for i, cell := range row {
		switch {
		case cell == "":
		case i < len(header) && header[i] != "":
			out = append(out, header[i]+": "+cell)
		default:
			out = append(out, cell)
		}
	}
	return strings.Join(out, ", ")
}
