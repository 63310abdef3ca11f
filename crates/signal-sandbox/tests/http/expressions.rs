//! Expressions over the market: evaluate, scan and rank, and that they agree with each other and with the engine.

use std::path::Path;

use serde_json::{Value, json};
use signal_api::models::{EvaluateRequest, RankRequest, Scalar, ScanRequest};
use signal_api::{ApiError, Client, ErrorCode};
use signal_catalog::Catalog;
use signal_engine::{Bars, Program, evaluate};
use signal_sandbox::{DataSource, Options};
use signal_text::Source;

use crate::support::{block_on, key_of, raw, start};

fn request(expression: &str, symbol: &str) -> EvaluateRequest {
    EvaluateRequest {
        expression: expression.to_owned(),
        symbol: symbol.to_owned(),
        timeframe: Some("1d".to_owned()),
        series: Some(true),
        ..EvaluateRequest::default()
    }
}

/// The bars that the sandbox serves, read over HTTP.
async fn bars(client: &Client, symbol: &str, count: usize) -> Bars {
    let query = json!({ "symbol": symbol, "timeframe": "1d", "limit": count });
    let answer: signal_api::Answer<Value> = client.get(&["market", "ohlcv"], &query).await.unwrap();
    let mut bars = Bars::default();
    for row in answer.data["ohlcv"].as_array().unwrap() {
        let number = |name: &str| row[name].as_f64().unwrap();
        let time: jiff::Timestamp = row["timestamp"].as_str().unwrap().parse().unwrap();
        bars.open_time.push(time.as_second());
        bars.open.push(number("open"));
        bars.high.push(number("high"));
        bars.low.push(number("low"));
        bars.close.push(number("close"));
        bars.volume.push(number("volume"));
    }
    bars
}

#[test]
fn the_value_of_every_bar_is_the_engines() {
    block_on(async {
        let (_running, client) = start(Options::default()).await;
        let bars = bars(&client, "BTC/USDT", 1_000).await;
        assert_eq!(bars.len(), 1_000);
        for expression in [
            "rsi(close, 14)[-1]",
            "rsi(close, 14)",
            "close > sma(close, 20)",
            "macd(close).signal",
            "bbands(close, 20)[\"upper\"] - close",
            "macd(close)",
            "slow = ema(close, 200)\nclose / slow - 1",
            "crossover(ema(close, 12), ema(close, 26))",
            "close[-3]",
            "2 + 3",
            "(close - close) / (open - open)",
        ] {
            let answer = client.evaluate(&request(expression, "BTC/USDT")).await.unwrap();
            let source = Source::new("expression", expression);
            let parsed = signal_syntax::parse(&source);
            let program = Program::compile(&source, &parsed.tree, Catalog::bundled()).unwrap();
            let expected = evaluate(&program, None, &bars).unwrap();
            let series = answer.data.series.as_ref().unwrap();
            assert_eq!((series.len(), answer.data.bars), (1_000, Some(1_000)), "{expression}");
            for (bar, value) in series.iter().enumerate() {
                let number = expected.number(bar).filter(|number| number.is_finite());
                // The bars were read from JSON, which may cost the last digit.
                let alike = match (value.number(), number) {
                    (Some(a), Some(b)) => (a - b).abs() <= 1e-9 * a.abs().max(b.abs()).max(1.0),
                    (a, b) => a == b,
                };
                assert!(alike, "{expression}, bar {bar}: {value:?} and {number:?}");
                assert_eq!(matches!(value, Scalar::Boolean(_)), answer.raw["type"] == "boolean" && number.is_some());
            }
            assert_eq!(answer.data.value, series[999], "{expression}");
            assert_eq!(answer.raw["warmup"], expected.start, "{expression}");
            assert_eq!(answer.data.timestamp.as_deref(), Some("2026-01-14T00:00:00Z"), "the last closed bar");
            assert_eq!((&answer.raw["origin"], &answer.raw["data"]), (&json!("sandbox"), &json!("synthetic")));
        }
    });
}

#[test]
fn a_series_comes_only_where_it_is_asked_for() {
    block_on(async {
        let (_running, client) = start(Options::default()).await;
        let answer = client.evaluate(&EvaluateRequest { series: None, ..request("close", "BTC/USDT") }).await.unwrap();
        assert!(answer.data.series.is_none() && answer.data.value.number().is_some());
        let whole = client.evaluate(&request("close", "BTC/USDT")).await.unwrap();
        assert_eq!(answer.data.value, whole.data.value);
    });
}

