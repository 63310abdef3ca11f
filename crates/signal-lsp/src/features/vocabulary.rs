//! What the tables know of a name, as Markdown: catalog entries with their parameters, settings, rules.

use signal_analysis::Rule;
use signal_catalog::{
    Catalog, Entry, Evidence, Input, Kind, Memory, Origin, OutputKind, OutputRange, Param, ParamKind, Signature,
    ValueType, function_ranges,
};
use signal_project::{SettingInfo, ValueKind};

use crate::wording::{bars, block, code, number, plain, whole};

/// Arguments and outputs that are told of: a list from outside may hold any number.
pub(crate) const ARGUMENTS: usize = 12;

/// Other names of an argument that are told.
const ALIASES: usize = 6;

/// Ways to call a name that are shown; the few names that have more mean the same by them.
const SIGNATURES: usize = 4;

/// A value counts as settled when its first one weighs this much in it, in words.
pub(crate) const SETTLED: &str = "when its first value weighs 1 % or less";

/// All that the catalog knows of a name, whatever it is called with.
pub(crate) fn entry(entry: &Entry, catalog: &Catalog) -> String {
    let mut page = vec![heading(entry), about(entry)];
    if let Some(signature) = entry.signatures.first() {
        if entry.signatures.len() > 1 {
            page.push("Called the first way:".to_owned());
        }
        let values = values(signature).map(|values| format!("**Value**: {values}"));
        let time = if is_no_series(entry) { Vec::new() } else { time_with_defaults(signature) };
        page.push(list(values.into_iter().chain(time).chain(arguments(entry, signature))));
    }
    page.push(format!("*{}*", evidence(entry, entry.signatures.first(), catalog)));
    joined(page)
}

/// The ways to call a name, as code.
pub(crate) fn heading(entry: &Entry) -> String {
    if entry.signatures.is_empty() {
        return block(&entry.name);
    }
    let shown = entry.signatures.iter().take(SIGNATURES).map(|signature| signature_line(entry, signature));
    block(&shown.collect::<Vec<_>>().join("\n"))
}

/// `rsi(real, timeperiod=14) -> number`
pub(crate) fn signature_line(entry: &Entry, signature: &Signature) -> String {
    match result(entry, signature) {
        Some(result) => format!("{} -> {result}", signature.text(&entry.name)),
        None => signature.text(&entry.name),
    }
}

fn result(entry: &Entry, signature: &Signature) -> Option<String> {
    if signature.outputs.len() > 1 {
        let names: Vec<&str> = signature.outputs.iter().take(ARGUMENTS).map(|output| &*output.name).collect();
        return Some(names.join(", "));
    }
    // A declaration says what goes in, not what comes out.
    if entry.evidence == Evidence::Declared && signature.talib.is_none() {
        return None;
    }
    let boolean = signature.outputs.first().is_some_and(|output| output.kind == OutputKind::Boolean);
    match (entry.kind, entry.value) {
        (Kind::Action, _) => Some("action".to_owned()),
        (Kind::Sizing, _) => Some("size".to_owned()),
        (_, ValueType::Boolean) => Some("condition".to_owned()),
        _ if boolean => Some("condition".to_owned()),
        (_, ValueType::Number) if !signature.outputs.is_empty() => Some("number".to_owned()),
        (_, ValueType::Text) => Some("text".to_owned()),
        _ => None,
    }
}

/// What a name is, in a sentence, with the family it belongs to.
pub(crate) fn about(entry: &Entry) -> String {
    // Of what the author declared there is nothing to say that its evidence does not.
    if entry.evidence == Evidence::Declared && entry.signatures.iter().all(|signature| signature.talib.is_none()) {
        return String::new();
    }
    let summary = entry.summary.trim().trim_end_matches('.');
    match (summary.is_empty(), entry.group.is_empty()) {
        (true, true) => String::new(),
        (true, false) => plain(&entry.group),
        (false, true) => plain(summary),
        (false, false) => format!("{} · {}", plain(summary), plain(&entry.group)),
    }
}

/// Whether a call of it asks for something instead of having a value on each bar.
pub(crate) fn is_no_series(entry: &Entry) -> bool {
    matches!(entry.kind, Kind::Signal | Kind::Action | Kind::Sizing)
}

