# What people do here every day; `just` lists it.

default:
    @just --list

# Run a script on the embedded sandbox
run script="examples/rsi_reversion.signal":
    cargo dsl run {{script}} --sandbox

# All tests
test:
    cargo test --workspace

# What CI asks for beside the tests
lint:
    cargo fmt --all --check
    cargo clippy --workspace --all-targets -- -D warnings
    cargo doc --workspace --no-deps

# What each part takes between an edit and its findings
keystroke *files:
    cargo bench -p signal-analysis --bench keystroke -- {{files}}

# Accept changed snapshots after a look at each (needs cargo-insta)
snapshots:
    cargo insta review

# Write docs/rules anew from the rules' doc comments
rule-pages:
    cargo dsl explain --pages docs/rules

# Write the generated parts of grammar/ anew (needs Node.js)
grammars:
    UPDATE_PAGES=1 cargo test -p signal-catalog --test highlighting
    UPDATE_PAGES=1 cargo test -p signal-syntax --test grammar generated::
    UPDATE_PAGES=1 cargo test -p dsl --test tests editors::

# Licences, advisories and sources of dependencies (needs cargo-deny)
deny:
    cargo deny check

# Install by wheel and pre-commit, in scratch folders (needs Python)
packaging:
    tests/packaging/run.sh

# All that CI does
ci:
    .ci/run
