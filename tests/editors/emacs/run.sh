#!/usr/bin/env bash
# Drives the real Emacs with editors/emacs, by the commands that people call.
#
# usage: tests/editors/emacs/run.sh DSL_BINARY
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=../home.sh
. "$here/../home.sh"
"$top/tests/editors/setup.sh" emacs
export SIGNAL_CHECKOUT=$top SIGNAL_WORK=$home/work
cd "$home/work"
"$bin/emacs" --batch -Q -L "$top/editors/emacs" -l "$here/drive.el"
