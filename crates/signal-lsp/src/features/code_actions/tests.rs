//! What actions make of scripts, by example.

mod conditions;
mod every_script;

use super::*;
use crate::testing::{at_cursor, snapshot};

/// A script with its selection: between two cursors `┃`, or at the only one.
fn selected(marked: &str) -> (Snapshot, Span) {
    let (first, start) = at_cursor(marked);
    if !first.source().text().contains('┃') {
        return (first, Span::empty(start));
    }
    let (second, end) = at_cursor(first.source().text());
    (second, Span::new(start, end))
}

const COMMANDS: [&str; 2] = ["signal.explain", "signal.pullCatalog"];

fn all_at(snapshot: &Snapshot, span: Span) -> Vec<Action> {
    let commands = COMMANDS.map(str::to_owned);
    code_actions(snapshot, &Wanted { span, findings: &[], only: None, commands: &commands })
}

fn edits_of(snapshot: &Snapshot, action: &Action) -> Option<Vec<Edit>> {
    match &action.does {
        Does::Edits(edits) => Some(edits.clone()),
        Does::Later(task) => carry_out(snapshot, task),
        Does::Command(_) => None,
    }
}

/// The script after the one action whose title begins so.
#[track_caller]
fn check(marked: &str, title: &str, expected: &str) {
    let (snapshot, span) = selected(marked);
    let actions = all_at(&snapshot, span);
    let titles: Vec<_> = actions.iter().map(|action| action.title.as_str()).collect();
    let action = actions.iter().find(|action| action.title.starts_with(title));
    let action = action.unwrap_or_else(|| panic!("no action {title:?} among {titles:#?}"));
    let edits = edits_of(&snapshot, action).unwrap_or_else(|| panic!("{title:?} has no edits"));
    assert_eq!(apply_edits(snapshot.source().text(), &edits).unwrap(), expected, "{}", action.title);
}

/// The titles of the actions of a sort.
#[track_caller]
fn titles(marked: &str, kind: Kind, expected: &[&str]) {
    let (snapshot, span) = selected(marked);
    let actions = all_at(&snapshot, span);
    let titles: Vec<_> =
        actions.iter().filter(|action| action.kind == kind).map(|action| action.title.as_str()).collect();
    assert_eq!(titles, expected, "{marked}");
}

#[test]
fn an_expression_becomes_a_name_above_its_statement() {
    let text = "emit_signal(close > ema(cl┃ose, 50), entry(\"BINANCE:BTC/USDT\", \"LONG\"))\n";
    check(
        text,
        "Extract `ema(close, 50)` as",
        "ema_50 = ema(close, 50)\nemit_signal(close > ema_50, entry(\"BINANCE:BTC/USDT\", \"LONG\"))\n",
    );
    let text = "emit_signal(┃close > ema(close, 50)┃, entry(\"BINANCE:BTC/USDT\", \"LONG\"))\n";
    check(
        text,
        "Extract `close > ema(close, 50)` as",
        "above_ema_50 = close > ema(close, 50)\nemit_signal(above_ema_50, entry(\"BINANCE:BTC/USDT\", \"LONG\"))\n",
    );
}

