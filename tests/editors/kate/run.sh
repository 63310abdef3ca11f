#!/usr/bin/env bash
# Colours a script with Kate's own engine by editors/kate/signal.xml, and holds the settings of its LSP client against the server.
#
# usage: tests/editors/kate/run.sh DSL_BINARY
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=../home.sh
. "$here/../home.sh"
"$top/tests/editors/setup.sh" kate

# As the README says.
syntax=$XDG_DATA_HOME/org.kde.syntax-highlighting/syntax
mkdir -p "$syntax"
cp "$top/editors/kate/signal.xml" "$syntax/"

script=$home/work/a.signal
cat >"$script" <<'SIGNAL'
#! timeframe = 1h # why
x = sma(close, 14.5) and not True # signal
# signal: allow unused-name because so
y = "a\"b" if x else 'c'
SIGNAL

# Every stretch of text with the name of its colour, by the engine's own trace.
"$bin/ksyntaxhighlighter6" --output-format html "$script" >"$home/work/a.html"
failed=0
check() { # TEXT COLOUR : the text is shown in the colour that the engine gives to that kind
    if python3 - "$home/work/a.html" "$1" "$2" <<'PYTHON'
import html, re, sys
page, text, colour = open(sys.argv[1]).read(), sys.argv[2], sys.argv[3]
spans = [(html.unescape(body), style) for style, body in re.findall(r'<span style="([^"]*)">([^<]*)</span>', page)]
found = [style for body, style in spans if body.strip() == text]
if not found:
    sys.exit(f"FAILED  {text!r} has no colour of its own; there are {spans}")
if not any(colour in style for style in found):
    sys.exit(f"FAILED  {text!r} is {found}, not {colour}")
PYTHON
    then printf 'ok      %s is coloured\n' "$1"; else failed=1; fi
}
check '#!' '#006e28'
check 'timeframe' '#0057ae'
check 'sma' '#644a9b'
check '14.5' '#b08000'
check 'and' 'bold'
check 'True' '#aa5500'
check '# signal: allow unused-name because so' '#ca60ca'
check '\"' '#3daee9'
check 'if' 'bold'

# The settings of the client are JSON, and name a command that is there and a mode that the engine knows.
python3 - "$top/editors/kate/lspclient.json" "$syntax/signal.xml" <<'PYTHON' || failed=1
import json, re, shutil, sys
server = json.load(open(sys.argv[1]))["servers"]["signal"]
name = re.search(r'<language name="([^"]*)"', open(sys.argv[2]).read()).group(1)
assert re.search(server["highlightingModeRegex"], name), name
assert shutil.which(server["command"][0]), server["command"]
PYTHON
"$bin/ksyntaxhighlighter6" --list >"$home/work/languages"
grep -qx 'Signal DSL' "$home/work/languages" || { echo "FAILED  the engine does not list the language"; failed=1; }
exit $failed
