//! Pages of made-up runs: what must be in them, and what must not.

use serde_json::{Value, json};
use signal_text::{Severity, Source};

use super::{Fact, Reasons, Remark, Spot, Story, page};
use crate::journal::Record;
use crate::run::Results;

/// What a text from outside may try: to end an element, to begin a script, to reorder what is read.
const HOSTILE: &str =
    "</script><script>alert(1)</script><img src=x onerror=alert(1)>\u{2028}\u{202e}\u{1b}[2J\"'&]]>--><!--";

fn results() -> Value {
    json!({
        "summary": {"metrics": {"total_return_pct": 4.5, "max_drawdown": 5, "win_rate": 50, "num_trades": 2},
                    "dashboard_url": "https://hey-traders.com/dashboard/backtest/detail/1"},
        "metrics": {"volatility": 12.5},
        "per_ticker": [{"ticker": "BINANCE:BTC/USDT", "pnl": 45, "win_rate": 50}],
        "trades": [
            {"ticker": "BINANCE:BTC/USDT", "side": "LONG", "entry_time": "2023-11-02T04:00:00Z", "entry_price": 0.000_012_34,
             "exit_time": "2023-11-03T08:00:00Z", "pnl": 100.0, "pnl_pct": 10.0, "reason": "exit"},
            {"ticker": "BINANCE:BTC/USDT", "side": "LONG", "entry_time": "2023-12-02T04:00:00Z", "pnl": -55.0},
        ],
        "trades_total": 2,
        "equity": [["2023-11-01T00:00:00Z", 1000], ["2023-11-30T00:00:00Z", 1100], ["2023-12-31T00:00:00Z", 1045]],
        "analysis": {"analysis": "## Good\n- **steady**"},
        "lacking": [],
    })
}

fn record() -> Value {
    json!({
        "run": "20260101-100000-aaaa", "file": "trend.signal", "origin": "https://hey-traders.com/api/v1", "state": "completed",
        "settings": {"universe": ["BINANCE:BTC/USDT"], "timeframe": "1d", "start_date": "2023-11-01", "end_date": "2023-12-31",
                     "initial_cash": 1000.0, "origin": {"timeframe": "directive", "initial_cash": "flag"}},
        "warmup": {"names": [{"name": "up", "line": 1, "warmup": 199}], "signals": [], "warmup": 199, "first_usable": "2023-12-01"},
        "script_sha256": "abc123", "backtest_id": "bt_1", "elapsed_ms": 1500,
    })
}

/// The page of a run.
fn paged(record: &Value, results: Value, script: &str, remarks: Vec<Remark>) -> String {
    explained(record, results, script, remarks, "held on 0 bars")
}

/// The page of a run with few trades, explained in these words.
fn explained(record: &Value, results: Value, script: &str, remarks: Vec<Remark>, words: &str) -> String {
    let record: Record = serde_json::from_value(record.clone()).unwrap();
    let results = Results::from_stored(results).unwrap();
    let written_at = "2026-01-02T03:04:05Z".to_owned();
    let text = words.to_owned();
    let fact = Fact {
        line: Some(1),
        message: text.clone(),
        places: vec![Spot { line: 1, code: text.clone(), remark: text.clone() }],
        help: Some(text),
    };
    let why = Some(Reasons { trades: 1, facts: vec![fact] });
    page(&Story { record: &record, script, results: &results, remarks, why, written_at })
}

fn usual() -> String {
    let remark = Remark {
        line: 1,
        column: 6,
        severity: Severity::Warning,
        code: "little-data-left".to_owned(),
        message: "few bars".to_owned(),
        help: Some("start earlier".to_owned()),
    };
    paged(&record(), results(), "up = close > sma(close, 200)\n", vec![remark])
}

/// Every string and every key inside a value, made hostile.
fn poisoned(value: &Value) -> Value {
    match value {
        Value::String(text) => Value::from(format!("{text}{HOSTILE}")),
        Value::Array(items) => items.iter().map(poisoned).collect(),
        Value::Object(fields) => {
            let mut all: serde_json::Map<String, Value> =
                fields.iter().map(|(key, value)| (key.clone(), poisoned(value))).collect();
            all.insert(HOSTILE.to_owned(), json!(1.5));
            Value::Object(all)
        }
        other => other.clone(),
    }
}

