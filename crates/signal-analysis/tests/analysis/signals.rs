//! What signals ask for, read from the script as data.

use signal_analysis::{Facts, Side, Sizing};
use signal_project::Flags;

use crate::analysed;

/// Every order as `condition: action ticker side sizing`.
fn orders(script: &str) -> (Vec<String>, bool) {
    analysed(script, &Flags::default(), None, |analysis| {
        let facts = &analysis.facts;
        let orders = facts.orders();
        let lines = orders.iter().map(|(order, action)| {
            let market = action.market.map_or("?".to_owned(), |market| facts.tickers.markets[market].to_string());
            let mut line =
                format!("{}: {:?} {market} {}", facts.text(order.condition), action.kind, side(facts, action.side));
            if let Some(Sizing { unit, amount, .. }) = action.sizing {
                line.push_str(&format!(" {unit:?} {}", amount.map_or("?".to_owned(), |amount| amount.to_string())));
            }
            line
        });
        (lines.collect(), orders.some_hidden)
    })
}

fn side(facts: &Facts<'_>, side: Side) -> String {
    match side {
        Side::Other(id) => facts.text(id).to_owned(),
        Side::Variable => "?".to_owned(),
        Side::Absent => "-".to_owned(),
        Side::Long | Side::Short => side.word().to_owned(),
    }
}

fn check(script: &str, expected: &[&str], hidden: bool) {
    let (found, some_hidden) = orders(script);
    assert_eq!(found, expected, "{script}");
    assert_eq!(some_hidden, hidden, "{script}");
}

#[test]
fn an_order_is_read_from_its_signal() {
    check(
        "emit_signal(close > 5, entry(\"BINANCE:BTC/USDT\", \"LONG\", Weight(0.5)))",
        &["close > 5: Entry BINANCE:BTC/USDT LONG Weight 0.5"],
        false,
    );
    check("emit_signal(close > 5, exit('UPBIT:BTC/KRW'))", &["close > 5: Exit UPBIT:BTC/KRW -"], false);
}

#[test]
fn names_are_seen_through() {
    check(
        "pair = 'BINANCE:BTC/USDT'\ncoin = pair\nup = (close > 5)\nsize = 0.25\nhalf = Cash(size * 2)\nway = 'SHORT'\n\
         buy = entry(coin, way, half)\nagain = buy\nemit_signal(up, again)\n",
        &["close > 5: Entry BINANCE:BTC/USDT SHORT Cash 0.5"],
        false,
    );
}

#[test]
fn two_spellings_are_one_ticker() {
    check(
        "emit_signal(close > 5, entry('binance:btc/usdt', 'long', Shares(close)))\nemit_signal(close < 5, exit('BINANCE:BTC/USDT'))\n",
        &["close > 5: Entry BINANCE:BTC/USDT 'long' Shares ?", "close < 5: Exit BINANCE:BTC/USDT -"],
        false,
    );
}

#[test]
fn a_choice_of_actions_is_several_orders() {
    let a = "a = entry('BINANCE:BTC/USDT', 'LONG')\nb = exit('BINANCE:BTC/USDT', 'LONG')\n";
    let both = ["close > 5: Entry BINANCE:BTC/USDT LONG", "close > 5: Exit BINANCE:BTC/USDT LONG"];
    for action in ["a if open > 5 else b", "where(open > 5, a, b)", "[a, b]", "(a, (None, b))"] {
        check(&format!("{a}emit_signal(close > 5, {action})"), &both, false);
    }
}

#[test]
fn what_can_t_be_told_is_said_to_be_hidden() {
    for script in [
        "emit_signal(close > 5, buy('BINANCE:BTC/USDT'))",
        "emit_signal(close > 5)",
        "emit_signal(close > 5, later)",
        "x = (\nemit_signal(close > 5, [])",
    ] {
        check(script, &[], true);
    }
    check("emit_signal(close > 5, entry(close, 'LONG'))", &["close > 5: Entry ? LONG"], true);
    check("emit_signal(close > 5, entry('', 'LONG'))", &["close > 5: Entry ? LONG"], true);
}

