//! The plan of a script, its JSON, and what endings mean: no network.

use std::time::Duration;

use jsonschema::Validator;
use schemars::schema_for;
use serde_json::{Value, json};
use signal_analysis::Analysis;

use signal_api::{ApiError, ErrorBody, ErrorCode};
use signal_project::Flags;
use signal_text::{Diagnostic, Severity, Source, Span, apply_edits};

use crate::exit::Exit;
use crate::failure::Failure;
use crate::project::{self, Project};
use crate::run::{
    self, Ending, Outcome, Parts, Plan, Results, RunDocument, exit_of, failure_of, failure_of_ending, traced as trace,
};

const SCRIPT: &str = r#"#! universe   = BINANCE:BTC/USDT, BINANCE:ETH/USDT
#! timeframe  = 1d
#! start_date = 2024-01-01
#! end_date   = 2024-12-31
uptrend = close > sma(ema(close, 50), 15)
emit_signal(uptrend, entry("BINANCE:BTC/USDT", "LONG", Weight(0.5)))
"#;

fn analysed<T>(script: &str, flags: &Flags, look: impl FnOnce(&Source, &Analysis<'_>) -> T) -> T {
    let source = Source::new("a.signal", script);
    project::analysis(&source, &Project::default(), flags, None, |analysis| look(&source, analysis))
}

fn plan(script: &str, flags: &Flags) -> Result<Plan, Vec<&'static str>> {
    analysed(script, flags, |source, analysis| {
        Plan::new(source, &[], analysis.facts.resolved, analysis.facts.report())
            .map_err(|missing| missing.iter().map(|missing| missing.key).collect())
    })
}

#[test]
fn a_plan_knows_every_setting_with_its_origin_and_the_warm_up() {
    let flags = Flags { initial_cash: Some("5000".to_owned()), ..Flags::default() };
    let plan = plan(SCRIPT, &flags).unwrap();
    let rows: Vec<String> =
        plan.settings.iter().map(|row| format!("{} = {} ({})", row.key, row.value, row.origin.describe())).collect();
    assert_eq!(
        rows,
        [
            "universe = BINANCE:BTC/USDT, BINANCE:ETH/USDT (directive)",
            "timeframe = 1d (directive)",
            "start_date = 2024-01-01 (directive)",
            "end_date = 2024-12-31 (directive)",
            "exchange = binance (default)",
            "mode = isolated (default)",
            "initial_cash = 5000 (flag)",
            "trading_fee = 0.0005 (default)",
            "slippage = 0.0005 (default)",
            "leverage = 1 (default)",
        ]
    );
    assert_eq!((plan.warmup, plan.bars.min, plan.bars.max), (Some(63), 365, 366));
    assert_eq!(plan.because, ["sma(ema(close, 50), 15)", "ema(close, 50)"]);
    assert_eq!(plan.first_usable.unwrap().to_string(), "2024-03-04");
    let expected = json!({"start_date": "2024-01-01", "end_date": "2024-12-31", "exchange": "binance", "timeframe": "1d",
        "initial_cash": 5000.0, "trading_fee": 0.0005, "slippage": 0.0005, "script": SCRIPT,
        "universe": ["BINANCE:BTC/USDT", "BINANCE:ETH/USDT"], "mode": "isolated", "leverage": 1.0});
    assert_eq!(serde_json::to_value(&plan.request).unwrap(), expected);
}

#[test]
fn a_plan_names_everything_that_is_missing() {
    let without = |key: &str| SCRIPT.lines().filter(|line| !line.contains(key)).collect::<Vec<_>>().join("\n");
    assert_eq!(plan("a = close", &Flags::default()).unwrap_err(), ["universe", "start_date", "end_date"]);
    assert_eq!(plan(&without("end_date"), &Flags::default()).unwrap_err(), ["end_date"]);
    assert_eq!(plan(&without("universe"), &Flags::default()).unwrap_err(), ["universe"]);
    let flags = Flags { start_date: Some("2024-02-01".to_owned()), ..Flags::default() };
    assert_eq!(plan(&without("start_date"), &flags).unwrap().request.start_date, "2024-02-01");
}

