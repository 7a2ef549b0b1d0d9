package text

// Clip returns s if it has at most n characters, else its first n and an
// ellipsis.
func Clip(s string, n int) string {
	for i := range s {
		if n == 0 {
			return s[:i] + "…"
		}
		n--
	}
	return s
}
