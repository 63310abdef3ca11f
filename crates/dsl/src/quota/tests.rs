//! What is left, told from records and the server's words; no clock and no disk.

use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use signal_api::{ApiError, ErrorCode};

use super::*;

const NOW: &str = "2026-01-10T12:00:00Z";

fn moment(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn now() -> Timestamp {
    moment(NOW)
}

fn account(allowance: Allowance) -> Account {
    Account { account: "0123456789ab".to_owned(), server: "https://h".to_owned(), allowance }
}

fn record(minutes_ago: i64, state: &str) -> Record {
    of(minutes_ago, state, "0123456789ab", "https://h/api/v1")
}

fn of(minutes_ago: i64, state: &str, account: &str, origin: &str) -> Record {
    let at = now().checked_sub(SignedDuration::from_mins(minutes_ago)).unwrap().to_string();
    let at = if state == "planned" { Value::Null } else { at.into() };
    let record = json!({"run": "r", "origin": origin, "account": account, "state": state, "submitted_at": at});
    serde_json::from_value(record).unwrap()
}

/// What the plan says of a provisional key, for one run.
fn plan(records: &[Record]) -> String {
    let quota = Quota::count(records, &account(PROVISIONAL), &Said::default(), now());
    in_plan(&quota, 1, now())
}

#[test]
fn what_was_submitted_within_the_hour_and_the_day_is_counted() {
    assert_eq!(plan(&[]), "10 of 10 left this hour; 30 of 30 left today");
    let records: Vec<_> = [10, 40, 48, 70, 600].map(|minutes| record(minutes, "completed")).into();
    assert_eq!(plan(&records), "7 of 10 left this hour, next at 12:12 UTC (in 12 minutes); 25 of 30 left today");
    let used_up: Vec<_> = (0..10).map(|at| record(at * 5, "completed")).collect();
    assert_eq!(plan(&used_up), "0 of 10 left this hour, next at 12:15 UTC (in 15 minutes); 20 of 30 left today");
    let day: Vec<_> = (0..30).map(|at| record(90 + at * 40, "failed")).collect();
    let text = "10 of 10 left this hour; 0 of 30 left today, next at 15:10 UTC (in 3 hours 10 minutes)";
    assert_eq!(plan(&day), text);
}

#[test]
fn only_what_cost_a_unit_is_counted_and_doubt_is_named() {
    let states = ["planned", "refused", "completed", "failed", "cancelled", "running", "submitted"];
    let sure: Vec<_> = states.map(|state| record(30, state)).into();
    assert_eq!(plan(&sure), "5 of 10 left this hour, next at 12:30 UTC (in 30 minutes); 25 of 30 left today");
    let doubtful = [record(30, "unknown"), record(20, "submitting"), record(10, "completed")];
    assert_eq!(
        plan(&doubtful),
        "7 of 10 left this hour, next at 12:30 UTC (in 30 minutes); 27 of 30 left today; \
         2 counted that nobody knows to have been taken"
    );
}

/// What is left this hour to the account that is known without a key; `None`: none is.
#[track_caller]
fn check_without_key(records: &[Record], stored: Option<Value>, expected: Option<(Option<u64>, u64)>) {
    let stored = stored.map(|stored| serde_json::from_value(stored).unwrap());
    let account = Account::without_key(records, "https://h".to_owned(), stored.as_ref());
    let left = account.map(|account| {
        let quota = Quota::count(records, &account, &Said::default(), now());
        (quota.hour.left(), quota.hour.used())
    });
    assert_eq!(left, expected);
}

#[test]
fn without_a_key_the_journal_and_what_is_known_of_the_stored_key_tell_whose_quota_it_is() {
    let ran = [record(10, "completed"), record(20, "completed")];
    let registered = |minutes_ago: i64, more: Value| {
        let at = now().checked_sub(SignedDuration::from_mins(minutes_ago)).unwrap().to_string();
        let mut stored = json!({"store": "file", "key": "ht_prov_1", "registered_at": at});
        stored.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        Some(stored)
    };
    check_without_key(&[], None, None);
    check_without_key(&ran, None, Some((None, 2)));
    check_without_key(&[], registered(30, json!({})), Some((Some(10), 0)));
    check_without_key(&ran, registered(30, json!({})), Some((Some(8), 2)));
    check_without_key(&ran, registered(5, json!({})), Some((Some(10), 0)));
    check_without_key(&ran, registered(30, json!({"claimed": true})), Some((None, 2)));
    check_without_key(&ran, registered(30, json!({"quota": {"backtests_per_hour": 5}})), Some((Some(3), 2)));
    check_without_key(&ran, Some(json!({"store": "keyring"})), Some((None, 2)));
    check_without_key(&[of(5, "completed", "0123456789ab", "https://other")], None, None);
}

#[test]
fn other_keys_and_other_servers_have_quotas_of_their_own() {
    let others = [
        of(5, "completed", "ffffffffffff", "https://h/api/v1"),
        of(5, "completed", "0123456789ab", "https://h:8443/api/v1"),
        of(5, "completed", "0123456789ab", "sandbox"),
    ];
    assert_eq!(plan(&others), plan(&[]));
    let elsewhere = [of(5, "completed", "0123456789ab", "https://h/api/v2")];
    assert_ne!(plan(&elsewhere), plan(&[]), "the same server under another path");
}

#[test]
fn a_clock_that_was_set_back_neither_loses_nor_makes_units() {
    let ahead = [record(-20, "completed"), record(-3_000, "completed")];
    assert_eq!(plan(&ahead), "9 of 10 left this hour, next at 13:00 UTC (in 1 hour); 29 of 30 left today");
}

#[test]
fn a_server_that_took_more_than_the_limit_has_another_one() {
    let records: Vec<_> = (0..11).map(|at| record(at, "completed")).collect();
    assert_eq!(plan(&records), "used 11 this hour; 19 of 30 left today");
    let more: Vec<_> = (0..31).map(|at| record(at, "completed")).collect();
    assert_eq!(plan(&more), "used 31 this hour, 31 in 24 hours; the limits are not known");
    let in_doubt: Vec<_> = (0..11).map(|at| record(at, "unknown")).collect();
    assert!(plan(&in_doubt).starts_with("0 of 10 left this hour"), "doubt proves nothing");
}

#[test]
fn limits_are_those_of_the_server_or_of_provisional_keys_and_never_made_up() {
    let none = Allowance::default();
    for (key, claimed, said, expected) in [
        ("ht_prov_x", false, json!(null), PROVISIONAL),
        ("ht_live_x", false, json!(null), none),
        ("ht_prov_x", false, json!({"backtests_per_hour": null, "backtests_per_day": null}), none),
        ("ht_prov_x", true, json!({"backtests_per_hour": 10}), none),
        ("ht_prov_x", false, json!({"backtests_per_hour": 3}), Allowance { hour: Some(3), day: Some(30) }),
        (
            "k",
            false,
            json!({"backtests_per_hour": "5", "backtests_per_day": 9.5}),
            Allowance { hour: Some(5), day: None },
        ),
        ("k", false, json!({"backtests": {"used": 1, "limit": 7}}), none),
        (
            "k",
            false,
            json!({"backtests": {"used": 1, "limit": 7, "period": "1 hour"}}),
            Allowance { hour: Some(7), day: None },
        ),
        ("k", false, json!({"backtests": {"limit": 7, "per": "Day"}}), Allowance { hour: None, day: Some(7) }),
        (
            "k",
            false,
            json!({"backtests": {"per_hour": 2, "per_day": {"limit": 4}}}),
            Allowance { hour: Some(2), day: Some(4) },
        ),
        ("k", false, json!({"backtests": 7, "posts": {"limit": 3, "period": "hour"}}), none),
        ("k", false, json!([1]), none),
    ] {
        assert_eq!(Allowance::of(key, claimed, &said), expected, "{key} {claimed} {said}");
    }
}

#[test]
fn limits_that_the_server_tells_with_a_run_count_from_then_on() {
    let told = |quota: Value| {
        let said: Said = serde_json::from_value(json!({"limits": {"said_at": NOW, "quota": quota}})).unwrap();
        in_plan(&Quota::count(&[record(30, "completed")], &account(PROVISIONAL), &said, now()), 1, now())
    };
    assert_eq!(
        told(json!({"backtests_per_hour": 3, "backtests_per_day": null})),
        "2 of 3 left this hour, next at 12:30 UTC (in 30 minutes); used 1 today"
    );
    assert_eq!(
        told(json!({"backtests_per_hour": null, "backtests_per_day": null})),
        "used 1 this hour, 1 in 24 hours; the limits are not known"
    );
    assert!(told(json!({"remaining": 4})).starts_with("9 of 10"), "what is not understood changes nothing");
}

#[test]
fn the_last_unit_is_asked_about_and_an_empty_quota_is_not() {
    let question = |used: i64, runs: u64| {
        let records: Vec<_> = (0..used).map(|at| record(at, "completed")).collect();
        last_unit(&Quota::count(&records, &account(PROVISIONAL), &Said::default(), now()), runs)
    };
    assert_eq!(question(8, 1), None);
    assert_eq!(question(9, 1).as_deref(), Some("this is the last backtest of this hour; submit?"));
    assert_eq!(question(10, 1), None, "the server decides");
    assert_eq!(question(8, 2).as_deref(), Some("these 2 backtests are the last of this hour; submit?"));
    assert_eq!(
        question(8, 3).as_deref(),
        Some("these are 3 backtests, and 2 are left this hour; submit all the same?")
    );
    let day: Vec<_> = (0..29).map(|at| record(90 + at * 40, "completed")).collect();
    let quota = Quota::count(&day, &account(PROVISIONAL), &Said::default(), now());
    assert_eq!(last_unit(&quota, 1).as_deref(), Some("this is the last backtest of this day; submit?"));
    let unlimited = Quota::count(&day, &account(Allowance::default()), &Said::default(), now());
    assert_eq!(last_unit(&unlimited, 9), None);
    assert!(
        in_plan(&Quota::count(&day[..28], &account(PROVISIONAL), &Said::default(), now()), 3, now())
            .starts_with("3 runs, ")
    );
}

fn refused(code: ErrorCode, seconds: Option<u64>) -> ApiError {
    let retry_after = seconds.map(Duration::from_secs);
    ApiError::Refused { status: 429, code, message: String::new(), suggestion: None, retry_after }
}

#[test]
fn the_servers_word_holds_until_its_time_unless_the_clock_was_set_back() {
    let closed = Closed::of(&refused(ErrorCode::FreeQuotaExceeded, Some(600)), now()).unwrap();
    let at = |text: &str| {
        let said = Said { closed: Some(closed.clone()), ..Said::default() };
        Quota::count(&[], &account(PROVISIONAL), &said, moment(text))
    };
    let quota = at("2026-01-10T12:05:00Z");
    assert_eq!(
        in_plan(&quota, 1, moment("2026-01-10T12:05:00Z")),
        "none before 12:10 UTC (in 5 minutes), says the server"
    );
    assert_eq!(quota.free_at(now()), moment("2026-01-10T12:10:00Z"));
    for later in ["2026-01-10T12:10:00Z", "2026-01-12T00:00:00Z", "2026-01-10T11:59:59Z"] {
        assert_eq!(at(later).closed, None, "{later}");
    }
    let busy = ApiError::Refused {
        status: 503,
        code: ErrorCode::InternalError,
        message: String::new(),
        suggestion: None,
        retry_after: Some(Duration::from_secs(5)),
    };
    for word in [refused(ErrorCode::FreeQuotaExceeded, None), refused(ErrorCode::RegistrationLimit, Some(5)), busy] {
        assert_eq!(Closed::of(&word, now()), None, "{word:?}");
    }
    let forever = Closed::of(&refused(ErrorCode::QuotaExceeded, Some(u64::MAX)), now()).unwrap();
    assert!(forever.until <= moment("2026-01-11T13:00:00Z"), "{forever:?}");
}

#[test]
fn a_short_rate_limit_is_waited_for_three_times_and_a_quota_only_when_asked() {
    let pauses = |error: &ApiError, for_quota: bool| {
        let mut patience = Patience { for_quota, waited: 0 };
        let free_at = moment("2026-01-10T12:07:00Z");
        let pauses = (0..5).map(|_| pause(error, &mut patience, || free_at, now()).map(|pause| pause.as_secs()));
        pauses.collect::<Vec<_>>()
    };
    let three = [Some(7), Some(7), Some(7), None, None];
    assert_eq!(pauses(&refused(ErrorCode::RateLimited, Some(7)), false), three);
    assert_eq!(pauses(&refused(ErrorCode::RateLimited, Some(7)), true), [Some(7); 5]);
    assert_eq!(pauses(&refused(ErrorCode::RateLimited, Some(0)), false)[..3], [Some(1); 3], "no burst");
    assert_eq!(pauses(&refused(ErrorCode::RateLimited, Some(61)), false), [None; 5]);
    assert_eq!(pauses(&refused(ErrorCode::RateLimited, None), false), [None; 5]);
    assert_eq!(pauses(&refused(ErrorCode::FreeQuotaExceeded, Some(7)), false), [None; 5]);
    let mut patience = Patience { for_quota: true, waited: 0 };
    let in_vain = refused(ErrorCode::QuotaExceeded, Some(0));
    let waits: Vec<_> = (0..12).map(|_| pause(&in_vain, &mut patience, now, now()).unwrap().as_secs()).collect();
    assert_eq!(
        waits,
        [1, 1, 1, 1, 2, 4, 8, 16, 32, 64, 64, 64],
        "refused again and again, it asks less and less often"
    );
    assert_eq!(pauses(&refused(ErrorCode::QuotaExceeded, Some(3_000)), true), [Some(3_000); 5]);
    assert_eq!(pauses(&refused(ErrorCode::QuotaExceeded, None), true), [Some(420); 5], "by our own count");
    assert_eq!(pauses(&refused(ErrorCode::InvalidApiKey, Some(7)), true), [None; 5]);
    assert_eq!(pauses(&ApiError::KeyMalformed, true), [None; 5]);
}

#[test]
fn a_wait_is_over_when_either_clock_says_so() {
    let began = Instant::now();
    let countdown = Countdown::new(Duration::from_secs(600), now(), began);
    let left = |wall: &str, machine: u64| countdown.left(moment(wall), began + Duration::from_secs(machine)).as_secs();
    assert_eq!(left("2026-01-10T12:04:00Z", 240), 360);
    assert_eq!(left("2026-01-10T12:11:00Z", 5), 0, "the machine slept");
    assert_eq!(left("2026-01-10T09:00:00Z", 601), 0, "the clock was set back");
    assert_eq!(left("2026-01-10T09:00:00Z", 100), 500);
}
