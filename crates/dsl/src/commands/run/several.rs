//! `dsl run` of several scripts: all of them are checked before anything is sent, then they run side by side.

mod side_by_side;

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use signal_project::Flags;

use super::carried::attach;
use super::conditions::texts;
use super::{Manner, Run, Script, Target, Terms, admitted, argument, flags, going, local, origin, standing, unknown};
use crate::args::{FindingFormat, Global, RunArguments};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::journal::{self, Draft, Entry, Journal, Record};
use crate::output::Console;
use crate::project;
use crate::quota::{self, Quota};
use crate::render::findings::findings;
use crate::render::json::{self, Finding};
use crate::render::several::{Row, plans, table_of};
use crate::render::{self, visible};
use crate::run::{self, Begun, Choice, Ending, Outcome, Plan, RunDocument, RunStatus};
use crate::today::today;
use side_by_side::carry_all;

/// Runs that one process of ours has at a server at the same time, unless the user wishes otherwise.
const JOBS: usize = 2;

/// `dsl run --json` of several scripts.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct SeveralDocument {
    /// Always 1.
    #[schemars(range(min = 1, max = 1))]
    pub(crate) schema: u32,
    /// What `dsl run --json` prints of each, in the order of the command line.
    #[schemars(with = "Vec<RunDocument<Finding<'static>>>")]
    pub(crate) runs: Vec<Value>,
}

/// A script on its way.
struct Member {
    script: Script,
    plan: Option<Plan>,
    warmup: Option<Value>,
    findings: u64,
    stage: Stage,
}

/// How far a script is.
enum Stage {
    /// It can be submitted.
    Ready,
    /// It can't, or its run could not be begun or gone on with.
    Stopped(Failure),
    /// Its run has ended, or was left. The failure is told in place of what the ending means; the flag: it is an earlier run's.
    Ended { record: Box<Record>, outcome: Outcome, failure: Option<Failure>, reused: bool },
}

/// Runs the command.
pub(super) fn run(arguments: &RunArguments, global: &Global, console: &mut Console) -> Result<Exit, Failure> {
    refuse_what_is_for_one(arguments)?;
    let origin = origin(arguments)?;
    let flags = flags(arguments)?;
    let mut members = Vec::new();
    for file in distinct(&arguments.files) {
        let script = Script::open(file, arguments, global, console)?;
        members.push(Member { script, plan: None, warmup: None, findings: 0, stage: Stage::Ready });
    }
    let mut batch = Batch { arguments, origin, flags, members, quota: None };
    batch.plan(console);
    let is_stopped = batch.members.iter().any(|member| matches!(member.stage, Stage::Stopped(_)));
    if !is_stopped {
        batch.show_plan(console);
        if arguments.dry_run {
            console.talk("nothing was sent (--dry-run)");
        } else {
            match batch.start(console) {
                Ok(()) => {}
                // Programs read it in every run's document, people once.
                Err(failure) if console.json => batch.stop(&failure),
                Err(failure) => return Err(failure),
            }
        }
    }
    Ok(batch.tell(is_stopped || arguments.dry_run, console))
}

/// The scripts together.
struct Batch<'a> {
    arguments: &'a RunArguments,
    origin: String,
    flags: Flags,
    members: Vec<Member>,
    quota: Option<Quota>,
}

