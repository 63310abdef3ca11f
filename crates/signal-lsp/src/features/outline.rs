//! The parts of a script as its outline lists them: settings, sections, names with what they are, signals with what they ask for.

use signal_analysis::{ActionKind, Order, Signal, Type, value_of};
use signal_syntax::{Definition, ExprId, StatementKind};
use signal_text::Span;

use crate::sections::sections;
use crate::snapshot::Snapshot;
use crate::wording::{bars, number, on_one_line};

/// A part of a script.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Symbol {
    /// What it is called.
    pub(crate) name: String,
    /// What more there is to say in a few words; may be empty.
    pub(crate) detail: String,
    /// What it is.
    pub(crate) kind: SymbolKind,
    /// All of it.
    pub(crate) span: Span,
    /// The part of it to jump to.
    pub(crate) selection: Span,
    /// What lies within.
    pub(crate) children: Vec<Symbol>,
}

/// What a part of a script is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SymbolKind {
    /// A section or region.
    Section,
    /// Several directives.
    Settings,
    /// One of them.
    Setting,
    /// A name for a number that does not change.
    Constant,
    /// A name for a series, or for something that can't be told.
    Series,
    /// A name for a condition.
    Condition,
    /// A name for a text.
    Text,
    /// A name for several values, or several names for the parts of one.
    Several,
    /// A name for an action or a size.
    Action,
    /// A signal.
    Signal,
    /// A statement without a name.
    Expression,
}

/// Longest piece of a script in a name or a detail, in characters.
pub(super) const LONGEST: usize = 60;

/// The outline, in the order of the text.
pub(crate) fn outline(snapshot: &Snapshot) -> Vec<Symbol> {
    let found = sections(snapshot);
    let mut flat: Vec<Symbol> = Vec::new();
    for section in &found.sections {
        let title = on_one_line(snapshot.source().slice(section.title), LONGEST);
        flat.push(Symbol {
            name: if title.is_empty() { "section".to_owned() } else { title },
            detail: String::new(),
            kind: SymbolKind::Section,
            span: section.span,
            selection: if section.title.is_empty() { Span::empty(section.span.start) } else { section.title },
            children: Vec::new(),
        });
    }
    let bounds: Vec<u32> = found.sections.iter().flat_map(|section| [section.span.start, section.span.end]).collect();
    settings(snapshot, bounds, &mut flat);
    names(snapshot, &mut flat);
    for (at, signal) in snapshot.facts().signals.iter().enumerate() {
        flat.push(signal_symbol(snapshot, at, signal));
    }
    nested(flat)
}

/// A name with what it is bound to.
pub(crate) fn name_symbol(snapshot: &Snapshot, definition: &Definition) -> Symbol {
    let (kind, detail) = described(snapshot, definition);
    let statement = &snapshot.tree().statements()[definition.statement];
    let several = match statement.kind {
        StatementKind::Assign { targets, .. } | StatementKind::Error { targets } => targets.len() > 1,
        StatementKind::Expr(_) => false,
    };
    Symbol {
        name: on_one_line(snapshot.source().slice(definition.name), LONGEST),
        detail,
        kind,
        span: if several { definition.name } else { statement.span },
        selection: definition.name,
        children: Vec::new(),
    }
}

/// A signal with what it asks for, and when.
pub(crate) fn signal_symbol(snapshot: &Snapshot, at: usize, signal: &Signal) -> Symbol {
    let facts = snapshot.facts();
    let span = facts.span(signal.id);
    let callee = facts.calls.get(signal.id).map_or(span, |call| facts.span(call.callee));
    let orders = &facts.orders().orders;
    let first = orders.partition_point(|order| order.signal < at);
    let asked: Vec<String> =
        orders[first..].iter().take_while(|order| order.signal == at).map(|order| action(snapshot, order)).collect();
    let name = if asked.is_empty() { facts.text(signal.id).to_owned() } else { asked.join(", ") };
    let condition = signal.condition.map(|id| on_one_line(facts.text(id), LONGEST));
    Symbol {
        name: on_one_line(&name, 2 * LONGEST),
        detail: joined(condition, signal.condition.and_then(|_| warmup(snapshot, signal.id))),
        kind: SymbolKind::Signal,
        span,
        selection: callee,
        children: Vec::new(),
    }
}

