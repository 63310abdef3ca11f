//! An edited text that is read anew in part gives what reading all of it gives: tree, trivia, tokens, errors and warnings.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::path::Path;

use proptest::prelude::*;
use signal_syntax::{Parsed, TokenList, parse_with_tokens, reparse};
use signal_text::{Change, Source};

/// A text under edits, with what is known of it.
struct Edited {
    text: String,
    known: (Parsed, TokenList),
}

impl Edited {
    fn new(text: &str) -> Self {
        Self { text: text.to_owned(), known: parse_with_tokens(&Source::new("test", text)) }
    }

    /// Puts `with` in the place of `length` bytes from `at` on, moved outwards to whole characters, and checks the law.
    fn check(&mut self, at: usize, length: usize, with: &str) {
        let mut start = at.min(self.text.len());
        let mut end = (start + length).min(self.text.len());
        while !self.text.is_char_boundary(start) {
            start -= 1;
        }
        while !self.text.is_char_boundary(end) {
            end += 1;
        }
        let mut after = self.text.clone();
        after.replace_range(start..end, with);
        let change = Change { start: start as u32, old_end: end as u32, new_end: (start + with.len()) as u32 };
        let source = Source::new("test", after.as_str());
        let again = reparse(std::mem::take(&mut self.known), &source, change);
        let whole = parse_with_tokens(&source);
        let before = &self.text;
        assert!(
            same(&again, &whole),
            "{before:?} became {after:?} by {change:?}:\n{}",
            first_difference(&format!("{again:#?}"), &format!("{whole:#?}"))
        );
        (self.text, self.known) = (after, again);
    }
}

fn same(one: &(Parsed, TokenList), other: &(Parsed, TokenList)) -> bool {
    format!("{one:?}") == format!("{other:?}")
}

fn first_difference(one: &str, other: &str) -> String {
    let at = one.lines().zip(other.lines()).take_while(|(a, b)| a == b).count();
    let shown = |text: &str| text.lines().skip(at.saturating_sub(12)).take(24).collect::<Vec<_>>().join("\n");
    format!("again:\n{}\n\nwhole:\n{}", shown(one), shown(other))
}

/// Pieces that edits put into scripts: words, signs, brackets, line ends, strings, comments, and what means nothing.
const PIECES: [&str; 64] = [
    "",
    " ",
    "\n",
    "\r\n",
    "\r",
    "\t",
    "x",
    "close",
    "fast",
    "1",
    "14",
    "0.5",
    "1e",
    ".",
    ",",
    ";",
    "=",
    "==",
    "<",
    "> ",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "\"",
    "'",
    "\"\"\"",
    "'''",
    "/*",
    "*/",
    "#",
    "#!",
    "# note\n",
    "#! timeframe = 1h\n",
    "\\",
    "\\\n",
    "+",
    "-",
    "*",
    "**",
    " and ",
    " or ",
    " not ",
    " if ",
    " else ",
    "emit_signal(",
    "entry(\"BINANCE:BTC/USDT\", \"LONG\")",
    "x = ema(close, 12)\n",
    "up = (a >\n  b)\n",
    "a, b = f(\n",
    "(a, b) = f()\n",
    "def f(x):\n    return x\n",
    "  y = 1\n",
    "if x:\n",
    "é",
    "🚀",
    "\u{FEFF}",
    "（",
    "≥",
    "\u{A0}",
    "f\"x\"",
    "\n\n\n",
];

fn scripts() -> Vec<String> {
    let mut scripts = vec![String::new()];
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    for folder in ["examples", "tests/corpus/clean", "tests/corpus/faulty"] {
        collect(&root.join(folder), &mut scripts);
    }
    let mistakes = include_str!("mistakes/mistakes.txt");
    scripts.extend(mistakes.split("\n\n").map(str::to_owned));
    scripts.push(mistakes.to_owned());
    scripts.push(mistakes.replace('\n', "\r\n"));
    assert!(scripts.len() > 100, "{}", scripts.len());
    scripts
}

fn collect(path: &Path, scripts: &mut Vec<String>) {
    if path.is_dir() {
        let mut entries: Vec<_> = std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()).collect();
        entries.sort();
        entries.iter().for_each(|entry| collect(entry, scripts));
    } else if path.extension().is_some_and(|extension| extension == "signal") {
        scripts.push(std::fs::read_to_string(path).unwrap());
    }
}

/// Numbers that look random, the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % bound.max(1)
    }
}

/// Edits a script takes; `DSL_EDITS` asks for more.
fn edits() -> usize {
    std::env::var("DSL_EDITS").ok().and_then(|edits| edits.parse().ok()).unwrap_or(40)
}

#[test]
fn edits_anywhere_in_real_scripts_give_what_reading_all_gives() {
    let mut dice = Dice(edits() as u64);
    for script in scripts() {
        let mut edited = Edited::new(&script);
        for _ in 0..edits() {
            let piece = PIECES[dice.below(PIECES.len())];
            let length = [0, 0, 0, 1, 1, 3, 20][dice.below(7)];
            edited.check(dice.below(edited.text.len() + 1), length, piece);
            if edited.text.len() > 20_000 {
                break;
            }
        }
    }
}

#[test]
fn a_script_typed_letter_by_letter_into_another_gives_what_reading_all_gives() {
    let scripts = scripts();
    let mut dice = Dice(7);
    for typed in scripts.iter().filter(|script| script.len() < 1_500).step_by(7) {
        let host = &scripts[dice.below(scripts.len())];
        if host.len() > 5_000 {
            continue;
        }
        let mut edited = Edited::new(host);
        let mut at =
            host.char_indices().rfind(|(at, c)| *c == '\n' && *at < host.len() / 2).map_or(0, |(at, _)| at + 1);
        for letter in typed.chars().take(300) {
            let letter = letter.to_string();
            edited.check(at, 0, &letter);
            at += letter.len();
        }
        for _ in 0..typed.chars().take(300).count() {
            let before = edited.text[..at].chars().next_back().map_or(0, char::len_utf8);
            at -= before;
            edited.check(at, before, "");
        }
        assert_eq!(&edited.text, host);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) })]

    #[test]
    fn edits_of_random_pieces_give_what_reading_all_gives(
        script in prop::collection::vec(prop::sample::select(PIECES.as_slice()), 0..40),
        edits in prop::collection::vec(
            (any::<prop::sample::Index>(), 0_usize..12, prop::sample::select(PIECES.as_slice())), 1..12),
    ) {
        let mut edited = Edited::new(&script.concat());
        for (at, length, piece) in edits {
            let at = at.index(edited.text.len() + 1);
            edited.check(at, length, piece);
        }
    }
}
