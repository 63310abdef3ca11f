#!/usr/bin/env bash
# Installs the command as its users do, by wheel, source distribution and pre-commit, and sees whether it does its work.
#
#   tests/packaging/run.sh        needs git, Python 3.9 or newer with venv, and pip's index
#
# pre-commit clones the last commit, so what is not committed is not tried. Builds use cargo's dev profile and the
# checkout's target folder: what is tried here is the packaging, not the compiler.
set -euo pipefail
cd "$(dirname "$0")/../.."
checkout=$PWD
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$checkout/target}
export MATURIN_PEP517_ARGS="--profile dev"
export PRE_COMMIT_HOME=$scratch/pre-commit PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
# The scratch repositories' commits depend on nobody's settings.
export GIT_CONFIG_GLOBAL=$scratch/gitconfig GIT_CONFIG_NOSYSTEM=1
git config --global user.name Tester
git config --global user.email tester@example.com
git config --global init.defaultBranch main
git config --global safe.directory '*'

fail() { printf 'FAILED: %s\n' "$*" >&2; exit 1; }
passed() { printf 'ok: %s\n' "$*"; }

python3 -m venv "$scratch/tools"
"$scratch/tools/bin/pip" install -q 'pre-commit>=4,<5' 'maturin>=1.9,<2'
pre_commit=$scratch/tools/bin/pre-commit

good='#! universe = BINANCE:BTC/USDT
oversold = rsi(close, 14) < 30
emit_signal(oversold, entry("BINANCE:BTC/USDT", "LONG", Weight(0.5)))
emit_signal(rsi(close, 14) > 55, exit("BINANCE:BTC/USDT", "LONG"))
'
# TA-Lib refuses the period: an error under every catalog.
bad=${good/14) < 30/1) < 30}

# -- wheel and source distribution ------------------------------------------------------------------------------------

"$scratch/tools/bin/maturin" sdist -o "$scratch/dist" >"$scratch/log" 2>&1 || fail "no source distribution: $(cat "$scratch/log")"
"$scratch/tools/bin/pip" wheel -q --no-deps -w "$scratch/dist" "$scratch"/dist/*.tar.gz
python3 -m venv "$scratch/user"
"$scratch/user/bin/pip" install -q --no-index "$scratch"/dist/*.whl
printf '%s' "$bad" >"$scratch/bad.signal"
said=$("$scratch/user/bin/dsl" check --output-format concise "$scratch/bad.signal" 2>/dev/null) && fail "the installed dsl let a bad script pass"
[[ $said == *period-out-of-bounds* ]] || fail "the installed dsl said: $said"
passed "the source distribution gives a wheel, and the wheel a dsl that works"

# -- pre-commit ------------------------------------------------------------------------------------------------------

# repository HOOK: a scratch repository that has the hook HOOK of this checkout
repository() {
    rm -rf "$scratch/strategies"
    git init -q "$scratch/strategies"
    cd "$scratch/strategies"
    cat >.pre-commit-config.yaml <<YAML
repos:
  - repo: $checkout
    rev: $(git -C "$checkout" rev-parse HEAD)
    hooks: [{id: $1}]
YAML
    git add .
    "$pre_commit" install >/dev/null
}

# commit MESSAGE: what git says to a commit, hook included; the result is the hook's
commit() { git commit -q -m "$1" 2>&1; }

try() {
    repository "$1"
    said=$(commit 'Set up') || fail "$1: a repository without scripts did not pass: $said"
    printf '%s' "$good" >'a good one.signal'
    git add .
    said=$(commit 'Add a strategy') || fail "$1: a good script was blocked: $said"
    mkdir deep
    printf '%s' "$bad" >'deep/a bad one.signal'
    git add .
    if said=$(commit 'Add another'); then fail "$1: a bad script was committed"; fi
    [[ $said == *'deep/a bad one.signal:2:'*'error[period-out-of-bounds]'* ]] || fail "$1: the reason does not show: $said"
    [[ $said != *'a good one.signal:'* ]] || fail "$1: something is said about a good script: $said"
    printf '%s' "$good" >'deep/a bad one.signal'
    git add .
    said=$(commit 'Add the mended one') || fail "$1: a mended script was blocked: $said"
    [ "$(git rev-list --count HEAD)" = 3 ] || fail "$1: three commits were expected"
    cd "$checkout"
    passed "pre-commit with $1 blocks and passes as it should"
}

try_fmt() {
    repository "$1"
    printf 'oversold=rsi( close,14 )<30\n' >'an ugly one.signal'
    git add .
    if said=$(commit 'Add a strategy'); then fail "$1: an unformatted script was committed"; fi
    [[ $said == *'1 file reformatted'* ]] || fail "$1: what was done does not show: $said"
    [ "$(cat 'an ugly one.signal')" = 'oversold = rsi(close, 14) < 30' ] || fail "$1: it became $(cat 'an ugly one.signal')"
    git add .
    said=$(commit 'Add a strategy') || fail "$1: a formatted script was blocked: $said"
    cd "$checkout"
    passed "pre-commit with $1 formats what a commit touches"
}

try dsl-check
try_fmt dsl-fmt
export PATH=$scratch/user/bin:$PATH
try dsl-check-system
try_fmt dsl-fmt-system
