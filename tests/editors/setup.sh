#!/usr/bin/env bash
# Gets the editors that the editor tests drive, into target/editors; the system stays as it is.
#
# usage: tests/editors/setup.sh TOOL...
#   neovim helix emacs kate   from Debian's next release, unpacked beside the system: bin/nvim, bin/hx, bin/emacs, ...
#   tree-sitter tmux          as above
#   neovim-0.10               Debian 13's Neovim, the last before vim.lsp.enable: bin/nvim-0.10
#   node24                    Node.js 24 from npm: bin/node (and npm, npx)
#   code-server               VS Code as a server, without its telemetry and gallery: bin/code-server
#   playwright                playwright-core for node, in playwright/node_modules (it drives the system's chromium)
#
# What is there already is not fetched again. SIGNAL_EDITORS names another folder, SIGNAL_EDITORS_SUITE another release.
set -euo pipefail
shopt -s inherit_errexit

code_server=4.139.1
playwright=1.65.1
next=${SIGNAL_EDITORS_SUITE:-forky}

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
dir=${SIGNAL_EDITORS:-$top/target/editors}
mkdir -p "$dir/bin" "$dir/got"
dir=$(cd "$dir" && pwd)
# Where packages are unpacked to; each release has a folder of its own, since each brings its own C library.
root=$dir/root
suite=$next
export PATH=$dir/bin:$PATH

# Two test runs at once must not unpack over each other.
exec 9>"$dir/.lock"
flock -w 900 9 || { echo "setup.sh: another set-up holds $dir/.lock for 15 minutes; end it and try again" >&2; exit 1; }

say() { printf 'setup.sh: %s\n' "$*" >&2; }

# --- Debian's packages, without installing any ---

# An apt of our own, which thinks nothing is installed: so every library comes along, the C library included,
# and a program of the next release runs on this one.
own_apt() {
    local folder=$dir/apt-$suite mirror
    mirror=$(apt-get indextargets --format '$(REPO_URI)' 2>/dev/null | grep -v security | head -n 1)
    [ -n "$mirror" ] || { say "apt knows no mirror: install $* yourself, or put it on the PATH"; return 1; }
    mkdir -p "$folder/lists/partial" "$folder/cache/archives/partial"
    : >"$folder/status"
    echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $suite main" >"$folder/sources.list"
    cat >"$folder/apt.conf" <<CONF
Dir::Etc::sourcelist "$folder/sources.list";
Dir::Etc::sourceparts "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
Dir::State::lists "$folder/lists";
Dir::State::status "$folder/status";
Dir::Cache "$folder/cache";
Acquire::IndexTargets::deb::DEP-11::DefaultEnabled "false";
Acquire::Languages "none";
Acquire::Retries "3";
APT::Sandbox::User "root";
CONF
    export APT_CONFIG=$folder/apt.conf
}