/// What the arguments of a call are, a line each; columns of the bars, which nobody writes, share one.
fn arguments(entry: &Entry, signature: &Signature) -> Vec<String> {
    let is_column = |input: &&Input| input.column.is_some_and(|column| column.as_str() == input.name);
    let columns: Vec<String> = signature.inputs.iter().filter(is_column).map(|input| code(&input.name)).collect();
    let columns = (!columns.is_empty()).then(|| format!("{}: the bars' own where left out", columns.join(", ")));
    let inputs = signature.inputs.iter().filter(|input| !is_column(input)).map(|one| match entry.kind {
        Kind::Sizing => format!("{}: a number", code(&one.name)),
        _ => input(one),
    });
    let mut lines: Vec<String> = inputs.chain(columns).chain(signature.params.iter().map(parameter)).collect();
    let more = lines.len().saturating_sub(ARGUMENTS);
    if more > 0 {
        lines.truncate(ARGUMENTS);
        lines.push(format!("and {} more", whole(more as u64)));
    }
    lines
}

/// What an input is: `` `real`: a series of numbers ``.
pub(crate) fn input(input: &Input) -> String {
    let sort = match input.value {
        ValueType::Number => "a series of numbers",
        ValueType::Boolean => "a condition",
        ValueType::Text if input.is_named("side") => "`\"LONG\"` or `\"SHORT\"`",
        ValueType::Text if input.is_named("ticker") => "a ticker, such as `\"BINANCE:BTC/USDT\"`",
        ValueType::Text => "a text",
        ValueType::Action => "an action, `entry(...)` or `exit(...)`",
        ValueType::Sizing => "a size, such as `Weight(0.5)`",
        ValueType::Nothing | ValueType::Unknown => "a value",
    };
    let absent = match input.column {
        Some(column) => format!("; `{}` where it is left out", column.as_str()),
        None if input.optional => "; may be left out".to_owned(),
        None => String::new(),
    };
    format!("{}: {sort}{absent}{}", code(&input.name), also(&input.aliases))
}

/// What a parameter is and what it takes: `` `timeperiod`: a whole number from 2 to 100,000; 14 where it is left out ``.
pub(crate) fn parameter(param: &Param) -> String {
    let sort = match param.kind {
        ParamKind::Integer => "a whole number",
        ParamKind::Real => "a number",
        ParamKind::MovingAverage => "a kind of moving average by TA-Lib's number",
        ParamKind::Other => "a choice",
    };
    let bounds = match (param.min, param.max) {
        (Some(min), Some(max)) => format!(" from {} to {}", number(min), number(max)),
        (Some(min), None) => format!(", at least {}", number(min)),
        (None, Some(max)) => format!(", at most {}", number(max)),
        (None, None) => String::new(),
    };
    let default = param.default.map_or_else(String::new, |default| {
        let kind = moving_average(param, default).map_or_else(String::new, |kind| format!(" ({kind})"));
        format!("; {}{kind} where it is left out", number(default))
    });
    format!("{}: {sort}{bounds}{default}{}", code(&param.name), also(&param.aliases))
}

/// The name of the moving average that a parameter's number stands for.
pub(crate) fn moving_average(param: &Param, value: f64) -> Option<&'static str> {
    const KINDS: &str = "simple|exponential|weighted|double exponential|triple exponential|triangular|Kaufman's adaptive|\
        MESA adaptive|T3|Hull|none|TA-Lib's default|zero-lag|Wilder's|variable index|Arnaud Legoux";
    let is_kind = param.kind == ParamKind::MovingAverage && value >= 0.0 && value.fract() == 0.0;
    KINDS.split('|').nth(value as usize).filter(|_| is_kind)
}

fn also(aliases: &[signal_catalog::Text]) -> String {
    if aliases.is_empty() {
        return String::new();
    }
    let names: Vec<String> = aliases.iter().take(ALIASES).map(|alias| code(alias)).collect();
    format!("; also {}", names.join(", "))
}

/// The values that the outputs can take, whatever goes in; `None` where no bounds are known.
fn values(signature: &Signature) -> Option<String> {
    let ranges = function_ranges(signature.talib.as_deref()?)?.outputs;
    let bounds = |range: &OutputRange| match *range {
        OutputRange::Fixed { low, high, step, .. } => {
            let values = match (low.is_finite(), high.is_finite()) {
                (true, true) => format!("{} to {}", number(low), number(high)),
                (true, false) => format!("at least {}", number(low)),
                (false, true) => format!("at most {}", number(high)),
                (false, false) => return None,
            };
            Some(if step > 1.0 { format!("{values} in steps of {}", number(step)) } else { values })
        }
        OutputRange::Within(_) => Some("between the least and the greatest of what goes in".to_owned()),
        OutputRange::Any => None,
    };
    if let Some(output) = signature.talib_output {
        return bounds(ranges.get(usize::from(output))?);
    }
    let first = bounds(ranges.first()?)?;
    // Several outputs of one range are told as one.
    ranges.iter().all(|range| bounds(range).as_ref() == Some(&first)).then_some(first)
}

