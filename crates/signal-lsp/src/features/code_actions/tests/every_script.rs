//! What actions make of every script there is, at every place: the same script, or a better one.

use std::collections::{BTreeMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use signal_analysis::{Facts, Node, ValueId, Values};
use signal_market::Date;
use signal_project::Config;
use signal_syntax::{BinaryOp, CompareOp};

use super::*;
use crate::host::Project;

/// The scripts of the project: examples and both corpora.
fn scripts() -> Vec<(PathBuf, String)> {
    let top = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut folders = vec![top.join("examples"), top.join("tests/corpus")];
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "signal") {
                found.push((path.clone(), std::fs::read_to_string(&path).unwrap()));
            }
        }
    }
    found.sort();
    assert!(found.len() > 200, "{}", found.len());
    found
}

/// A script of the corpus under the settings that lie beside it.
fn under_its_settings(path: &Path, text: &str) -> Snapshot {
    let beside = [path.with_extension("toml"), path.with_file_name("signal.toml")];
    let settings = beside.into_iter().find(|settings| settings.exists());
    let config = settings.as_ref().map(|settings| {
        let source = Source::new("signal.toml", std::fs::read_to_string(settings).unwrap());
        Arc::new(Config::parse(&source).0)
    });
    let project = Project { settings, config, ..Project::default() };
    Snapshot::new(Source::new("test.signal", text), Some(path.into()), Arc::new(project), Date::new(2026, 6, 1).ok())
}

/// What each statement binds and says, however it is written.
fn meanings_of(snapshot: &Snapshot) -> Vec<(String, u64)> {
    let (tree, facts) = (snapshot.tree(), snapshot.facts());
    let hashes = hashes(facts);
    let targets = |statement: usize| {
        let all = facts.bindings.definitions().iter().filter(|definition| definition.statement == statement);
        all.map(|definition| snapshot.source().slice(definition.name)).collect::<Vec<_>>().join(" ")
    };
    let value = |statement: usize| {
        let root = selection::root(tree, statement);
        let arguments = root.and_then(|root| facts.calls.get(root)).map(|call| call.arguments).unwrap_or_default();
        let parts = root.into_iter().chain(arguments.iter().map(|argument| argument.value));
        let mut hasher = DefaultHasher::new();
        parts.for_each(|part| hashes[facts.values().of(part).index()].hash(&mut hasher));
        hasher.finish()
    };
    (0..tree.statements().len()).map(|statement| (targets(statement), value(statement))).collect()
}

/// A hash of each value that does not depend on the rest of the script.
fn hashes(facts: &Facts<'_>) -> Vec<u64> {
    let values: &Values = facts.values();
    let mut hashes: Vec<u64> = Vec::new();
    for node in values.nodes() {
        let of = |id: ValueId| hashes[id.index()];
        let either = |a: ValueId, b: ValueId| (of(a).min(of(b)), of(a).max(of(b)));
        let mut hasher = DefaultHasher::new();
        std::mem::discriminant(node).hash(&mut hasher);
        match *node {
            Node::Nothing | Node::Unique(_) => {}
            Node::Number(bits) => bits.hash(&mut hasher),
            Node::Bool(boolean) => boolean.hash(&mut hasher),
            Node::Text(symbol) | Node::Variable(symbol) => values.symbol(symbol).hash(&mut hasher),
            Node::Column(column) => (column as u8).hash(&mut hasher),
            Node::Unary(op, inner) => (op, of(inner)).hash(&mut hasher),
            Node::Binary(op, left, right) => {
                use BinaryOp::{Divide, FloorDivide, Power, Remainder, Subtract};
                if matches!(op, Subtract | Divide | FloorDivide | Remainder | Power) {
                    (op, of(left), of(right)).hash(&mut hasher);
                } else {
                    (op, either(left, right)).hash(&mut hasher);
                }
            }
            Node::Compare(op @ (CompareOp::Equal | CompareOp::NotEqual), left, right) => {
                (op, either(left, right)).hash(&mut hasher);
            }
            Node::Compare(op, left, right) => (op, of(left), of(right)).hash(&mut hasher),
            Node::Conditional(a, b) | Node::Index(a, b) => (of(a), of(b)).hash(&mut hasher),
            // The order of a list is lost, and with it that of `max(a, b)` and `max(b, a)`.
            Node::Link(value, rest) => {
                hashes.push(of(value).wrapping_add(of(rest)));
                continue;
            }
            Node::Shift(base, bars) => (of(base), bars).hash(&mut hasher),
            Node::Attribute(base, symbol) => (of(base), values.symbol(symbol)).hash(&mut hasher),
            Node::Call(function, inputs, params) => {
                (values.symbol(function), of(inputs), of(params)).hash(&mut hasher);
            }
            Node::Output(base, place) => (of(base), place).hash(&mut hasher),
        }
        hashes.push(hasher.finish());
    }
    hashes
}

/// A script after the name that it has more than another was inlined.
fn inlined_again(before: &Snapshot, after: &Snapshot) -> Option<Snapshot> {
    let names = |snapshot: &Snapshot| -> Vec<String> {
        let definitions = snapshot.facts().bindings.definitions().iter();
        definitions.map(|definition| snapshot.source().slice(definition.name).to_owned()).collect()
    };
    let old = names(before);
    let definition = names(after).iter().position(|name| !old.contains(name))?;
    let edits = carry_out(after, &Task::Inline { definition })?;
    Some(after.with_text(&apply_edits(after.source().text(), &edits).unwrap()))
}

