//! `dsl sandbox`: serves until it is ended, to this machine alone.

use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};

use serde_json::Value;

use crate::scratch::{Scratch, assert_fits};

/// A sandbox of its own process, ended when dropped.
pub(crate) struct Served {
    child: Child,
    /// What it printed.
    pub(crate) document: Value,
}

impl Served {
    pub(crate) fn start(scratch: &Scratch, line: &str) -> Self {
        let mut child = scratch.command(line).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut first = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut first).unwrap();
        let document = serde_json::from_str(&first).unwrap_or_else(|error| panic!("{error}: {first:?}"));
        Self { child, document }
    }

    /// A scratch folder whose runs go to this server.
    pub(crate) fn client(&self) -> Scratch {
        let text = |name: &str| self.document[name].as_str().unwrap().to_owned();
        Scratch::new().set("HEYTRADERS_BASE_URL", &text("url")).set("HEYTRADERS_API_KEY", &text("api_key"))
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

const SCRIPT: &str = "\
#! universe   = BINANCE:BTC/USDT
#! start_date = 2024-01-01
#! end_date   = 2024-03-31
emit_signal(close > sma(close, 20), entry(\"BINANCE:BTC/USDT\", \"LONG\", Weight(0.5)))
";

#[test]
fn a_sandbox_prints_its_address_and_takes_runs() {
    let served = Served::start(&Scratch::new(), "sandbox --port 0 --json");
    assert!(served.document["url"].as_str().unwrap().starts_with("http://127.0.0.1:"));
    assert_fits(&served.document, "sandbox");
    let client = served.client().with("a.signal", SCRIPT);
    let ran = client.dsl("run a.signal");
    ran.check(0, &["total return", "Dashboard", "http://127.0.0.1:"], &["Plan for a.signal on http://127.0.0.1:"]);
    let document = client.dsl("run --json a.signal").check(0, &[], &[]).json_of("run");
    assert_eq!(document["origin"], served.document["url"]);
}

#[test]
fn limits_are_counted_when_wished_for() {
    let served = Served::start(&Scratch::new(), "sandbox --port 0 --json --limits backtests_per_hour=1");
    let client = served.client().with("a.signal", SCRIPT);
    client.dsl("run --json a.signal").check(0, &[], &[]);
    client.dsl("run --dry-run a.signal").check(0, &["0 of 1 left this hour, next at "], &[]);
    let ran = client.dsl("run --json --initial-cash 5 a.signal");
    assert_eq!(ran.check(5, &[], &[]).json_of("run")["error"]["code"], "FREE_QUOTA_EXCEEDED");
    Scratch::new().dsl("sandbox --limits backtests=1").check(2, &[], &["backtests_per_hour"]);
}

#[test]
fn a_key_that_the_server_refuses_is_exit_code_4() {
    let served = Served::start(&Scratch::new(), "sandbox --port 0 --json");
    let client = served.client().set("HEYTRADERS_API_KEY", "ht_prov_wrong").with("a.signal", SCRIPT);
    let ran = client.dsl("run a.signal");
    ran.check(4, &[], &["INVALID_API_KEY"].map(|_| "API key"));
    assert!(!ran.err.contains("ht_prov_wrong"), "the key is never shown: {}", ran.err);
    let document = client.dsl("run --json a.signal").check(4, &[], &[]).json_of("run");
    assert_eq!(document["error"]["code"], "INVALID_API_KEY");
}

#[test]
fn other_machines_are_not_served() {
    let scratch = Scratch::new();
    for host in ["0.0.0.0", "192.168.0.1", "::"] {
        scratch.dsl(&format!("sandbox --port 0 --host {host}")).check(2, &[], &["this machine alone"]);
    }
    scratch.dsl("sandbox --port 0 --host nonsense").check(2, &[], &["127.0.0.1"]);
}

#[test]
fn a_port_that_is_taken_is_said() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    Scratch::new().dsl(&format!("sandbox --port {port}")).check(2, &[], &["can't listen on", "0 for a free one"]);
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_a_sandbox_in_good_order() {
    let mut served = Served::start(&Scratch::new(), "sandbox --port 0 --json");
    let status = std::process::Command::new("kill").args(["-INT", &served.child.id().to_string()]).status().unwrap();
    assert!(status.success());
    assert_eq!(served.child.wait().unwrap().code(), Some(0));
}