/// Warm-up and settling under the defaults.
fn time_with_defaults(signature: &Signature) -> Vec<String> {
    let defaults = signature.defaults();
    let mut lines = vec![match &signature.lookback {
        None => "**Warm-up**: not known, so that none can be predicted".to_owned(),
        Some(formula) => {
            let now = defaults.as_ref().and_then(|defaults| signature.lookback_bars(defaults));
            let what = match (now, formula.uses_params()) {
                (Some(0), false) => "none".to_owned(),
                (Some(count), false) => bars(count),
                (Some(count), true) => {
                    format!("{} with the defaults, {} in general", bars(count), code(formula.text()))
                }
                (None, _) => format!("{} bars", code(formula.text())),
            };
            let source = source(signature).map_or_else(String::new, |source| format!(" ({source})"));
            format!("**Warm-up**: {what}{source}")
        }
    }];
    if let Some(defaults) = defaults {
        lines.extend(settling(signature, &defaults));
    }
    lines
}

/// How a call with these parameters forgets where the data began; nothing where only a window counts.
pub(crate) fn settling(signature: &Signature, params: &[f64]) -> Option<String> {
    match signature.memory_for(params)? {
        Memory::Finite => None,
        Memory::Recursive => Some(match signature.settle_bars(params, signal_analysis::SETTLED_SHARE) {
            Some(0) => return None,
            Some(more) => format!("**Settles**: {} later, {SETTLED}", bars(more)),
            None => "**Settles**: some time after the warm-up; how long it takes is not known".to_owned(),
        }),
        Memory::Cumulative => Some(NEVER_SETTLES.to_owned()),
    }
}

/// Of a value that adds up from the first bar on.
pub(crate) const NEVER_SETTLES: &str = "**Settles**: never; its level depends on the first bar of the range";

/// Whose lookback it is: `TA-Lib`, `server`, `declared` or `assumed`.
pub(crate) fn source(signature: &Signature) -> Option<&'static str> {
    signature.lookback_source()
}

/// What the entry rests on, in a sentence without a full stop.
pub(crate) fn evidence(entry: &Entry, signature: Option<&Signature>, catalog: &Catalog) -> String {
    if entry.evidence == Evidence::Declared {
        return "Declared in signal.toml".to_owned();
    }
    let date = plain(catalog.date());
    let origin = match catalog.origin() {
        Origin::Bundled => format!("Bundled catalog of {date}"),
        Origin::Cache => format!("The service's catalog, fetched {date}"),
        Origin::Project => format!("The project's catalog, fetched {date}"),
    };
    let name = match entry.evidence {
        Evidence::Assumed => "assumed, since no text of the service shows it",
        Evidence::TaLib => "as in TA-Lib",
        Evidence::Documented => "documented by the service",
        Evidence::Live | Evidence::Declared => "listed by the service",
    };
    let way = signature.map_or(entry.evidence, |signature| signature.form.min(signature.evidence));
    let call = match way {
        _ if way >= entry.evidence => "",
        Evidence::Assumed => "; this way to call it is assumed",
        Evidence::TaLib => "; its parameters are TA-Lib's",
        _ => "",
    };
    format!("{origin}: {name}{call}")
}

/// What a setting does and what it takes.
pub(crate) fn setting(info: &SettingInfo) -> String {
    joined(vec![format!("{}.", info.summary), list(setting_lines(info))])
}

/// What a setting takes and what it is when nothing sets it, a line each.
pub(crate) fn setting_lines(info: &SettingInfo) -> impl Iterator<Item = String> + use<> {
    let default = info.default.map(|default| format!("**Default**: {}", code(default)));
    std::iter::once(format!("**Takes**: {}", takes(info))).chain(default)
}