/// A statement that is only an expression.
pub(crate) fn expression_symbol(snapshot: &Snapshot, statement: usize) -> Symbol {
    let span = snapshot.tree().statements()[statement].span;
    Symbol {
        name: on_one_line(snapshot.source().slice(span), LONGEST),
        detail: String::new(),
        kind: SymbolKind::Expression,
        span,
        selection: span,
        children: Vec::new(),
    }
}

/// `entry LONG BINANCE:BTC/USDT`.
fn action(snapshot: &Snapshot, order: &Order) -> String {
    let facts = snapshot.facts();
    described_action(snapshot, order.action).unwrap_or_else(|| on_one_line(facts.text(order.condition), LONGEST))
}

fn described_action(snapshot: &Snapshot, at: usize) -> Option<String> {
    let facts = snapshot.facts();
    let action = facts.orders().actions.get(at)?;
    let word = match action.kind {
        ActionKind::Entry => "entry",
        ActionKind::Exit => "exit",
        ActionKind::Other => facts.calls.get(action.call)?.name,
    };
    let ticker = match (action.market, action.ticker_at) {
        (Some(market), _) => facts.ticker(market),
        (None, Some(given)) => on_one_line(facts.text(given), LONGEST),
        (None, None) => String::new(),
    };
    let words = [word, action.side.word(), &ticker];
    Some(words.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" "))
}

/// Directives, several on lines that follow each other under one head.
fn settings(snapshot: &Snapshot, mut bounds: Vec<u32>, flat: &mut Vec<Symbol>) {
    let lines = &snapshot.directives().lines;
    // What lies between two directives parts them: statements, and where sections begin or end.
    if lines.len() > 1 {
        bounds.extend(snapshot.tree().statements().iter().map(|statement| statement.span.start));
        bounds.sort_unstable();
    }
    let apart = |from: u32, to: u32| bounds.partition_point(|at| *at < from) != bounds.partition_point(|at| *at <= to);
    for group in lines.chunk_by(|a, b| !apart(a.line.end, b.line.start)) {
        if let [first, .., last] = group {
            flat.push(Symbol {
                name: "settings".to_owned(),
                detail: format!("{} directives", group.len()),
                kind: SymbolKind::Settings,
                span: first.line.to(last.line),
                selection: first.line,
                children: Vec::new(),
            });
        }
        for line in group.iter().filter(|line| !line.key.is_empty()) {
            let value = on_one_line(snapshot.source().slice(line.value), LONGEST);
            flat.push(Symbol {
                name: on_one_line(snapshot.source().slice(line.key), LONGEST),
                detail: if line.counts { value } else { format!("{value} (does not count)") },
                kind: SymbolKind::Setting,
                span: line.line,
                selection: line.key,
                children: Vec::new(),
            });
        }
    }
}

/// Names, those of one statement under one head.
fn names(snapshot: &Snapshot, flat: &mut Vec<Symbol>) {
    let facts = snapshot.facts();
    for group in facts.bindings.definitions().chunk_by(|a, b| a.statement == b.statement) {
        if let [first, .., last] = group {
            let names: Vec<&str> = group.iter().map(|definition| facts.source.slice(definition.name)).collect();
            let statement = &facts.tree().statements()[first.statement];
            let value = match statement.kind {
                StatementKind::Assign { value, .. } => on_one_line(facts.text(value), LONGEST),
                StatementKind::Expr(_) | StatementKind::Error { .. } => String::new(),
            };
            flat.push(Symbol {
                name: on_one_line(&names.join(", "), LONGEST),
                detail: value,
                kind: SymbolKind::Several,
                span: statement.span,
                selection: first.name.to(last.name),
                children: Vec::new(),
            });
        }
        flat.extend(group.iter().map(|definition| name_symbol(snapshot, definition)));
    }
}

