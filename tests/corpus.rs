//! The golden corpora: scripts as authors write them, in which nothing is to be found, and scripts with one planted
//! mistake each, which is to be found at its place with nothing else said.
//!
//! `tests/corpus/README.md` has the format. All of it goes through the real binary, as a user would see it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use serde_json::Value;
use signal_analysis::RULES;
use signal_catalog::Catalog;
use signal_engine::Program;
use signal_syntax::{StatementKind, parse};
use signal_text::Source;

use crate::scratch::Scratch;

/// Findings below a warning that clean scripts may have, with the reason. Everything else is a false alarm.
const REMARKS: &[(&str, &str)] = &[
    ("boolean-arithmetic", "ported scripts count votes so, and it may well work"),
    ("entry-without-exit", "what is held for good beside what is traded has no exit, on purpose"),
    ("bitwise-instead-of-and", "scripts ported from pandas join conditions by `&`, each in brackets, which works"),
    ("chained-comparison", "Python's way, which works where the service reads it as Python does"),
];

/// Clean scripts that the sandbox's engine can't compile, with what it does not know.
const BEYOND_THE_ENGINE: &[(&str, &str)] =
    &[("declared/names_of_the_team.signal", "names that signal.toml declares have no implementation")];

/// A script of a corpus.
struct Script {
    /// Family or rule: the name of its folder.
    folder: String,
    /// Name of the file, without its extension.
    name: String,
    /// Its text as it lies on disk.
    text: String,
    /// The settings that hold for it: `<name>.toml` beside it, else its folder's `signal.toml`.
    settings: Option<String>,
}

/// A finding, or a marker of one. Lines and columns as in the file, from 1; the last column is part of it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    line: usize,
    columns: (usize, usize),
    rule: String,
}

fn corpus(kind: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/corpus").join(kind)
}

