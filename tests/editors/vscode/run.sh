#!/usr/bin/env bash
# Packages the VS Code extension with a dsl inside, installs it into the real editor, and uses it as a person would.
#
#   tests/editors/vscode/run.sh [DSL_BINARY] [STEP...]     without a binary: target/debug/dsl, built if need be
#
# Needs npm, and Chromium or the right to install it; everything else comes from npm into target/editors. STEPs are
# parts of names: only steps that have one of them are taken. Screenshots go to target/editors/vscode/screenshots.
set -euo pipefail
cd "$(dirname "$0")/../../.."
checkout=$PWD
tools=$checkout/target/editors/vscode

binary=${1:-}
if [ -z "$binary" ]; then
    cargo build --locked -p dsl
    binary=target/debug/dsl
fi
binary=$(realpath "$binary")
shift || true

if ! command -v chromium >/dev/null && ! command -v chromium-browser >/dev/null && [ -z "${CHROMIUM:-}" ]; then
    [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null ||
        { echo "the VS Code tests need Chromium: install it, or name it in CHROMIUM" >&2; exit 1; }
    { apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium; } >/dev/null
fi
export SIGNAL_EDITORS=${SIGNAL_EDITORS:-$checkout/target/editors}
tests/editors/setup.sh node24 code-server playwright
export PATH=$SIGNAL_EDITORS/bin:$PATH

# What tests of the extension alone need no editor for.
extension=$checkout/editors/vscode
if ! cmp -s "$extension/package-lock.json" "$extension/node_modules/.installed-lock"; then
    (cd "$extension" && npm ci --ignore-scripts --no-audit --no-fund --no-update-notifier --loglevel=error >/dev/null)
    cp "$extension/package-lock.json" "$extension/node_modules/.installed-lock"
fi
(cd "$extension" && npm test --silent)

# A binary with all that a debugger wants is ten times as large, and would be packed and unpacked.
mkdir -p "$tools/vsix"
strip -o "$tools/vsix/dsl" "$binary" 2>/dev/null || cp "$binary" "$tools/vsix/dsl"
(cd "$extension" && npm run --silent package -- --binary "$tools/vsix/dsl" --out "$tools/vsix" >"$tools/vsix/log" 2>&1) ||
    { cat "$tools/vsix/log" >&2; exit 1; }

exec node "$checkout/tests/editors/vscode/drive.mjs" "$tools" "$@"
