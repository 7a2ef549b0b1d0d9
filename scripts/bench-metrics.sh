#!/bin/sh
# Times the whole command `ragdiag metrics retrieval` on a run of 5,000 queries ×
# 1,000 documents (5,000,000 lines) that is generated with a fixed seed.
#
#   scripts/bench-metrics.sh            ragdiag alone
#   TREC_EVAL=/path/to/trec_eval scripts/bench-metrics.sh    both, five times each
set -eu
cd "$(dirname "$0")/.."
dir=${BENCH_DIR:-$(mktemp -d)}
[ -n "${BENCH_DIR:-}" ] || trap 'rm -rf "$dir"' EXIT
mkdir -p "$dir"

[ -s "$dir/run.txt" ] || go run ./lab/bench/metrics -dir "$dir"
go build -o "$dir/ragdiag" ./cmd/ragdiag
ls -l "$dir/run.txt" "$dir/qrels.txt"
cat "$dir/run.txt" > /dev/null # into the page cache

for i in 1 2 3 4 5; do
	/usr/bin/time -f 'ragdiag: %e s wall, %U s user, %S s system, %M KiB' \
		"$dir/ragdiag" metrics retrieval --qrels "$dir/qrels.txt" --run "$dir/run.txt" \
		--measures 'P@5 R@100 RR AP nDCG@10 Bpref Rprec' > "$dir/values.txt"
done
cat "$dir/values.txt"

if [ -n "${TREC_EVAL:-}" ]; then
	for i in 1 2 3 4 5; do
		/usr/bin/time -f 'trec_eval: %e s wall, %U s user, %S s system, %M KiB' \
			"$TREC_EVAL" -m P.5 -m recall.100 -m recip_rank -m map -m ndcg_cut.10 -m bpref -m Rprec \
			"$dir/qrels.txt" "$dir/run.txt"
	done
fi
