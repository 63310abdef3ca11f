//! What an ending means to the user: exit code, words and cure, and the call behind a `TA_OUT_OF_RANGE`.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use signal_analysis::{Facts, Verdict, chain};
use signal_api::{ApiError, Class, ErrorBody, ErrorCode, sanitize};
use signal_text::{Diagnostic, Fix, Severity};

use super::{Ending, Outcome};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::quota;
use crate::render::moment;
use crate::service;

/// The exit code of an ending.
pub(crate) fn exit_of(ending: &Ending) -> Exit {
    match ending {
        Ending::Completed(_) => Exit::Done,
        Ending::Failed(_) | Ending::Cancelled(_) => Exit::Failed,
        Ending::Detached => Exit::Detached,
        Ending::Unfetched(error) | Ending::LostSight(error) | Ending::Unknown(error) => exit_of_error(error),
        // The backtest that was asked for did not come about.
        Ending::Refused(error) => match exit_of_error(error) {
            // Only the API itself can say that it does not take this backtest; a proxy in between can't.
            Exit::Network
                if error.code().is_some_and(|code| code.class() == Class::Other && !code.is_from_status()) =>
            {
                Exit::Failed
            }
            exit => exit,
        },
    }
}

fn exit_of_error(error: &ApiError) -> Exit {
    match (error.class(), error.code()) {
        (_, Some(ErrorCode::ValidationError)) | (Class::Usage, _) => Exit::Usage,
        (Class::NotFound, _) => Exit::NotFound,
        (Class::Key, _) => Exit::Key,
        (Class::Quota, _) => Exit::Quota,
        (Class::Server | Class::Other, _) => Exit::Network,
    }
}

/// An error of the API as what stops a command. Safe to print.
pub(crate) fn failure_of(error: &ApiError) -> Failure {
    let mut failure = Failure::new(exit_of_error(error), code_word(error), sanitize(&error.to_string()));
    if error.class() == Class::Key
        && let Some(kept) = service::key_used()
    {
        failure.message.push_str(&format!("; the key is the one from {}", kept.words()));
    }
    if let ApiError::Refused { suggestion, retry_after, code, .. } = error {
        let mut cures: Vec<String> =
            suggestion.iter().filter(|text| !text.is_empty()).map(|text| sanitize(text)).collect();
        if let Some(wait) = retry_after {
            cures.push(format!("the server takes the next try {}", wait_word(*wait, Timestamp::now())));
        }
        if cures.is_empty() {
            cures.extend(cure(code).map(str::to_owned));
        }
        if cures.is_empty() && code.is_from_status() {
            cures.push(NOT_THE_API.to_owned());
        }
        failure.suggestion = (!cures.is_empty()).then(|| cures.join("; "));
    } else {
        failure.suggestion = match error {
            ApiError::NotSent { .. } => {
                Some("nothing was sent; check the network and HEYTRADERS_BASE_URL, then try again".to_owned())
            }
            ApiError::KeyMalformed => Some(
                "set HEYTRADERS_API_KEY to the key alone, as it was given, or hand it in: dsl auth login".to_owned(),
            ),
            _ => None,
        };
    }
    failure
}

/// What to think of a refusal without a code.
const NOT_THE_API: &str = "the answer carries no code of the API: perhaps a proxy or firewall gave it, or HEYTRADERS_BASE_URL is \
                           not the API's address";

