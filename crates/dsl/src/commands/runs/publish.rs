//! `dsl runs publish`: puts a run's result on the public leaderboard.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};
use signal_api::{Answer, ApiError, Client, ErrorCode};

use crate::args::RunsPublishArguments;
use crate::ask::{Consent, consent};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::journal::{Journal, Record, SANDBOX, State};
use crate::output::Console;
use crate::render::{json, number, visible};
use crate::{run, service};

/// What the service asks of a strategy on its leaderboard (`QUALITY_GATE`).
const LEAST_TRADES: u64 = 10;
const LEAST_DAYS: i32 = 30;

/// Where the record keeps when it was published, and as what.
const PUBLISHED_AT: &str = "published_at";
const STRATEGY_ID: &str = "strategy_id";

/// `dsl runs publish --json`
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct PublishDocument {
    /// Always 1.
    #[schemars(range(min = 1, max = 1))]
    schema: u32,
    /// The run's id in the journal.
    run: String,
    /// The result that was published.
    result_id: String,
    /// Whether this command did it; false where it was on the leaderboard already.
    published: bool,
    /// When it was published from here, RFC 3339; null where that is not known.
    published_at: Option<String>,
    /// The strategy's id on the leaderboard; null where the server told none.
    strategy_id: Option<String>,
    /// What the server answered; null where it was not asked.
    answer: Value,
}

/// Runs the command.
pub(crate) fn run(arguments: &RunsPublishArguments, console: &mut Console) -> Result<Exit, Failure> {
    let mut record = Journal::open()?.find(&arguments.run)?;
    let result_id = result_of(&record)?;
    if text(&record, PUBLISHED_AT).is_some() && !arguments.force {
        return Ok(tell(&record, result_id, false, Value::Null, arguments.json, console));
    }
    if !arguments.force {
        pass_gate(&record)?;
    }
    let client = service::client(&record.origin)?;
    if !arguments.yes {
        ask(&record, console)?;
    }
    match register(&client, &result_id)? {
        Ok(answer) => {
            let strategy = ["strategy_id", "id"].iter().find_map(|name| answer.raw.get(name)).cloned();
            let now = jiff::Timestamp::now().to_string();
            record.change(|record| {
                record.extra.insert(PUBLISHED_AT.to_owned(), Value::from(now));
                if let Some(strategy) = strategy {
                    record.extra.insert(STRATEGY_ID.to_owned(), strategy);
                }
                true
            })?;
            Ok(tell(&record, result_id, true, answer.raw, arguments.json, console))
        }
        Err(error) if error.code() == Some(&ErrorCode::AlreadyRegistered) => {
            Ok(tell(&record, result_id, false, Value::Null, arguments.json, console))
        }
        Err(error) => Err(refused(&error, &record)),
    }
}

/// The id of a run's result.
///
/// # Errors
/// A run that has none, or none that anybody else could see.
fn result_of(record: &Record) -> Result<String, Failure> {
    let id = visible::line(&record.run).into_owned();
    if record.origin == SANDBOX {
        return Err(Failure::new(
            Exit::Usage,
            "sandbox-run",
            format!("the run {id} was on the sandbox of this machine: made-up bars, which nobody else can see"),
        )
        .suggest("run the script without --sandbox, and publish that run"));
    }
    match (&record.result_id, record.status()) {
        (Some(result), State::Completed) => Ok(result.clone()),
        (_, state) => Err(Failure::new(
            Exit::Usage,
            "not-completed",
            format!("the run {id} has no results, it is {}", state.word()),
        )
        .suggest(format!("dsl runs show {id} tells more; only a completed run can be published"))),
    }
}

/// Stops what the service would refuse. What is not known is left to it.
fn pass_gate(record: &Record) -> Result<(), Failure> {
    let trades = record.metrics.as_ref().and_then(|metrics| metrics.get("num_trades")).and_then(Value::as_u64);
    let days = days(record);
    let mut lacks = Vec::new();
    if let Some(trades) = trades.filter(|trades| *trades < LEAST_TRADES) {
        lacks.push(format!("{} of at least {LEAST_TRADES}", number::count(trades, "trade")));
    }
    if let Some(days) = days.filter(|days| *days < LEAST_DAYS) {
        lacks.push(format!("{} of at least {LEAST_DAYS}", number::count(u64::try_from(days).unwrap_or(0), "day")));
    }
    if lacks.is_empty() {
        return Ok(());
    }
    let message =
        format!("the leaderboard would not take the run {}: {}", visible::line(&record.run), lacks.join(", "));
    Err(Failure::new(Exit::Usage, "quality-gate", message)
        .suggest("run it over a longer range, or send it all the same with --force"))
}