# unpacked PACKAGE... : the packages with all they need, below root/
unpacked() {
    (
        own_apt "$@"
        [ -n "$(find "$dir/apt-$suite/lists" -name '*_Packages*' -mmin -720 2>/dev/null)" ] || apt-get -qq update
        apt-get -qq install -y --no-install-recommends --download-only "$@" patchelf >/dev/null
    )
    mkdir -p "$root"
    local deb
    for deb in "$dir/apt-$suite"/cache/archives/*.deb; do
        dpkg -x "$deb" "$root"
        rm -f "$deb"
    done
}

libraries() { echo "$root/usr/lib/$(uname -m)-linux-gnu"; }

# runs_here FILE... : programs below root/ that find their own loader and libraries there
runs_here() {
    local lib loader file
    lib=$(libraries)
    loader=$(find "$lib" -maxdepth 1 -name 'ld-linux-*.so.*' | head -n 1)
    for file in "$@"; do
        "$loader" --library-path "$lib" "$root/usr/bin/patchelf" --set-interpreter "$loader" --force-rpath --set-rpath "$lib" "$file"
    done
}

# command_of NAME PROGRAM [VARIABLE=VALUE...] : bin/NAME, which starts it
command_of() {
    local name=$1 program=$2
    shift 2
    {
        echo '#!/bin/sh'
        local pair
        for pair in "$@"; do echo "export ${pair%%=*}='${pair#*=}'"; done
        echo "exec '$program' \"\$@\""
    } >"$dir/bin/$name"
    chmod +x "$dir/bin/$name"
}

get_neovim() {
    unpacked neovim
    runs_here "$root/usr/bin/nvim"
    command_of nvim "$root/usr/bin/nvim" "VIMRUNTIME=$root/usr/share/nvim/runtime"
    nvim --version | head -n 1
}

get_neovim_0_10() {
    (
        suite=trixie root=$dir/root-0.10
        unpacked neovim
        runs_here "$root/usr/bin/nvim"
        command_of nvim-0.10 "$root/usr/bin/nvim" "VIMRUNTIME=$root/usr/share/nvim/runtime"
    )
    nvim-0.10 --version | head -n 1
}

get_helix() {
    unpacked hx
    runs_here "$root/usr/lib/hx/hx"
    command_of hx "$root/usr/lib/hx/hx" "HELIX_RUNTIME=$root/usr/lib/hx/runtime"
    hx --version
}

get_tree_sitter() {
    unpacked tree-sitter-cli
    runs_here "$root/usr/bin/tree-sitter"
    command_of tree-sitter "$root/usr/bin/tree-sitter"
    tree-sitter --version
}

get_tmux() {
    # The system's own will do; a terminal multiplexer is what drives editors that have no headless mode.
    if command -v tmux >/dev/null; then tmux -V; return; fi
    unpacked tmux ncurses-base
    runs_here "$root/usr/bin/tmux"
    command_of tmux "$root/usr/bin/tmux" "TERMINFO_DIRS=$root/usr/share/terminfo:$root/lib/terminfo"
    tmux -V
}

get_emacs() {
    unpacked emacs-nox
    local program dump lisp
    program=$(find "$root/usr/bin" -name 'emacs-nox' | head -n 1)
    dump=$(find "$root/usr" -name '*.pdmp' | head -n 1)
    lisp=$(find "$root/usr/share/emacs" -maxdepth 2 -name lisp | head -n 1)
    runs_here "$program"
    local etc=${lisp%/lisp}/etc
    cat >"$dir/bin/emacs" <<SH
#!/bin/sh
export EMACSLOADPATH='$(find "$lisp" -type d ! -name obsolete ! -name term | paste -sd :)' EMACSDATA='$etc' EMACSDOC='$etc' EMACSPATH='$(dirname "$dump")'
exec '$program' --dump-file='$dump' "\$@"
SH
    chmod +x "$dir/bin/emacs"
    emacs --version | head -n 1
}

get_kate() {
    # Not the editor with its desktop: the engine that colours its text, and the tool that shows what it makes of a file.
    unpacked libkf6syntaxhighlighting-tools
    runs_here "$root/usr/bin/ksyntaxhighlighter6"
    command_of ksyntaxhighlighter6 "$root/usr/bin/ksyntaxhighlighter6" "QT_PLUGIN_PATH=$(libraries)/qt6/plugins" \
        "LD_LIBRARY_PATH=$(libraries):$(libraries)/libproxy" QT_QPA_PLATFORM=offscreen
    ksyntaxhighlighter6 --version
}

# --- npm's ---

# from_npm FOLDER PACKAGE... : below FOLDER/node_modules
from_npm() {
    local folder=$dir/$1
    shift
    command -v npm >/dev/null || { say "npm is missing: install it (Debian: apt-get install npm)"; return 1; }
    mkdir -p "$folder"
    [ -f "$folder/package.json" ] || echo '{"private":true}' >"$folder/package.json"
    (cd "$folder" && npm install --no-audit --no-fund --silent --no-package-lock "$@")
}

get_node24() {
    from_npm node24 "node-linux-$(node_machine)@24" npm@11
    local bin=$dir/node24/node_modules/node-linux-$(node_machine)/bin
    # Not a script around it: node finds its own folder by following the link.
    ln -sf "$bin/node" "$dir/bin/node"
    for tool in npm npx; do
        printf '#!/bin/sh\nexec %s %s "$@"\n' "'$bin/node'" "'$dir/node24/node_modules/npm/bin/$tool-cli.js'" >"$dir/bin/$tool"
        chmod +x "$dir/bin/$tool"
    done
    node --version
}

node_machine() { case $(uname -m) in aarch64) echo arm64 ;; *) echo x64 ;; esac; }

get_code_server() {
    one node24
    from_npm code-server "code-server@$code_server" --ignore-scripts
    # Its own install script would build native modules; what they give (a terminal, a watcher) has ready-made ones.
    local inside=$dir/code-server/node_modules/code-server
    (cd "$inside/lib/vscode" && npm install --no-audit --no-fund --silent --no-package-lock --omit=dev --ignore-scripts)
    (cd "$inside/lib/vscode/extensions" && npm install --no-audit --no-fund --silent --no-package-lock --omit=dev --ignore-scripts)
    printf '#!/bin/sh\nexec %s %s "$@"\n' "'$dir/bin/node'" "'$inside/out/node/entry.js'" >"$dir/bin/code-server"
    chmod +x "$dir/bin/code-server"
    echo "code-server $code_server"
}

get_playwright() {
    from_npm playwright "playwright-core@$playwright" --ignore-scripts
    echo "playwright-core $playwright"
}

# --- which of them ---

one() {
    local name=$1
    [ -f "$dir/got/$name" ] && return 0
    local began=$SECONDS version
    version=$("get_${name//[-.]/_}")
    echo "$version" >"$dir/got/$name"
    say "$version, in $((SECONDS - began)) s"
}

[ $# -gt 0 ] || { sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}" >&2; exit 2; }
for name in "$@"; do
    case $name in
        neovim | neovim-0.10 | helix | emacs | kate | tree-sitter | tmux | node24 | code-server | playwright) one "$name" ;;
        *) say "there is no $name here; known: neovim neovim-0.10 helix emacs kate tree-sitter tmux node24 code-server playwright"; exit 2 ;;
    esac
done
