//! Hovers as authors see them, each whole.

use signal_text::Span;

use super::hover;
use crate::features::code_lens::code_lenses;
use crate::features::inlay_hints::inlay_hints;
use crate::snapshot::Snapshot;
use crate::testing::{at_cursor, at_cursor_under, scripts, snapshot};

/// Holds the hover of each text at its cursor, shown under the text, against the snapshot of that name.
#[track_caller]
fn check(name: &str, cases: &[&str]) {
    held(name, cases, at_cursor);
}

/// The same of scripts that are set up in another way.
#[track_caller]
fn held(name: &str, cases: &[&str], set_up: impl Fn(&str) -> (Snapshot, u32)) {
    let mut pages = Vec::new();
    for marked in cases {
        let (snapshot, offset) = set_up(marked);
        let found = hover(&snapshot, offset).map_or_else(
            || "(nothing)".to_owned(),
            |hover| format!("[{}]\n\n{}", snapshot.source().slice(hover.span), hover.markdown),
        );
        pages.push(format!("{marked}\n\n    ----\n\n{found}"));
    }
    insta::with_settings!({ omit_expression => true }, {
        insta::assert_snapshot!(name, pages.join("\n\n========\n\n"));
    });
}

#[test]
fn a_call_tells_its_value_and_its_time() {
    check(
        "calls",
        &[
            "slow = e┃ma(close, 200)\n",
            "x = sma┃(ema(close, 200), 15)\n",
            "#! start_date = 2024-01-01\n#! end_date = 2024-06-30\n#! timeframe = 1h\nx = r┃si(close, 14)\n",
            "#! start_date = 2024-01-01\n#! end_date = 2024-03-31\n#! timeframe = 1d\nx = ┃ema(close, 200)\n",
            "#! start_date = 2024-01-01\n#! end_date = 2024-03-31\n#! timeframe = 1d\nx = ┃sma(close, 91)\n",
            "line, signal, hist = mac┃d(close)\n",
            "x = ob┃v()\n",
            "x = at┃r(14)\n",
            "x = max┃(close, 20)\n",
            "x = max┃(close, open)\n",
            "n = rsi(close, 5)\nx = e┃ma(close, n)\n",
            "x = cross┃over(ema(close, 12), ema(close, 26))\n",
            "x = my_indicator┃(close)\n",
            "x = ema┃()\n",
            "x = cdlhammer┃(open, high, low, close)\n",
        ],
    );
}

#[test]
fn signals_actions_and_sizes_tell_what_is_asked_for() {
    let head =
        "#! start_date = 2024-01-01\n#! end_date = 2024-06-30\n#! timeframe = 4h\nup = close > ema(close, 200)\n";
    let cases = [
        format!("{head}emit_┃signal(up, entry(\"BINANCE:BTC/USDT\", \"LONG\", Weight(0.5)))\n"),
        format!("{head}emit_signal(up, en┃try(\"BINANCE:BTC/USDT\", \"LONG\", Weight(0.5)))\n"),
        format!("{head}emit_signal(up, entry(\"BINANCE:BTC/USDT\", \"LONG\", ┃Weight(0.5)))\n"),
        format!("{head}emit_signal(up, entry(\"BINANCE:BTC/USDT\", \"LONG\", Weight(┃0.5)))\n"),
        format!("{head}emit_signal(up, ex┃it(\"BINANCE:BTC/USDT\"))\n"),
        "#! start_date = 2024-01-01\n#! end_date = 2024-03-31\n#! timeframe = 1d\n\
         emit_┃signal(close > ema(close, 200), exit(\"BINANCE:BTC/USDT\"))\n"
            .to_owned(),
    ];
    check("signals", &cases.each_ref().map(String::as_str));
}