/// What to say of an ending that brought no results; `None` for one that did, or that the user wished.
/// `run` is its id in the journal, `file` the script as a command line names it.
pub(crate) fn failure_of_ending(outcome: &Outcome, run: &str, file: &str) -> Option<Failure> {
    let job = outcome.backtest_id.as_deref().map(sanitize).unwrap_or_default();
    let failure = match &outcome.ending {
        Ending::Completed(_) | Ending::Detached => return None,
        Ending::Failed(error) => {
            let mut failure = Failure::new(
                Exit::Failed,
                sanitize(error.code.as_str()),
                format!("the backtest failed: {}", sanitize(&error.message)),
            );
            failure.suggestion =
                error.suggestion.as_deref().map(sanitize).or_else(|| cure(&error.code).map(str::to_owned));
            failure
        }
        Ending::Cancelled(message) => {
            let message = message.as_deref().map(|message| format!(": {}", sanitize(message))).unwrap_or_default();
            let what = match outcome.backtest_id {
                Some(_) => format!("the backtest {job} was cancelled{message}"),
                None => format!("the run was cancelled before it was sent{message}"),
            };
            Failure::new(Exit::Failed, "cancelled", what)
        }
        Ending::Refused(error) => {
            let mut failure = failure_of(error);
            failure.exit = exit_of(&outcome.ending);
            if error.class() == Class::Quota {
                let cures: Vec<String> = failure.suggestion.into_iter().chain([WAIT.to_owned()]).collect();
                failure.suggestion = Some(cures.join("\n"));
            }
            failure
        }
        Ending::Unfetched(error) => {
            let mut failure = failure_of(error);
            failure.message =
                format!("the backtest {job} is completed, but its results can't be fetched: {}", failure.message);
            failure.suggestion = Some(format!("they are still there; fetch them with: dsl runs attach {run}"));
            failure
        }
        Ending::LostSight(error) => {
            let mut failure = failure_of(error);
            failure.message = format!("the backtest {job} can't be seen any more, it may go on: {}", failure.message);
            failure.suggestion = Some(format!("ask again later with: dsl runs attach {run}"));
            failure
        }
        Ending::Unknown(error) => {
            let mut failure = failure_of(error);
            failure.suggestion = Some(format!(
                "a backtest may be running and may have cost quota, so it is not sent again by itself; look at the dashboard for it\n\
                 if it is there: dsl runs attach {run} --backtest-id ID\n\
                 if it is not: dsl run --resubmit {file}"
            ));
            failure
        }
    };
    Some(failure)
}

/// The finding behind a `TA_OUT_OF_RANGE`, on the call that forces the warm-up; `None` for any other trouble.
///
/// `found` are the findings of the check: where one of them foretold it, it is that finding which is told again.
pub(crate) fn out_of_range(facts: &Facts<'_>, found: &[Diagnostic], ending: &Ending) -> Option<Diagnostic> {
    let said = match ending {
        Ending::Failed(ErrorBody { code: ErrorCode::TaOutOfRange, message, .. }) => message,
        Ending::Refused(ApiError::Refused { code: ErrorCode::TaOutOfRange, message, .. }) => message,
        _ => return None,
    };
    let foretold = |finding: &&Diagnostic| matches!(finding.code.as_ref(), "not-enough-bars" | "maybe-not-enough-bars");
    let mut diagnostic = match found.iter().filter(foretold).max_by_key(|finding| finding.severity) {
        Some(finding) => finding.clone(),
        None => from_facts(facts)?,
    };
    diagnostic.severity = Severity::Error;
    diagnostic.message = format!("the server has too few bars: {}", diagnostic.message);
    let mut remarks = vec![format!(
        "the server says: {}",
        if said.is_empty() {
            "TA_OUT_OF_RANGE".to_owned()
        } else {
            sanitize(&said.chars().take(2_000).collect::<String>())
        }
    )];
    if facts.report().verdict == Verdict::Ok {
        remarks.push(
            "the prediction said the range would do, so it missed: the server may hold less history than the range"
                .to_owned(),
        );
    }
    remarks.extend(diagnostic.help.take());
    diagnostic.help = Some(remarks.join("; "));
    Some(diagnostic)
}