/// Days of the run's range, its end day included.
fn days(record: &Record) -> Option<i32> {
    let date = |name: &str| record.settings.get(name)?.as_str()?.parse::<jiff::civil::Date>().ok();
    let span = date("start_date")?.until(date("end_date")?).ok()?;
    Some(span.get_days() + 1)
}

fn ask(record: &Record, console: &mut Console) -> Result<(), Failure> {
    let run = visible::line(&record.run);
    let deed = format!("puts the run {run} ({}) on the public leaderboard", visible::line(&record.file));
    match consent(&format!("This {deed}. Go on?"), console) {
        Consent::Given => Ok(()),
        Consent::Refused => Err(Failure::new(Exit::Usage, "not-confirmed", "nothing was sent")),
        Consent::Nobody => {
            let message = format!("this {deed}, and there is nobody to ask: nothing was sent");
            Err(Failure::new(Exit::Usage, "needs-yes", message).suggest("add --yes if that is what you want"))
        }
    }
}

fn register(client: &Client, result_id: &str) -> Result<Result<Answer<Value>, ApiError>, Failure> {
    let body = json!({ "backtest_summary_id": result_id });
    let path = ["arena", "strategies", "register"];
    run::block_on(client.post(&path, Some(&body))).map_err(|error| run::no_runtime(&error))
}

/// What the server's no means.
fn refused(error: &ApiError, record: &Record) -> Failure {
    let mut failure = run::failure_of(error);
    failure.message = format!("the run {} was not published: {}", visible::line(&record.run), failure.message);
    if error.is_outcome_unknown() {
        return failure.suggest("look for it before you send it again: dsl api /arena/leaderboard");
    }
    let cure = match error.code() {
        Some(ErrorCode::QualityGate) => "it takes 10 trades and a range of 30 days: run it over a longer range",
        Some(ErrorCode::NotOwner) => {
            "only the agent that ran a backtest can publish it: use the key that it was run with"
        }
        Some(ErrorCode::AgentRequired) => "make your key an arena agent first: dsl api POST /arena/agents",
        Some(ErrorCode::BacktestNotFound | ErrorCode::NoBacktest) => {
            "the service keeps results for a while, and those of a provisional key for a day: run it again"
        }
        _ => return failure,
    };
    // The server can be reached and works: it does not want this run.
    if failure.exit == Exit::Network {
        failure.exit = Exit::Usage;
    }
    let said = failure.suggestion.take().map(|said| format!("{said}\n")).unwrap_or_default();
    failure.suggest(format!("{said}{cure}"))
}

fn tell(
    record: &Record,
    result_id: String,
    published: bool,
    answer: Value,
    as_json: bool,
    console: &mut Console,
) -> Exit {
    if as_json {
        console.result(&json::document(&PublishDocument {
            schema: json::SCHEMA,
            run: record.run.clone(),
            result_id,
            published,
            published_at: text(record, PUBLISHED_AT),
            strategy_id: text(record, STRATEGY_ID),
            answer,
        }));
        return Exit::Done;
    }
    let run = visible::line(&record.run);
    let strategy = text(record, STRATEGY_ID).map(|id| format!(" as {}", visible::line(&id))).unwrap_or_default();
    let since: String = text(record, PUBLISHED_AT).unwrap_or_default().chars().take(10).collect();
    let since = if since.is_empty() { since } else { format!(", since {}", visible::line(&since)) };
    console.result(&match published {
        true => format!("run {run} is on the leaderboard now{strategy}\n"),
        false => format!("run {run} is on the leaderboard already{strategy}{since}\n"),
    });
    if published && !strategy.is_empty() {
        let id = text(record, STRATEGY_ID).unwrap_or_default();
        console.talk(&format!("to take it off: dsl api DELETE /arena/strategies/{}/unregister", visible::line(&id)));
    }
    Exit::Done
}

/// A field that the record keeps beside its own, as text.
fn text(record: &Record, name: &str) -> Option<String> {
    match record.extra.get(name)? {
        Value::String(text) => Some(text.clone()),
        Value::Null => None,
        other => Some(other.to_string()),
    }
}