#[test]
fn the_script_is_sent_as_it_is_but_for_a_byte_order_mark() {
    for (text, comments, sent) in [
        ("\u{feff}a = 1\r\nb = 2\r", &[][..], "a = 1\r\nb = 2\r"),
        ("a = 1 # 1\r\nb = 2 \t\n", &[Span::new(6, 9)][..], "a = 1\r\nb = 2 \t\n"),
        ("a = 1  # one\n# two\nb = 2", &[Span::new(7, 12), Span::new(13, 18)], "a = 1\n\nb = 2"),
        ("\u{feff}# é\na = \"#\"", &[Span::new(3, 7)], "\na = \"#\""),
        ("a = 1", &[Span::new(90, 99)], "a = 1"),
    ] {
        let source = Source::new("a", format!("{text}\n#! universe = BINANCE:BTC/USDT\n"));
        let flags = Flags {
            start_date: Some("2024-01-01".to_owned()),
            end_date: Some("2024-03-01".to_owned()),
            universe: vec!["BINANCE:BTC/USDT".to_owned()],
            ..Flags::default()
        };
        let request = project::analysis(&source, &Project::default(), &flags, None, |analysis| {
            Plan::new(&Source::new("a", text), comments, analysis.facts.resolved, analysis.facts.report())
                .unwrap()
                .request
        });
        assert_eq!(request.script, sent);
    }
}

fn refused(status: u16, code: ErrorCode) -> ApiError {
    ApiError::Refused { status, code, message: String::new(), suggestion: None, retry_after: None }
}

fn results() -> Results {
    let raw =
        json!({"metrics": {"sharpe_ratio": 1.5}, "dashboard_url": "https://d/1", "data": "synthetic", "news": [1]});
    Results::from_stored(json!({ "summary": raw })).unwrap()
}

/// Every kind of ending with its word in JSON and its exit code.
fn endings() -> Vec<(Ending, &'static str, Exit)> {
    let not_sent = || ApiError::NotSent { host: "h".to_owned(), reason: "r".to_owned() };
    let unknown = ApiError::OutcomeUnknown { reason: "r".to_owned(), status: None };
    let error = |code| ErrorBody::new(code, "why");
    vec![
        (Ending::Completed(Box::new(results())), "completed", Exit::Done),
        (Ending::Unfetched(not_sent()), "completed", Exit::Network),
        (Ending::Failed(error(ErrorCode::TaOutOfRange)), "failed", Exit::Failed),
        (Ending::Failed(error(ErrorCode::InternalError)), "failed", Exit::Failed),
        (Ending::Cancelled(None), "cancelled", Exit::Failed),
        (Ending::Detached, "detached", Exit::Detached),
        (Ending::LostSight(not_sent()), "detached", Exit::Network),
        (Ending::LostSight(refused(401, ErrorCode::ExpiredApiKey)), "detached", Exit::Key),
        (Ending::Unknown(unknown), "unknown", Exit::Network),
        (Ending::Refused(not_sent()), "refused", Exit::Network),
        (Ending::Refused(ApiError::Redirected { status: 302, location: "x".to_owned() }), "refused", Exit::Network),
        (Ending::Refused(refused(401, ErrorCode::InvalidApiKey)), "refused", Exit::Key),
        (Ending::Refused(refused(403, ErrorCode::InsufficientPermissions)), "refused", Exit::Key),
        (Ending::Refused(refused(429, ErrorCode::RateLimited)), "refused", Exit::Quota),
        (Ending::Refused(refused(403, ErrorCode::FreeQuotaExceeded)), "refused", Exit::Quota),
        (Ending::Refused(refused(200, ErrorCode::QuotaExceeded)), "refused", Exit::Quota),
        (Ending::Refused(refused(429, ErrorCode::Other("SLOW_DOWN".to_owned()))), "refused", Exit::Quota),
        (Ending::Refused(refused(422, ErrorCode::ValidationError)), "refused", Exit::Usage),
        (Ending::Refused(refused(400, ErrorCode::TaOutOfRange)), "refused", Exit::Failed),
        (Ending::Refused(refused(404, ErrorCode::DataUnavailable)), "refused", Exit::Failed),
        (Ending::Refused(refused(404, ErrorCode::Other("HTTP_404".to_owned()))), "refused", Exit::Network),
        (Ending::Refused(refused(404, ErrorCode::Other("NO_SUCH_THING".to_owned()))), "refused", Exit::Failed),
        (Ending::Refused(refused(500, ErrorCode::TaOutOfRange)), "refused", Exit::Failed),
    ]
}

