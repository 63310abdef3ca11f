//! The pages about names, written from the catalog.

use std::collections::BTreeMap;

use signal_catalog::{Catalog, Entry, Formula, Kind};
use signal_engine::UNSUPPORTED;

/// Everything that is called, a table a group.
pub(super) fn operators() -> String {
    let catalog = Catalog::bundled();
    let mut text = String::from(
        "# Operators and indicators\n\n\
         A call takes series first, then its parameters, in order or by name: `rsi(close, 14)`, `sma(close, timeperiod=20)`. \
         The warm-up is the number of leading bars without a value, beyond those of what a call is given.\n\n",
    );
    let callable = catalog.entries().iter().filter(|entry| entry.kind != Kind::Variable);
    for (group, entries) in groups(callable) {
        text.push_str(&format!("## {group}\n\n| call | what it is | outputs | warm-up |\n|---|---|---|---|\n"));
        for entry in entries {
            for signature in entry.signatures.iter() {
                let outputs: Vec<&str> = signature.outputs.iter().map(|output| output.name.as_ref()).collect();
                let outputs = if outputs.len() > 1 { outputs.join(", ") } else { String::new() };
                let lookback = signature.lookback.as_ref().map_or("", Formula::text);
                text.push_str(&format!(
                    "| `{}` | {}{} | {} | {} |\n",
                    cell(&signature.text(&entry.name)),
                    cell(&entry.summary),
                    if is_computed(entry) { "" } else { " (not computed by the sandbox)" },
                    cell(&outputs),
                    if lookback.is_empty() { String::new() } else { format!("`{}`", cell(lookback)) },
                ));
            }
        }
        text.push('\n');
    }
    text.push_str(&format!("{} names in all.\n", catalog.entries().len()));
    text
}

/// Names that hold data, and what the bars are.
pub(super) fn data() -> String {
    let mut text = String::from("# Data variables\n\nA variable is a series with one value a bar.\n\n");
    let variables = Catalog::bundled().entries().iter().filter(|entry| entry.kind == Kind::Variable);
    for (group, entries) in groups(variables) {
        text.push_str(&format!("## {group}\n\n| name | what it is |\n|---|---|\n"));
        for entry in entries {
            let computed = if is_computed(entry) { "" } else { " (the sandbox's engine has none)" };
            text.push_str(&format!("| `{}` | {}{computed} |\n", cell(&entry.name), cell(&entry.summary)));
        }
        text.push('\n');
    }
    text.push_str(BARS);
    text
}

const BARS: &str = "\
## The sandbox's bars

Without a folder of your own the sandbox makes bars up: one seed gives everybody the same prices, any ticker of a known exchange has
some, and every answer that rests on them says `\"data\": \"synthetic\"`. They are for trying scripts and tools, not for judging
strategies. `dsl sandbox --data DIR` serves your own from files `EXCHANGE_BASE_QUOTE_TIMEFRAME.csv` with the columns
`timestamp,open,high,low,close,volume`.

Bars are those of UTC days; weeks open on Monday, months on the 1st. Only closed bars are served: the last one is yesterday's.
";

fn groups<'e>(entries: impl Iterator<Item = &'e Entry>) -> BTreeMap<&'e str, Vec<&'e Entry>> {
    let mut groups: BTreeMap<&str, Vec<&Entry>> = BTreeMap::new();
    for entry in entries {
        groups.entry(&entry.group).or_default().push(entry);
    }
    groups
}

fn is_computed(entry: &Entry) -> bool {
    !UNSUPPORTED.iter().any(|name| *name == entry.name)
}

/// A text that does not break a row.
fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}
