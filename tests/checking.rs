//! `dsl check`: findings, their forms, and what they do to the exit code.

use serde_json::json;

use crate::scratch::Scratch;

const FAULTY: &str = "#! timefrme = 1d\nx = rsl(close, 14)\ny = slwo > 1 && x\n";

#[test]
fn findings_are_shown_with_the_lines_they_are_about() {
    let ran = Scratch::new().with("a.signal", FAULTY).dsl("check a.signal");
    ran.check(1, &[], &["in 1 file"]);
    // The catalog's date is its own affair.
    let date = Scratch::new().with("a.signal", "").dsl("check --output-format json").json()["catalog"]["date"].clone();
    insta::assert_snapshot!(ran.out.replace(date.as_str().unwrap(), "DATE"));
}

#[test]
fn concise_findings_are_one_line_each() {
    let ran = Scratch::new().with("a.signal", FAULTY).dsl("check --output-format concise a.signal");
    ran.check(1, &[], &[]);
    insta::assert_snapshot!(ran.out);
}

#[test]
fn the_json_document_is_the_contract_s() {
    let scratch = Scratch::new().with("a.signal", FAULTY).with("b.signal", "x = close\n").with("c.signal", FAULTY);
    let document = scratch.dsl("check --output-format json").check(1, &[], &[]).json_of("check");
    assert_eq!(document["schema"], 1);
    assert_eq!(document["catalog"]["origin"], "bundled");
    assert_eq!(document["summary"]["files"], 3);
    let found = document["diagnostics"].as_array().unwrap();
    let sum: u64 =
        ["errors", "warnings", "infos", "hints"].iter().map(|kind| document["summary"][kind].as_u64().unwrap()).sum();
    assert_eq!(found.len() as u64, sum);
    let first = &found[0];
    assert_eq!((&first["file"], &first["code"]), (&json!("a.signal"), &json!("unknown-directive")));
    assert_eq!(first["start"], json!({"line": 1, "column": 4, "offset": 3}));
    assert_eq!(first["end"], json!({"line": 1, "column": 12, "offset": 11}));
    assert_eq!(first["fixes"][0]["edits"][0], json!({"start_offset": 3, "end_offset": 11, "text": "timeframe"}));
    let files: Vec<_> = found.iter().map(|finding| finding["file"].as_str().unwrap()).collect();
    assert!(files.is_sorted(), "files come in the order of their names: {files:?}");
}

#[test]
fn fail_on_says_from_where_the_exit_code_is_1() {
    let scratch = Scratch::new().with(
        "a.signal",
        "#! exchange = nowhere\nemit_signal(close > 5, entry(\"BINANCE:BTC/USDT\", \"LONG\", Weight(0.5)))\n",
    );
    scratch.dsl("check a.signal").check(0, &["warning["], &["1 warning"]);
    scratch.dsl("check --fail-on warning a.signal").check(1, &[], &[]);
    scratch.write("signal.toml", "[check]\nfail_on = \"warning\"\n");
    scratch.dsl("check a.signal").check(1, &[], &[]);
    scratch.dsl("check --fail-on error a.signal").check(0, &[], &[]);
}

#[test]
fn settings_flags_take_part_in_the_check() {
    let scratch = Scratch::new().with(
        "a.signal",
        "x = ema(close, 200)\nemit_signal(x > close, entry(\"BINANCE:BTC/USDT\", \"LONG\", Weight(0.5)))\n",
    );
    scratch.dsl("check a.signal").check(0, &[], &[]);
    let few = "check --timeframe 1d --start-date 2024-01-01 --end-date 2024-03-31 a.signal";
    scratch.dsl(few).check(1, &["error[not-enough-bars]", "a.signal:1:5"], &[]);
    scratch.dsl(&few.replace("1d", "1h")).check(0, &[], &[]);
}

#[test]
fn flags_that_clash_with_directives_are_reported_in_the_script() {
    let scratch = Scratch::new().with("a.signal", "#! start_date = 2024-06-01\nx = close\n");
    scratch.dsl("check --end-date 2024-01-01 a.signal").check(1, &["a.signal:1:"], &[]);
    scratch.dsl("run --sandbox --end-date 2024-01-01 --universe BINANCE:BTC/USDT a.signal").check(
        2,
        &[],
        &["--end-date"],
    );
}

