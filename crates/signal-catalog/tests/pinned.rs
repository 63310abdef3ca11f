//! The file that keeps an answer: the same every time, whole on the way back, and refused with a reason when it is not.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use signal_catalog::{Catalog, Pinned, PinnedError};

const ANSWER: &str = r#"{"success":true,"data":{"indicators":[{"name":"rsi","params":{"period":14,"alpha":0.5}},"h\u202eey"],"count":2},"meta":{"timestamp":"2026-01-31T10:00:00Z"}}"#;

fn text() -> String {
    Pinned::of_answer(ANSWER, "https://hey-traders.com/api/v1", "2026-01-31").unwrap().text()
}

#[test]
fn a_file_is_the_same_every_time_and_reads_like_a_document() {
    assert_eq!(
        text(),
        r#"{
  "schema": 1,
  "about": "the service's list of indicators, as `dsl catalog pull` fetched it; names that it lacks go into signal.toml, `[catalog] declare`",
  "url": "https://hey-traders.com/api/v1",
  "date": "2026-01-31",
  "hash": "HASH",
  "within": "$.data",
  "answer": {
    "indicators": [
      {
        "name": "rsi",
        "params": {
          "period": 14,
          "alpha": 0.5
        }
      },
      "h\u202eey"
    ],
    "count": 2
  }
}
"#
        .replace("HASH", &Pinned::of_answer(ANSWER, "", "").unwrap().hash)
    );
    let later = ANSWER.replace("10:00", "11:00");
    let later = Pinned::of_answer(&later, "https://hey-traders.com/api/v1", "2026-01-31").unwrap();
    assert_eq!(later.text(), text(), "the time of the answer is no part of what it lists");
    let other = ANSWER.replace("14", "15");
    assert_ne!(Pinned::of_answer(&other, "", "").unwrap().hash, later.hash);
}

#[test]
fn a_file_comes_back_whole() {
    let text = text();
    let pinned = Pinned::read(&text).unwrap();
    assert_eq!((&*pinned.url, &*pinned.date), ("https://hey-traders.com/api/v1", "2026-01-31"));
    assert_eq!(pinned.text(), text);
    let direct = signal_catalog::import(ANSWER, Catalog::bundled()).unwrap();
    let imported = pinned.import(Catalog::bundled()).unwrap();
    assert_eq!(imported, direct, "paths and all");
    let skipped: Vec<_> = imported.skipped.iter().map(|skipped| skipped.path.as_str()).collect();
    assert_eq!(skipped, ["$.data.indicators[1]", "$.data.count"]);
    let [(path, record)] = &pinned.records("rsi", Catalog::bundled())[..] else { panic!() };
    assert_eq!(path, "$.data.indicators[0]");
    assert!(record.contains("\"period\": 14"), "{record}");
    assert!(pinned.records("sma", Catalog::bundled()).is_empty());
}

#[test]
fn what_is_no_such_file_is_refused_with_the_reason() {
    let text = text();
    for (text, word) in [
        (String::new(), "empty"),
        ("<html>".to_owned(), "web page"),
        (text[..text.len() / 2].to_owned(), "no JSON"),
        ("[]".to_owned(), "`schema` is missing"),
        ("{}".to_owned(), "`schema` is missing"),
        (r#"{"schema": "one"}"#.to_owned(), "`schema` is missing"),
        (r#"{"schema": 1, "diagnostics": []}"#.to_owned(), "`url` is missing"),
        (text.replace("\"answer\"", "\"anser\""), "`answer` is missing"),
        (text.replace("\"schema\": 1", "\"schema\": 2"), "version 2 of the format, and this program knows version 1"),
        (text.replace("\"period\": 14", "\"period\": 15"), "have been changed since they were fetched"),
    ] {
        let error = Pinned::read(&text).unwrap_err();
        assert!(error.to_string().contains(word), "{text:?}: {error}");
    }
    let newer = r#"{"schema": 7, "nothing": "else need fit"}"#;
    assert_eq!(Pinned::read(newer), Err(PinnedError::Newer { schema: 7 }));
}