fn sorted(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

/// All scripts of a corpus, by folder and name.
fn scripts(kind: &str) -> Vec<Script> {
    let stem = |path: &Path| path.file_stem().unwrap().to_str().unwrap().to_owned();
    let mut scripts = Vec::new();
    for folder in sorted(&corpus(kind)).iter().filter(|path| path.is_dir()) {
        for path in sorted(folder).into_iter().filter(|path| path.extension().is_some_and(|end| end == "signal")) {
            let settings = [path.with_extension("toml"), folder.join("signal.toml")];
            scripts.push(Script {
                folder: stem(folder),
                name: stem(&path),
                text: std::fs::read_to_string(&path).unwrap(),
                settings: settings.iter().find_map(|path| std::fs::read_to_string(path).ok()),
            });
        }
    }
    scripts
}

/// The mark on a line, if it is nothing but one: columns and rule.
///
/// Carets behind the `#`, or `#` and carets without a space between for a place that begins the line; or, where neither
/// can be drawn, the columns in digits.
fn marker(line: &str) -> Option<((usize, usize), String)> {
    let rule = |text: &str| {
        let text = text.strip_prefix(' ')?.trim_end();
        let word = !text.is_empty() && text.chars().all(|one| one.is_ascii_lowercase() || one == '-');
        word.then(|| text.to_owned())
    };
    let indent = line.len() - line.trim_start_matches(' ').len();
    let behind = line[indent..].strip_prefix('#')?;
    if let Some(text) = behind.strip_prefix(" columns ") {
        let (columns, name) = text.split_once(':')?;
        let (first, last) = columns.split_once('-')?;
        return Some(((first.parse().ok()?, last.parse().ok()?), rule(name)?));
    }
    let spaces = behind.len() - behind.trim_start_matches(' ').len();
    let carets = behind[spaces..].len() - behind[spaces..].trim_start_matches('^').len();
    let rule = rule(&behind[spaces + carets..]).filter(|_| carets > 0)?;
    let first = if spaces == 0 { indent + 1 } else { indent + 2 + spaces };
    Some(((first, indent + 1 + spaces + carets), rule))
}

impl Script {
    /// The text without markers, what they mark, and for each line that is left its number in the file.
    fn unmarked(&self) -> (String, Vec<Place>, Vec<usize>) {
        let (mut text, mut places, mut lines) = (String::new(), Vec::new(), Vec::new());
        for (at, line) in self.text.split_inclusive('\n').enumerate() {
            match marker(line.trim_end_matches(['\r', '\n'])) {
                Some((columns, rule)) => {
                    places.push(Place { line: lines.last().copied().unwrap_or(1), columns, rule });
                }
                None => {
                    text.push_str(line);
                    lines.push(at + 1);
                }
            }
        }
        places.sort();
        (text, places, lines)
    }

    fn label(&self) -> String {
        format!("{}/{}.signal", self.folder, self.name)
    }
}

/// What the binary finds in each of the scripts, in one run over all of them.
fn findings(scripts: &[(&Script, String)]) -> BTreeMap<String, Vec<Value>> {
    let scratch = Scratch::new();
    for (script, text) in scripts {
        let folder = format!("{}/{}", script.folder, script.name);
        scratch.write(&format!("{folder}/script.signal"), text);
        if let Some(settings) = &script.settings {
            scratch.write(&format!("{folder}/signal.toml"), settings);
        }
    }
    let ran = scratch.dsl("check --output-format json");
    assert!(ran.exit == 0 || ran.exit == 1, "exit code {}: {}", ran.exit, ran.err);
    let document = ran.json();
    assert_eq!(document["summary"]["files"], scripts.len());
    let mut found: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for finding in document["diagnostics"].as_array().unwrap() {
        let file = finding["file"].as_str().unwrap().replace('\\', "/");
        let script = file.strip_suffix("/script.signal").unwrap_or_else(|| panic!("in the settings: {finding:#}"));
        found.entry(format!("{script}.signal")).or_default().push(finding.clone());
    }
    found
}

fn number(value: &Value) -> usize {
    value.as_u64().unwrap() as usize
}

/// Line and columns of a span in a text; a span over several lines ends with its first, an empty one takes a column.
fn columns(text: &str, start: &Value, end: &Value) -> (usize, (usize, usize)) {
    let (line, first) = (number(&start["line"]), number(&start["column"]));
    let last = if number(&end["line"]) == line {
        number(&end["column"]) - 1
    } else {
        text.lines().nth(line - 1).unwrap_or_default().chars().count()
    };
    (line, (first, last.max(first)))
}

/// A place drawn under its line.
fn drawn(text: &str, line: usize, (first, last): (usize, usize), remark: &str) -> String {
    let shown = text.lines().nth(line - 1).unwrap_or_default();
    let carets = format!("{}{}", " ".repeat(first - 1), "^".repeat(last + 1 - first));
    format!("    | {shown}\n    | {carets} {remark}").trim_end().to_owned() + "\n"
}

#[test]
fn every_planted_mistake_is_found_at_its_place_and_nothing_else_is_said() {
    let scripts = scripts("faulty");
    let unmarked: Vec<_> = scripts.iter().map(Script::unmarked).collect();
    let found =
        findings(&scripts.iter().zip(&unmarked).map(|(script, (text, ..))| (script, text.clone())).collect::<Vec<_>>());
    let mut wrong = String::new();
    for (script, (text, marked, lines)) in scripts.iter().zip(&unmarked) {
        let place = |finding: &Value| {
            let (line, columns) = columns(text, &finding["start"], &finding["end"]);
            // A text without any line is shown as an empty first one.
            let line = lines.get(line - 1).copied().unwrap_or(1);
            Place { line, columns, rule: finding["code"].as_str().unwrap().to_owned() }
        };
        let findings = found.get(&script.label()).map(Vec::as_slice).unwrap_or_default();
        let mut places: Vec<_> = findings.iter().map(place).collect();
        places.sort();
        for (these, others, what) in [(&places, marked, "found, not marked"), (marked, &places, "marked, not found")] {
            for one in these.iter().filter(|one| !others.contains(one)) {
                let shown = drawn(&script.text, one.line, one.columns, &one.rule);
                let message = findings.iter().find(|finding| place(finding) == *one).map(|finding| &finding["message"]);
                let message = message.and_then(Value::as_str).unwrap_or_default();
                writeln!(wrong, "{}:{}: {what}: {message}\n{shown}", script.label(), one.line).unwrap();
            }
        }
        let of_its_folder = marked.iter().any(|one| one.rule == script.folder);
        if !of_its_folder {
            writeln!(wrong, "{}: nothing in it is marked as {}", script.label(), script.folder).unwrap();
        }
        if places.len() != marked.len() {
            writeln!(wrong, "{}: {} found, {} marked", script.label(), places.len(), marked.len()).unwrap();
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn what_is_said_of_each_mistake_reads_well() {
    let scripts = scripts("faulty");
    let texts: Vec<_> = scripts.iter().map(|script| (script, script.unmarked().0)).collect();
    let found = findings(&texts);
    let mut pages: BTreeMap<&str, String> = BTreeMap::new();
    for (script, text) in &texts {
        let page = pages.entry(&script.folder).or_default();
        writeln!(page, "{}", script.name).unwrap();
        for finding in found.get(&script.label()).into_iter().flatten() {
            describe(page, text, finding);
        }
        page.push('\n');
    }
    for (rule, page) in pages {
        insta::assert_snapshot!(rule, page);
    }
}

/// A finding as a reader meets it.
fn describe(page: &mut String, text: &str, finding: &Value) {
    let string = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let (line, place) = columns(text, &finding["start"], &finding["end"]);
    let grade = format!("{}[{}]", string(&finding["severity"]), string(&finding["code"]));
    writeln!(page, "  {grade} {line}:{}: {}", place.0, string(&finding["message"])).unwrap();
    page.push_str(&drawn(text, line, place, ""));
    for label in finding["labels"].as_array().into_iter().flatten() {
        let (line, place) = columns(text, &label["start"], &label["end"]);
        page.push_str(&drawn(text, line, place, &string(&label["message"])));
    }
    if let Some(help) = finding["help"].as_str() {
        writeln!(page, "    help: {help}").unwrap();
    }
    for fix in finding["fixes"].as_array().into_iter().flatten() {
        let safe = if fix["safe"] == true { "" } else { " (unsafe)" };
        writeln!(page, "    fix{safe}: {}", string(&fix["title"])).unwrap();
    }
}

/// What is found in clean scripts, each written anew by `rewrite`, and which of [`REMARKS`] were made.
fn alarms(rewrite: impl Fn(&Script) -> String) -> (String, BTreeSet<String>) {
    let scripts = scripts("clean");
    let texts: Vec<_> = scripts.iter().map(|script| (script, rewrite(script))).collect();
    let found = findings(&texts);
    let (mut wrong, mut remarked) = (String::new(), BTreeSet::new());
    for (script, text) in &texts {
        for finding in found.get(&script.label()).into_iter().flatten() {
            let rule = finding["code"].as_str().unwrap();
            let mild = finding["severity"] == "info" || finding["severity"] == "hint";
            if mild && REMARKS.iter().any(|(allowed, _)| *allowed == rule) {
                remarked.insert(rule.to_owned());
                continue;
            }
            writeln!(wrong, "{}", script.label()).unwrap();
            describe(&mut wrong, text, finding);
        }
    }
    (wrong, remarked)
}

#[test]
fn nothing_is_found_in_clean_scripts() {
    let (wrong, remarked) = alarms(|script| script.text.clone());
    assert!(wrong.is_empty(), "{wrong}");
    for (rule, _) in REMARKS {
        assert!(remarked.contains(*rule), "no clean script is remarked upon by {rule}: take it off the list");
    }
}

#[test]
fn nothing_is_found_in_clean_scripts_that_are_written_another_way() {
    let (wrong, _) = alarms(|script| script.text.replace("\r\n", "\n").replace('\n', "\r\n"));
    assert!(wrong.is_empty(), "with other line ends\n{wrong}");
    let (wrong, _) = alarms(in_brackets);
    assert!(wrong.is_empty(), "with brackets around every value\n{wrong}");
}

/// A script with brackets around everything that gets a name.
fn in_brackets(script: &Script) -> String {
    let source = Source::new(script.label(), script.text.as_str());
    let tree = parse(&source).tree;
    let mut text = script.text.clone();
    for statement in tree.statements().iter().rev() {
        if let StatementKind::Assign { value, .. } = statement.kind {
            let span = tree.span(value);
            text.insert(span.end as usize, ')');
            text.insert(span.start as usize, '(');
        }
    }
    text
}

#[test]
fn the_command_has_nothing_to_complain_about_in_the_clean_corpus() {
    let ran = Scratch::new().dsl(&format!("check --fail-on warning \"{}\"", corpus("clean").display()));
    ran.check(0, &[], &[]);
    assert!(!ran.out.contains("warning[") && !ran.out.contains("error["), "{}", ran.out);
}

#[test]
fn the_engine_compiles_the_clean_scripts() {
    let mut wrong = String::new();
    let scripts = scripts("clean");
    for script in &scripts {
        let source = Source::new(script.label(), script.text.as_str());
        let compiled = Program::compile(&source, &parse(&source).tree, Catalog::bundled());
        let beyond = BEYOND_THE_ENGINE.iter().any(|(name, _)| *name == script.label());
        match compiled {
            Ok(_) if beyond => writeln!(wrong, "{}: is compiled after all", script.label()).unwrap(),
            Err(error) if !beyond => {
                let place = source.line_column(error.span.start);
                writeln!(wrong, "{}:{}:{}: {error}", script.label(), place.line, place.column).unwrap();
            }
            _ => {}
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    for (name, _) in BEYOND_THE_ENGINE {
        assert!(scripts.iter().any(|script| script.label() == *name), "{name} is not there");
    }
}

#[test]
fn the_corpora_are_large() {
    for (kind, least) in [("clean", 250), ("faulty", 280)] {
        let count = scripts(kind).len();
        assert!(count >= least, "{kind}: {count} scripts");
    }
}

#[test]
fn the_clean_scripts_use_every_name_of_the_catalog() {
    let mut used = BTreeSet::new();
    for script in scripts("clean") {
        let source = Source::new(script.label(), script.text.as_str());
        let tree = parse(&source).tree;
        used.extend(tree.ids().filter_map(|id| tree.name(&source, id)).map(str::to_owned));
    }
    let missing: Vec<_> = Catalog::bundled().names().filter(|name| !used.contains(*name)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn every_rule_has_three_mistakes_at_least() {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for script in scripts("faulty") {
        *counts.entry(script.folder).or_default() += 1;
    }
    let count = |rule: &str| counts.get(rule).copied().unwrap_or(0);
    let scarce: Vec<_> =
        RULES.iter().map(|rule| (rule.name, count(rule.name))).filter(|(_, count)| *count < 3).collect();
    assert!(scarce.is_empty(), "too few scripts in tests/corpus/faulty: {scarce:?}");
}

#[test]
fn every_folder_of_mistakes_is_a_rule_s() {
    for folder in sorted(&corpus("faulty")) {
        let name = folder.file_name().unwrap().to_str().unwrap();
        assert!(signal_analysis::rule(name).is_some(), "there is no rule {name}");
    }
}

#[test]
fn no_two_scripts_are_alike() {
    let mut seen: BTreeMap<String, String> = BTreeMap::new();
    for script in scripts("clean").iter().chain(&scripts("faulty")) {
        // What is left without comments, spaces, numbers and names of coins.
        let code = script.text.lines().map(|line| line.split('#').next().unwrap_or_default()).collect::<String>();
        let code: String = code.chars().filter(|one| !one.is_whitespace() && !one.is_ascii_digit()).collect();
        if code.len() < 60 {
            continue;
        }
        if let Some(other) = seen.insert(code, script.label()) {
            panic!("{} and {other} are alike", script.label());
        }
    }
}

#[test]
fn markers_are_read_as_they_are_drawn() {
    let read = |line| marker(line).map(|((first, last), rule)| format!("{first}-{last} {rule}"));
    for (line, wanted) in [
        ("#    ^^^ unused-name", Some("6-8 unused-name")),
        ("# ^ no-signal", Some("3-3 no-signal")),
        ("#^^^ no-signal", Some("1-4 no-signal")),
        ("# columns 2-5: no-signal", Some("2-5 no-signal")),
        ("# a comment", None),
        ("# ^^^", None),
        ("x = 1  # ^^^ no-signal", None),
        ("# no-signal", None),
    ] {
        assert_eq!(read(line).as_deref(), wanted, "{line}");
    }
}
