//! Properties that hold at every place of every script there is.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use signal_catalog::Catalog;
use signal_syntax::{Token, TokenList};
use signal_text::Source;

use super::super::{Completion, ItemKind, Manner, TRIGGERS, completion};
use crate::features::signature_help::signature_help;
use crate::snapshot::Snapshot;
use crate::testing::snapshot;

/// The scripts in a folder of the repository and below.
fn scripts(folder: &str) -> Vec<(PathBuf, String)> {
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(folder)];
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "signal") {
                let text = std::fs::read_to_string(&path).unwrap();
                found.push((path, text));
            }
        }
    }
    found.sort();
    found
}

/// Tokens that no correct script has.
fn faults(tokens: &TokenList) -> usize {
    let is_fault = |kind: &&Token| {
        use Token as T;
        matches!(
            kind,
            T::BadNumber | T::UnclosedString | T::PrefixedString | T::Unknown | T::ForeignSign | T::Backslash | T::Bang
        )
    };
    tokens.kinds.iter().filter(is_fault).count()
}

fn faults_of(text: &str) -> usize {
    faults(&signal_syntax::token_list(&Source::new("line.signal", text)))
}

/// That every item is known and can be chosen. `turn` says which of many items are looked at.
fn check_answer(text: &str, answer: &Completion, offset: u32, turn: usize) {
    let (start, end) = (answer.replaced.start as usize, answer.replaced.end as usize);
    assert!(start <= offset as usize && offset as usize <= end, "{start}..{end} is not around {offset}");
    // The line is enough to lex: no token but a comment of other languages goes on on the next one.
    let line_start = text[..start].rfind(['\n', '\r']).map_or(0, |at| at + 1);
    let line_end = text[end..].find(['\n', '\r']).map_or(text.len(), |at| end + at);
    let line = &text[line_start..line_end];
    let before = faults_of(line);
    for (at, item) in answer.items.iter().enumerate() {
        let name = item.label.as_str();
        if matches!(item.kind, ItemKind::Function | ItemKind::Constructor | ItemKind::Data) {
            assert!(Catalog::bundled().get(name).is_some(), "{name} is not in the catalog");
        }
        // Long lists are lists of names, of which some are as good as all.
        if at >= 4 && at % 37 != turn % 37 {
            continue;
        }
        let chosen = format!("{}{}{}", &text[line_start..start], item.insert.text(), &text[end..line_end]);
        assert!(faults_of(&chosen) <= before, "{name} makes {chosen:?} of {line:?}");
    }
}

/// Asks at an offset of a script and of the script that ends there.
fn check_offset(whole: &Snapshot, offset: u32, turn: usize) {
    let text = whole.source().text();
    let cut = snapshot(&text[..offset as usize]);
    for snapshot in [whole, &cut] {
        let answer = completion(snapshot, offset, Manner { snippets: true, trigger: None });
        check_answer(snapshot.source().text(), &answer, offset, turn);
        if let Some(help) = signature_help(snapshot, offset) {
            let active = &help.signatures[help.active];
            assert!(active.active.is_none_or(|parameter| parameter < active.parameters.len()), "{active:?}");
        }
    }
}

#[test]
fn at_every_offset_of_every_example_only_what_is_known_and_lexes_is_offered() {
    let examples = scripts("examples");
    assert!(examples.len() >= 10);
    for (_, text) in &examples {
        let whole = snapshot(text);
        for offset in (0..=text.len()).filter(|offset| text.is_char_boundary(*offset)) {
            check_offset(&whole, offset as u32, offset);
        }
    }
}