fn outcome(ending: Ending) -> Outcome {
    let elapsed = Duration::from_millis(1234);
    Outcome { backtest_id: Some("b1".to_owned()), result_id: None, ending, elapsed, requests: 3 }
}

#[test]
fn every_ending_has_its_exit_code_and_says_what_to_do() {
    for (ending, _, exit) in endings() {
        assert_eq!(exit_of(&ending), exit, "{ending:?}");
        let outcome = outcome(ending);
        let failure = failure_of_ending(&outcome, "20240101-000000-0001", "a.signal");
        assert_eq!(failure.is_none(), matches!(exit, Exit::Done | Exit::Detached), "{outcome:?}");
        if let Some(failure) = failure {
            assert_eq!(failure.exit, exit, "{outcome:?}");
            assert!(!failure.message.is_empty() && !failure.code.is_empty());
            let resubmits = failure.suggestion.is_some_and(|cure| cure.contains("dsl run --resubmit a.signal"));
            assert_eq!(resubmits, matches!(outcome.ending, Ending::Unknown(_)), "{outcome:?}");
        }
    }
}

#[test]
fn words_of_the_server_are_harmless_in_a_failure() {
    let error = ApiError::Refused {
        status: 429,
        code: ErrorCode::Other("A\u{1b}[2J".to_owned()),
        message: "no\u{202e}\nway".to_owned(),
        suggestion: Some("wait\u{7}".to_owned()),
        retry_after: Some(Duration::from_secs(600)),
    };
    let failure = failure_of(&error);
    let said = format!("{} {} {}", failure.code, failure.message, failure.suggestion.as_deref().unwrap());
    assert!(!said.chars().any(|c| c.is_control() || c == '\u{202e}'), "{said:?}");
    assert!(said.contains("the server takes the next try at ") && said.contains(" UTC (in 10 minutes)"), "{said}");
}

#[test]
fn the_document_of_every_ending_fits_its_schema() {
    let schema = serde_json::to_value(schema_for!(RunDocument<Value>)).unwrap();
    let schema: Validator = jsonschema::validator_for(&schema).unwrap();
    let fits = |document: RunDocument<Value>| {
        let document = serde_json::to_value(document).unwrap();
        let faults: Vec<String> = schema.iter_errors(&document).map(|error| error.to_string()).collect();
        assert!(faults.is_empty(), "{faults:?} in {document}");
        document
    };
    let plan = plan(SCRIPT, &Flags::default()).unwrap();
    analysed(SCRIPT, &Flags::default(), |_, analysis| {
        let document = |plan: Option<&Plan>, outcome: Option<&Outcome>, failure: Option<&Failure>| {
            fits(RunDocument::new(Parts {
                run: "r".to_owned(),
                reused: false,
                file: "a.signal",
                settings: plan.map(run::settings),
                warmup: run::warmup(analysis.facts.report()),
                diagnostics: Vec::new(),
                outcome,
                failure,
                origin: "sandbox",
                judged: &[],
            }))
        };
        for (ending, word, _) in endings() {
            let outcome = outcome(ending);
            let failure = failure_of_ending(&outcome, "20240101-000000-0001", "a.signal");
            let document = document(Some(&plan), Some(&outcome), failure.as_ref());
            assert_eq!((&document["status"], document["elapsed_ms"].as_u64()), (&json!(word), Some(1234)));
            assert_eq!(document["error"].is_null(), failure.is_none());
            assert_eq!(document["settings"]["origin"]["start_date"], "directive");
            assert_eq!(document["warmup"]["warmup"], 63);
        }
        let done = document(Some(&plan), Some(&outcome(Ending::Completed(Box::new(results())))), None);
        assert_eq!(
            (&done["metrics"]["sharpe_ratio"], &done["result"]["news"], &done["data"]),
            (&json!(1.5), &json!([1]), &json!("synthetic"))
        );
        assert_eq!(done["dashboard_url"], "https://d/1");
        assert_eq!(document(Some(&plan), None, None)["status"], "planned");
        assert_eq!(document(None, None, Some(&Failure::usage("no")))["status"], "refused");
    });
}

