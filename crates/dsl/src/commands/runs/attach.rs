//! `dsl runs attach`: goes on with a run from wherever it is.

use signal_api::models::ExecuteRequest;
use signal_project::Flags;
use signal_text::Source;

use crate::args::{RunArguments, RunsAttachArguments};
use crate::commands::run::{Run, Target, attach, gates};
use crate::destination::Destination;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::journal::{Entry, Journal, Record, State, Step, account};
use crate::output::Console;
use crate::progress;
use crate::project::{self, Project};
use crate::render::visible;
use crate::run::{self, Ending, Results, Signals};
use crate::today::today;

/// Runs the command.
pub(crate) fn run(arguments: &RunsAttachArguments, console: &mut Console) -> Result<Exit, Failure> {
    let mut record = Journal::open()?.find(&arguments.run)?;
    let gates = gates(&conditions(&record, &arguments.fail_if), &Project::default(), console)?;
    if let Some(backtest_id) = &arguments.backtest_id {
        identify(&mut record, backtest_id)?;
    }
    let shown = RunArguments {
        sandbox: record.is_local(),
        json: arguments.json,
        open: arguments.open,
        wait_for_quota: arguments.wait_for_quota,
        ..RunArguments::default()
    };
    let report = arguments.report.as_deref().map(Destination::new).transpose()?;
    let source = Source::new(record.file.clone(), record.script().unwrap_or_default());
    let request = record.request();
    let flags = request.as_ref().map(flags).unwrap_or_default();
    // The script as it was, under the settings that were sent: what is said of it fits the run, not today's file.
    project::analysis(&source, &Project::default(), &flags, Some(today()), |analysis| {
        let mut run = Run::new(&shown, &source, analysis, record.origin.clone());
        run.gates = &gates;
        run.report = report;
        run.run = Some(record.run.clone());
        run.settings = Some(record.settings.clone());
        run.warmup.clone_from(&record.warmup);
        run.request = request;
        let done = go_on(record.clone(), &mut run, console).map_err(|failure| run.out_of_sight(&record, failure));
        run.tell(done, console)
    })
}

/// The conditions to fail on: those that the run was begun with, and further ones; each once.
fn conditions(record: &Record, further: &[String]) -> Vec<String> {
    let mut conditions = record.fail_if.clone();
    conditions
        .extend(further.iter().filter(|condition| !record.fail_if.contains(&condition.trim().to_owned())).cloned());
    conditions
}

/// Takes the user's word for which backtest a run of unknown fate is, if the server knows that backtest.
fn identify(record: &mut Record, backtest_id: &str) -> Result<(), Failure> {
    let no = |record: &Record| {
        let (run, state) = (visible::line(&record.run), record.status().word());
        Failure::usage(format!("the run {run} is {state}, so it is known what became of it"))
            .suggest(format!("leave --backtest-id out: {}", attach(record)))
    };
    if record.status() != State::Unknown {
        return Err(no(record));
    }
    if let Target::Server(client, _) = Target::server(&record.origin)? {
        run::block_on(client.status(backtest_id))
            .map_err(|error| run::no_runtime(&error))?
            .map_err(|error| run::failure_of(&error))?;
    }
    let found = record.change(|record| {
        // A sender that died has left it without a word.
        record.advance(run::doubt());
        record.advance(Step::Take(backtest_id.to_owned()))
    })?;
    if found { Ok(()) } else { Err(no(record)) }
}

/// What was sent, as flags.
pub(super) fn flags(request: &ExecuteRequest) -> Flags {
    let number = |value: Option<f64>| value.map(|value| value.to_string());
    Flags {
        start_date: Some(request.start_date.clone()),
        end_date: Some(request.end_date.clone()),
        exchange: request.exchange.clone(),
        timeframe: request.timeframe.clone(),
        initial_cash: number(request.initial_cash),
        trading_fee: number(request.trading_fee),
        slippage: number(request.slippage),
        description: request.description.clone(),
        universe: request.universe.clone(),
        mode: request.mode.clone(),
        leverage: number(request.leverage),
        strip_comments: None,
    }
}

/// Shows what is over, takes what nobody looks after, and follows what somebody does, until there is something to tell.
fn go_on(mut record: Record, run: &mut Run<'_>, console: &mut Console) -> Result<Exit, Failure> {
    loop {
        match run::stored(&record) {
            Some(Ending::Completed(results)) if !results.lacking.is_empty() && !record.is_local() => {
                return fill_up(&record, results, run, console);
            }
            Some(ending) => return run.earlier(&record, ending),
            None => {}
        }
        if let Some(entry) = Entry::take(&record)? {
            // Its end may have come between the look and the lock.
            return match run::stored(&entry.record) {
                Some(ending) => run.earlier(&entry.record, ending),
                None => take_over(entry, run, console),
            };
        }
        if !along(&mut record, console)? {
            if !console.json {
                console.say(&format!("another dsl goes on with it\n help: {} shows how it went", attach(&record)));
            }
            return run.earlier(&record, Ending::Detached);
        }
    }
}

/// Asks again for what could not be fetched when the run ended: without a key, or while another process has it, what is
/// here must do.
fn fill_up(record: &Record, results: Box<Results>, run: &mut Run<'_>, console: &mut Console) -> Result<Exit, Failure> {
    match (Target::server(&record.origin), Entry::take(record)) {
        (Ok(target), Ok(Some(entry))) => {
            say(console, "some of its results could not be fetched then: they are asked for again");
            run.carry(entry, &target, console)
        }
        _ => run.earlier(record, Ending::Completed(results)),
    }
}

/// Looks after a run from here on.
fn take_over(mut entry: Entry, run: &mut Run<'_>, console: &mut Console) -> Result<Exit, Failure> {
    let data = entry.record.data.clone();
    let target = if entry.record.is_local() {
        say(console, "the sandbox of that run ended with its process: it is run anew, which costs nothing");
        entry.step(Step::Anew);
        Target::Sandbox(data.as_deref())
    } else {
        let target = Target::server(&entry.record.origin)?;
        if let Target::Server(_, key) = &target
            && entry.record.account.as_ref().is_some_and(|own| *own != account(key))
        {
            say(console, "note: it was submitted with another key; the server may not show it to the one in use");
        }
        let (id, file) = (visible::line(&entry.record.run), visible::line(&entry.record.file));
        let how = match entry.record.state {
            State::Planned => "was planned and never sent: it is submitted now".to_owned(),
            State::Completed => "is completed, its results were not fetched yet".to_owned(),
            state => format!("was {} when it was last seen", state.word()),
        };
        say(console, &format!("run {id} of {file} {how}"));
        target
    };
    run.carry(entry, &target, console)
}

fn say(console: &mut Console, line: &str) {
    if !console.json {
        console.talk(line);
    }
}

/// Follows a run that another process looks after; false: the user left before that one let go of it.
fn along(record: &mut Record, console: &Console) -> Result<bool, Failure> {
    run::block_on(async {
        let signals = Signals::listen();
        let mut watcher = progress::watcher(console);
        run::along(record, &mut *watcher, signals.first()).await
    })
    .map_err(|error| run::no_runtime(&error))?
}
