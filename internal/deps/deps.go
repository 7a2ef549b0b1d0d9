// Package deps pins modules while the tree is being laid out; it is deleted before the first release.
package deps

import (
	_ "github.com/blevesearch/bleve/v2"
	_ "github.com/sashabaranov/go-openai"
	_ "github.com/spf13/cobra"
	_ "github.com/stretchr/testify/require"
	_ "github.com/clipperhouse/uax29/v2/words"
	_ "golang.org/x/text/unicode/norm"
	_ "golang.org/x/sync/errgroup"
	_ "golang.org/x/time/rate"
	_ "golang.org/x/term"
	_ "golang.org/x/net/html"
	_ "go.yaml.in/yaml/v3"
	_ "github.com/santhosh-tekuri/jsonschema/v6"
	_ "github.com/klauspost/compress/zstd"
	_ "gonum.org/v1/gonum/stat/distuv"
	_ "github.com/rogpeppe/go-internal/testscript"
	_ "pgregory.net/rapid"
	_ "go.uber.org/goleak"
	_ "github.com/schollz/progressbar/v3"
	_ "github.com/cenkalti/backoff/v5"
	_ "github.com/jedib0t/go-pretty/v6/table"
	_ "github.com/abadojack/whatlanggo"
	_ "github.com/kljensen/snowball"
)
