//! Time of lexing and parsing over `*.signal` files: `cargo bench -p signal-syntax -- FOLDER...`.
//!
//! Prints the best of many rounds, since everything that disturbs a round makes it slower. Without a folder it measures
//! a script of its own.
#![allow(clippy::print_stdout, missing_docs)]

use std::hint::black_box;
use std::path::Path;
use std::time::Instant;

use signal_text::Source;

const ROUNDS: usize = 15;

fn main() {
    let folders: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
    if folders.is_empty() {
        let line =
            "fast = ema(close, 12)\nup = crossover(fast, ema(close, 26)) and rsi(close, 14)[-1] < 30 # oversold\n";
        measure("built-in", &[Source::new("built-in", line.repeat(10_000))]);
    }
    for folder in folders {
        let mut sources = Vec::new();
        collect(Path::new(&folder), &mut sources);
        measure(&folder, &sources);
    }
}

fn collect(path: &Path, sources: &mut Vec<Source>) {
    if path.extension().is_some_and(|extension| extension == "signal") {
        if let Ok(source) = Source::decode(path.display().to_string(), std::fs::read(path).unwrap_or_default()) {
            sources.push(source);
        }
    } else if let Ok(entries) = std::fs::read_dir(path) {
        for entry in entries.flatten() {
            collect(&entry.path(), sources);
        }
    }
}

fn measure(name: &str, sources: &[Source]) {
    let bytes: usize = sources.iter().map(|source| source.text().len()).sum();
    let tokens: usize = sources.iter().map(|source| signal_syntax::tokens(source).len()).sum();
    let lexing = best(|| {
        for source in sources {
            black_box(signal_syntax::tokens(black_box(source)));
        }
    });
    let both = best(|| {
        for source in sources {
            black_box(signal_syntax::parse(black_box(source)));
        }
    });
    let findings: usize = sources.iter().map(|source| signal_syntax::parse(source).diagnostics.len()).sum();
    println!(
        "{name}: {} files, {bytes} bytes, {tokens} tokens, {findings} findings; lexing {:.0} MB/s, parsing {:.1} ns/token, both {:.0} MB/s, {:.2} ms",
        sources.len(),
        bytes as f64 / lexing / 1e6,
        (both - lexing) * 1e9 / tokens as f64,
        bytes as f64 / both / 1e6,
        both * 1e3,
    );
}

/// Seconds of the fastest round.
fn best(mut work: impl FnMut()) -> f64 {
    let rounds = (0..ROUNDS).map(|_| {
        let start = Instant::now();
        work();
        start.elapsed().as_secs_f64()
    });
    rounds.fold(f64::INFINITY, f64::min)
}
