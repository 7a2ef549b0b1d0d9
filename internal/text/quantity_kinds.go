package text

// Money reports whether a value is an amount of money.
func (q Quantity) Money() bool { return q.Kind == Measure && isCurrency(q.Unit) }

// TimeSpan reports whether a value is a span of time.
func (q Quantity) TimeSpan() bool {
	switch q.dim {
	case "time", "months", "workdays":
		return q.Kind == Measure
	}
	return q.Kind == Clock && q.span
}