#[test]
fn a_name_is_made_of_what_it_stands_for() {
    for (expression, name) in [
        ("rsi(close, 14)", "rsi_14"),
        ("rsi()", "rsi_value"),
        ("sma(volume, 20)", "sma_volume_20"),
        ("ema(rsi(close, 14), 9)", "ema_rsi_14_9"),
        ("atr(high, low, close, 14)", "atr_14"),
        ("rsi(close, 14) < 30", "rsi_14_below_30"),
        ("close > open", "above_open"),
        ("close >= open", "at_least_open"),
        ("obv(close, volume) <= 5", "obv_at_most_5"),
        ("obv(close, volume) * 2", "obv_times_2"),
        ("close[-2]", "previous_close"),
        ("close[-4]", "close_3_ago"),
        ("bbands(close, 20).upper", "bbands_20_upper"),
        ("not (close > open)", "not_above_open"),
        ("(high + low) / 2", "high_plus_low_over_2"),
        ("close if close > open else open", "value"),
        ("ema(close, 10) > ema(close, 20) and rsi(close, 14) < 30", "ema_above_ema_and_rsi_below_30"),
        ("stochrsi(close, 10) > linearreg(close, 20) and willr(14) < -80", "condition"),
        ("unheard_of(close, 1.5)", "unheard_of_value"),
    ] {
        let script = format!("x = 0 + max(┃{expression}┃, 1)\n");
        let (snapshot, span) = selected(&script);
        let found = all_at(&snapshot, span).into_iter().find(|action| action.title.starts_with("Extract"));
        let title = found.map(|action| action.title).unwrap_or_default();
        assert!(title.ends_with(&format!(" as `{name}`")), "{expression}: {title}");
    }
}

#[test]
fn a_name_is_one_that_nothing_bears() {
    check(
        "rsi_14 = 5\nrsi_14_2 = rsi_14\nx = rs┃i(close, 14) + 1\n",
        "Extract `rsi(close, 14)`",
        "rsi_14 = 5\nrsi_14_2 = rsi_14\nrsi_14_3 = rsi(close, 14)\nx = rsi_14_3 + 1\n",
    );
    check("x = abs(cl┃ose) + 1\n", "Extract", "abs_value = abs(close)\nx = abs_value + 1\n");
}

#[test]
fn a_value_is_extracted_wherever_it_is_written() {
    check(
        "a = close > sma(close, 20)\nb = 2 * sma(cl┃ose, 20)\nc = (sma( close,timeperiod=20 ))+1\n",
        "Extract all 3 occurrences",
        "sma_20 = sma(close, 20)\na = close > sma_20\nb = 2 * sma_20\nc = sma_20+1\n",
    );
    // What a function that nobody knows returns may differ each time.
    titles("a = 1 + foo(cl┃ose)\nb = 2 * foo(close)\n", Kind::Extract, &["Extract `foo(close)` as `foo_value`"]);
}

#[test]
fn a_name_never_takes_the_place_of_a_comment() {
    let commented = "rsi(close, # why\n 14)";
    let here = "Extract `rsi(close, 14)` as `rsi_14`";
    titles(&format!("a = 1 + rsi(cl┃ose, 14)\nb = 2 * {commented}\n"), Kind::Extract, &[here]);
    let here = "Extract `rsi(close, # why 14)` as `rsi_14`";
    titles(&format!("a = 1 + rsi(close, 14)\nb = 2 * ┃{commented}┃\n"), Kind::Extract, &[here]);
    titles("a = rsi(close, 14)\nb = 2 * rsi(cl┃ose, 14)\n", Kind::Rewrite, &["Use `a`, which is the same"]);
    titles(&format!("a = rsi(close, 14)\nb = 2 * ┃{commented}┃\n"), Kind::Rewrite, &[]);
}

#[test]
fn comments_stay_with_the_statement_below_them() {
    check(
        "#! timeframe = 1h\n# What is cheap.\n# Very.\n  x = 1 + rsi(cl┃ose, 14)\r\n",
        "Extract `rsi",
        "#! timeframe = 1h\nrsi_14 = rsi(close, 14)\n# What is cheap.\n# Very.\n  x = 1 + rsi_14\r\n",
    );
    check("a = 1; x = a + rsi(cl┃ose, 14)", "Extract `rsi", "a = 1; rsi_14 = rsi(close, 14); x = a + rsi_14");
    check("\u{FEFF}x = 1 + rsi(cl┃ose)\r\n", "Extract", "\u{FEFF}rsi_value = rsi(close)\r\nx = 1 + rsi_value\r\n");
}

