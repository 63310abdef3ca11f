#!/usr/bin/env bash
# Drives the real Neovim, key by key, with the plugin of editors/neovim and a given `dsl`.
#
# usage: tests/editors/neovim/run.sh DSL_BINARY [WORDS OF A TEST'S NAME]
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../../.." && pwd)
dsl=$(realpath "${1:?usage: tests/editors/neovim/run.sh DSL_BINARY [WORDS]}")
only=${2:-}

"$top/tests/editors/setup.sh" neovim neovim-0.10
bin=${SIGNAL_EDITORS:-$top/target/editors}/bin

# A home of its own: nobody's settings, keys and journal have a say, and nothing is left in them.
home=$(mktemp -d "${TMPDIR:-/tmp}/signal-neovim.XXXXXX")
trap 'rm -rf "$home"' EXIT
export HOME=$home XDG_CONFIG_HOME=$home/config XDG_DATA_HOME=$home/data XDG_STATE_HOME=$home/state XDG_CACHE_HOME=$home/cache
export XDG_RUNTIME_DIR=$home/run SIGNAL_KEYRING=off SIGNAL_CONFIG_DIR=$home/signal SIGNAL_CACHE_DIR=$home/signal SIGNAL_STATE_DIR=$home/signal
unset HEYTRADERS_API_KEY HEYTRADERS_BASE_URL NVIM_APPNAME NVIM NO_COLOR
export LANG=C.UTF-8 TERM=xterm-256color TZ=UTC

# As the README says: the folder is copied, alone, to where Neovim looks for plugins.
site=$XDG_DATA_HOME/nvim/site/pack/signal/start
mkdir -p "$site" "$XDG_CONFIG_HOME/nvim" "$XDG_RUNTIME_DIR" "$home/bin" "$home/work"
cp -r "$top/editors/neovim" "$site/signal"
ln -s "$dsl" "$home/bin/dsl"
export PATH=$home/bin:$PATH SIGNAL_CHECKOUT=$top SIGNAL_WORK=$home/work SIGNAL_ONLY=$only

failed=0
drive() {
    printf '== %s\n' "$("$1" --version | head -n 1)"
    SIGNAL_NVIM=$1 "$bin/nvim" --clean -l "$here/drive.lua" "$here" "${@:2}" || failed=1
}
drive "$bin/nvim" looking writing moving commands
drive "$bin/nvim-0.10" older
exit $failed