/// Around the tokens of every script, so that each sort of place is there; at every offset, which takes minutes, if
/// `DSL_EVERY_OFFSET` is set.
#[test]
fn around_the_tokens_of_the_corpus_only_what_is_known_and_lexes_is_offered() {
    let corpus = Arc::new(scripts("tests/corpus"));
    assert!(corpus.len() >= 300, "{}", corpus.len());
    let everywhere = std::env::var_os("DSL_EVERY_OFFSET").is_some();
    let threads: Vec<_> = (0..4)
        .map(|thread| {
            let corpus = Arc::clone(&corpus);
            std::thread::spawn(move || {
                for (number, (_, text)) in corpus.iter().enumerate().skip(thread).step_by(4) {
                    let whole = snapshot(text);
                    let spans = signal_syntax::tokens(whole.source());
                    let all = (0..=text.len() as u32).filter(|_| everywhere);
                    // Of every fourth token its beginning, middle or end; each script has others.
                    let places = spans.iter().enumerate().filter(|_| !everywhere).flat_map(|(n, (_, span))| {
                        let places = [span.start, span.start + span.len() / 2, span.end];
                        places.into_iter().skip((n + number) % 12).step_by(12)
                    });
                    let places = all.chain(places);
                    for (turn, offset) in places.filter(|at| text.is_char_boundary(*at as usize)).enumerate() {
                        check_offset(&whole, offset, turn);
                    }
                }
            })
        })
        .collect();
    for thread in threads {
        thread.join().unwrap();
    }
}

/// Characters and words are taken out and put in anywhere, as it happens while one types and pastes.
#[test]
fn mangled_scripts_are_answered_too() {
    const PIECES: [&str; 20] = [
        "(", ")", "[", "]", "\"", "'", ",", "=", ".", "#", "#! ", "\n", "\r\n", "🚀", "rsi(", "entry(\"", "x = ",
        " and ", "\\", "if ",
    ];
    let mut seed = 42_u64;
    let mut next = |below: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as usize % below.max(1)
    };
    for (_, script) in scripts("examples") {
        for _ in 0..60 {
            let mut text = script.clone();
            for _ in 0..=next(4) {
                let mut start = next(text.len() + 1);
                let mut end = (start + next(8)).min(text.len());
                while !text.is_char_boundary(start) {
                    start -= 1;
                }
                while !text.is_char_boundary(end) {
                    end += 1;
                }
                text.replace_range(start..end, PIECES[next(PIECES.len())]);
            }
            let whole = snapshot(&text);
            for _ in 0..6 {
                let mut offset = next(text.len() + 1);
                while !text.is_char_boundary(offset) {
                    offset -= 1;
                }
                check_offset(&whole, offset as u32, offset);
            }
        }
    }
}

/// Else the line end that an author types would choose it.
#[test]
fn nothing_is_offered_by_itself_where_a_line_ends() {
    let scripts = scripts("examples").into_iter().chain(scripts("tests/corpus/clean"));
    let mut asked = 0;
    for (path, text) in scripts {
        let whole = snapshot(&text);
        for end in text.match_indices('\n').map(|(at, _)| at) {
            let last = text[..end].chars().next_back();
            let Some(trigger) = last.filter(|last| TRIGGERS.contains(last)) else { continue };
            asked += 1;
            for snapshot in [&whole, &snapshot(&text[..end])] {
                let manner = Manner { snippets: true, trigger: Some(trigger) };
                let offered = completion(snapshot, end as u32, manner).items.len();
                let line = snapshot.source().line_column(end as u32).line;
                assert_eq!(offered, 0, "{}:{line}", path.display());
            }
        }
    }
    assert!(asked > 100, "{asked}");
}

/// What nobody writes, and what must not take the server's stack or its day.
#[test]
fn hostile_scripts_are_answered() {
    let many = 20_000;
    let names: String = (0..many).map(|n| format!("n{n} = {n}\n")).collect();
    let texts = [
        format!("x = {}", "(".repeat(many)),
        format!("x = {}", "[".repeat(many)),
        format!("x = {}", "rsi(".repeat(many)),
        format!("x = close{}.", "[-1]".repeat(many)),
        format!("x = max({}", "n1, ".repeat(many)),
        format!("{names}x = max({}", "n1, ".repeat(many)),
        format!("{} = ", vec!["a"; many].join(", ")),
        format!("#! universe = {}", "BINANCE:BTC/USDT, ".repeat(many)),
        format!("x = 5 # signal: allow {}", "unused-name, ".repeat(many)),
        format!("x = {}", "close if close > 1 ".repeat(many)),
        format!("x = {}", "\"".repeat(many)),
    ];
    for text in &texts {
        let snapshot = snapshot(text);
        for offset in [text.len(), text.len() / 2] {
            let answer = completion(&snapshot, offset as u32, Manner { snippets: true, trigger: None });
            assert!(answer.items.len() < 1_000, "{}", answer.items.len());
            signature_help(&snapshot, offset as u32);
        }
    }
}