impl Batch<'_> {
    /// Checks and plans each script, so that a mistake in the last one is known before the first is sent.
    fn plan(&mut self, console: &mut Console) {
        for member in &mut self.members {
            let Script { source, project, .. } = &member.script;
            let (plan, warmup, findings) = project::analysis(source, project, &self.flags, Some(today()), |analysis| {
                let mut run = Run::new(self.arguments, source, analysis, self.origin.clone());
                let plan = run.plan(console);
                (plan, run::warmup(analysis.facts.report()), analysis.diagnostics.len() as u64)
            });
            (member.warmup, member.findings) = (warmup, findings);
            match plan {
                Ok(plan) => member.plan = Some(plan),
                Err(failure) => member.stage = Stage::Stopped(failure),
            }
        }
    }

    /// The requests that would be submitted, those left out that have results already.
    fn new_runs(&self) -> u64 {
        let records = Journal::open().map(|journal| journal.records()).unwrap_or_default();
        let plans = self.members.iter().filter_map(|member| member.plan.as_ref());
        let is_new = |plan: &&Plan| run::is_new(&records, &self.origin, &plan.request, self.choice()).unwrap_or(true);
        plans.filter(is_new).count() as u64
    }

    fn show_plan(&mut self, console: &mut Console) {
        if !self.arguments.sandbox {
            self.quota = standing(&self.origin);
        }
        if console.json {
            return;
        }
        let quota = self.quota.as_ref().map(|quota| quota::in_plan(quota, self.new_runs(), Timestamp::now()));
        let target = if self.arguments.sandbox { "the sandbox of this machine" } else { &self.origin };
        let planned: Vec<_> = self
            .members
            .iter()
            .filter_map(|member| Some((member.script.source.name(), member.plan.as_ref()?)))
            .collect();
        if self.arguments.dry_run {
            console.result(&plans(&planned, target, quota.as_deref(), console.color));
        } else {
            let text = plans(&planned, target, quota.as_deref(), console.color_talk);
            console.talk(&text);
        }
    }

    const fn choice(&self) -> Choice {
        Choice { again: self.arguments.again, resubmit: self.arguments.resubmit }
    }

    /// Puts the runs into the journal and carries them to their ends.
    ///
    /// # Errors
    /// What hinders all of them: no key, no journal, no quota.
    fn start(&mut self, console: &mut Console) -> Result<(), Failure> {
        let Self { arguments, origin, .. } = self;
        let target =
            if arguments.sandbox { Target::Sandbox(arguments.data.as_deref()) } else { Target::server(origin)? };
        if let Some(account) = target.account()? {
            let terms =
                Terms { runs: self.new_runs(), yes: self.arguments.yes, for_quota: self.arguments.wait_for_quota };
            let journal = Journal::open()?;
            admitted(Some(&account), terms, console, |admit| admit(&journal.records()))?;
        }
        let account = match &target {
            Target::Sandbox(_) => None,
            Target::Server(_, key) => Some(journal::account(key)),
        };
        let mut work = Vec::new();
        for at in 0..self.members.len() {
            match self.begin(at, account.clone(), console) {
                Ok(Some(entry)) => work.push((at, entry)),
                Ok(None) => {}
                Err(failure) => self.members[at].stage = Stage::Stopped(failure),
            }
        }
        let names: Vec<String> = self.members.iter().map(|member| member.script.source.name().to_owned()).collect();
        let manner = Manner { detach: self.arguments.detach, for_quota: self.arguments.wait_for_quota };
        let ended = carry_all(work, &names, &target, manner, self.jobs(), console)?;
        for (at, entry, carried) in ended {
            if let Some(trouble) = &entry.trouble
                && !console.json
            {
                console.say(&format!("warning: {}: {}; the run itself is none the worse", names[at], trouble.message));
            }
            self.members[at].stage = match carried {
                Ok(outcome) => Stage::Ended { record: Box::new(entry.record), outcome, failure: None, reused: false },
                Err(failure) => Stage::Stopped(failure),
            };
        }
        Ok(())
    }

    /// Keeps back what is not under way for a failure that all share.
    fn stop(&mut self, failure: &Failure) {
        for member in self.members.iter_mut().filter(|member| matches!(member.stage, Stage::Ready)) {
            member.stage = Stage::Stopped(failure.clone());
        }
    }

    /// Puts a run into the journal; `None`: its twin there tells how it ends.
    fn begin(&mut self, at: usize, account: Option<String>, console: &mut Console) -> Result<Option<Entry>, Failure> {
        let choice = self.choice();
        let member = &mut self.members[at];
        let Some(plan) = &member.plan else { return Ok(None) };
        let draft = Draft {
            file: member.script.source.name(),
            path: member.script.path.clone(),
            script: member.script.source.text(),
            request: &plan.request,
            origin: &self.origin,
            account,
            settings: run::settings(plan),
            warmup: member.warmup.clone(),
            diagnostics_count: member.findings,
            data: self.arguments.data.as_deref().and_then(|folder| std::path::absolute(folder).ok()),
            resubmits: None,
            fail_if: texts(&member.script.gates),
        };
        if self.arguments.sandbox {
            return local(&draft, console).map(Some);
        }
        let earlier = |record: Box<Record>, ending: Ending, failure: Option<Failure>, reused: bool| {
            let outcome = Outcome::of(&record, ending);
            Stage::Ended { record, outcome, failure, reused }
        };
        member.stage = match run::begin(&Journal::open()?, &draft, choice, |_| Ok(()))? {
            Begun::New(entry) => return Ok(Some(*entry)),
            Begun::Done(record) => {
                let ending = run::stored(&record).unwrap_or(Ending::Detached);
                earlier(record, ending, None, true)
            }
            Begun::Going(record) => {
                let failure = going(&record);
                earlier(record, Ending::Detached, Some(failure), false)
            }
            Begun::Unknown(record) => {
                let ending = run::stored(&record).unwrap_or(Ending::Detached);
                let outcome = Outcome::of(&record, ending);
                let failure = run::failure_of_ending(&outcome, &record.run, &argument(&record))
                    .map(|failure| unknown(&record, failure));
                Stage::Ended { record, outcome, failure, reused: false }
            }
        };
        Ok(None)
    }

    fn jobs(&self) -> usize {
        let usual = || {
            if self.arguments.sandbox { std::thread::available_parallelism().map_or(1, usize::from) } else { JOBS }
        };
        self.arguments.jobs.map_or_else(usual, usize::from)
    }

    /// Says how each went: for programs one document, for people one table, and what went wrong. `unsent`: nothing was
    /// to be sent, or a mistake has kept all of them back.
    fn tell(self, unsent: bool, console: &mut Console) -> Exit {
        let Self { arguments, origin, flags, members, quota } = self;
        let (mut exits, mut documents, mut rows, mut left) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let mut synthetic = false;
        for member in members {
            let Script { source, project, gates, .. } = &member.script;
            project::analysis(source, project, &flags, Some(today()), |analysis| {
                let mut run = Run::new(arguments, source, analysis, origin.clone());
                run.gates = gates;
                run.settings = member.plan.as_ref().map(run::settings);
                run.request = member.plan.as_ref().map(|plan| plan.request.clone());
                run.quota.clone_from(&quota);
                let mut is_planned = false;
                let done = match member.stage {
                    Stage::Ready => Ok(Exit::Done),
                    Stage::Stopped(failure) => Err(failure),
                    Stage::Ended { record, outcome, failure, reused } => {
                        run.reused = reused;
                        is_planned = record.state == journal::State::Planned;
                        run.run = Some(record.run.clone());
                        if matches!(outcome.ending, Ending::Detached) && failure.is_none() {
                            left.push((source.name().to_owned(), record.clone()));
                        }
                        let concluded = run.conclude(outcome, &record);
                        failure.map_or(concluded, Err)
                    }
                };
                exits.push(done.as_ref().map_or_else(|failure| failure.exit, |exit| *exit));
                let document = run.document(done.as_ref().err());
                if console.json {
                    documents.push(serde_json::to_value(&document).unwrap_or_default());
                    return;
                }
                synthetic |= document.data.is_some();
                if let Some(traced) = &run.traced {
                    let text = findings(source, std::slice::from_ref(traced), FindingFormat::Full, console.color_talk);
                    console.say(text.trim_end());
                }
                if let Err(mut failure) = done {
                    failure.message = format!("{}: {}", source.name(), failure.message);
                    console.say(&render::failure(&failure, console.color_talk));
                }
                rows.push(row(source.name(), &run, is_planned, &document));
            });
        }
        if console.json {
            console.result(&json::document(&SeveralDocument { schema: json::SCHEMA, runs: documents }));
        } else {
            farewell(&left, arguments, console);
            if arguments.detach && !unsent {
                // As of one script: what a program hands to `dsl runs attach`.
                console.talk(&table_of(&rows, synthetic, console.color_talk));
                console.result(
                    &rows.iter().filter_map(|row| Some(format!("{}\n", row.run.as_ref()?))).collect::<String>(),
                );
            } else if !unsent {
                console.result(&table_of(&rows, synthetic, console.color));
            }
        }
        Exit::of_several(exits)
    }
}

