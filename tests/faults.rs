//! `dsl sandbox --fault`, and `dsl run` against every fault at every step.

use crate::scratch::Scratch;

const SCRIPT: &str = "\
#! universe   = BINANCE:BTC/USDT
#! timeframe  = 1h
#! start_date = 2024-01-01
#! end_date   = 2024-12-31
emit_signal(close < close[-1], entry(\"BINANCE:BTC/USDT\", \"LONG\", Weight(0.5)))
emit_signal(close > close[-1], exit(\"BINANCE:BTC/USDT\", \"LONG\"))
";

/// The page that describes the sandbox.
fn page() -> String {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/sandbox.md");
    std::fs::read_to_string(path).unwrap()
}

#[test]
fn help_and_page_describe_every_word_of_a_fault() {
    let help = Scratch::new().dsl("sandbox --help").out.split_whitespace().collect::<Vec<_>>().join(" ");
    for word in signal_sandbox::FAULT_WORDS {
        let head = if word.value.is_empty() { word.name.to_owned() } else { format!("{}={}", word.name, word.value) };
        assert!(page().contains(&format!("| `{head}` | {} |\n", word.meaning)), "docs/sandbox.md lacks {head}");
        assert!(help.contains(&format!("{head} {}", word.meaning)), "the help lacks {head}: {help}");
    }
}

#[test]
fn a_fault_that_cannot_be_read_is_told_with_its_place() {
    let scratch = Scratch::new();
    scratch.dsl("sandbox --fault statsu=500").check(2, &[], &["`statsu`", "did you mean `status`?"]);
    let ran = scratch.dsl("sandbox --json --fault drop=never");
    let document = ran.check(2, &[], &[]).json();
    assert!(document["error"]["message"].as_str().unwrap().contains("sending, before, after or mid"), "{document}");
    scratch.dsl("sandbox --port 0 --fault status=500;body=@none.json").check(3, &[], &["none.json"]);
}

#[test]
fn a_timeout_that_is_no_time_is_told_before_anything_is_sent() {
    let scratch = Scratch::new()
        .set("HEYTRADERS_BASE_URL", "http://127.0.0.1:1/api/v1")
        .set("HEYTRADERS_API_KEY", "k")
        .with("a.signal", SCRIPT)
        .set("HEYTRADERS_TIMEOUT", "soon");
    scratch.dsl("run a.signal").check(2, &[], &["HEYTRADERS_TIMEOUT is `soon`", "500ms"]);
}