/// What becomes of a `TA_OUT_OF_RANGE`: the text it points at, its words, and the script with its first cure.
fn traced(script: &str, flags: &Flags) -> (String, String, Option<String>) {
    let ending = Ending::Failed(ErrorBody::new(ErrorCode::TaOutOfRange, "too\u{1b} short"));
    analysed(script, flags, |source, analysis| {
        let finding = trace(&analysis.facts, &analysis.diagnostics, &ending).unwrap();
        let words = format!("{} | {}", finding.message, finding.help.unwrap_or_default());
        let cured = finding.fixes.first().map(|fix| apply_edits(source.text(), &fix.edits).unwrap());
        (source.slice(finding.span).to_owned(), words, cured)
    })
}

#[test]
fn a_server_that_lacks_bars_is_traced_back_to_the_call() {
    let (place, words, cured) = traced(&SCRIPT.replace("2024-12-31", "2024-02-28"), &Flags::default());
    assert_eq!(place, "ema(close, 50)");
    assert!(words.contains("the server says: too\\u001b short") && !words.contains("missed"), "{words}");
    assert!(plan(&cured.unwrap(), &Flags::default()).unwrap().usable.unwrap().min > 0, "{words}");
}

#[test]
fn a_prediction_that_missed_says_so() {
    let (place, words, cured) = traced(SCRIPT, &Flags::default());
    assert_eq!(place, "ema(close, 50)");
    assert!(words.contains("it missed"), "{words}");
    assert!(cured.unwrap().contains("#! start_date = 2023-10-30"));
    let flags = Flags { start_date: Some("2024-01-01".to_owned()), ..Flags::default() };
    assert_eq!(traced(SCRIPT, &flags).2, None, "an edit of the script would not change what a flag says");
}

#[test]
fn other_failures_are_not_traced_to_a_call() {
    analysed(SCRIPT, &Flags::default(), |_, analysis| {
        for (ending, ..) in endings() {
            let about_bars = format!("{ending:?}").contains("TaOutOfRange");
            assert_eq!(trace(&analysis.facts, &[], &ending).is_some(), about_bars, "{ending:?}");
        }
    });
}

/// Where a message of the server is put: the text under the finding, and the other places it may mean.
fn put(script: &str, code: &ErrorCode, message: &str) -> Option<(String, usize, Diagnostic)> {
    let ending = Ending::Failed(ErrorBody::new(code.clone(), message));
    analysed(script, &Flags::default(), |source, analysis| {
        let finding = trace(&analysis.facts, &analysis.diagnostics, &ending)?;
        let others = finding.labels.iter().filter(|label| label.message == "or here").count();
        Some((source.slice(finding.span).to_owned(), others, finding))
    })
}

