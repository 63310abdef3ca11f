//! The process that submits, and the journal that it writes.

use super::*;

#[test]
fn nothing_is_sent_that_could_not_be_written_down() {
    let server = server(|| DONE.to_owned());
    let scratch = client(&server).with("state", "a file").set("SIGNAL_STATE_DIR", "state");
    scratch.dsl("run a.signal").check(2, &[], &["the journal can't be written", "SIGNAL_STATE_DIR"]);
    assert_eq!(scratch.dsl("run --json a.signal").check(2, &[], &[]).json_of("run")["status"], "refused");
    assert_eq!(server.requests().len(), 0);
    // What costs nothing need not be kept.
    scratch.dsl("run --sandbox a.signal").check(0, &["Sharpe ratio"], &["this run is not kept"]);
}

#[test]
fn an_order_that_does_not_come_whole_sends_nothing_and_a_run_is_sent_once_however_many_try() {
    let gate = Gate::default();
    let server = serving(gate.clone(), || DONE.to_owned(), || refused(500, "X", None), false);
    let scratch = client(&server);
    gate.open();
    scratch.dsl("run --detach a.signal").check(8, &[], &[]);
    let run = put_back(&scratch, "planned");
    let order = json!({"run": run, "base_url": server.url, "key": KEY}).to_string();
    for cut in [0, 1, order.len() / 2, order.len()] {
        let ran = scratch.dsl_with_input("submit-planned", &order.as_bytes()[..cut]);
        assert_eq!((ran.exit, ran.out.as_str()), (2, ""), "{cut}");
    }
    assert_eq!((server.submissions().len(), record(&scratch)["state"].as_str()), (1, Some("planned")));
    let whole = format!("{order}\n");
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                scratch.dsl_with_input("submit-planned", whole.as_bytes()).check(0, &["\"submitted\""], &[]).exit
            });
        }
    });
    assert_eq!((server.submissions().len(), record(&scratch)["state"].as_str()), (2, Some("submitted")));
}

/// The process that submits for `parent`, once there is one.
#[cfg(target_os = "linux")]
fn sender_of(parent: u32) -> u32 {
    loop {
        for process in std::fs::read_dir("/proc").unwrap().flatten() {
            let Ok(id) = process.file_name().to_string_lossy().parse::<u32>() else { continue };
            let stat = std::fs::read_to_string(process.path().join("stat")).unwrap_or_default();
            // `id (name) state parent group ...`
            let mut fields = stat.rsplit(") ").next().unwrap_or_default().split(' ').skip(1);
            if fields.next() == Some(&parent.to_string()) {
                assert_eq!(fields.next(), Some(&*id.to_string()), "a process group of its own");
                return id;
            }
        }
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_sender_that_is_killed_leaves_the_run_in_doubt_and_shows_no_key_while_it_lives() {
    let (gate, server, scratch, live) = submitting();
    let sender = sender_of(live.child.id());
    let line = std::fs::read_to_string(format!("/proc/{sender}/cmdline")).unwrap();
    assert!(line.ends_with("submit-planned\0") && !line.contains("ht_prov"), "{line:?}");
    let environment = std::fs::read_to_string(format!("/proc/{sender}/environ")).unwrap();
    assert!(
        environment.contains("HEYTRADERS_BASE_URL=") && !environment.contains("ht_prov"),
        "the key came by the pipe"
    );
    std::process::Command::new("kill").args(["-KILL", &sender.to_string()]).status().unwrap();
    live.end().check(6, &[], &["the process that sent it ended before the answer came", "not sent again by itself"]);
    gate.open();
    assert_eq!((server.submissions().len(), record(&scratch)["state"].as_str()), (1, Some("unknown")));
}

#[test]
fn whoever_comes_back_while_it_is_submitted_waits_for_the_sender_or_leaves_it_to_it() {
    let (gate, server, scratch, mut live) = submitting();
    live.signal("KILL");
    assert_eq!(live.end().exit, -1);
    let mut leaving = Live::start(&scratch, "runs attach latest");
    leaving.says("submitting, and another dsl looks after it").signal("INT");
    leaving.end().check(8, &[], &["it is still being submitted, by a process of its own"]);
    scratch.dsl("run a.signal").check(8, &[], &["is submitting already"]);
    let mut waiting = Live::start(&scratch, "runs attach latest");
    waiting.says("submitting, and another dsl looks after it");
    gate.open();
    waiting.end().check(0, &["Sharpe ratio"], &[]);
    assert_eq!(server.submissions().len(), 1);
}

#[test]
fn a_journal_that_is_lost_on_the_way_costs_no_result() {
    let folder = Arc::new(Mutex::new(None::<std::path::PathBuf>));
    let own = Arc::clone(&folder);
    let server = server(move || {
        if let Some(runs) = own.lock().unwrap().take() {
            std::fs::remove_dir_all(&runs).unwrap();
            std::fs::write(&runs, "a file").unwrap();
        }
        DONE.to_owned()
    });
    let scratch = client(&server);
    *folder.lock().unwrap() = Some(scratch.path(RUNS));
    scratch.dsl("run a.signal").check(
        0,
        &["Sharpe ratio"],
        &["submitted as backtest bt_0", "warning: the journal can't be written", "the run itself is none the worse"],
    );
    assert_eq!(server.submissions().len(), 1);
}
