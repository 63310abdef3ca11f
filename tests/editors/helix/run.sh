#!/usr/bin/env bash
# Drives the real Helix with editors/helix: keys go to it through tmux, and its screen is read, since it has no other way in.
#
# usage: tests/editors/helix/run.sh DSL_BINARY
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=../home.sh
. "$here/../home.sh"
"$top/tests/editors/setup.sh" helix tmux
export PATH=$bin:$PATH
patience=${SIGNAL_PATIENCE:-20}

# As the README says.
config=$XDG_CONFIG_HOME/helix
mkdir -p "$config/runtime/queries" "$config/runtime/grammars"
{
    # Of the 300 grammars that Helix knows, ours is enough here.
    echo 'use-grammars = { only = ["signal"] }'
    sed "s|CHECKOUT|$top|" "$top/editors/helix/languages.toml"
} >"$config/languages.toml"
printf '[editor.lsp]\ndisplay-inlay-hints = true\n\n[editor.workspace-trust]\nlevel = "insecure"\n' >"$config/config.toml"
hx --grammar build >"$home/grammar.log" 2>&1 || true
cp -r "$top/grammar/tree-sitter-signal/queries/helix/." "$config/runtime/queries/signal"
cp -r "$top/editors/helix/queries/signal-toml" "$config/runtime/queries/"

tmux() { command tmux -f /dev/null -L "signal-$$" "$@"; }
trap 'tmux kill-server 2>/dev/null || true; rm -rf "$home"' EXIT
screen() { tmux capture-pane -p -t hx; }
keys() { tmux send-keys -t hx "$@"; }

# Without a session tmux ends, and a new one might come just then.
tmux new-session -d -s keep 'sleep 3600'

ran=0 failed=0 good=yes name=
begin() { # NAME FILE TEXT
    name=$1 good=yes ran=$((ran + 1))
    work=$home/work/$ran
    mkdir -p "$work"
    file=$work/$2
    printf '%s\n' "$3" >"$file"
    tmux new-session -d -x 120 -y 32 -s hx -c "$work" "hx $file"
}
fail() {
    good=no
    printf 'FAILED  %s: %s\n--- screen\n%s\n---\n' "$name" "$1" "$(screen | grep -v '^~*$' || true)"
}
# Waits until the screen shows what a pattern says.
see() {
    [ $good = yes ] || return 0
    local end=$((SECONDS + patience))
    until screen | grep -Eq -- "$1"; do
        [ $SECONDS -lt $end ] || { fail "the screen never showed /$1/"; return 0; }
        sleep 0.1
    done
}
# Waits until the file, once written, is this text.
text_is() {
    [ $good = yes ] || return 0
    local end=$((SECONDS + patience))
    # On its own, or a terminal takes what follows for a key with Alt.
    keys Escape
    sleep 0.3
    keys ':write!' Enter
    until [ "$(cat "$file" 2>/dev/null)" = "$1" ]; do
        [ $SECONDS -lt $end ] || { fail "the text is: $(cat "$file")"; return 0; }
        sleep 0.1
    done
}
finish() {
    tmux kill-session -t hx 2>/dev/null || true
    if [ $good = yes ]; then printf 'ok      %s\n' "$name"; else failed=$((failed + 1)); fi
}

trend='slow = ema(close, 200)
up = close > slow
emit_signal(up, entry("BINANCE:BTC/USDT", "LONG", Weight(0.5)))'

ran=$((ran + 1)) name='hx --health finds server, grammar and queries'
health=$(hx --health signal 2>&1 | sed 's/\x1b\[[0-9;]*m//g')
for part in 'signal: .*/bin/dsl|✓ signal' 'Tree-sitter parser: ✓' 'Highlight queries: ✓' 'Textobject queries: ✓' 'Indent queries: ✓'; do
    echo "$health" | grep -Eq "$part" || { echo "FAILED  $name: no /$part/ in"; echo "$health"; cat "$home/grammar.log"; good=no; }
done
if [ $good = yes ]; then echo "ok      $name"; else failed=$((failed + 1)); fi

begin 'findings are shown, and space a mends one' a.signal "${trend/ema/emma}"
see 'the catalog has no function'
keys ']' d
keys Space a
see 'Replace by .ema.'
keys Enter
sleep 0.5
text_is "$trend"
finish

begin 'space k shows what a call needs' a.signal "$trend"
see '199 bars'
keys 7 l Space k
# Not what stands in the text and in its hints anyway.
see 'Exponential Moving Average'
see '199 bars, by its lookback'
finish

begin 'inlay hints stand in the line' a.signal "$trend"
see 'slow = ema\(close, .*200\).*199 bars'
finish

begin 'completion offers indicators, and an accepted one is a call to fill in' a.signal 'x = 1'
see 'x = 1'
see '1 sel|NOR'
sleep 0.5
keys A ' ' + ' ' s m
see 'sma +function'
keys C-n
sleep 0.3
keys Enter
see 'sma\(.*\)'
sleep 0.3
keys c l o s e Tab 5
text_is 'x = 1 + sma(close, 5)'
finish

begin 'the signature is shown while a call is written' a.signal 'x = 1'
see 'x = 1'
sleep 0.5
keys A ' ' + ' ' e m a
keys '('
see 'ema\(real, timeperiod'
finish

begin 'space r renames a name everywhere' a.signal "$trend"
see '199 bars'
keys Space r
see 'rename-to:'
keys C-u b a s e Enter
sleep 0.5
text_is "${trend//slow/base}"
finish

begin 'gd goes to the definition, gr to the references' a.signal "$trend"
see '199 bars'
keys j g l g d
sleep 0.5
keys i X
text_is "X$trend"
finish

begin 'gr lists where a name is used' a.signal "$trend"
see '199 bars'
keys g r
see 'a.signal:2'
finish

begin 'space h selects the places of a name' a.signal "$trend"
see '199 bars'
keys Space h
see '2 sels'
finish

begin 'space s lists the names of the script' a.signal "$trend"
see '199 bars'
keys Space s
see '(variable|constant).* slow'
see 'event.* entry LONG'
finish

begin ':format lays the script out' a.signal "${trend/ema(close, 200)/ema( close,200 )}"
see '199 bars'
keys ':format' Enter
sleep 0.5
text_is "$trend"
finish

begin 'signal.toml is looked at as well' signal.toml '[run]
timeframe = "7h"'
see 'is no timeframe'
finish

printf '%d tests, %d failed\n' "$ran" "$failed"
[ $failed = 0 ]
