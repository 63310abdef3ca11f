//! Names and signals of many scripts that a few typed letters may mean.

use signal_text::Span;

use super::outline::{Symbol, SymbolKind, outline};
use crate::snapshot::Snapshot;

/// Symbols that are told at most: more than anybody reads, and than editors ask to see.
pub(crate) const MOST: usize = 256;

/// A symbol that was found.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Match {
    /// What it is called.
    pub(crate) name: String,
    /// What it is.
    pub(crate) kind: SymbolKind,
    /// The section that it is in.
    pub(crate) section: Option<String>,
    /// All of it.
    pub(crate) span: Span,
    /// How well it fits: the less, the better.
    pub(crate) rank: Rank,
}

/// How well a name fits what was typed, the best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Rank {
    /// 0: begins with it; 1: a word in it does; 2: holds it; 3: holds its letters in their order.
    class: u8,
    /// Letters between the first and the last of those that were typed.
    spread: usize,
    length: usize,
}

/// The symbols of a script that fit, in the order of the text. Directives are left out: they are the same in every script.
pub(crate) fn matches(snapshot: &Snapshot, typed: &str) -> Vec<Match> {
    let words: Vec<String> = typed.split_whitespace().map(str::to_lowercase).collect();
    let mut found = Vec::new();
    let mut left: Vec<(Symbol, Option<String>)> = outline(snapshot).into_iter().rev().map(|top| (top, None)).collect();
    while let Some((symbol, section)) = left.pop() {
        let is_setting = matches!(symbol.kind, SymbolKind::Settings | SymbolKind::Setting);
        // Its names come by themselves.
        let is_head = symbol.kind == SymbolKind::Several && !symbol.children.is_empty();
        if !is_setting
            && !is_head
            && let Some(rank) = rank(&symbol.name, &words)
        {
            let Symbol { name, kind, span, .. } = &symbol;
            found.push(Match { name: name.clone(), kind: *kind, section: section.clone(), span: *span, rank });
        }
        let inner = if symbol.kind == SymbolKind::Section { Some(symbol.name) } else { section };
        left.extend(symbol.children.into_iter().rev().map(|child| (child, inner.clone())));
    }
    found
}

/// How well a name fits all of the words; `None`: it doesn't.
fn rank(name: &str, words: &[String]) -> Option<Rank> {
    let name = name.to_lowercase();
    let length = name.chars().count();
    let mut whole = Rank { class: 0, spread: 0, length };
    for word in words {
        let (class, spread) = fit(&name, word)?;
        whole.class = whole.class.max(class);
        whole.spread += spread;
    }
    Some(whole)
}

fn fit(name: &str, word: &str) -> Option<(u8, usize)> {
    let begins_word = |at: usize| name[..at].chars().next_back().is_none_or(|before| !before.is_alphanumeric());
    if name.starts_with(word) {
        return Some((0, 0));
    }
    let mut at = name.match_indices(word).map(|(at, _)| at).peekable();
    if at.peek().is_some() {
        return Some((if at.any(begins_word) { 1 } else { 2 }, 0));
    }
    let mut letters = name.chars().enumerate();
    let (mut first, mut last) = (None, 0);
    for typed in word.chars() {
        let (at, _) = letters.by_ref().find(|(_, letter)| *letter == typed)?;
        first = first.or(Some(at));
        last = at;
    }
    Some((3, last - first.unwrap_or(last)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::snapshot;

    const SCRIPT: &str = "#! timeframe = 1h\nslow_trend = 1\nlow = 2\n# --- Exits ---\na_low, flow = macd(close)\n\
                          emit_signal(low > 3, exit(\"BINANCE:BTC/USDT\", \"LONG\"))\n";

    /// Names that fit, the best first, with their sections.
    fn check(typed: &str, expected: &str) {
        let mut found = matches(&snapshot(SCRIPT), typed);
        found.sort_by_key(|found| found.rank);
        let shown = found.iter().map(|found| match &found.section {
            Some(section) => format!("{} in {section}", found.name),
            None => found.name.clone(),
        });
        assert_eq!(shown.collect::<Vec<_>>().join(", "), expected, "{typed}");
    }

    #[test]
    fn the_best_fit_comes_first() {
        check("low", "low, a_low in Exits, flow in Exits, slow_trend");
        check("LOW", "low, a_low in Exits, flow in Exits, slow_trend");
        check("sltr", "slow_trend");
        check("st", "exit LONG BINANCE:BTC/USDT in Exits, slow_trend");
        check("nothing", "");
    }

    #[test]
    fn signals_are_found_by_side_and_ticker() {
        check("btc long", "exit LONG BINANCE:BTC/USDT in Exits");
        check("btc short", "");
        check("ow low", "low, flow in Exits, a_low in Exits, slow_trend");
        check("tlng btc", "exit LONG BINANCE:BTC/USDT in Exits");
    }

    #[test]
    fn nothing_typed_fits_all_but_settings() {
        check("", "low, flow in Exits, Exits, a_low in Exits, slow_trend, exit LONG BINANCE:BTC/USDT in Exits");
    }
}
