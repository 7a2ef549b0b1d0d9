package judge

import (
	"testing"

	"go.uber.org/goleak"
)

// bleve, which the pipeline of some tests brings along, keeps the workers of its
// analysis queue for the life of the process.
func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("github.com/blevesearch/bleve_index_api.AnalysisWorker"))
}
