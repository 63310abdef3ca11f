#!/usr/bin/env bash
# Drives the real Neovim, key by key, with the plugin of editors/neovim and a given `dsl`.
#
# usage: tests/editors/neovim/run.sh DSL_BINARY [WORDS OF A TEST'S NAME]
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=../home.sh
. "$here/../home.sh"
"$top/tests/editors/setup.sh" neovim neovim-0.10
unset NVIM_APPNAME NVIM

# As the README says: the folder is copied, alone, to where Neovim looks for plugins.
site=$XDG_DATA_HOME/nvim/site/pack/signal/start
mkdir -p "$site" "$XDG_CONFIG_HOME/nvim"
cp -r "$top/editors/neovim/." "$site/signal"
export SIGNAL_CHECKOUT=$top SIGNAL_WORK=$home/work SIGNAL_ONLY=${2:-}

failed=0
drive() {
    printf '== %s\n' "$("$1" --version | head -n 1)"
    SIGNAL_NVIM=$1 "$bin/nvim" --clean -l "$here/drive.lua" "$here" "${@:2}" || failed=1
}
drive "$bin/nvim" looking writing moving commands
drive "$bin/nvim-0.10" older
exit $failed