#[test]
fn choices_on_choices_are_followed_so_far() {
    let mut script = "x0 = entry('BINANCE:BTC/USDT', 'LONG')\n".to_owned();
    for n in 1..200 {
        script.push_str(&format!("x{n} = x{0} if close > {n} else x{0}\n", n - 1));
    }
    script.push_str("emit_signal(close > 5, x199)\n");
    assert!(orders(&script).1);
    let nested = format!(
        "emit_signal(close > 5, {}entry('BINANCE:BTC/USDT', 'LONG'){})",
        "(".repeat(10_000),
        ")".repeat(10_000)
    );
    assert_eq!(orders(&nested).0.len(), 1);
}

#[test]
fn the_universe_knows_its_tickers_places() {
    let check = |script: &str, expected: &[(&str, bool)]| {
        analysed(script, &Flags::default(), None, |analysis| {
            let facts = &analysis.facts;
            let universe = facts.universe().unwrap();
            let found: Vec<_> = universe
                .tickers
                .iter()
                .map(|ticker| (ticker.place.map_or("", |place| facts.source.slice(place)), ticker.market.is_some()))
                .collect();
            assert_eq!(found, expected, "{script}");
        });
    };
    let signal = "emit_signal(close > 5, exit('binance:btc/usdt'))\n";
    check(
        &format!("#! universe = \"BINANCE:ABTC/USDT\", BINANCE:BTC/USDT , BINANCE:ETH/USDT # two\n{signal}"),
        &[("BINANCE:ABTC/USDT", false), ("BINANCE:BTC/USDT", true), ("BINANCE:ETH/USDT", false)],
    );
    check(
        &format!("#! universe = [HYPERLIQUID:BTC/USDC:USDC, BINANCE-BTC-USDT]\n{signal}"),
        &[("HYPERLIQUID:BTC/USDC:USDC", false), ("", true)],
    );
}

/// The rules that speak about a script, in order, each once.
fn rules(script: &str) -> Vec<String> {
    let mut rules: Vec<String> = crate::check(script).iter().map(|finding| finding.code.to_string()).collect();
    rules.dedup();
    rules
}