/// A row of the table; `unsent`: the run waits in the journal.
fn row(file: &str, run: &Run<'_>, unsent: bool, document: &RunDocument<Finding<'_>>) -> Row {
    let metrics = run.outcome.as_ref().and_then(|outcome| match &outcome.ending {
        Ending::Completed(results) => Some(results.metrics.clone()),
        _ => None,
    });
    let status = match document.status {
        RunStatus::Completed if run.reused => "completed before".to_owned(),
        RunStatus::Detached if unsent => "not sent".to_owned(),
        status => status.word().to_owned(),
    };
    Row { file: file.to_owned(), status, metrics, run: run.run.clone() }
}

/// Tells how to come back to the runs that were left.
fn farewell(left: &[(String, Box<Record>)], arguments: &RunArguments, console: &mut Console) {
    if left.is_empty() {
        return;
    }
    let on = if arguments.sandbox { "the sandbox of this command ended with it" } else { "what was sent goes on" };
    console.say(&format!("detached: {on}; come back with:"));
    for (file, record) in left {
        let state = if record.state == journal::State::Planned { " (not sent yet)" } else { "" };
        console.say(&format!("  {}  # {}{state}", attach(record), visible::line(file)));
    }
}

/// The files, each once.
fn distinct(files: &[PathBuf]) -> Vec<&Path> {
    let mut seen = Vec::new();
    let is_new = |file: &&Path| {
        let own = std::fs::canonicalize(file).unwrap_or_else(|_| file.to_path_buf());
        let new = !seen.contains(&own);
        seen.push(own);
        new
    };
    files.iter().map(PathBuf::as_path).filter(is_new).collect()
}

/// Flags that say something of one run.
fn refuse_what_is_for_one(arguments: &RunArguments) -> Result<(), Failure> {
    let report = "leave it out; once they have run, `dsl runs report RUN` writes the page of each, without quota";
    let given = [
        (arguments.show_upload, "--show-upload", "name the scripts one by one"),
        (arguments.report.is_some(), "--report", report),
        (arguments.open, "--open", "leave it out; once they have run, `dsl runs report RUN --open` shows each"),
        (arguments.stdin_filename.is_some(), "--stdin-filename", "it names standard input, which goes alone"),
    ];
    if let Some((_, flag, cure)) = given.into_iter().find(|(given, ..)| *given) {
        return Err(Failure::usage(format!("{flag} takes one script at a time")).suggest(cure));
    }
    if arguments.files.iter().any(|file| file == Path::new("-")) {
        return Err(Failure::usage("standard input can't be run beside other scripts")
            .suggest("run it alone, or save it as a file"));
    }
    Ok(())
}