/// The values that a setting takes, in words.
pub(crate) fn takes(info: &SettingInfo) -> String {
    let choices = info.choices();
    if !choices.is_empty() {
        let choices: Vec<String> = choices.iter().map(|choice| code(choice)).collect();
        return choices.join(", ");
    }
    let example = code(info.example);
    match (info.kind, info.bounds) {
        (ValueKind::Date, _) => format!("a day, written as {example}"),
        (ValueKind::Number, Some(bounds)) => format!("a number {bounds}, such as {example}"),
        (ValueKind::Number, None) => format!("a number, such as {example}"),
        (ValueKind::Tickers, _) => format!("tickers, parted by commas, such as {example}"),
        _ => "any text".to_owned(),
    }
}

/// What a rule finds, why that is bad, and how to mend it.
pub(crate) fn rule(rule: &Rule) -> String {
    let docs = rule.docs();
    let level = rule.default_level();
    joined(vec![format!("**{}** · {level} by default", rule.name), docs.what, docs.why, docs.cure])
}

/// Paragraphs of which none is empty.
pub(crate) fn joined(paragraphs: Vec<String>) -> String {
    paragraphs.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join("\n\n")
}

/// The lines of a list; no text where there are none.
pub(crate) fn list(lines: impl Iterator<Item = String>) -> String {
    lines.map(|line| format!("- {line}")).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::*;
    use signal_analysis::RULES;
    use signal_catalog::{Output, Text};
    use signal_project::SETTINGS;

    #[test]
    fn a_page_tells_how_a_name_is_called_and_what_it_rests_on() {
        let catalog = Catalog::bundled();
        let names = ["rsi", "macd", "obv", "cdlhammer", "max", "crossover", "emit_signal", "Weight", "close", "hl2"];
        let pages: Vec<String> = names.iter().map(|name| entry(catalog.get(name).unwrap(), catalog)).collect();
        insta::assert_snapshot!(pages.join("\n\n---\n\n"));
    }

    #[test]
    fn a_setting_tells_what_it_takes() {
        let pages: Vec<String> = SETTINGS.iter().map(|info| format!("{}: {}", info.name, setting(info))).collect();
        insta::assert_snapshot!(pages.join("\n\n---\n\n"));
    }

    #[test]
    fn a_list_from_outside_makes_no_long_page_and_no_markdown() {
        let hostile = "[free keys](https://x.example) <img src=x> ``` **\u{202e}";
        let text = |n: usize| Text::from(format!("{hostile}{n}"));
        let param = |n| Param {
            name: text(n),
            aliases: (0..50).map(text).collect(),
            kind: ParamKind::Integer,
            default: Some(1e300),
            min: None,
            max: None,
        };
        let output = |n| Output { name: text(n), aliases: Cow::default(), kind: OutputKind::Real };
        let known = Catalog::bundled().get("rsi").unwrap();
        let signature = Signature {
            params: (0..500).map(param).collect(),
            outputs: (0..500).map(output).collect(),
            ..known.signatures[0].clone()
        };
        let entry = Entry {
            name: hostile.into(),
            group: hostile.repeat(100).into(),
            summary: hostile.repeat(100).into(),
            signatures: vec![signature; 20].into(),
            ..known.clone()
        };
        let catalog = Catalog::from_entries(Origin::Cache, hostile, "", vec![entry.clone()]);
        let page = super::entry(&entry, &catalog);
        assert!(page.chars().count() < 20_000, "{} characters", page.chars().count());
        // What is neither in a block nor in a code span is escaped.
        let prose = page.lines().filter(|line| !line.contains('`') || line.contains("\\`"));
        for line in prose {
            assert!(!line.contains("](") && !line.contains('<') || line.contains("\\["), "{line}");
        }
        assert!(!page.contains('\u{202e}'), "{page}");
    }

    #[test]
    fn every_page_is_short_and_closes_its_blocks() {
        let catalog = Catalog::bundled();
        let entries = catalog.entries().iter().map(|one| (one.name.to_string(), entry(one, catalog)));
        let settings = SETTINGS.iter().map(|info| (info.name.to_owned(), setting(info)));
        let rules = RULES.iter().map(|one| (one.name.to_owned(), rule(one)));
        for (name, page) in entries.chain(settings).chain(rules) {
            assert!(page.chars().count() < 3_000, "{name} has {} characters", page.chars().count());
            assert_eq!(page.matches("```").count() % 2, 0, "{name}: {page}");
            assert!(!page.contains(" inf\n") && !page.contains("-inf "), "{name}: {page}");
            assert!(!page.contains("\n\n\n") && !page.starts_with('\n'), "{name}: {page}");
        }
    }
}
