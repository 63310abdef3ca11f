//! `dsl run --sandbox`: from the check to the results, and the story of too few bars.

use crate::scratch::{Ran, Scratch};

const SCRIPT: &str = "\
#! universe   = BINANCE:BTC/USDT
#! timeframe  = 1d
#! start_date = 2024-01-01
#! end_date   = 2024-03-31
slow = ema(close, 100)
emit_signal(close > slow, entry(\"BINANCE:BTC/USDT\", \"LONG\", Weight(0.5)))
emit_signal(close < slow, exit(\"BINANCE:BTC/USDT\", \"LONG\"))
";

fn long_enough() -> Scratch {
    Scratch::new().with("a.signal", SCRIPT.replace("2024-01-01", "2022-01-01"))
}

#[test]
fn results_stand_on_stdout_and_the_plan_on_stderr() {
    let ran = long_enough().dsl("run --sandbox a.signal");
    ran.check(
        0,
        &["total return", "Sharpe ratio", "profit factor", "Equity", "Tickers", "rade"],
        &[
            "Plan for a.signal",
            "warm-up",
            "99 bars, forced by ema(close, 100)",
            "directive",
            "submitted as backtest",
            "completed",
        ],
    );
    insta::assert_snapshot!(ran.out);
}

#[test]
fn synthetic_figures_are_called_so_at_the_top_and_at_the_bottom() {
    let ran = long_enough().dsl("run --sandbox a.signal");
    let line = "sandbox · synthetic data: not HeyTraders' numbers";
    assert_eq!(ran.out.lines().next(), Some(line));
    assert_eq!(ran.out.lines().last(), Some(line));
}

#[test]
fn a_dry_run_shows_the_plan_and_sends_nothing() {
    let ran = long_enough().dsl("run --dry-run a.signal");
    ran.check(0, &["Plan for a.signal on https://hey-traders.com/api/v1"], &["nothing was sent"]);
    insta::assert_snapshot!(ran.out);
    let document = long_enough().dsl("run --dry-run --json a.signal").json_of("run");
    assert_eq!((document["status"].as_str(), document["requests"].as_u64()), (Some("planned"), Some(0)));
}

#[test]
fn the_json_document_has_settings_warm_up_and_figures() {
    let document =
        long_enough().dsl("run --sandbox --json --initial-cash 5000 a.signal").check(0, &[], &[]).json_of("run");
    assert_eq!(document["status"], "completed");
    assert_eq!(document["settings"]["initial_cash"], 5000.0);
    assert_eq!(document["settings"]["origin"]["initial_cash"], "flag");
    assert_eq!(document["warmup"]["warmup"], 99);
    for figure in [
        "total_return_pct",
        "max_drawdown",
        "sharpe_ratio",
        "sortino_ratio",
        "calmar_ratio",
        "win_rate",
        "num_trades",
        "profit_factor",
    ] {
        assert!(document["metrics"].get(figure).is_some(), "{figure}");
    }
    assert!(document["dashboard_url"].as_str().unwrap().starts_with("http://127.0.0.1:"));
    assert!(document["backtest_id"] != document["result_id"]);
}

#[test]
fn the_same_script_gives_the_same_figures_every_time() {
    let figures = || long_enough().dsl("run --sandbox --json a.signal").json()["metrics"].clone();
    assert_eq!(figures(), figures());
}

fn too_few(flags: &str) -> Ran {
    Scratch::new().with("a.signal", SCRIPT).dsl(&format!("run --sandbox a.signal {flags}"))
}

#[test]
fn too_few_bars_stop_the_run_at_the_call_before_anything_is_sent() {
    let ran = too_few("");
    ran.check(
        1,
        &[],
        &["error[not-enough-bars]", "a.signal:5:8", "ema(close, 100)", "nothing was sent", "set start_date = "],
    );
    assert_eq!(ran.out, "");
    insta::assert_snapshot!(ran.err);
    let document = too_few("--json").check(1, &[], &[]).json_of("run");
    assert_eq!((document["status"].as_str(), document["requests"].as_u64()), (Some("refused"), Some(0)));
    assert_eq!(document["settings"]["timeframe"], "1d", "what the run would have used");
    assert_eq!(document["warmup"]["verdict"], "not-enough-bars");
    assert_eq!(document["diagnostics"][0]["code"], "not-enough-bars");
    assert_eq!(document["diagnostics"][0]["start"]["line"], 5);
}

#[test]
fn the_start_date_that_is_offered_works() {
    let document = too_few("--json").json_of("run");
    for (name, at) in [("same_window", 0), ("one_bar", 1)] {
        let date = document["warmup"]["start_date_for"][name].as_str().unwrap();
        // As a flag.
        let ran = too_few(&format!("--json --start-date {date}"));
        assert_eq!(ran.check(0, &[], &[]).json_of("run")["status"], "completed", "{name}: {date}");
        // And as the fix of the finding.
        let edit = &document["diagnostics"][0]["fixes"][at]["edits"][0];
        let range = edit["start_offset"].as_u64().unwrap() as usize..edit["end_offset"].as_u64().unwrap() as usize;
        let mut script = SCRIPT.to_owned();
        script.replace_range(range, edit["text"].as_str().unwrap());
        assert!(script.contains(date), "{script}");
        Scratch::new().with("a.signal", script).dsl("run --sandbox --json a.signal").check(0, &[], &[]);
    }
}

#[test]
fn a_day_later_than_the_last_start_date_is_too_late() {
    // Under the widest reading: 91 bars hold an ema of 91 (90 bars of warm-up), and not one of 92.
    let with = |period: &str| {
        Scratch::new().with("a.signal", SCRIPT.replace("ema(close, 100)", &format!("ema(close, {period})")))
    };
    with("91").dsl("run --sandbox --json --force a.signal").check(0, &[], &[]);
    with("92").dsl("run --sandbox --json --force a.signal").check(7, &[], &[]);
    with("92").dsl("check a.signal").check(1, &["error[not-enough-bars]"], &[]);
    with("91").dsl("check a.signal").check(0, &["maybe-not-enough-bars"], &[]);
    with("90").dsl("check a.signal").check(0, &["little-data-left"], &[]);
}

#[test]
fn force_goes_on_and_the_servers_refusal_points_at_the_call() {
    let ran = too_few("--force");
    ran.check(
        7,
        &[],
        &[
            "error[not-enough-bars]: the server has too few bars",
            "a.signal:5:8",
            "the server says: ",
            "set start_date = ",
        ],
    );
    let document = too_few("--force --json").check(7, &[], &[]).json_of("run");
    assert_eq!(
        (document["status"].as_str(), document["error"]["code"].as_str()),
        (Some("failed"), Some("TA_OUT_OF_RANGE"))
    );
}

#[test]
fn errors_of_the_check_stop_a_run() {
    let scratch = Scratch::new().with("a.signal", format!("{SCRIPT}x = (\n").replace("2024-01-01", "2020-01-01"));
    scratch.dsl("run --sandbox a.signal").check(
        1,
        &[],
        &["error[syntax-error]", "nothing was sent: the check found 1 error", "--force"],
    );
    scratch.dsl("run --sandbox --force a.signal").check(
        2,
        &[],
        &["error[syntax-error]", "a.signal:8:", "the server says: "],
    );
}

#[test]
fn what_the_server_refuses_is_shown_where_it_stands() {
    let script = SCRIPT.replace("2024-01-01", "2020-01-01");
    let check = |script: String, place: &str, said: &str| {
        let scratch = Scratch::new().with("a.signal", script);
        scratch.dsl("run --sandbox a.signal").check(2, &[], &[place, said, "the server did not take the run"]);
        let document = scratch.dsl("run --sandbox --json a.signal").check(2, &[], &[]).json_of("run");
        assert_eq!(document["error"]["code"], "VALIDATION_ERROR");
        let findings = document["diagnostics"].as_array().unwrap();
        assert!(findings.iter().any(|finding| finding["message"].as_str().unwrap().starts_with("the server says: ")));
    };
    let last = script.lines().count() + 1;
    check(
        format!("{script}emit_signal(supertrend_x(close) > 1, exit(\"BINANCE:BTC/USDT\"))\n"),
        &format!("a.signal:{last}:13"),
        "error[unknown-function]: the server says: there is no function `supertrend_x`",
    );
    check(format!("#! leverage = 3\n{script}"), "a.signal:1:15", "the server says: leverage: 3 asks for perpetuals");
}

#[test]
fn missing_settings_name_the_lines_to_write() {
    let script = "emit_signal(close > sma(close, 20), entry(\"BINANCE:BTC/USDT\", \"LONG\", Weight(0.5)))\n";
    let scratch = Scratch::new().with("a.signal", script);
    let ran = scratch.dsl("run --sandbox a.signal");
    ran.check(
        2,
        &[],
        &[
            "the run has no universe, start_date and end_date",
            "#! universe   = ",
            "#! start_date = ",
            "#! end_date   = ",
            "--start-date",
        ],
    );
    // What it says can be copied as it is.
    let lines: Vec<&str> = ran.err.lines().map(str::trim).filter(|line| line.starts_with("#!")).collect();
    assert_eq!(lines.len(), 3);
    scratch.write("a.signal", format!("{}\n{script}", lines.join("\n")));
    scratch.dsl("run --sandbox a.signal").check(0, &[], &[]);
    let document =
        Scratch::new().with("a.signal", script).dsl("run --sandbox --json a.signal").check(2, &[], &[]).json_of("run");
    assert_eq!(
        (document["status"].as_str(), document["error"]["code"].as_str()),
        (Some("refused"), Some("missing-settings"))
    );
}

#[test]
fn own_bars_are_read_from_a_folder() {
    let mut bars = "timestamp,open,high,low,close,volume\n".to_owned();
    for day in 0..90 {
        let price = 100.0 + f64::from(day % 10) * 3.0;
        bars.push_str(&format!(
            "{},{price},{},{},{price},1000\n",
            1_704_067_200 + day * 86_400,
            price + 1.0,
            price - 1.0
        ));
    }
    let script = SCRIPT.replace("ema(close, 100)", "sma(close, 5)");
    let scratch = Scratch::new().with("a.signal", script).with("bars/BINANCE_BTC_USDT_1d.csv", bars);
    let ran = scratch.dsl("run --sandbox --data bars a.signal");
    ran.check(0, &["total return"], &[]);
    assert!(!ran.out.contains("synthetic"), "{}", ran.out);
    scratch.dsl("run --sandbox --data bars --timeframe 1h a.signal").check(7, &[], &["BINANCE_BTC_USDT_1h.csv"]);
    scratch.dsl("run --sandbox --data brs a.signal").check(3, &[], &["did you mean `bars`?"]);
}

#[test]
fn two_runs_at_once_do_not_disturb_each_other() {
    let runs: Vec<_> = (0..4)
        .map(|_| std::thread::spawn(|| long_enough().dsl("run --sandbox --json a.signal").json()["metrics"].clone()))
        .collect();
    let figures: Vec<_> = runs.into_iter().map(|run| run.join().unwrap()).collect();
    assert!(figures.windows(2).all(|pair| pair[0] == pair[1]), "{figures:?}");
}