/// What a name stands for, in a few words: `number · 199 bars`.
fn described(snapshot: &Snapshot, definition: &Definition) -> (SymbolKind, String) {
    let facts = snapshot.facts();
    let Some(whole) = value_of(facts.tree(), definition) else {
        return (SymbolKind::Series, "does not parse".to_owned());
    };
    let Some(value) = definition.value else {
        let outputs = facts.outputs_of(whole).and_then(|call| Some(&call.bound()?.signature.outputs));
        let output = outputs.and_then(|outputs| Some(format!("output {}", outputs.get(definition.target)?.name)));
        return (SymbolKind::Series, joined(output, warmup(snapshot, whole)));
    };
    if let Some(constant) = facts.constants.number(value) {
        return (SymbolKind::Constant, number(constant));
    }
    let unwrapped = facts.tree().unparenthesized(value);
    let text = || on_one_line(facts.text(value), LONGEST);
    let (kind, word) = match facts.type_of(value) {
        Type::Number => (SymbolKind::Series, "number".to_owned()),
        Type::Boolean => (SymbolKind::Condition, "condition".to_owned()),
        Type::Text => return (SymbolKind::Text, text()),
        Type::Outputs => {
            let call = facts.outputs_of(value).map_or("a call", |call| call.name);
            (SymbolKind::Several, format!("outputs of {call}"))
        }
        Type::Items => return (SymbolKind::Several, text()),
        Type::Action => {
            let at = facts.orders().actions.binary_search_by_key(&unwrapped, |action| action.call).ok();
            return (SymbolKind::Action, at.and_then(|at| described_action(snapshot, at)).unwrap_or_else(text));
        }
        Type::Sizing | Type::None | Type::Nothing | Type::Function => return (SymbolKind::Action, text()),
        Type::Unknown => return (SymbolKind::Series, joined(None, warmup(snapshot, value))),
    };
    (kind, joined(Some(word), warmup(snapshot, value)))
}

fn joined(word: Option<String>, bars: Option<String>) -> String {
    match (word, bars) {
        (Some(word), Some(bars)) => word + " · " + &bars,
        (word, bars) => word.or(bars).unwrap_or_default(),
    }
}

/// Leading bars without a value, where there are any.
fn warmup(snapshot: &Snapshot, id: ExprId) -> Option<String> {
    match snapshot.facts().warmup(id).exact() {
        Some(0) => None,
        Some(count) => Some(bars(count)),
        None => Some("warm-up not known".to_owned()),
    }
}

