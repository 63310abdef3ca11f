//! `textDocument/codeLens`.

use serde_json::{Value, json};

use super::client::{Client, Manner};
use crate::scratch::{CROSSING, Scratch};

/// Titles and commands of the lenses over a script.
#[track_caller]
fn lenses(client: &mut Client, name: &str) -> Vec<(String, Value)> {
    let answer = client.request_of("textDocument/codeLens", name);
    let lenses = answer.as_array().map(Vec::as_slice).unwrap_or_default();
    let told = |lens: &Value| {
        assert_eq!(lens["range"]["start"], json!({"line": 0, "character": 0}));
        (lens["command"]["title"].as_str().unwrap().to_owned(), lens["command"].clone())
    };
    lenses.iter().map(told).collect()
}

fn titles(lenses: &[(String, Value)]) -> Vec<&str> {
    lenses.iter().map(|(title, _)| title.as_str()).collect()
}

#[test]
fn a_script_shows_what_a_run_of_it_would_be_and_what_the_last_one_came_to() {
    let scratch = Scratch::new().with("a.signal", CROSSING);
    let mut client = Client::start(&scratch);
    client.open("a.signal", CROSSING);
    let run = "▶ Run backtest · 1d · 820 or 821 bars, 771 or 772 usable";
    let before = lenses(&mut client, "a.signal");
    assert_eq!(titles(&before), [run, "Warm-up: 49 bars"]);
    let uri = client.uri("a.signal");
    assert_eq!((&before[0].1["command"], &before[0].1["arguments"]), (&json!("signal.run"), &json!([{"uri": uri}])));

    assert_eq!(scratch.dsl("run --sandbox a.signal").exit, 0);
    let after = lenses(&mut client, "a.signal");
    let [_, _, (last, command)] = &after[..] else { panic!("{after:#?}") };
    assert!(last.starts_with("Last result: ") && last.ends_with(" · synthetic bars"), "{last}");
    assert!(last.contains(" % · ") && last.contains(" trade"), "{last}");
    assert_eq!(command["command"], "signal.lastResult");
    let id = command["arguments"][0]["run"].as_str().unwrap();
    assert_eq!(scratch.dsl(&format!("runs show {id}")).exit, 0);
    // What is typed counts, saved or not.
    client.change("a.signal", 2, &CROSSING.replace("50", "60"));
    assert!(lenses(&mut client, "a.signal")[2].0.ends_with("synthetic bars · script changed since"));
}

#[test]
fn only_what_the_client_carries_out_is_offered() {
    let scratch = Scratch::new();
    let cases = [(json!(["signal.warmup"]), vec!["Warm-up: 49 bars"]), (json!([]), Vec::new())];
    for (commands, expected) in cases {
        let manner = Manner::usual().with("/experimental/commands/commands", commands);
        let mut client = Client::with(&scratch, manner);
        client.open("a.signal", CROSSING);
        assert_eq!(titles(&lenses(&mut client, "a.signal")), expected);
    }
    let options = json!({"codeLens": {"enable": false}});
    let mut client = Client::with(&scratch, Manner::usual().options(options.clone()));
    client.settings = options;
    client.open("a.signal", CROSSING);
    assert_eq!(titles(&lenses(&mut client, "a.signal")), Vec::<&str>::new());
}