#[test]
fn what_is_legitimate_is_left_alone() {
    let cross = "#! mode = cross\n";
    let order = |condition: &str, action: &str| format!("emit_signal({condition}, {action})\n");
    let btc = |side: &str, size: &str| format!("entry(\"HYPERLIQUID:BTC/USDC:USDC\", \"{side}\", {size})");
    let eth = |side: &str, size: &str| format!("entry(\"HYPERLIQUID:ETH/USDC:USDC\", \"{side}\", {size})");
    let (left_btc, left_eth) = ("exit(\"HYPERLIQUID:BTC/USDC:USDC\")", "exit(\"HYPERLIQUID:ETH/USDC:USDC\")");
    let (up, down) = ("close > sma(close, 20)", "close < sma(close, 20)");
    let scripts = [
        // One account after the other: only one of them is held.
        format!(
            "{cross}{}{}{}{}",
            order(up, &btc("LONG", "Weight(1)")),
            order(up, left_eth),
            order(down, &eth("LONG", "Weight(1)")),
            order(down, left_btc)
        ),
        format!(
            "{cross}{}{}{}{}",
            order(up, &btc("LONG", "Weight(0.8)")),
            order(down, left_btc),
            order(down, &eth("LONG", "Weight(0.8)")),
            order("open > close", left_eth)
        ),
        // Each ticker has an account of its own.
        format!("{}{}", order(up, &btc("LONG", "Weight(0.9)")), order(up, &eth("LONG", "Weight(0.9)"))),
        // The leverage allows it.
        format!(
            "#! leverage = 3\n{cross}{}{}",
            order(up, &btc("LONG", "Weight(1.5)")),
            order(up, &eth("SHORT", "Weight(1.5)"))
        ),
        // Ten tenths.
        format!(
            "{cross}{}",
            (0..10)
                .map(|n| order(up, &format!("entry(\"BINANCE:C{n}/USDT\", \"LONG\", Weight(0.1))")))
                .collect::<String>()
        ),
        // Stop and reverse needs no exit, and a plan that only buys has none.
        format!("{}{}", order(up, &btc("LONG", "Weight(1)")), order(down, &btc("SHORT", "Weight(1)"))),
        order("close > 0", &btc("LONG", "Cash(50)")),
        // Long and short of two tickers under conditions of their own are two trades.
        format!("{}{}", order(up, &btc("LONG", "Weight(1)")), order(down, &eth("SHORT", "Weight(1)"))),
        // A size that is computed is nobody's to judge.
        order(up, &btc("LONG", "Weight(0.02 / natr(14) * 100)")),
        // Sides of a prediction, and of what nobody knows.
        order(up, "entry(\"POLYMARKET:123/USDC\", \"YES\", Weight(0.1))"),
        format!(
            "way = \"LONG\" if close > 5 else \"SHORT\"\n{}",
            order(up, "entry(\"HYPERLIQUID:BTC/USDC:USDC\", way, Weight(0.1))")
        ),
        // The exchange is the API's default, and the first ticker of a pair is only watched.
        format!(
            "#! universe = HYPERLIQUID:BTC/USDC:USDC, HYPERLIQUID:ETH/USDC:USDC\n{cross}{}",
            order(up, &eth("LONG", "Weight(0.5)"))
        ),
        // Nothing is traded by name.
        "#! universe = BINANCE:BTC/USDT, BINANCE:ETH/USDT\nstrength = rsi(close, 14)\nstrength > 50\n".to_owned(),
    ];
    for script in scripts {
        let found = rules(&script);
        // Another rule minds an expression by itself.
        let found: Vec<_> = found.iter().filter(|rule| *rule != "result-not-used").collect();
        assert!(found.is_empty(), "{found:?} in\n{script}");
    }
}

#[test]
fn one_mistake_is_one_finding() {
    let universe = "#! universe = BINANCE:BTC/USDT\n";
    let (entry, exit) = ("emit_signal(close > open, entry(", "emit_signal(close < open, exit(");
    let check = |script: String, expected: &[&str]| assert_eq!(rules(&script), expected, "{script}");
    // A misspelt ticker is not also outside of the universe, nor the right one unused.
    check(format!("{universe}{entry}\"BINANCE:BTC-USDT\", \"LONG\"))\n"), &["malformed-ticker"]);
    check(format!("{universe}{entry}\"BINANCE:btc/usdt\", \"LONG\"))\n"), &["malformed-ticker"]);
    // One outside of it makes neither the exit lonely nor the universe too large.
    check(
        format!("{universe}{entry}\"BINANCE:BCH/USDT\", \"LONG\"))\n{exit}\"BINANCE:BTC/USDT\", \"LONG\"))\n"),
        &["ticker-not-in-universe"],
    );
    // A side that is none may be any.
    check(
        format!("{universe}{entry}\"BINANCE:BTC/USDT\", \"BUY\"))\n{exit}\"BINANCE:BTC/USDT\", \"LONG\"))\n"),
        &["unknown-side"],
    );
    // An exit of the other side, and the entry that lacks one.
    check(
        format!(
            "{entry}\"LIGHTER:BTC/USDC:USDC\", \"LONG\"))\n{exit}\"LIGHTER:BTC/USDC:USDC\", \"SHORT\"))\n\
             {entry}\"LIGHTER:ETH/USDC:USDC\", \"LONG\"))\n{exit}\"LIGHTER:ETH/USDC:USDC\"))\n"
        ),
        &["exit-without-entry"],
    );
}
