//! What the analysis predicts and what the sandbox then does agree: on random scripts, over ranges around the limit.
//!
//! The prediction comes from the catalog's formulas and the calendar; the sandbox's verdict from TA-Lib run over bars. They
//! share no arithmetic, so agreement is evidence for both.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::time::Duration;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use signal_analysis::{Input, Levels, Verdict, WarmupReport, analyze};
use signal_api::models::{ExecuteRequest, JobState};
use signal_api::{Client, ClientOptions, ErrorCode};
use signal_catalog::Catalog;
use signal_market::{Date, DateRange, Reading, Timeframe, bars, latest_start};
use signal_project::{Flags, directives, resolve};
use signal_sandbox::{Options, Running, Sandbox};
use signal_syntax::parse;
use signal_text::Source;

use crate::random_scripts::script;

/// How many scripts are tried.
const CASES: u32 = 1_000;

/// What the analysis says of a script over a range.
fn predict(script: &str, timeframe: Timeframe, range: Option<DateRange>) -> WarmupReport {
    let source = Source::new("random.signal", script);
    let parsed = parse(&source);
    assert!(parsed.diagnostics.is_empty(), "{script}\n{:?}", parsed.diagnostics);
    let flags = Flags {
        timeframe: Some(timeframe.as_str().to_owned()),
        start_date: range.map(|range| range.start.to_string()),
        end_date: range.map(|range| range.end.to_string()),
        ..Flags::default()
    };
    let settings = resolve(None, &directives(&source, &parsed.tree), &flags);
    let levels = Levels::default();
    let catalog = Catalog::bundled();
    let input = Input { source: &source, parsed: &parsed, catalog, settings: &settings, levels: &levels, today: None };
    analyze(input).facts.report().clone()
}

/// Whether a backtest of the sandbox ran; it did not if it answered TA_OUT_OF_RANGE. Any other end is an error.
async fn ran(client: &Client, script: &str, timeframe: Timeframe, range: DateRange) -> Result<bool, String> {
    let request = ExecuteRequest {
        start_date: range.start.to_string(),
        end_date: range.end.to_string(),
        timeframe: Some(timeframe.as_str().to_owned()),
        script: script.to_owned(),
        universe: vec!["BINANCE:BTC/USDT".to_owned()],
        exchange: None,
        initial_cash: None,
        trading_fee: None,
        slippage: None,
        description: None,
        mode: None,
        leverage: None,
    };
    let executed = client.execute(&request).await.map_err(|error| error.to_string())?;
    loop {
        let status = client.status(&executed.data.backtest_id).await.map_err(|error| error.to_string())?.data;
        match (status.state(), status.error) {
            (JobState::Completed, _) => return Ok(true),
            (JobState::Failed, Some(error)) if error.code == ErrorCode::TaOutOfRange => return Ok(false),
            (JobState::Failed, error) => return Err(format!("failed with {error:?}")),
            _ => tokio::time::sleep(Duration::from_millis(1)).await,
        }
    }
}

#[test]
fn prediction_and_sandbox_agree_around_the_limit() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let sandbox: Running = runtime.block_on(Sandbox::start(Options::default())).unwrap();
    let key = Some(sandbox.api_key.clone().into());
    let client = Client::new(ClientOptions { base_url: sandbox.url.clone(), key, ..ClientOptions::default() }).unwrap();
    let seen: RefCell<BTreeMap<&'static str, u32>> = RefCell::default();

    use Timeframe::{D1, H1, H4, Month1, W1};
    let timeframes = prop::sample::select(vec![H1, H4, D1, D1, W1, Month1]);
    let strategy = (script(), timeframes, 0i64..700, -2i64..=3, any::<bool>());
    let config = Config { cases: CASES, failure_persistence: None, max_shrink_iters: 400, ..Config::default() };
    let outcome = TestRunner::new(config).run(&strategy, |(script, timeframe, day, delta, wide)| {
        let fail = |reason: String| TestCaseError::fail(format!("{reason}\n{script}"));
        let warmup = predict(&script, timeframe, None).warmup.ok_or_else(|| fail("no prediction".to_owned()))?;
        let end = Date::constant(2024, 1, 1).checked_add(jiff::Span::new().days(day)).unwrap();
        let target = warmup.saturating_add_signed(delta).max(1);
        let reading = if wide { Reading::Wide } else { Reading::Narrow };
        let range = DateRange { start: latest_start(timeframe, target, end, reading).unwrap(), end };
        // The synthetic market opens in 2017.
        prop_assume!(range.start > Date::constant(2017, 2, 1));

        let verdict = predict(&script, timeframe, Some(range)).verdict;
        *seen.borrow_mut().entry(verdict.as_str()).or_default() += 1;
        let ran = runtime.block_on(ran(&client, &script, timeframe, range)).map_err(fail)?;
        // The sandbox takes bars that open within the range, its end day included: one reading among those allowed.
        let held = bars(timeframe, DateRange { end: end.tomorrow().unwrap(), ..range }, None).min;
        prop_assert_eq!(ran, held > warmup, "{} bars, warm-up {}\n{}", held, warmup, script);
        match verdict {
            Verdict::Ok => prop_assert!(ran, "predicted ok\n{script}"),
            Verdict::NotEnoughBars => prop_assert!(!ran, "predicted not-enough-bars\n{script}"),
            Verdict::Uncertain => {}
            Verdict::Unknown => return Err(fail("no verdict".to_owned())),
        }
        Ok(())
    });
    runtime.block_on(sandbox.shutdown());
    outcome.unwrap_or_else(|error| panic!("{error}"));
    // The cases must lie on both sides of the limit, or agreement says nothing.
    let seen = seen.into_inner();
    for verdict in [Verdict::Ok, Verdict::NotEnoughBars, Verdict::Uncertain] {
        assert!(seen.get(verdict.as_str()).copied().unwrap_or(0) > CASES / 20, "{seen:?}");
    }
}
