#!/bin/sh
# Makes docs/terminal.png and docs/report.png from the real `ragdiag demo`.
#
#   docs/screenshots.sh
#
# Needs Go, chromium, and script(1) of util-linux, which gives the command a
# terminal so that it writes colour. Nothing is fetched; the tool itself needs
# none of this.
set -eu
cd "$(dirname "$0")/.."
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
columns=100

go build -o "$dir/ragdiag" ./cmd/ragdiag
"$dir/ragdiag" demo --quiet --out "$dir/run" > /dev/null
script -qec "stty cols $columns rows 60; TERM=xterm-256color $dir/ragdiag report $dir/run" /dev/null | tr -d '\r' > "$dir/ansi.txt"
lines=$(wc -l < "$dir/ansi.txt")

# shot NAME WIDTH HEIGHT: the page NAME.html, at twice the resolution if $4 says so.
shot() {
	chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --virtual-time-budget=5000 \
		--force-device-scale-factor="$4" --window-size="$2,$3" --screenshot="docs/$1.png" "file://$dir/$1.html" 2> "$dir/chromium.log" ||
		{ cat "$dir/chromium.log" >&2; exit 1; }
}

# The terminal: each SGR sequence of the eight base colours becomes a span.
{
	cat <<-'HTML'
		<!doctype html><meta charset="utf-8"><style>
		body { margin: 0; background: #16181d; }
		pre { margin: 0; padding: 22px 26px; color: #d7dae0; font: 14px/19px "DejaVu Sans Mono", monospace; }
		.c1 { font-weight: 700; color: #fff; } .c2 { color: #8b93a1; }
		.c31 { color: #ff7b86; } .c32 { color: #67c98a; } .c33 { color: #f0b254; }
		.c34 { color: #6ea8ff; } .c35 { color: #c38bff; } .c36 { color: #4fc9c4; }
		</style><pre>
	HTML
	printf '<span class="c2">$</span> <span class="c1">ragdiag demo</span>\n\n'
	esc=$(printf '\033')
	sed -e 's/&/\&amp;/g; s/</\&lt;/g' \
		-e "s/$esc\[0m/<\/span>/g; s/$esc\[\([0-9]*\)m/<span class=\"c\1\">/g" "$dir/ansi.txt"
	echo '</pre>'
} > "$dir/terminal.html"
shot terminal 900 $(((lines + 2) * 19 + 44)) 2

# The page: its overview, and one record opened, in frames side by side.
cat > "$dir/report.html" <<-HTML
	<!doctype html><meta charset="utf-8"><style>
	body { margin: 0; display: flex; gap: 12px; background: #d9dad6; }
	iframe { border: 0; width: 1180px; height: 1560px; }
	</style>
	<iframe src="run/report.html"></iframe><iframe src="run/report.html#record=cit-09-wrong-and-fabricated"></iframe>
HTML
shot report 2372 1560 1

go run ./lab/bench/screenshots docs/terminal.png docs/report.png
ls -l docs/*.png