#[test]
fn a_name_tells_what_it_is_and_who_reads_it() {
    check(
        "names",
        &[
            "slow = ema(close, 200)\nup = close > sl┃ow\nemit_signal(up, exit(\"BINANCE:BTC/USDT\"))\n",
            "slow┃ = ema(close, 200)\nup = close > slow\nemit_signal(up, exit(\"BINANCE:BTC/USDT\"))\n",
            "smooth = sma(ema(close, 200), 15)\ntwice = smooth[-3] > smooth\nx = twi┃ce\n",
            "n = 1┃4\n",
            "┃n = 14\nx = rsi(close, n)\n",
            "line, sig┃nal, hist = macd(close)\nx = signal > 0\n",
            "line, signal, hist = macd(close)\nx = hi┃st > 0\n",
            "ticker┃ = \"BINANCE:BTC/USDT\"\n",
            "x = 1\nx = x┃ + 1\nx = 3\n",
            "up = rsi(close, 14) > 120\ny = u┃p\n",
            "x = cl┃ose\n",
            "x = hl┃2\n",
            "y = x┃\nx = 1\n",
            "y = unknown_na┃me\n",
            "x = ema┃\n",
            "x = obv()\ny = x┃\n",
            "x = who_knows(close)\ny = x┃\n",
            "b = bbands(close, 20)\ny = b.up┃perband > close\n",
            "b = bbands(close, 20)\ny = b[\"upper┃band\"] > close\n",
            "b = bbands(close, 20)\ny = b[\"wro┃ng\"] > close\n",
            "line, signal, hi┃st = macd(close)\n",
            "long = sma(\n    close,\n    20\n)\nx = lon┃g\n",
        ],
    );
}

#[test]
fn arguments_and_keywords_tell_their_parameter() {
    check(
        "arguments",
        &[
            "x = ema(close, 20┃0)\n",
            "x = ema(close, time┃period=200)\n",
            "x = macd(close, 12, ┃26)\n",
            "x = ema(re┃al=close)\n",
            "x = bbands(close, 20, 2, 2, ┃1)\n",
            "x = ema(close, wrong┃=200)\n",
            "x = ema(per┃iod=200)\n",
            "x = close[-┃3]\n",
            "x = close[┃-3]\n",
            "x = ma(close, 20, ┃9)\n",
            "emit_signal(close > 1, exit(\"BINANCE:BTC/USDT\", si┃de=\"LONG\"))\n",
            "x = close[-1┃]\n",
            "x = close[┃0]\n",
            "x = rsi(close, 14) < ┃30\n",
            "x = 1┃ + 2\n",
        ],
    );
}

#[test]
fn operators_tell_what_comes_of_them() {
    check(
        "operators",
        &[
            "x = close > ema(close, 20) a┃nd close < ema(close, 50)\n",
            "x = rsi(close, 14) ┃> 120\n",
            "x = close >┃= open\n",
            "x = ┃not close > open\n",
            "x = high ┃- low\n",
            "x = close if close > open el┃se open\n",
            "x = -┃close\n",
            "x = ┃-close\n",
            "x = (┃close)\n",
            "x ┃= close\n",
        ],
    );
}

#[test]
fn tickers_and_sides_tell_what_they_mean() {
    check(
        "tickers",
        &[
            "emit_signal(close > 1, exit(\"BINANCE:┃BTC/USDT\"))\n",
            "#! universe = BINANCE:BTC/USDT\nemit_signal(close > 1, exit(\"BINANCE:BTC/US┃DT\"))\n",
            "#! universe = BINANCE:ETH/USDT\nemit_signal(close > 1, exit(\"binance:btc/us┃dt\"))\n",
            "emit_signal(close > 1, entry(\"BINANCEFUTURESUSD:BTC/USDT:USDT┃\", \"SHORT\"))\n",
            "emit_signal(close > 1, entry(\"BINANCEFUTURESUSD:BTC/USDT:USDT\", \"SHO┃RT\"))\n",
            "emit_signal(close > 1, entry(\"BINANCE:BTC/USDT\", ┃\"LONG\"))\n",
            "emit_signal(close > 1, entry(\"KRAKEN:BT┃C/USDT\", \"LONG\"))\n",
            "emit_signal(close > 1, entry(\"┃BTCUSDT\", \"LONG\"))\n",
            "#! universe = BINANCE:BTC/USDT, BINANCE:E┃TH/USDT\n",
        ],
    );
}

#[test]
fn directives_tell_their_value_and_what_it_makes_of_the_run() {
    let script = "x = ema(close, 200)\n";
    let cases = [
        "#! start_┃date = 2024-01-01\n#! end_date = 2024-06-30\n#! timeframe = 4h\n",
        "#! start_date = 2024-01-01\n#! end_date = 2024-0┃3-31\n#! timeframe = 1d\n",
        "#! time┃frame = 4h\n",
        "#! timeframe = 4h\n#! timeframe = 1┃d\n",
        "#! timef┃rame = 4h\n#! timeframe = 1d\n",
        "#! lever┃age = 500\n",
        "#! star┃t = 2024-01-01\n",
        "#! mo┃de = cross # both legs\n",
        "#! mode = cross # both l┃egs\n",
        "#┃! mode = cross\n",
    ];
    let cases = cases.map(|head| format!("{head}{script}"));
    check("directives", &cases.each_ref().map(String::as_str));
}