/// The finding where the check had none: on the call that adds the most bars to the widest signal.
fn from_facts(facts: &Facts<'_>) -> Option<Diagnostic> {
    let widest = facts.report().widest?;
    let links: Vec<_> = chain(facts.warmups(), widest).collect();
    let culprit = links.iter().max_by_key(|link| link.adds).map_or(widest, |link| link.id);
    let warmup = facts.report().warmup_at_least;
    let held = facts.window.map(|window| {
        format!(", and {} to {} holds at most {}", window.range.start, window.range.end, window.bars.max)
    });
    let message = format!("the script needs more than {warmup} bars{}", held.unwrap_or_default());
    let mut diagnostic = Diagnostic::new("not-enough-bars", Severity::Error, facts.span(culprit), message);
    for link in &links {
        diagnostic = diagnostic.label(facts.span(link.id), format!("adds {} bars", link.adds));
    }
    let from_flag =
        facts.settings().start_date.as_ref().is_some_and(|setting| setting.origin == signal_project::Origin::Flag);
    if let Some(date) = facts.report().start_date_for.same_window {
        diagnostic = diagnostic.help(format!("start on {date}"));
        if !from_flag {
            let edit = signal_project::directive_edit(facts.source, facts.tree(), "start_date", &date.to_string());
            diagnostic =
                diagnostic.fix(Fix { title: format!("set start_date = {date}"), safe: false, edits: vec![edit] });
        }
    }
    Some(diagnostic)
}

/// A stable word for an error of the API, or the server's own code.
pub(crate) fn code_word(error: &ApiError) -> String {
    match error {
        ApiError::Refused { code, .. } => sanitize(code.as_str()),
        ApiError::NotSent { .. } => "not-sent".to_owned(),
        ApiError::OutcomeUnknown { .. } => "outcome-unknown".to_owned(),
        ApiError::NoAnswer { .. } => "no-answer".to_owned(),
        ApiError::Protocol(_) => "unreadable-answer".to_owned(),
        ApiError::Redirected { .. } => "redirected".to_owned(),
        ApiError::KeyNotAllowed { .. } => "key-not-allowed".to_owned(),
        ApiError::KeyMalformed => "key-malformed".to_owned(),
        ApiError::BadUrl { .. } => "bad-url".to_owned(),
        ApiError::BadId(_) => "bad-id".to_owned(),
        ApiError::Setup(_) => "setup".to_owned(),
    }
}

/// A cure for a code whose answer brought none.
const fn cure(code: &ErrorCode) -> Option<&'static str> {
    Some(match code {
        ErrorCode::InvalidApiKey => {
            "`dsl auth status` tells which key is used, `dsl auth login` takes another one; --sandbox needs none"
        }
        ErrorCode::ExpiredApiKey => {
            "provisional keys end after 24 hours unless claimed; fetch another one with `dsl auth register --replace`, or run with --sandbox"
        }
        ErrorCode::InsufficientPermissions => "the key lacks the scope for this; backtests need `research`",
        ErrorCode::RateLimited => "wait a minute; the service takes 300 requests a minute",
        ErrorCode::FreeQuotaExceeded => {
            "a provisional key has 10 backtests an hour and 30 a day: wait, claim the agent, or run with --sandbox"
        }
        ErrorCode::QuotaExceeded => "wait for the quota to fill up again, or run with --sandbox",
        ErrorCode::TaOutOfRange => "set an earlier start_date, or use shorter periods",
        ErrorCode::DataUnavailable => "check the tickers, the exchange and whether it traded in the range",
        ErrorCode::InternalError => "the server's own fault; try again later",
        _ => return None,
    })
}

/// When a wait is over, for waits that one spends elsewhere with the time of day: `at 14:32 UTC (in 30 minutes)`.
fn wait_word(wait: Duration, now: Timestamp) -> String {
    let wait = SignedDuration::try_from(wait).unwrap_or(SignedDuration::MAX);
    match now.checked_add(wait) {
        Ok(then) if wait >= SignedDuration::from_mins(2) => format!("at {}", quota::until(then, now)),
        _ => format!("in {}", moment::wait(wait)),
    }
}

/// What can be done about a quota beside the server's own advice.
const WAIT: &str = "--wait-for-quota waits for it and submits then";
