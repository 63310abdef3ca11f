//! How a server begins and ends, and what it makes of messages that are none.

use serde_json::{Value, json};

use super::client::{Client, Manner, framed};
use crate::scratch::{CROSSING, Scratch};

#[test]
fn exit_ends_the_process_although_stdin_is_open() {
    let scratch = Scratch::new();
    let mut client = Client::start(&scratch);
    client.request("shutdown", Value::Null);
    client.notify("exit", Value::Null);
    assert_eq!(client.ended(), Some(0));

    let mut client = Client::start(&scratch);
    client.notify("exit", Value::Null);
    assert_eq!(client.ended(), Some(1), "without notice");

    let mut client = Client::uninitialized(&scratch);
    client.notify("exit", Value::Null);
    assert_eq!(client.ended(), Some(1), "before the first word");
}

#[test]
fn the_answer_to_shutdown_comes_even_if_exit_follows_at_once() {
    let scratch = Scratch::new();
    let mut client = Client::start(&scratch);
    let shutdown = framed(&json!({"jsonrpc": "2.0", "id": 99, "method": "shutdown"}));
    let exit = framed(&json!({"jsonrpc": "2.0", "method": "exit"}));
    client.send(&[shutdown, exit].concat());
    assert_eq!(client.answer(99), Ok(Value::Null));
    assert_eq!(client.ended(), Some(0));
}

#[test]
fn questions_that_came_before_the_end_of_stdin_are_answered() {
    let scratch = Scratch::new();
    let mut client = Client::start(&scratch);
    let status = client.ask("signal/status", json!({"textDocument": {"uri": client.uri("a.signal")}}));
    client.hang_up();
    assert_eq!(client.answer(status).unwrap()["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(client.ended(), Some(1), "it was not told to shut down");
}

#[test]
fn a_closed_stdin_ends_the_process() {
    let scratch = Scratch::new();
    let mut client = Client::start(&scratch);
    client.open("a.signal", CROSSING);
    client.hang_up();
    assert_eq!(client.ended(), Some(1));
}

#[test]
fn editors_that_append_the_way_to_talk_may_have_been_told_it_before() {
    Scratch::new().dsl("lsp --stdio --stdio").check(1, &[], &[]);
}

#[test]
fn a_closed_stdout_ends_the_process_although_stdin_is_open() {
    let scratch = Scratch::new();
    let mut client = Client::deaf(&scratch);
    client.ask("initialize", json!({"capabilities": {}}));
    assert_eq!(client.ended(), Some(1));
}

#[test]
#[cfg(target_os = "linux")]
fn a_server_whose_editor_is_gone_ends_although_its_stdin_is_open() {
    let scratch = Scratch::new();
    let mut editor = std::process::Command::new("sleep").arg("1000").spawn().unwrap();
    let mut client = Client::uninitialized(&scratch);
    client.request("initialize", json!({"capabilities": {}, "processId": editor.id()}));
    // The server looks every two seconds, and has to see the editor alive first.
    std::thread::sleep(std::time::Duration::from_secs(3));
    editor.kill().unwrap();
    editor.wait().unwrap();
    assert_eq!(client.ended(), Some(1));
}

#[test]
fn positions_are_counted_as_the_client_can() {
    let scratch = Scratch::new();
    for (manner, encoding) in [(Manner::usual(), "utf-16"), (Manner::usual().utf8(), "utf-8")] {
        let client = Client::with(&scratch, manner);
        assert_eq!(client.capabilities()["positionEncoding"], encoding);
    }
    let mut client = Client::uninitialized(&scratch);
    let answer = client.request("initialize", json!({"capabilities": {}}));
    assert_eq!(answer["capabilities"]["positionEncoding"], "utf-16", "a client that says nothing");
    assert_eq!(answer["serverInfo"]["name"], "dsl");
}

#[test]
fn what_is_no_message_of_ours_is_answered_and_survived() {
    let scratch = Scratch::new();
    let mut client = Client::start(&scratch);
    let unknown = client.ask("signal/nonsense", json!({}));
    assert_eq!(client.answer(unknown).unwrap_err()["code"], -32601);
    let wrong = client.ask("textDocument/diagnostic", json!({"textDocument": 3}));
    assert_eq!(client.answer(wrong).unwrap_err()["code"], -32602);
    // Notifications have no answer.
    client.notify("signal/nonsense", json!({}));
    client.notify("textDocument/didChange", json!({"textDocument": null}));
    client.notify("textDocument/didClose", json!({"textDocument": {"uri": "file:///nowhere.signal"}}));
    client.edit("nowhere.signal", 7, json!([{"text": "a = 1"}]));
    client.send(b"Content-Length: 9\r\n\r\n{\"json\": \r\n\r\nContent-Length: none\r\n\r\n");
    client.send(&framed(&json!([1, 2, 3])));
    client.open("a.signal", CROSSING);
    assert_eq!(client.diagnostics_of("a.signal", 1), Vec::<Value>::new());
}

#[test]
fn a_question_that_is_taken_back_is_answered_so_and_holds_nobody_up() {
    let scratch = Scratch::new();
    let mut client = Client::with(&scratch, Manner::usual().pull());
    let long: String =
        (0..20_000).map(|at| format!("name_{at} = ema(close, {}) + rsi(close, 14)\n", at % 90 + 2)).collect();
    client.open("long.signal", &long);
    client.open("short.signal", CROSSING);
    let about = json!({"textDocument": {"uri": client.uri("long.signal")}});
    let taken_back: Vec<i64> = (0..40).map(|_| client.ask("textDocument/diagnostic", about.clone())).collect();
    for id in &taken_back {
        client.notify("$/cancelRequest", json!({"id": id}));
    }
    client.notify("$/cancelRequest", json!({"id": 12345}));
    assert_eq!(client.request_of("textDocument/diagnostic", "short.signal")["items"], json!([]));
    let errors = taken_back.into_iter().filter_map(|id| client.answer(id).err());
    let cancelled = errors.filter(|error| error["code"] == -32800).count();
    assert!(cancelled > 0, "all were answered before they were taken back");
}

#[test]
fn two_clients_do_not_hear_of_each_other() {
    let scratch = Scratch::new();
    let (mut one, mut other) = (Client::start(&scratch), Client::start(&scratch));
    one.open("a.signal", CROSSING);
    other.open("a.signal", "a = rsl(close, 14)\n");
    assert!(one.diagnostics_of("a.signal", 1).is_empty());
    assert!(!other.diagnostics_of("a.signal", 1).is_empty());
    drop(one);
    other.change("a.signal", 2, CROSSING);
    assert!(other.diagnostics_of("a.signal", 2).is_empty());
}