#[test]
fn rules_can_be_set_and_their_names_are_checked() {
    let scratch = Scratch::new().with(
        "a.signal",
        "#! exchange = nowhere\nemit_signal(close > 5, entry(\"BINANCE:BTC/USDT\", \"LONG\", Weight(0.5)))\n",
    );
    scratch.write("signal.toml", "[rules]\nunknown-exchange = \"error\"\n");
    scratch.dsl("check a.signal").check(1, &["error[unknown-exchange]"], &[]);
    scratch.write("signal.toml", "[rules]\nunknown-exchange = \"off\"\n");
    scratch.dsl("check a.signal").check(0, &[], &["nothing to complain about"]);
    scratch.write("signal.toml", "[rules]\nunknown-exchang = \"off\"\n");
    scratch.dsl("check a.signal").check(
        0,
        &["there is no rule `unknown-exchang`", "replace by `unknown-exchange`"],
        &[],
    );
}

#[test]
fn declared_names_are_known() {
    let scratch = Scratch::new().with(
        "a.signal",
        "x = my_trend(close, 20)\nemit_signal(close > x, entry(\"BINANCE:BTC/USDT\", \"LONG\", Weight(0.5)))\n",
    );
    scratch.dsl("check --fail-on warning a.signal").check(1, &["my_trend"], &[]);
    scratch.write("signal.toml", "[catalog]\ndeclare = [\"my_trend(series, period) lookback period-1\"]\n");
    scratch.dsl("check --fail-on hint a.signal").check(0, &[], &[]);
    scratch.dsl("warmup a.signal").check(0, &["19"], &[]);
    scratch.write("signal.toml", "[catalog]\ndeclare = [\"my_trend(\"]\n");
    scratch.dsl("check a.signal").check(2, &["signal.toml:2:"], &[]);
}

#[test]
fn a_hundred_findings_a_file_are_drawn_and_the_rest_is_counted() {
    let scratch = Scratch::new().with("a.signal", "x = @\n".repeat(250));
    let ran = scratch.dsl("check a.signal");
    assert_eq!(ran.out.matches("[syntax-error]").count(), 100);
    ran.check(1, &["and 150 more in a.signal; `--output-format concise` lists every one"], &["250"]);
    assert_eq!(scratch.dsl("check --output-format concise a.signal").out.lines().count(), 250);
}

#[test]
fn many_files_come_in_order_however_many_threads_work() {
    let scratch = Scratch::new();
    for at in 0..300 {
        scratch.write(&format!("book/{at:03}.signal"), format!("{}x = @\n", "y = close\n".repeat(at * 7 % 50)));
    }
    let ran = scratch.dsl("check --output-format concise book");
    let files: Vec<&str> = ran.out.lines().map(|line| line.split(':').next().unwrap()).collect();
    assert_eq!(files.len(), 300);
    assert!(files.is_sorted());
}

#[test]
fn what_clashes_in_the_settings_is_told_once_for_all_scripts() {
    let script = "#! universe = BINANCE:BTC/USDT\nup = close > sma(close, 20)\n\
                  emit_signal(up, entry(\"BINANCE:BTC/USDT\", \"LONG\", Weight(0.5)))\n\
                  emit_signal(not up, exit(\"BINANCE:BTC/USDT\", \"LONG\"))\n";
    let scratch = (0..5).fold(Scratch::new().with("signal.toml", "[run]\nleverage = 5\n"), |scratch, at| {
        scratch.with(&format!("{at}.signal"), script)
    });
    let ran = scratch.dsl("check --output-format concise --fail-on warning");
    ran.check(1, &["signal.toml:2:12: warning[wrong-market]"], &["1 warning in 5 files"]);
    assert_eq!(ran.out.lines().count(), 1, "{}", ran.out);
    let mended = scratch.dsl_with_input("check --fix --fail-on warning -", script.as_bytes());
    mended.check(1, &[], &["leverage is 5"]);
}