#[test]
fn what_goes_over_lines_is_held_together() {
    check(
        "x = abs(┃close > # high\n  open┃)\n",
        "Extract",
        "above_open = (close > # high\n  open)\nx = abs(above_open)\n",
    );
    check("x = abs(┃rsi(close,\n  14)┃)\n", "Extract", "rsi_14 = rsi(close,\n  14)\nx = abs(rsi_14)\n");
}

#[test]
fn a_name_does_not_grow_together_with_a_word() {
    check(
        "x = not(clo┃se > open)or(open > 5)\n",
        "Extract `close > open`",
        "above_open = close > open\nx = not above_open or(open > 5)\n",
    );
}

#[test]
fn a_number_becomes_a_name() {
    check("x = rsi(close, 1┃4) < 30\n", "Name the number 14", "rsi_period = 14\nx = rsi(close, rsi_period) < 30\n");
    check("x = rsi(close, 14) < 3┃0\n", "Name the number 30", "rsi_level = 30\nx = rsi(close, 14) < rsi_level\n");
    check("x = cci(14) < -10┃0\n", "Name the number -100", "cci_level = -100\nx = cci(14) < cci_level\n");
    check(
        "emit_signal(close > 5, entry(\"BINANCE:BTC/USDT\", \"LONG\", Weight(0.┃5)))",
        "Name the number 0.5",
        "weight = 0.5\nemit_signal(close > 5, entry(\"BINANCE:BTC/USDT\", \"LONG\", Weight(weight)))",
    );
    // The service documents a literal as index, and nothing else.
    titles("x = close[-┃2] + 1\n", Kind::Extract, &["Extract `close[-2]` as `previous_close`"]);
}

#[test]
fn what_is_all_of_a_statement_is_not_extracted() {
    titles("x = rsi(cl┃ose, 14)\n", Kind::Extract, &[]);
    titles("rsi(cl┃ose, 14)\n", Kind::Extract, &[]);
    titles("x = rsi(cl┃ose, \n", Kind::Extract, &[]);
    titles("emit_signal(a, entry(\"BIN┃ANCE:BTC/USDT\", \"LONG\"))\n", Kind::Extract, &[]);
}

#[test]
fn a_name_for_the_same_value_is_used() {
    check(
        "slow = ema(close, 50)\nx = close > ema(close, timeperiod = 5┃0)\n",
        "Use `slow`",
        "slow = ema(close, 50)\nx = close > slow\n",
    );
    titles("slow = ema(close, 50)\nslow = 5\nx = close > ema(clo┃se, 50)\n", Kind::Rewrite, &[]);
}

#[test]
fn a_name_is_inlined_with_parentheses_where_they_are_needed() {
    check("a = open + 1\nb = 2 * ┃a\n", "Inline `a` and remove it", "b = 2 * (open + 1)\n");
    check(
        "┃a = open + 1\nb = a * a\nc = abs(a)\n",
        "Inline `a` in 3 places",
        "b = (open + 1) * (open + 1)\nc = abs(open + 1)\n",
    );
    for (value, read, expected) in [
        ("open - 1", "close - a", "close - (open - 1)"),
        ("open - 1", "a - close", "open - 1 - close"),
        ("-open", "a ** 2", "(-open) ** 2"),
        ("open ** 2", "-a", "-open ** 2"),
        ("open > 1", "not a", "not open > 1"),
        ("open > 1", "a == b", "(open > 1) == b"),
        ("open > 1 or b", "a and b", "(open > 1 or b) and b"),
        ("open if b else 1", "abs(a)", "abs(open if b else 1)"),
        ("open if b else 1", "a if b else a", "(open if b else 1) if b else open if b else 1"),
        ("open + 1", "a[-2]", "(open + 1)[-2]"),
        ("bbands(close)", "a.upper", "bbands(close).upper"),
        ("5", "a + 1", "5 + 1"),
        ("(open + 1)", "a", "open + 1"),
        ("(open +\n 1)", "a", "(open +\n 1)"),
        ("open + \\\n 1", "2 * a", "2 * (open + \\\n 1)"),
        ("abs(open, # why\n 1)", "2 * a", "2 * abs(open, # why\n 1)"),
    ] {
        check(&format!("b = true\n┃a = {value}\nx = {read}\n"), "Inline", &format!("b = true\nx = {expected}\n"));
    }
}

