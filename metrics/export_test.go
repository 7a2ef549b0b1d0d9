package metrics

// PorterStem lets the tests see the stemmer by itself.
var PorterStem = porterStem
