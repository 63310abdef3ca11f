//! Reads each output form back as its consumer does, and holds it against its schema. Shared by the tests that drive the
//! binary and the unit tests of the renderer.

use std::collections::HashSet;
use std::sync::LazyLock;

use serde_json::Value;

/// A finding as a consumer understands it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Read {
    /// The file.
    pub(crate) file: String,
    /// Its line, from 1.
    pub(crate) line: u64,
    /// The rule.
    pub(crate) rule: String,
    /// The message, perhaps with help behind it.
    pub(crate) message: String,
    /// What each fix replaces: `((line, column), (line, column), text)`, columns as the form counts them.
    pub(crate) fixes: Vec<Vec<Replacement>>,
}

/// Start, end and text of a replacement.
pub(crate) type Replacement = ((u64, u64), (u64, u64), String);

/// The forms that programs read.
pub(crate) const FORMS: [&str; 7] = ["json", "json-lines", "sarif", "github", "gitlab", "junit", "rdjson"];

/// The findings in `text`, which must be a whole and valid output of that form.
#[track_caller]
pub(crate) fn read(form: &str, text: &str) -> Vec<Read> {
    let harmful = |c: char| {
        (c.is_control() && c != '\n') || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
    };
    assert!(!text.contains(harmful), "a terminal would obey this: {text:?}");
    match form {
        "json" => list(&document(text)["diagnostics"]).iter().map(own).collect(),
        "json-lines" => {
            let lines = text.lines().map(document);
            lines.filter(|line| line.get("suppressed").is_none()).map(|line| own(&line)).collect()
        }
        "sarif" => sarif(&document(text)),
        "github" => text.lines().map(github).collect(),
        "gitlab" => gitlab(&document(text)),
        "junit" => junit(text),
        "rdjson" => rdjson(&document(text)),
        _ => panic!("nobody reads {form}"),
    }
}

#[track_caller]
fn document(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

#[track_caller]
fn list(value: &Value) -> &Vec<Value> {
    value.as_array().unwrap_or_else(|| panic!("no list: {value}"))
}

#[track_caller]
fn string(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}")).to_owned()
}

#[track_caller]
fn number(value: &Value) -> u64 {
    value.as_u64().unwrap_or_else(|| panic!("no number: {value}"))
}

fn schema(text: &str) -> jsonschema::Validator {
    jsonschema::validator_for(&serde_json::from_str(text).unwrap()).unwrap()
}

static SARIF: LazyLock<jsonschema::Validator> =
    LazyLock::new(|| schema(include_str!("fixtures/formats/sarif-schema-2.1.0.json")));
static GITLAB: LazyLock<jsonschema::Validator> =
    LazyLock::new(|| schema(include_str!("fixtures/formats/gitlab-code-quality.schema.json")));
static RDJSON: LazyLock<jsonschema::Validator> =
    LazyLock::new(|| schema(include_str!("fixtures/formats/rdjson.schema.json")));

#[track_caller]
fn fits(validator: &jsonschema::Validator, document: &Value) {
    let faults: Vec<String> =
        validator.iter_errors(document).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(faults.is_empty(), "{faults:#?}\n{document:#}");
}

/// Of our own JSON.
fn own(finding: &Value) -> Read {
    Read {
        file: string(&finding["file"]),
        line: number(&finding["start"]["line"]),
        rule: string(&finding["code"]),
        message: string(&finding["message"]),
        fixes: Vec::new(),
    }
}

fn sarif(document: &Value) -> Vec<Read> {
    fits(&SARIF, document);
    let run = &document["runs"][0];
    let rules = list(&run["tool"]["driver"]["rules"]);
    let result = |result: &Value| {
        let rule = string(&result["ruleId"]);
        if let Some(index) = result["ruleIndex"].as_u64() {
            assert_eq!(rules[index as usize]["id"], rule, "an index that leads to another rule");
        }
        let place = &result["locations"][0]["physicalLocation"];
        let file = string(&place["artifactLocation"]["uri"]);
        let replacement = |replacement: &Value| {
            let region = &replacement["deletedRegion"];
            let start = (number(&region["startLine"]), number(&region["startColumn"]));
            let end = (number(&region["endLine"]), number(&region["endColumn"]));
            (start, end, string(&replacement["insertedContent"]["text"]))
        };
        let fixes = result["fixes"].as_array().into_iter().flatten();
        Read {
            file: percent_decoded(&file),
            line: number(&place["region"]["startLine"]),
            rule,
            message: unescaped(&string(&result["message"]["text"])),
            fixes: fixes
                .map(|fix| list(&fix["artifactChanges"][0]["replacements"]).iter().map(replacement).collect())
                .collect(),
        }
    };
    list(&run["results"]).iter().map(result).collect()
}

/// SARIF 3.11.6: a backslash before a bracket or a backslash is no part of the message.
fn unescaped(text: &str) -> String {
    let mut result = String::new();
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match characters.peek() {
            Some(&next @ ('\\' | '[' | ']')) if character == '\\' => {
                result.push(next);
                characters.next();
            }
            _ => result.push(character),
        }
    }
    result
}

fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((&byte, tail)) = rest.split_first() {
        rest = tail;
        if byte == b'%' {
            let digits = std::str::from_utf8(&tail[..2]).unwrap();
            bytes.push(u8::from_str_radix(digits, 16).unwrap());
            rest = &tail[2..];
        } else {
            assert!(byte.is_ascii_alphanumeric() || b"-._~/:".contains(&byte), "{text} is no URI");
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).unwrap()
}

/// One workflow command, read as the runner of GitHub Actions does.
fn github(line: &str) -> Read {
    let line = line.strip_prefix("::").unwrap_or_else(|| panic!("no command: {line:?}"));
    let (head, message) = line.split_once("::").unwrap();
    let (command, properties) = head.split_once(' ').unwrap();
    assert!(["error", "warning", "notice"].contains(&command), "{line:?}");
    let properties: Vec<(&str, String)> = properties
        .split(',')
        .map(|property| property.split_once('=').unwrap())
        .map(|(name, value)| (name, decoded(value)))
        .collect();
    let property = |wanted: &str| {
        properties.iter().find(|(name, _)| *name == wanted).map(|(_, value)| value.clone()).unwrap_or_default()
    };
    let column = property("col");
    let (file, line, rule) = (property("file"), property("line"), property("title"));
    let message = decoded(message);
    if file.is_empty() {
        return Read { file, line: 0, rule, message, fixes: Vec::new() };
    }
    // The log's reader sees the place in the message.
    let place = format!("{file}:{line}:{column}");
    let rest = message.strip_prefix(&place).unwrap_or_else(|| panic!("{message:?} does not begin with {place}"));
    let message = rest.split_once(": ").unwrap().1.to_owned();
    Read { file, line: line.parse().unwrap(), rule, message, fixes: Vec::new() }
}

/// The runner knows five codes; the percent sign comes last, since it begins the others.
fn decoded(text: &str) -> String {
    let text = text.replace("%0D", "\r").replace("%0A", "\n").replace("%3A", ":").replace("%2C", ",");
    text.replace("%25", "%")
}

fn gitlab(document: &Value) -> Vec<Read> {
    fits(&GITLAB, document);
    let issues = list(document);
    let prints: HashSet<_> = issues.iter().map(|issue| string(&issue["fingerprint"])).collect();
    assert_eq!(prints.len(), issues.len(), "GitLab shows one of several issues with the same fingerprint");
    let issue = |issue: &Value| Read {
        file: string(&issue["location"]["path"]),
        line: number(&issue["location"]["lines"]["begin"]),
        rule: string(&issue["check_name"]),
        message: string(&issue["description"]),
        fixes: Vec::new(),
    };
    issues.iter().map(issue).collect()
}

fn junit(text: &str) -> Vec<Read> {
    let document = roxmltree::Document::parse(text).unwrap_or_else(|error| panic!("{error}: {text}"));
    let named = |node: &roxmltree::Node<'_, '_>, name: &str| node.is_element() && node.has_tag_name(name);
    let mut found = Vec::new();
    for suite in document.root_element().children().filter(|node| named(node, "testsuite")) {
        let count = |name: &str| suite.attribute(name).unwrap().parse::<usize>().unwrap();
        let cases: Vec<_> = suite.children().filter(|node| named(node, "testcase")).collect();
        let having = |name: &str| cases.iter().filter(|case| case.children().any(|node| named(&node, name))).count();
        assert_eq!((count("tests"), count("failures")), (cases.len(), having("failure")), "{text}");
        assert_eq!(count("errors"), having("error"), "{text}");
        for case in cases {
            let (name, file) = (case.attribute("name").unwrap(), case.attribute("classname").unwrap());
            let Some(said) = case.children().find(roxmltree::Node::is_element) else {
                assert_eq!(name, "check", "a case without findings");
                continue;
            };
            let Some((rule, place)) = name.rsplit_once(" at ") else {
                let message = said.attribute("message").unwrap().to_owned();
                let rule = said.attribute("type").unwrap().to_owned();
                found.push(Read { file: String::new(), line: 0, rule, message, fixes: Vec::new() });
                continue;
            };
            let whole = said.text().unwrap();
            let head = format!("{file}:{place}: ");
            let rest = whole.strip_prefix(&head).unwrap_or_else(|| panic!("{whole:?} does not begin with {head:?}"));
            let message = rest.split_once(&format!("[{rule}]: ")).unwrap().1.to_owned();
            if let Some(short) = said.attribute("message") {
                assert!(message.starts_with(short), "{message:?} {short:?}");
            }
            let line = place.split_once(':').unwrap().0.parse().unwrap();
            found.push(Read { file: file.to_owned(), line, rule: rule.to_owned(), message, fixes: Vec::new() });
        }
    }
    found
}

fn rdjson(document: &Value) -> Vec<Read> {
    fits(&RDJSON, document);
    let position = |value: &Value| (number(&value["line"]), number(&value["column"]));
    let replacement = |value: &Value| {
        let range = &value["range"];
        vec![(position(&range["start"]), position(&range["end"]), string(&value["text"]))]
    };
    let diagnostic = |value: &Value| Read {
        file: string(&value["location"]["path"]),
        line: position(&value["location"]["range"]["start"]).0,
        rule: string(&value["code"]["value"]),
        message: string(&value["message"]),
        fixes: value["suggestions"].as_array().into_iter().flatten().map(replacement).collect(),
    };
    list(&document["diagnostics"]).iter().map(diagnostic).collect()
}
