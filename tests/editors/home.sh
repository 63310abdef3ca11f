# Sourced by the editors' run.sh: the given `dsl` on the PATH, and a home in which nobody's settings, keys and journal have a say.
#
# Sets: top (the checkout), bin (the editors), home (removed at the end), home/work.

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
dsl=$(realpath "${1:?usage: run.sh DSL_BINARY}")
bin=${SIGNAL_EDITORS:-$top/target/editors}/bin
home=$(mktemp -d "${TMPDIR:-/tmp}/signal-editor.XXXXXX")
trap 'rm -rf "$home"' EXIT

export HOME=$home XDG_CONFIG_HOME=$home/config XDG_DATA_HOME=$home/data XDG_STATE_HOME=$home/state XDG_CACHE_HOME=$home/cache
export XDG_RUNTIME_DIR=$home/run SIGNAL_KEYRING=off SIGNAL_CONFIG_DIR=$home/signal SIGNAL_CACHE_DIR=$home/signal SIGNAL_STATE_DIR=$home/signal
export LANG=C.UTF-8 TERM=xterm-256color TZ=UTC
unset HEYTRADERS_API_KEY HEYTRADERS_BASE_URL NO_COLOR
mkdir -p "$home/bin" "$home/work" "$XDG_CONFIG_HOME" "$XDG_DATA_HOME" "$XDG_RUNTIME_DIR"
ln -s "$dsl" "$home/bin/dsl"
export PATH=$home/bin:$PATH
