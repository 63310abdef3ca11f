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