#[test]
fn a_name_goes_with_its_line_and_leaves_its_comment() {
    check("┃a = open\n# Above.\nb = a\n", "Inline", "# Above.\nb = open\n");
    check("┃a = open  # Why.\nb = a\n", "Inline", "# Why.\nb = open\n");
    check("┃a = open; b = a\n", "Inline", "b = open\n");
    check("c = 1; ┃a = open\r\nb = a", "Inline", "c = 1\r\nb = open");
    check("c = 1; ┃a = open; b = a", "Inline", "c = 1; b = open");
}

#[test]
fn a_name_is_only_inlined_where_it_means_the_same() {
    for script in [
        // Assigned twice.
        "┃a = open\na = close\nb = a\n",
        // What it is made of changes in between.
        "c = 1\n┃a = open + c\nc = 2\nb = a\n",
        "┃a = open\nopen = 5\nb = a\n",
        // Nothing reads it.
        "┃a = open\n",
        // Something that could not be read may.
        "┃a = open\nb = a\nc = = a\n",
        // Each call may be another value.
        "┃a = foo()\nb = a + a\n",
        "┃a, c = open, close\nb = a\n",
        // The line below would begin to count.
        "┃a = open\n#! timeframe = 4h\nb = a\n",
    ] {
        titles(script, Kind::Inline, &[]);
    }
}

