//! Time from an edited text to its findings, by part: `cargo bench -p signal-analysis --bench keystroke -- FILE...`.
//!
//! Types a line into the middle of each script, a character at a time, and prints the median and the slowest hundredth of
//! every part, in microseconds; then what each rule takes once the facts stand. Without a file it takes a script of its own.
#![allow(clippy::print_stdout, missing_docs)]

use std::collections::BTreeMap;
use std::hint::black_box;
use std::time::Instant;

use signal_analysis::{Calls, Facts, Input, Kinds, Levels, RULES, findings};
use signal_catalog::Catalog;
use signal_syntax::{Bindings, Constants, Parsed};
use signal_text::{Change, Source};

const TYPED: &str = "fresh_edge = rsi(close, 14) < 30 and close > ema(close, 200)[-2] * 1.05 # oversold\n";

fn main() {
    let files: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
    if files.is_empty() {
        let line =
            "fast = ema(close, 12)\nup = crossover(fast, ema(close, 26)) and rsi(close, 14)[-1] < 30 # oversold\n";
        measure("built-in", &line.repeat(5_000));
    }
    for file in files {
        measure(&file, &std::fs::read_to_string(&file).unwrap_or_default());
    }
}

/// Times by part, in microseconds.
#[derive(Default)]
struct Times(BTreeMap<&'static str, Vec<f64>>);

impl Times {
    fn of<T>(&mut self, part: &'static str, work: impl FnOnce() -> T) -> T {
        let start = Instant::now();
        let made = black_box(work());
        self.0.entry(part).or_default().push(start.elapsed().as_secs_f64() * 1e6);
        made
    }

    fn print(&mut self) {
        for (part, times) in &mut self.0 {
            times.sort_by(f64::total_cmp);
            let (median, slow) = (times[times.len() / 2], times[times.len() * 99 / 100]);
            println!("  {part:32} {median:9.1} {slow:9.1}");
        }
    }
}

fn measure(name: &str, text: &str) {
    let middle = text[..text.len() / 2].rfind('\n').map_or(0, |at| at + 1);
    let (mut times, mut rules) = (Times::default(), Times::default());
    let levels = Levels::default();
    let (mut expressions, mut found) = (0, 0);
    let rounds = if text.len() > 1_000_000 { 1 } else { 4 };
    let mut before = text.to_owned();
    let mut known = signal_syntax::parse_with_tokens(&Source::new(name, text));
    for typed in (0..=TYPED.len()).cycle().take(rounds * TYPED.len()) {
        let edited = [&text[..middle], &TYPED[..typed], &text[middle..]].concat();
        let change = Change::between(&before, &edited);
        before.clone_from(&edited);
        let source = Source::new(name, edited);
        times.of("1.1 parse all of it", || _ = black_box(signal_syntax::parse(&source)));
        known = times.of("1 parse", || signal_syntax::reparse(std::mem::take(&mut known), &source, change));
        let parsed = &known.0;
        let settings = times.of("2 settings", || {
            let directives = signal_project::directives(&source, &parsed.tree);
            signal_project::resolve(None, &directives, &signal_project::Flags::default())
        });
        let input = Input {
            source: &source,
            parsed,
            catalog: Catalog::bundled(),
            settings: &settings,
            levels: &levels,
            today: None,
        };
        let facts = times.of("3 facts", || Facts::new(input));
        let findings = times.of("4 findings", || findings(&facts, &levels));
        (expressions, found) = (parsed.tree.len(), findings.diagnostics.len());
        parts(&mut times, &source, parsed);
        lazy(&mut times, input);
        for rule in RULES {
            rules.of(rule.name, || rule.run(&facts, None, &mut Vec::new()));
        }
    }
    println!("{name}: {} bytes, {expressions} expressions, {found} findings", text.len());
    times.print();
    println!("  rules");
    rules.print();
}

/// Facts that every script has, one by one.
fn parts(times: &mut Times, source: &Source, parsed: &Parsed) {
    let tree = &parsed.tree;
    let bindings = times.of("3.1 bindings", || Bindings::new(source, tree));
    let kinds = times.of("3.2 kinds", || Kinds::new(tree, &bindings));
    let constants = times.of("3.3 constants", || Constants::new(source, tree, &bindings));
    times.of("3.4 calls", || {
        black_box(Calls::new(source, tree, &bindings, &kinds, &constants, Catalog::bundled()));
    });
}

/// Facts that are made when a rule first asks.
fn lazy(times: &mut Times, input: Input<'_>) {
    let facts = Facts::new(input);
    times.of("4.1 types", || _ = facts.types());
    times.of("4.2 uses", || _ = facts.uses());
    times.of("4.3 values", || _ = facts.values());
    times.of("4.4 ranges", || _ = facts.ranges());
    times.of("4.5 comparisons", || _ = facts.comparisons());
    times.of("4.6 orders", || _ = facts.orders());
    times.of("4.7 universe", || _ = facts.universe());
    times.of("4.8 warmups", || _ = facts.warmups());
}