#[test]
fn what_the_server_says_of_a_place_is_put_there() {
    let script = "#! universe   = BINANCE:BTC/USDT, BINANCE:BTC/USDT:USDT\n\
                  #! leverage   = 3\n\
                  #! timeframe  = 1h\n\
                  smooth = my_trend(close, 20)\n\
                  up = close > smooth and rsi(close, 1) > 5\n\
                  down = rsi(close, 14) < 30\n\
                  emit_signal(up, entry(\"BINANCE:BTC/USDT\", \"LONG\", Weight(0.5)))\n";
    let validation = ErrorCode::ValidationError;
    let cases = [
        // As the sandbox words it.
        ("script, line 4, column 10: there is no function `my_trend`", "my_trend"),
        ("script, line 5, column 24: `timeperiod` of `rsi` is a whole number from 2 to 100000, not 1", "rsi"),
        ("script, line 5, column 24: insufficient data for `rsi(close, 1)`: the range has 3 bars", "rsi(close, 1)"),
        ("leverage: 3 asks for perpetuals, and BINANCE:BTC/USDT is none", "3"),
        ("universe: BINANCE:BTC/USDT:USDT: a settle currency is for perpetuals", "BINANCE:BTC/USDT:USDT"),
        ("timeframe: the range has 999999 bars of 1h for each of 2 tickers", "1h"),
        ("BINANCE:BTC/USDT: there are no bars for it", "BINANCE:BTC/USDT"),
        // As other servers do.
        ("Syntax error at line 6", "down = rsi(close, 14) < 30"),
        ("Error on Line 6:8 near 'rsi'", "rsi"),
        ("line 6: unknown name 'close'", "close"),
        ("Unknown indicator: 'my_trend'", "my_trend"),
        ("unknown function my_trend", "my_trend"),
        ("No data for \"BINANCE:BTC/USDT\" in range", "BINANCE:BTC/USDT"),
        ("Data not available (BINANCE:BTC/USDT:USDT, 1h)", "BINANCE:BTC/USDT:USDT"),
        ("`smooth` has too many NaN values", "smooth"),
        ("Invalid value for 'timeframe'", "1h"),
    ];
    for (message, expected) in cases {
        let (place, ..) = put(script, &validation, message).unwrap_or_else(|| panic!("no place for {message}"));
        assert_eq!(place, expected, "{message}");
    }
    // Two calls are as good; the first is shown, the other pointed at.
    let (place, others, _) = put(script, &validation, "Invalid period in `rsi`").unwrap();
    assert_eq!((place.as_str(), others), ("rsi", 1));
    // What the check foretold is told again with its cures, made an error.
    let faulty = script.replace("my_trend", "smaa");
    let (_, _, finding) = put(&faulty, &validation, "script, line 4, column 10: there is no function `smaa`").unwrap();
    assert_eq!((finding.code.as_ref(), finding.severity), ("unknown-function", Severity::Error));
    assert_eq!(finding.message, "the server says: there is no function `smaa`");
    assert!(!finding.fixes.is_empty());
}

#[test]
fn what_names_no_place_is_put_nowhere() {
    let messages = [
        "",
        "the close of the market is not open",
        "line 99 is too long",
        "deadline 3 passed",
        "the exchange has no such thing; can't go on, won't try",
        "initial_cash: it must be above 0",
        "your entry was refused at the exit",
        "line 18446744073709551616",
        "\u{1b}[2J`",
    ];
    for message in messages {
        assert_eq!(put(SCRIPT, &ErrorCode::ValidationError, message), None, "{message}");
    }
    let long = "x`".repeat(100_000);
    assert_eq!(put(SCRIPT, &ErrorCode::DataUnavailable, &long), None);
    // Keys, quotas and the server's own trouble have no place in a script.
    assert_eq!(put(SCRIPT, &ErrorCode::QuotaExceeded, "line 5: `uptrend`"), None);
    assert_eq!(put(SCRIPT, &ErrorCode::InternalError, "line 5: `uptrend`"), None);
    let (place, ..) = put(SCRIPT, &ErrorCode::Other("STRANGE".to_owned()), "line 5").unwrap();
    assert!(place.starts_with("uptrend ="), "{place}");
}