#[test]
fn fixes_come_first_and_the_evident_one_is_preferred() {
    let (snapshot, span) =
        selected("x = RS┃I(close, 14)\ny = RSI(open, 14)\nemit_signal(x > y, entry(\"BINANCE:BTC/USDT\", \"LONG\"))\n");
    let actions = all_at(&snapshot, span);
    let told: Vec<_> = actions
        .iter()
        .map(|action| format!("{} {}{}", action.kind.as_str(), action.title, if action.preferred { " *" } else { "" }))
        .collect();
    insta::assert_snapshot!(told.join("\n"), @r"
    quickfix Replace by `rsi` *
    quickfix Fix all 2 findings of `unknown-function` in this file
    quickfix Pull the service's catalog
    quickfix Allow `unknown-function` on this line, with a reason
    quickfix Allow `unknown-function` in this file, with a reason
    quickfix Explain `unknown-function`
    source.signal Add directives: universe, timeframe, start_date, end_date
    source.fixAll.signal Apply all safe fixes in this file
    ");
}

#[test]
fn fixes_of_one_name_say_their_line() {
    let (snapshot, span) = selected("┃x = RSI(close, 14)\ny = RSI(open, 14)\nz = EMA(x, 3)┃\nemit_signal(y > z)\n");
    let actions = all_at(&snapshot, span);
    let told: Vec<_> =
        actions.iter().map(|action| &*action.title).filter(|title| title.starts_with("Replace")).collect();
    assert_eq!(told, ["Replace by `rsi` on line 1", "Replace by `rsi` on line 2", "Replace by `ema`"]);
}

#[test]
fn all_of_a_rule_and_all_that_is_safe_are_fixed() {
    let text = "x = RS┃I(close, 14)\ny = RSI(open, 14)\nz = x > y\n";
    check(text, "Fix all 2", "x = rsi(close, 14)\ny = rsi(open, 14)\nz = x > y\n");
    check(text, "Apply all safe", "x = rsi(close, 14)\ny = rsi(open, 14)\nz = x > y\n");
}

#[test]
fn a_finding_is_allowed_with_a_reason() {
    let text = "x = f┃oo(close)\nemit_signal(x > 1, entry(\"BINANCE:BTC/USDT\", \"LONG\"))\n";
    check(
        text,
        "Allow `unknown-function` on this line",
        "x = foo(close)  # signal: allow unknown-function because reason\nemit_signal(x > 1, entry(\"BINANCE:BTC/USDT\", \"LONG\"))\n",
    );
    check(
        text,
        "Allow `unknown-function` in this file",
        "# signal: allow unknown-function in this file because reason\nx = foo(close)\nemit_signal(x > 1, entry(\"BINANCE:BTC/USDT\", \"LONG\"))\n",
    );
    titles("x = (┃\n", Kind::QuickFix, &["Explain `syntax-error`"]);
}

#[test]
fn what_a_run_needs_is_added_to_the_head() {
    let text = "┃# Buys dips.\nemit_signal(close > sma(close, 200), entry(\"BINANCE:BTC/USDT\", \"LONG\"))\n";
    check(
        text,
        "Add directives: universe, timeframe, start_date, end_date",
        "#! universe   = BINANCE:BTC/USDT\n#! timeframe  = 1h\n#! start_date = 2025-05-24\n#! end_date   = 2026-06-01\n# Buys dips.\n\
         emit_signal(close > sma(close, 200), entry(\"BINANCE:BTC/USDT\", \"LONG\"))\n",
    );
    let text =
        "#! timeframe = 1d\r\n#! start_date = 2025-01-01\r\n#! end_date = 2025-12-31┃\r\nx = sma(close, 200)\r\n";
    titles(
        text,
        Kind::Rewrite,
        &[
            "Set start_date to 2024-06-16, so that all bars from 2025-01-01 on are usable",
            "Set start_date to 2023-06-16, so that 2 years are usable",
            "Set start_date to 2020-06-16, so that 5 years are usable",
            "Set end_date to today, 2026-06-01",
        ],
    );
}

/// The day from which on all is usable after the action whose title begins so.
#[track_caller]
fn usable_from(text: &str, title: &str, expected: &str) {
    let (snapshot, span) = selected(text);
    let actions = all_at(&snapshot, span);
    let action = actions.iter().find(|action| action.title.starts_with(title)).unwrap();
    let after = apply_edits(snapshot.source().text(), &edits_of(&snapshot, action).unwrap()).unwrap();
    let after = snapshot.with_text(&after);
    let first = after.facts().report().first_usable.map(|day| day.to_string());
    assert_eq!(first.as_deref(), Some(expected), "{}", action.title);
}

#[test]
fn the_dates_that_are_set_leave_what_the_title_says() {
    for (timeframe, first) in [("1d", "2025-01-01"), ("1h", "2024-12-31"), ("1w", "2025-01-06")] {
        let text = format!(
            "┃#! timeframe = {timeframe}\n#! start_date = 2025-01-01\n#! end_date = 2025-12-31\nx = ema(sma(close, 200), 15)\n"
        );
        usable_from(&text, "Set start_date to 20", first);
    }
    let text = "┃#! timeframe = 1d\n#! end_date = 2024-02-29\nx = sma(close, 30)\n";
    usable_from(text, "Set start_date to 2023-01-31, so that 1 year", "2023-03-01");
    usable_from(text, "Add directives: start_date", "2023-03-01");
}

#[test]
fn what_is_nested_without_end_ends_nothing() {
    const DEEP: usize = 3_000;
    for (open, inner, close) in [
        ("(", "close", ")"),
        ("not ", "close > 1", ""),
        ("close > 1 or ", "close > 2", ""),
        ("", "close", "[-2]"),
        ("abs(", "close", ")"),
        ("-", "close", ""),
    ] {
        let text = format!("x = 1 + {}{inner}{} * 2\ny = x\n", open.repeat(DEEP), close.repeat(DEEP));
        let snapshot = snapshot(&text);
        for at in [8, text.len() / 2, text.find("close").unwrap(), text.len() - 2] {
            for action in all_at(&snapshot, Span::empty(at as u32)) {
                edits_of(&snapshot, &action);
            }
        }
    }
}