/// The parts of a page between two texts.
fn between<'a>(page: &'a str, start: &str, end: &str) -> Vec<&'a str> {
    page.split(start).skip(1).filter_map(|rest| rest.split_once(end).map(|(part, _)| part)).collect()
}

#[test]
fn a_page_tells_the_whole_story() {
    let page = usual();
    for words in [
        "<title>trend.signal · backtest 20260101-100000-aaaa</title>",
        "BINANCE:BTC/USDT · 1d bars · 2023-11-01 to 2023-12-31",
        "+4.50 %",
        "-5.00 %",
        "volatility",
        "Equity from 1,000.00 on 2023-11-01 to 1,045.00 on 2023-12-31; the deepest fall from a peak is -5.00 % on 2023-12-31.",
        "+10.0",
        "-5.0",
        "2023-11-02 04:00",
        "0.00001234",
        "199 bars",
        "the first signal could fire on 2023-12-01",
        "<strong>steady</strong>",
        "few bars",
        "There is only 1 trade.",
        "held on 0 bars",
        "href=\"#L1\"",
        "<td>directive</td>",
        "<td>1000</td>",
        "abc123",
        "href=\"https://hey-traders.com/dashboard/backtest/detail/1\"",
        "2026-01-02 03:04:05Z",
    ] {
        assert!(page.contains(words), "the page lacks {words:?}\n{page}");
    }
    assert!(!page.contains("synthetic"));
    let mut made_up = results();
    made_up["summary"]["data"] = json!("synthetic");
    let page = paged(&record(), made_up, "", Vec::new());
    assert_eq!(page.matches("sandbox · synthetic data").count(), 2, "at the top and at the bottom");
}

#[test]
fn a_page_loads_nothing_and_runs_nothing_but_its_own_script() {
    let page = usual();
    let policy = between(&page, "Content-Security-Policy\" content=\"", "\"");
    assert_eq!(policy.len(), 1);
    assert!(policy[0].starts_with("default-src 'none'; ") && !policy[0].contains("unsafe"), "{policy:?}");
    for attribute in
        [" src=", " style=", " srcset=", " onclick", " onerror", "@import", "url(", "<link", "<iframe", "<form"]
    {
        assert!(!page.contains(attribute), "{attribute}");
    }
    let addresses: Vec<_> = between(&page, "href=\"", "\"").into_iter().filter(|to| !to.starts_with('#')).collect();
    assert_eq!(addresses, ["https://hey-traders.com/dashboard/backtest/detail/1"], "the one link out");
}

#[test]
fn the_page_s_policy_fits_its_style_and_script() {
    use base64::Engine as _;
    let page = usual();
    let hashed = |text: &str| {
        base64::engine::general_purpose::STANDARD.encode(ring::digest::digest(&ring::digest::SHA256, text.as_bytes()))
    };
    let policy = between(&page, "Content-Security-Policy\" content=\"", "\"")[0];
    for part in [between(&page, "<style>", "</style>"), between(&page, "<script>", "</script>")] {
        assert_eq!(part.len(), 1);
        assert!(policy.contains(&format!("'sha256-{}'", hashed(part[0]))), "{policy}");
    }
}

#[test]
fn no_text_from_outside_breaks_out() {
    let mut record = poisoned(&record());
    record["run"] = json!("r");
    record["state"] = json!("completed");
    let remark = Remark {
        line: 1,
        column: 1,
        severity: Severity::Error,
        code: HOSTILE.to_owned(),
        message: HOSTILE.to_owned(),
        help: Some(HOSTILE.to_owned()),
    };
    let mut results = poisoned(&results());
    results["lacking"] = json!([{"part": HOSTILE, "message": HOSTILE}]);
    let page =
        explained(&record, results, &format!("# {HOSTILE}\na = \"{HOSTILE}\"\n{HOSTILE}"), vec![remark], HOSTILE);
    assert_eq!(page.matches("<script").count(), 2, "ours and its data");
    assert_eq!(page.matches("</script").count(), 2);
    assert!(!page.contains("<img") && !page.contains("<!--") && !page.contains("]]>"));
    assert!(!page.contains(['\u{2028}', '\u{202e}', '\u{1b}']));
    let data = between(&page, "type=\"application/json\">", "</script>");
    let data: Value = serde_json::from_str(data[0]).unwrap();
    assert!(data["trades"]["words"][0].as_str().unwrap().contains("</script>"), "and says the same");
    // A dashboard's address that is none is no link.
    assert!(between(&page, "href=\"", "\"").iter().all(|to| to.starts_with('#')));
}

