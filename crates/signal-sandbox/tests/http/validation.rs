//! What `POST /backtest/execute` refuses, parameter by parameter.

use serde_json::{Value, json};
use signal_sandbox::Options;

use crate::support::{Raw, TRADER, block_on, key_of, raw, start};

fn sound() -> Value {
    json!({
        "start_date": "2024-01-01",
        "end_date": "2024-12-31",
        "timeframe": "1d",
        "script": TRADER,
        "universe": ["BINANCE:BTC/USDT"],
    })
}

async fn execute(running: &signal_sandbox::Running, body: &str) -> Raw {
    let headers = format!("{}Content-Type: application/json\r\n", key_of(running));
    raw(running.local_addr(), "POST /api/v1/backtest/execute", &headers, body).await
}

#[test]
fn every_parameter_is_checked_and_named() {
    block_on(async {
        let (running, _) = start(Options::default()).await;
        for (parameter, value, expected) in [
            ("start_date", Value::Null, "required"),
            ("start_date", json!("2024/01/01"), "2024-01-01"),
            ("start_date", json!("2024-02-30"), "29 days"),
            ("start_date", json!(20_240_101), "no text"),
            ("end_date", Value::Null, "required"),
            ("end_date", json!("tomorrow"), "YYYY-MM-DD"),
            ("end_date", json!("2023-12-31"), "before start_date 2024-01-01"),
            ("exchange", json!("binanse"), "did you mean `binance`"),
            ("exchange", json!("qqqqqqqqq"), "there are binance,"),
            ("exchange", json!(7), "no text"),
            ("timeframe", json!("60m"), "1h"),
            ("timeframe", json!("2h"), "timeframe"),
            ("initial_cash", json!(0), "above 0"),
            ("initial_cash", json!(-5), "above 0"),
            ("initial_cash", json!("10000"), "is not a number above 0"),
            ("trading_fee", json!(-0.1), "from 0 to below 1"),
            ("trading_fee", json!(1), "from 0 to below 1"),
            ("slippage", json!(2.5), "from 0 to below 1"),
            ("slippage", json!([]), "from 0 to below 1"),
            ("description", json!(5), "no text"),
            ("script", Value::Null, "required"),
            ("script", json!("   \n "), "empty"),
            ("script", json!(["a = 1"]), "no text"),
            ("universe", Value::Null, "required"),
            ("universe", json!([]), "empty"),
            ("universe", json!("BINANCE:BTC/USDT"), "no list"),
            ("universe", json!([5]), "no ticker"),
            ("universe", json!(["BTCUSDT"]), "BTCUSDT"),
            ("universe", json!(["NOWHERE:BTC/USDT"]), "no exchange `NOWHERE`"),
            ("universe", json!(vec!["BINANCE:BTC/USDT"; 101]), "too many"),
            ("mode", json!("both"), "neither isolated nor cross"),
            ("leverage", json!(0.5), "from 1 to 100"),
            ("leverage", json!(101), "from 1 to 100"),
            ("leverage", json!(2), "BINANCE:BTC/USDT is none"),
        ] {
            let mut body = sound();
            body[parameter] = value.clone();
            let answer = execute(&running, &body.to_string()).await;
            let json = answer.json();
            assert_eq!(
                (answer.status, answer.code().as_str()),
                (400, "VALIDATION_ERROR"),
                "{parameter}={value}: {json}"
            );
            assert_eq!(json["error"]["details"][0]["parameter"], parameter, "{parameter}={value}: {json}");
            assert_eq!(json["error"]["details"].as_array().unwrap().len(), 1, "{parameter}={value}: {json}");
            let message = json["error"]["message"].as_str().unwrap();
            assert!(message.starts_with(parameter) && message.contains(expected), "{parameter}={value}: {message}");
        }
    });
}