/// Puts each symbol into the one that it lies within.
fn nested(mut flat: Vec<Symbol>) -> Vec<Symbol> {
    // Of those with one place, heads are listed first.
    flat.sort_by_key(|symbol| (symbol.span.start, std::cmp::Reverse(symbol.span.end)));
    let mut top: Vec<Symbol> = Vec::new();
    let mut open: Vec<Symbol> = Vec::new();
    let close = |open: &mut Vec<Symbol>, top: &mut Vec<Symbol>| {
        if let Some(done) = open.pop() {
            open.last_mut().map_or(top, |around| &mut around.children).push(done);
        }
    };
    for symbol in flat {
        while open
            .last()
            .is_some_and(|around| around.span.end < symbol.span.end || around.span.end <= symbol.span.start)
        {
            close(&mut open, &mut top);
        }
        open.push(symbol);
    }
    while !open.is_empty() {
        close(&mut open, &mut top);
    }
    top
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::snapshot;

    /// One symbol a line, indented below the one that it lies within.
    fn shown(symbols: &[Symbol], depth: usize, text: &mut String) {
        for symbol in symbols {
            let detail = if symbol.detail.is_empty() { String::new() } else { format!(": {}", symbol.detail) };
            text.push_str(&format!("{}{:?} {}{detail}\n", "  ".repeat(depth), symbol.kind, symbol.name));
            shown(&symbol.children, depth + 1, text);
        }
    }

    fn check(script: &str, expected: &str) {
        let mut found = String::new();
        shown(&outline(&snapshot(script)), 0, &mut found);
        let expected: Vec<&str> = expected.lines().filter(|line| !line.trim().is_empty()).collect();
        let margin = expected.first().map_or(0, |line| line.len() - line.trim_start().len());
        let expected: String = expected.iter().map(|line| format!("{}\n", &line[margin..])).collect();
        assert_eq!(found, expected, "{script}");
    }

    #[test]
    fn names_tell_what_they_are_and_how_many_bars_they_need() {
        check(
            "period = 20\nslow = ema(close, 200)\nup = close > slow\nprice = close\nbands = bbands(close)\n\
             ticker = \"BINANCE:BTC/USDT\"\nbuy = entry(ticker, \"LONG\", Weight(0.5))\nsize = Weight(1)\n\
             mean = smaa(close, 20)\nboth = [1, 2]\nhalf = 1 / 2\n",
            "
            Constant period: 20
            Series slow: number · 199 bars
            Condition up: condition · 199 bars
            Series price: number
            Several bands: outputs of bbands · 19 bars
            Text ticker: \"BINANCE:BTC/USDT\"
            Action buy: entry LONG BINANCE:BTC/USDT
            Action size: Weight(1)
            Series mean: warm-up not known
            Several both: [1, 2]
            Constant half: 0.5
            ",
        );
    }

    #[test]
    fn signals_tell_what_they_ask_for() {
        check(
            "emit_signal(rsi(close, 14) < 30, entry(\"BINANCE:BTC/USDT\", \"LONG\", Weight(0.5)))\n\
             emit_signal(close > 1, exit(\"binance:btc/usdt\") if close > 5 else exit(\"BINANCE:ETH/USDT\", \"SHORT\"))\n\
             emit_signal(close > 1, nonsense(3))\nemit_signal()\n",
            "
            Signal entry LONG BINANCE:BTC/USDT: rsi(close, 14) < 30 · 14 bars
            Signal exit BINANCE:BTC/USDT, exit SHORT BINANCE:ETH/USDT: close > 1
            Signal emit_signal(close > 1, nonsense(3)): close > 1 · warm-up not known
            Signal emit_signal()
            ",
        );
    }

    #[test]
    fn several_names_of_a_line_stand_under_it() {
        check(
            "line, signal, hist = macd(close)\na, b = close, 3\n(c, d) = close\n",
            "
            Several line, signal, hist: macd(close)
              Series line: output macd · 33 bars
              Series signal: output macdsignal · 33 bars
              Series hist: output macdhist · 33 bars
            Several a, b: close, 3
              Series a: number
              Constant b: 3
            Several c, d: close
              Series c
              Series d
            ",
        );
    }

    #[test]
    fn settings_and_sections_hold_what_lies_below_them() {
        check(
            "#! timeframe = 1h\n# why\n#! timeframe = 4h\n\n# --- Entries ---\nx = 1\n# region more\ny = 2\n# endregion\n\
             # --- Exits ---\n#! mode = cross\nz = 3\n",
            "
            Settings settings: 2 directives
              Setting timeframe: 1h (does not count)
              Setting timeframe: 4h
            Section Entries
              Constant x: 1
              Section more
                Constant y: 2
            Section Exits
              Setting mode: cross (does not count)
              Constant z: 3
            ",
        );
    }

    #[test]
    fn a_line_that_does_not_parse_keeps_its_name() {
        check("slow = ema(close, \n", "Series slow: does not parse\n");
        check("a, b = ema(close, \n", "Several a, b\n  Series a: does not parse\n  Series b: does not parse\n");
    }
}