#[test]
fn perpetuals_are_named_by_pair_and_exchange_or_by_their_ticker() {
    block_on(async {
        let (_running, client) = start(Options::default()).await;
        let mut values = Vec::new();
        for (symbol, exchange) in [("BTC/USDC", Some("hyperliquid")), ("HYPERLIQUID:BTC/USDC:USDC", None)] {
            let exchange = exchange.map(str::to_owned);
            let answer = client.evaluate(&EvaluateRequest { exchange, ..request("close", symbol) }).await.unwrap();
            assert_eq!(answer.raw["ticker"], "HYPERLIQUID:BTC/USDC:USDC");
            assert_eq!((&answer.raw["symbol"], &answer.raw["exchange"]), (&json!("BTC/USDC"), &json!("hyperliquid")));
            values.push(answer.data.value);
        }
        assert_eq!(values[0], values[1]);
    });
}

/// All symbols of an exchange, as `/market/symbols` lists them.
async fn listed(client: &Client, exchange: &str) -> Vec<String> {
    let answer: signal_api::Answer<Value> =
        client.get(&["market", "symbols"], &json!({ "exchange": exchange })).await.unwrap();
    let symbols = answer.data["symbols"].as_array().unwrap().clone();
    symbols.iter().map(|symbol| symbol["symbol"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_scan_matches_what_evaluating_each_symbol_says() {
    block_on(async {
        let (_running, client) = start(Options::default()).await;
        for (exchange, condition) in [
            ("binance", "rsi(close, 14) < 50"),
            ("binance", "close > sma(close, 20)"),
            ("upbit", "rsi(close, 2) < 101"),
        ] {
            let scan = ScanRequest {
                condition: condition.to_owned(),
                exchange: Some(exchange.to_owned()),
                timeframe: Some("1d".to_owned()),
                universe: None,
            };
            let answer = client.scan(&scan).await.unwrap();
            let mut expected = Vec::new();
            let symbols = listed(&client, exchange).await;
            for symbol in &symbols {
                let exchange = Some(exchange.to_owned());
                let one = client.evaluate(&EvaluateRequest { exchange, ..request(condition, symbol) }).await.unwrap();
                if one.data.value == Scalar::Boolean(true) {
                    expected.push(symbol.clone());
                }
            }
            let matched: Vec<_> = answer.data.matched.iter().map(|one| one.symbol.clone()).collect();
            assert_eq!(matched, expected, "{condition} on {exchange}");
            assert_eq!(answer.data.scanned_count, Some(symbols.len() as u64));
            for one in &answer.data.matched {
                let name = condition.split(" < ").next().unwrap().split(" > ").next().unwrap();
                let exchange = Some(exchange.to_owned());
                let value = EvaluateRequest { exchange, ..request(name, &one.symbol) };
                let value = client.evaluate(&value).await.unwrap().data.value;
                assert_eq!(one.values[name].as_f64(), value.number(), "the value behind {condition}");
                assert!(one.price.is_some() && one.timestamp.is_some());
            }
        }
    });
}

#[test]
fn a_ranking_is_in_the_order_of_what_evaluating_each_symbol_says() {
    block_on(async {
        let (_running, client) = start(Options::default()).await;
        let symbols = listed(&client, "binance").await;
        let mut values = Vec::new();
        for symbol in &symbols {
            let value = client.evaluate(&request("roc(close, 10)", symbol)).await.unwrap().data.value;
            values.push((symbol.clone(), value.number().unwrap()));
        }
        values.sort_by(|(_, a), (_, b)| b.total_cmp(a));
        for (order, limit) in [(None, None), (Some("desc"), Some(3)), (Some("asc"), None), (Some("asc"), Some(1))] {
            let rank = RankRequest {
                expression: "roc(close, 10)".to_owned(),
                timeframe: Some("1d".to_owned()),
                order: order.map(str::to_owned),
                limit,
                ..RankRequest::default()
            };
            let answer = client.rank(&rank).await.unwrap();
            let mut expected = values.clone();
            if order == Some("asc") {
                expected.reverse();
            }
            expected.truncate(limit.unwrap_or(u64::MAX) as usize);
            let ranked: Vec<_> =
                answer.data.ranked.iter().map(|one| (one.symbol.clone(), one.score.unwrap())).collect();
            assert_eq!(ranked, expected, "{order:?} {limit:?}");
            let ranks: Vec<_> = answer.data.ranked.iter().map(|one| one.rank).collect();
            assert_eq!(ranks, (1..=expected.len() as u64).collect::<Vec<_>>());
            assert_eq!(answer.data.scanned_count, Some(symbols.len() as u64));
        }
    });
}

/// Writes days of bars whose close is `100 + n`.
fn write_days(folder: &Path, name: &str, days: usize) {
    let first: jiff::civil::Date = "2024-01-01".parse().unwrap();
    let mut text = "timestamp,open,high,low,close,volume\n".to_owned();
    for day in 0..days {
        let date = first.checked_add(jiff::ToSpan::days(day as i64)).unwrap();
        let close = 100 + day;
        text += &format!("{date}T00:00:00Z,{close},{close},{close},{close},5\n");
    }
    std::fs::write(folder.join(name), text).unwrap();
}

#[test]
fn bars_of_ones_own_are_all_used_and_symbols_without_enough_are_told() {
    block_on(async {
        let folder = tempfile::tempdir().unwrap();
        write_days(folder.path(), "BINANCE_BTC_USDT_1d.csv", 366);
        write_days(folder.path(), "BINANCE_ETH_USDT_1d.csv", 5);
        write_days(folder.path(), "BINANCE_SOL_USDT_1h.csv", 5);
        let data = DataSource::Csv(folder.path().to_owned());
        let (_running, client) = start(Options { data, ..Options::default() }).await;
        let answer = client.evaluate(&request("sma(close, 10)", "BTC/USDT")).await.unwrap();
        assert_eq!((answer.data.bars, answer.data.value), (Some(366), Scalar::Number(460.5)));
        assert_eq!(answer.data.timestamp.as_deref(), Some("2024-12-31T00:00:00Z"));

        let timeframe = Some("1d".to_owned());
        let condition = "close > sma(close, 10)".to_owned();
        let scan = ScanRequest { condition, timeframe: timeframe.clone(), ..ScanRequest::default() };
        let scanned = client.scan(&scan).await.unwrap();
        assert_eq!(scanned.data.matched.len(), 1);
        let codes: Vec<_> =
            scanned.raw["details"].as_array().unwrap().iter().map(|one| &one["error"]["code"]).collect();
        assert_eq!(codes, [&Value::Null, &json!("TA_OUT_OF_RANGE"), &json!("DATA_UNAVAILABLE")]);

        let rank = RankRequest { expression: "sma(close, 10)".to_owned(), timeframe, ..RankRequest::default() };
        let ranked = client.rank(&rank).await.unwrap();
        assert_eq!(ranked.data.ranked.len(), 1);
        assert_eq!(ranked.raw["skipped"].as_array().unwrap().len(), 2);
        let none = RankRequest { expression: "sma(close, 1000)".to_owned(), ..rank };
        let error = client.rank(&none).await.unwrap_err();
        assert_eq!(error.code(), Some(&ErrorCode::TaOutOfRange), "no symbol had a value: {error}");
    });
}

#[test]
fn what_can_not_be_computed_is_refused_with_its_place() {
    block_on(async {
        let (running, _client) = start(Options::default()).await;
        let symbol = r#""symbol":"BTC/USDT","timeframe":"1d""#;
        for (path, body, code, words) in [
            ("evaluate", format!(r#"{{{symbol}}}"#), "VALIDATION_ERROR", "expression: it is required"),
            ("evaluate", r#"{"expression":"close"}"#.to_owned(), "VALIDATION_ERROR", "symbol: it is required"),
            (
                "evaluate",
                format!(r#"{{"expression":"rsi(close","x":1,{symbol}}}"#),
                "VALIDATION_ERROR",
                "expression, line 1, column",
            ),
            (
                "evaluate",
                format!(r#"{{"expression":"rsl(close, 14)",{symbol}}}"#),
                "VALIDATION_ERROR",
                "line 1, column 1",
            ),
            ("evaluate", format!(r#"{{"expression":"x = close",{symbol}}}"#), "VALIDATION_ERROR", "gives a name"),
            ("evaluate", format!(r#"{{"expression":"\"BTC\"",{symbol}}}"#), "VALIDATION_ERROR", "neither a number nor"),
            ("evaluate", format!(r#"{{"expression":"  ",{symbol}}}"#), "VALIDATION_ERROR", "it is empty"),
            ("evaluate", format!(r##"{{"expression":"# x",{symbol}}}"##), "VALIDATION_ERROR", "no expression"),
            (
                "evaluate",
                format!(r#"{{"expression":"sma(close, 5000)",{symbol}}}"#),
                "TA_OUT_OF_RANGE",
                "insufficient data for `sma(close, 5000)`",
            ),
            (
                "evaluate",
                format!(r#"{{"expression":"close","series":"yes",{symbol}}}"#),
                "VALIDATION_ERROR",
                "neither true nor false",
            ),
            (
                "evaluate",
                format!(r#"{{"expression":"close","bars":0,{symbol}}}"#),
                "VALIDATION_ERROR",
                "bars: `0` is no whole number",
            ),
            (
                "evaluate",
                r#"{"expression":"close","symbol":"BTC/USDT","exchange":"binanse"}"#.to_owned(),
                "VALIDATION_ERROR",
                "did you mean `binance`",
            ),
            ("scan", r#"{"condition":"rsi(close, 14)"}"#.to_owned(), "VALIDATION_ERROR", "not a condition"),
            (
                "scan",
                r#"{"condition":"close > 1","universe":"BTC/USDT"}"#.to_owned(),
                "VALIDATION_ERROR",
                "universe: it is no list",
            ),
            (
                "scan",
                r#"{"condition":"close > 1","universe":[]}"#.to_owned(),
                "VALIDATION_ERROR",
                "no symbol to look at",
            ),
            ("scan", r#"{"condition":"close > 1","universe":["BTC"]}"#.to_owned(), "VALIDATION_ERROR", "universe: "),
            ("scan", r#"{"condition":"close > 1","bars":2000000}"#.to_owned(), "VALIDATION_ERROR", "too many"),
            ("rank", r#"{"expression":"close > 1"}"#.to_owned(), "VALIDATION_ERROR", "not a number to rank by"),
            ("rank", r#"{"expression":"close","order":"up"}"#.to_owned(), "VALIDATION_ERROR", "neither asc nor desc"),
            ("rank", r#"{"expression":"close","limit":0}"#.to_owned(), "VALIDATION_ERROR", "limit: "),
        ] {
            let line = format!("POST /api/v1/market/{path}");
            let answer = raw(running.local_addr(), &line, &key_of(&running), &body).await;
            assert_eq!((answer.status, answer.code().as_str()), (400, code), "{path} {body}: {}", answer.body);
            let message = answer.json()["error"]["message"].as_str().unwrap().to_owned();
            assert!(message.contains(words), "{path} {body}: {message}");
        }
        for path in ["evaluate", "scan", "rank"] {
            let answer = raw(running.local_addr(), &format!("POST /api/v1/market/{path}"), "", "{}").await;
            assert_eq!((answer.status, answer.code().as_str()), (401, "INVALID_API_KEY"), "{path}");
        }
    });
}

#[test]
fn more_bars_can_be_asked_for() {
    block_on(async {
        let (running, client) = start(Options::default()).await;
        let refused = client.evaluate(&request("sma(close, 2000)", "BTC/USDT")).await;
        assert!(matches!(refused, Err(ApiError::Refused { code: ErrorCode::TaOutOfRange, .. })));
        let body = r#"{"expression":"sma(close, 2000)","symbol":"BTC/USDT","timeframe":"1d","bars":2500}"#;
        let answer = raw(running.local_addr(), "POST /api/v1/market/evaluate", &key_of(&running), body).await.json();
        assert_eq!((&answer["data"]["bars"], &answer["data"]["warmup"]), (&json!(2500), &json!(1999)));
    });
}

#[test]
fn tickers_tell_the_last_price_and_the_day_before_it() {
    block_on(async {
        let (running, client) = start(Options::default()).await;
        let get = |path: &'static str| {
            let (address, key) = (running.local_addr(), key_of(&running));
            async move { raw(address, &format!("GET /api/v1/market/{path}"), &key, "").await }
        };
        let one = get("ticker?symbol=BTC/USDT").await.json()["data"].clone();
        let price = client.evaluate(&request("close", "BTC/USDT")).await.unwrap().data.value;
        assert_eq!(one["price"].as_f64(), price.number(), "the close of the last day");
        let number = |name: &str| one[name].as_f64().unwrap();
        assert!(number("low_24h") <= number("open_24h") && number("price") <= number("high_24h"));
        assert_eq!(one["timestamp"], "2026-01-15T00:00:00Z");
        let body = r#"{"symbols":["BTC/USDT","ETH/USDT"],"exchange":"binance"}"#;
        let many = raw(running.local_addr(), "POST /api/v1/market/ticker", &key_of(&running), body).await.json();
        assert_eq!(many["data"]["tickers"][0]["price"], one["price"]);
        assert_eq!(many["data"]["count"], 2);
        for body in
            [r#"{"symbols":[]}"#.to_owned(), format!(r#"{{"symbols":{:?}}}"#, ["BTC/USDT"; 21]), "{}".to_owned()]
        {
            let answer = raw(running.local_addr(), "POST /api/v1/market/ticker", &key_of(&running), &body).await;
            assert_eq!(answer.code(), "VALIDATION_ERROR", "{body}");
        }
        assert_eq!(get("funding-rates?exchange=hyperliquid").await.code(), "DATA_UNAVAILABLE");
        assert_eq!(get("funding-rates?exchange=binance").await.code(), "VALIDATION_ERROR");
        assert_eq!(get("funding-rates").await.code(), "VALIDATION_ERROR");
    });
}