/// Whether all of `few` are among `many`, in their order.
fn is_part<T: PartialEq>(few: &[T], many: &[T]) -> bool {
    let mut rest = many.iter();
    few.iter().all(|one| rest.any(|other| one == other))
}

fn by_rule(snapshot: &Snapshot) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for finding in &snapshot.findings().diagnostics {
        *counts.entry(finding.code.to_string()).or_default() += 1;
    }
    counts
}

/// Places at which actions are asked for: around every token.
fn places(snapshot: &Snapshot) -> Vec<Span> {
    let tree = snapshot.tree();
    let mut places: Vec<Span> = snapshot.tokens().spans.iter().map(|span| Span::empty(span.start)).collect();
    places.extend(tree.ids().map(|id| tree.span(id)));
    places.push(Span::empty(0));
    places.sort_unstable();
    places.dedup();
    places
}

#[test]
fn actions_keep_every_script_in_order() {
    let (mut seen, mut returned, mut faults) = (0, 0, Vec::new());
    for (path, text) in scripts() {
        let before = under_its_settings(&path, &text);
        let (meant, rules) = (meanings_of(&before), by_rule(&before));
        let broken = syntax_errors(&before.parsed().diagnostics);
        let mut done = HashSet::new();
        for place in places(&before) {
            for action in all_at(&before, place) {
                let key = format!("{:?} {}", action.does, action.title);
                if !done.insert(key) || matches!(action.does, Does::Command(_)) {
                    continue;
                }
                let mut fault = |what: &str, after: &str| {
                    faults.push(format!("{}: {} at {place:?}: {what}\n{after}", path.display(), action.title));
                };
                let Some(edits) = edits_of(&before, &action) else {
                    fault("has no edits", "");
                    continue;
                };
                let after = apply_edits(&text, &edits).unwrap();
                let snapshot = before.with_text(&after);
                seen += 1;
                if syntax_errors(&snapshot.parsed().diagnostics) > broken {
                    fault("breaks the script", &after);
                }
                let meanings = || meanings_of(&snapshot);
                let same = match action.kind {
                    Kind::Extract => is_part(&meant, &meanings()),
                    Kind::Inline => is_part(&meanings(), &meant),
                    Kind::Rewrite => meant == meanings(),
                    _ => true,
                };
                if !same {
                    fault("changes what the script means", &after);
                }
                if let Does::Later(Task::Extract { everywhere: false, .. }) = action.does
                    && let Some(back) = inlined_again(&before, &snapshot)
                {
                    returned += 1;
                    if meanings_of(&back) != meant {
                        fault("does not come back when it is inlined", &after);
                    }
                }
                let now = by_rule(&snapshot);
                if action.title.starts_with("Add directives") {
                    let again = all_at(&snapshot, Span::empty(0));
                    if again.iter().any(|again| again.title.starts_with("Add directives")) {
                        fault("leaves directives missing", &after);
                    }
                    let clashes = ["bad-setting", "unknown-directive", "ticker-not-in-universe", "malformed-ticker"];
                    if clashes.iter().any(|rule| now.get(*rule) > rules.get(*rule)) {
                        fault("writes directives that clash", &after);
                    }
                }
                let is_new = |rule: &String| !rules.contains_key(rule) && !rules.contains_key("bitwise-instead-of-and");
                if matches!(action.kind, Kind::Extract | Kind::Inline) && now.keys().any(is_new) {
                    fault(&format!("changes what is found: {rules:?} {now:?}"), &after);
                }
                for finding in action.settles.iter().map(|at| &before.findings().diagnostics[*at]) {
                    let moved: i64 = edits
                        .iter()
                        .filter(|edit| edit.span.end <= finding.span.start)
                        .map(|edit| edit.text.len() as i64 - i64::from(edit.span.len()))
                        .sum();
                    let at = i64::from(finding.span.start) + moved;
                    let is_it = |other: &&Diagnostic| other.code == finding.code && i64::from(other.span.start) == at;
                    if let Some(left) = snapshot.findings().diagnostics.iter().find(is_it) {
                        fault(&format!("leaves `{}`: {}", left.code, left.message), &after);
                    }
                }
            }
        }
    }
    assert!(seen > 10_000 && returned > 3_000, "{seen} actions, {returned} inlined again");
    assert!(faults.is_empty(), "{}", faults.join("\n----\n"));
}

#[test]
fn actions_do_no_harm_while_somebody_types() {
    let mut seen = 0;
    for (path, text) in scripts() {
        // Cut short at many places, a script is broken in every way.
        for cut in (0..text.len()).step_by(131).filter(|cut| text.is_char_boundary(*cut)) {
            let before = snapshot(&text[..cut]);
            let broken = syntax_errors(&before.parsed().diagnostics);
            let end = cut as u32;
            let last_line = text[..cut].rfind('\n').map_or(0, |at| at as u32 + 1);
            for place in [Span::empty(end), Span::empty(last_line), Span::new(last_line, end)] {
                for action in all_at(&before, place) {
                    let Some(edits) = edits_of(&before, &action) else { continue };
                    seen += 1;
                    let after = apply_edits(&text[..cut], &edits).unwrap();
                    let now = syntax_errors(&before.with_text(&after).parsed().diagnostics);
                    assert!(now <= broken, "{} of {} cut at {cut}:\n{after}", action.title, path.display());
                }
            }
        }
    }
    assert!(seen > 5_000, "{seen}");
}