#[test]
fn a_comment_that_allows_a_rule_tells_what_it_allowed() {
    check(
        "comments",
        &[
            "x = rsi(close, 14) > 120 # signal: allow impos┃sible-condition because it is a test\n",
            "x = rsi(close, 14) > 120 # signal: al┃low impossible-condition, unused-name because it is a test\n",
            "# signal: al┃low impossible-condition in this file\nx = close > open\n",
            "x = close # just┃ prose\n",
            "x = close # signal: allow unused-name because it is ┃later\n",
        ],
    );
}

#[test]
fn what_the_project_sets_and_declares_is_told() {
    let settings = "[run]\ntimeframe = \"4h\"\nuniverse = [\"BINANCE:BTC/USDT\"]\nstart_date = 2024-01-01\n\
                    end_date = 2024-06-30\n[catalog]\ndeclare = [\"my_trend(series, period=14) lookback period-1\", \"vix\"]\n";
    let cases = [
        "x = my_tr┃end(close, 20)\n",
        "x = my_trend(close, 2┃0)\n",
        "x = vi┃x\n",
        "emit_signal(close > 1, exit(\"BINANCE:BTC/U┃SDT\"))\n",
        "#! timefr┃ame = 1d\nx = ema(close, 200)\n",
        "#! start_d┃ate = 2023-01-01\nx = ema(close, 200)\n",
        "#! end_date = 2026-0┃9-01\nx = ema(close, 200)\n",
    ];
    held("project", &cases, |marked| at_cursor_under(marked, settings));
}

#[test]
fn words_of_broken_statements_are_told_too() {
    check(
        "broken",
        &[
            "slow = ema(close, 200)\nx = slo┃w >\n",
            "x = rs┃i(\n",
            "x = rsi(clo┃se, \n",
            "emit_signal(close > 1 a┃nd , entry(\"BINANCE:BTC/USDT\", \"LONG\"\n",
            "emit_signal(close > 1, entry(\"BINANCE:BTC/U┃SDT\n",
            "x = = ┃ y\n",
        ],
    );
}

#[test]
fn a_hover_holds_the_cursor_and_closes_what_it_opens_wherever_it_is() {
    for (path, text) in scripts() {
        // Whole, and cut off in the middle of a statement as text is while it is written.
        let cut = text.char_indices().map(|(at, _)| at).find(|at| *at >= text.len() * 2 / 3).unwrap_or(0);
        for text in [text.as_str(), &text[..cut]] {
            let snapshot = snapshot(text);
            for offset in (0..=text.len()).filter(|at| text.is_char_boundary(*at)) {
                let offset = u32::try_from(offset).unwrap();
                let Some(hover) = hover(&snapshot, offset) else { continue };
                let at = || format!("{} at {offset}: {hover:?}", path.display());
                assert!(hover.span.touches(offset) && !hover.span.is_empty(), "{}", at());
                assert!(!hover.markdown.is_empty() && hover.markdown.chars().count() < 3_000, "{}", at());
                let fences = hover.markdown.lines().filter(|line| line.starts_with("```")).count();
                assert_eq!(fences % 2, 0, "{}", at());
            }
        }
    }
}

#[test]
fn a_script_is_told_of_while_it_is_typed() {
    let examples =
        scripts().into_iter().filter(|(path, _)| path.parent().is_some_and(|folder| folder.ends_with("examples")));
    let mut told = 0;
    for (path, text) in examples {
        for end in (0..=text.len()).step_by(5).filter(|end| text.is_char_boundary(*end)) {
            let snapshot = snapshot(&text[..end]);
            let end = u32::try_from(end).unwrap();
            for offset in end.saturating_sub(12)..=end {
                let Some(hover) = hover(&snapshot, offset) else { continue };
                told += 1;
                assert!(hover.span.touches(offset) && hover.span.end <= end, "{} at {offset} of {end}", path.display());
            }
            let options = crate::options::Options::default().inlay_hints;
            let hints = inlay_hints(&snapshot, Span::new(0, end), options);
            assert!(hints.iter().all(|hint| hint.offset <= end), "{} up to {end}", path.display());
            let lenses = code_lenses(&snapshot, None);
            assert!(lenses.iter().all(|lens| lens.span.end <= end), "{} up to {end}", path.display());
        }
    }
    assert!(told > 5_000, "{told} hovers");
}