#[test]
fn every_element_is_closed_in_its_order_and_no_id_comes_twice() {
    const VOID: [&str; 4] = ["meta", "br", "!DOCTYPE", "hr"];
    for page in [usual(), paged(&record(), json!({"summary": {}}), "", Vec::new())] {
        let mut open: Vec<&str> = Vec::new();
        let mut ids = std::collections::HashSet::new();
        let mut rest = page.as_str();
        while let Some((_, tag)) = rest.split_once('<') {
            let (tag, after) = tag.split_once('>').unwrap();
            rest = after;
            if let Some(name) = tag.strip_prefix('/') {
                assert_eq!(open.pop(), Some(name));
                continue;
            }
            let name = tag.split([' ', '\n']).next().unwrap();
            for id in between(tag, " id=\"", "\"") {
                assert!(ids.insert(id.to_owned()), "{id} comes twice");
            }
            if !VOID.contains(&name) {
                open.push(name);
            }
            // What is no markup.
            if name == "style" || name == "script" {
                rest = &rest[rest.find(&format!("</{name}")).unwrap()..];
            }
        }
        assert!(open.is_empty(), "{open:?}");
        for to in between(&page, "href=\"#", "\"") {
            assert!(ids.contains(to), "#{to} leads nowhere");
        }
    }
}

#[test]
fn what_a_run_lacks_is_left_out_or_told() {
    let empty = paged(&record(), json!({"summary": {}}), "", Vec::new());
    assert!(
        empty.contains("No position was closed.") && !empty.contains("Returns by month") && !empty.contains("<svg")
    );
    let lacking = json!({"summary": {}, "trades_total": 9, "lacking": [{"part": "trades", "message": "could not be fetched: why"}]});
    let page = paged(&record(), lacking, "", Vec::new());
    assert!(page.contains("They could not be fetched.") && page.contains("could not be fetched: why"));
    let one_point = json!({"summary": {"metrics": {"sharpe_ratio": null}}, "equity": [["2024-01-01T00:00:00Z", 5]]});
    let page = paged(&record(), one_point, "", Vec::new());
    assert!(!page.contains("<svg") && page.contains("Returns by month"), "one point is no curve");
}

#[test]
fn a_hundred_thousand_trades_are_data_and_only_the_first_of_them_html() {
    let trade = |n: u32| json!({"ticker": format!("T{}", n % 5), "side": "LONG", "entry_time": 1_700_000_000 + n * 60, "pnl": f64::from(n) / 7.0});
    let mut many = results();
    many["trades"] = (0..100_000).map(trade).collect();
    many["trades_total"] = json!(250_000);
    let page = paged(&record(), many, "", Vec::new());
    assert_eq!(between(&page, "<table id=\"trades\">", "</table>")[0].matches("<tr>").count(), 201);
    assert!(page.contains("These are the first 200 of 100,000 trades"));
    assert!(page.contains("The server has 250,000 trades; 100,000 were fetched."));
    assert!(page.len() < 6 << 20, "{}", page.len());
    let data = between(&page, "type=\"application/json\">", "</script>");
    let data: Value = serde_json::from_str(data[0]).unwrap();
    assert_eq!(data["trades"]["rows"].as_array().unwrap().len(), 100_000);
    assert_eq!(data["trades"]["rows"][7], json!([3, 1, 1_700_000_420, 1.0]), "words by their numbers");
}

#[test]
fn remarks_stand_in_the_order_of_their_lines() {
    let source = Source::new("a", "a\nb\nc");
    let finding = |at: u32| signal_text::Diagnostic::new("x", Severity::Error, signal_text::Span::new(at, at + 1), "m");
    let found = [finding(4), finding(0)];
    let places: Vec<_> = super::remarks(&source, &found).iter().map(|remark| (remark.line, remark.column)).collect();
    assert_eq!(places, [(1, 1), (3, 1)]);
}
