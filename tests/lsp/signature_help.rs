//! Signature help, as a client asks for it while a call is written.

use serde_json::json;

use super::client::{Client, Manner};
use crate::scratch::Scratch;

#[test]
fn the_parameter_that_is_written_is_marked() {
    let scratch = Scratch::new();
    let information = json!({"signatureInformation": {"parameterInformation": {"labelOffsetSupport": true}}});
    let mut client = Client::with(&scratch, Manner::usual().with("/textDocument/signatureHelp", information));
    client.open("a.signal", "t = \"🚀\"; x = ema(\n    close,\n    \ny = atr(14)\nz = 3\n");
    let help = client.request_at("textDocument/signatureHelp", "a.signal", 2, 4);
    assert_eq!(help["signatures"][0]["label"], "ema(real, timeperiod=30)");
    assert_eq!(help["activeParameter"], 1);
    assert_eq!(help["signatures"][0]["parameters"][1]["label"], json!([10, 23]));

    let help = client.request_at("textDocument/signatureHelp", "a.signal", 3, 10);
    let labels: Vec<_> = help["signatures"].as_array().unwrap().iter().map(|shown| &shown["label"]).collect();
    assert_eq!(labels, ["atr(timeperiod=14)", "atr(high, low, close, timeperiod=14)"]);
    assert_eq!(help["activeSignature"], 0);

    assert!(client.request_at("textDocument/signatureHelp", "a.signal", 4, 5).is_null());
}

#[test]
fn a_client_that_counts_no_labels_is_given_their_text() {
    let scratch = Scratch::new();
    let plain = json!({"signatureInformation": {"documentationFormat": ["plaintext"]}});
    let mut client = Client::with(&scratch, Manner::usual().with("/textDocument/signatureHelp", plain));
    client.open("a.signal", "x = ema(close, ");
    let help = client.request_at("textDocument/signatureHelp", "a.signal", 0, 15);
    let parameter = &help["signatures"][0]["parameters"][1];
    assert_eq!(
        (&parameter["label"], &parameter["documentation"]["kind"]),
        (&json!("timeperiod=30"), &json!("plaintext"))
    );
}