#[test]
fn all_faults_are_told_at_once() {
    block_on(async {
        let (running, _) = start(Options::default()).await;
        let json = execute(&running, r#"{"timeframe": "5", "leverage": 0}"#).await.json();
        let details = json["error"]["details"].as_array().unwrap();
        let named: Vec<_> = details.iter().map(|detail| detail["parameter"].as_str().unwrap()).collect();
        assert_eq!(named, ["start_date", "end_date", "timeframe", "script", "universe", "leverage"]);
    });
}

#[test]
fn what_the_table_allows_is_taken() {
    block_on(async {
        let (running, _) = start(Options::default()).await;
        for (parameter, value) in [
            ("exchange", json!("binance")),
            ("exchange", Value::Null),
            ("timeframe", json!("1M")),
            ("initial_cash", json!(1)),
            ("trading_fee", json!(0)),
            ("slippage", json!(0.99)),
            ("description", json!("")),
            ("universe", json!(["BINANCE:BTC/USDT", "BINANCE:BTC/USDT", "UPBIT:ETH/KRW"])),
            ("mode", json!("cross")),
            ("leverage", json!(1)),
            ("strategy_type", json!("signal")),
        ] {
            let mut body = sound();
            body[parameter] = value.clone();
            let answer = execute(&running, &body.to_string()).await;
            assert_eq!(answer.status, 200, "{parameter}={value}: {}", answer.body);
        }
    });
}

#[test]
fn a_body_that_is_no_object_is_refused_in_the_envelope() {
    block_on(async {
        let (running, _) = start(Options::default()).await;
        let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
        let large = format!("{{\"script\": \"{}\"}}", "x".repeat(9 << 20));
        for (body, status) in
            [("", 400), ("no json", 400), ("[]", 400), ("\"a\"", 400), (deep.as_str(), 400), (large.as_str(), 413)]
        {
            let answer = execute(&running, body).await;
            let shown = &body[..body.len().min(20)];
            assert_eq!((answer.status, answer.code().as_str()), (status, "VALIDATION_ERROR"), "{shown}");
        }
    });
}

#[test]
fn a_script_that_does_not_parse_or_compile_is_refused_with_its_place() {
    block_on(async {
        let (running, _) = start(Options::default()).await;
        for (script, place) in [
            ("a = 1\nb = = 2\n", "line 2, column 5"),
            ("a = sma(close, 5\nb = 2\n", "line"),
            ("a = 1\n  b = sma(close, 20) >\n", "line"),
            (
                "x = 1\ny = no_such_thing(close, 5)\nemit_signal(y > 1, entry(\"BINANCE:BTC/USDT\", \"LONG\"))",
                "line 2, column 5",
            ),
            ("if close > 1:\n  a = 1\n", "line 1, column 1"),
        ] {
            let mut body = sound();
            body["script"] = json!(script);
            let answer = execute(&running, &body.to_string()).await;
            assert_eq!((answer.status, answer.code().as_str()), (400, "VALIDATION_ERROR"), "{script}");
            let json = answer.json();
            assert_eq!(json["error"]["details"][0]["parameter"], "script");
            let message = json["error"]["message"].as_str().unwrap();
            assert!(message.starts_with("script, line") && message.contains(place), "{script}: {message}");
        }
    });
}

#[test]
fn more_bars_than_memory_should_hold_are_refused_before_anything_is_read() {
    block_on(async {
        let (running, client) = start(Options::default()).await;
        let mut body = sound();
        body["start_date"] = json!("-009000-01-01");
        assert_eq!(execute(&running, &body.to_string()).await.status, 400);
        let mut long = crate::support::request(TRADER);
        long.start_date = "2001-01-01".to_owned();
        long.timeframe = Some("1m".to_owned());
        let started = std::time::Instant::now();
        let answer = client.execute(&long).await;
        let refused = answer.unwrap_err();
        assert_eq!(refused.code(), Some(&signal_api::ErrorCode::ValidationError));
        assert!(refused.to_string().contains("bars"), "{refused}");
        assert!(started.elapsed() < std::time::Duration::from_secs(2), "{:?}", started.elapsed());
    });
}

#[test]
fn scripts_of_absurd_depth_and_length_neither_crash_nor_hang() {
    block_on(async {
        let (running, client) = start(Options::default()).await;
        let levels = 100_000;
        let signal = "emit_signal(x > 0, entry(\"BINANCE:BTC/USDT\", \"LONG\"))\n";
        let brackets = format!("x = {}close{}\n{signal}", "(".repeat(levels), ")".repeat(levels));
        let signs = format!("x = {}close\n{signal}", "-".repeat(levels));
        let calls = format!("x = {}close{}\n{signal}", "abs(".repeat(levels), ")".repeat(levels));
        let sums = format!("x = close{}\n{signal}", " + 1".repeat(levels));
        let names: String = (1..levels).map(|n| format!("x{n} = x{} + 1\n", n - 1)).collect();
        let chain = format!("x0 = close\n{names}x = x{}\n{signal}", levels - 1);
        for script in [brackets, signs, calls, sums, chain, "(".repeat(levels), "\u{0}\u{feff}[".repeat(9_999)] {
            let mut body = sound();
            body["script"] = json!(script);
            let answer = execute(&running, &body.to_string()).await;
            let shown: String = script.chars().take(20).collect();
            assert!(answer.status == 200 || answer.code() == "VALIDATION_ERROR", "{shown}: {}", answer.body);
            if answer.status == 200 {
                let id = answer.json()["data"]["backtest_id"].as_str().unwrap().to_owned();
                let status = crate::support::over(&client, &id).await;
                let code = status.error.map(|error| error.code);
                assert_ne!(code, Some(signal_api::ErrorCode::InternalError), "{shown}: {:?}", status.message);
            }
        }
        assert!(client.health().await.is_ok());
    });
}
