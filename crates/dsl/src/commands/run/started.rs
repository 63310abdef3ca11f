//! A run that is begun: put into the journal, unless its twin is there, and carried to its end.

use std::borrow::Cow;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::gate::{self, Values};
use crate::journal::{self, Draft, Entry, Journal, Record, State};
use crate::output::Console;
use crate::render;
use crate::run::{self, Begun, Choice, Ending, Outcome, Plan};

use super::admitted::{Terms, admitted};
use super::conditions::texts;
use super::{Manner, Run, Target, attach, carry};

impl Run<'_> {
    /// Puts the run into the journal and carries it to its end, unless it has a twin there.
    pub(super) fn start(&mut self, plan: &Plan, console: &mut Console) -> Result<Exit, Failure> {
        let target = if self.arguments.sandbox {
            Target::Sandbox(self.arguments.data.as_deref())
        } else {
            Target::server(&self.origin)?
        };
        let draft = Draft {
            file: self.source.name(),
            path: self.path.clone(),
            script: self.source.text(),
            request: &plan.request,
            origin: &self.origin,
            account: match &target {
                Target::Sandbox(_) => None,
                Target::Server(_, key) => Some(journal::account(key)),
            },
            settings: run::settings(plan),
            warmup: run::warmup(self.analysis.facts.report()),
            diagnostics_count: self.analysis.diagnostics.len() as u64,
            data: self.arguments.data.as_deref().and_then(|folder| std::path::absolute(folder).ok()),
            resubmits: None,
            fail_if: texts(self.gates),
        };
        if self.arguments.sandbox {
            let entry = local(&draft, console)?;
            return self.carry(entry, &target, console);
        }
        let choice = Choice { again: self.arguments.again, resubmit: self.arguments.resubmit };
        let journal = Journal::open()?;
        match admitted(target.account()?.as_ref(), self.terms(), console, |admit| {
            run::begin(&journal, &draft, choice, admit)
        })? {
            Begun::New(entry) => self.carry(*entry, &target, console),
            Begun::Done(record) => self.reuse(&record, console),
            Begun::Going(record) => self.earlier(&record, Ending::Detached).and(Err(going(&record))),
            Begun::Unknown(record) => {
                let ending = run::stored(&record).unwrap_or(Ending::Detached);
                self.earlier(&record, ending).map_err(|failure| unknown(&record, failure))
            }
        }
    }

    /// Carries a run of the journal from wherever it is to its end.
    pub(crate) fn carry(
        &mut self,
        mut entry: Entry,
        target: &Target<'_>,
        console: &mut Console,
    ) -> Result<Exit, Failure> {
        self.run = Some(entry.record.run.clone());
        let Manner { detach, .. } = self.manner();
        let outcome = carry(&mut entry, target, self.manner(), console)?;
        if detach && !console.json && matches!(outcome.ending, Ending::Detached) {
            console.result(&format!("{}\n", entry.record.run));
        }
        self.conclude(outcome, &entry.record)
    }

    const fn terms(&self) -> Terms {
        Terms { runs: 1, yes: self.arguments.yes, for_quota: self.arguments.wait_for_quota }
    }

    const fn manner(&self) -> Manner {
        Manner { detach: self.arguments.detach, for_quota: self.arguments.wait_for_quota }
    }

    /// Shows the results of an earlier run instead of spending quota on the same.
    fn reuse(&mut self, record: &Record, console: &mut Console) -> Result<Exit, Failure> {
        self.reused = true;
        if !console.json {
            let when = record.finished_at.as_deref().unwrap_or(&record.planned_at);
            let when: String = when.chars().take(16).collect();
            console.talk(&format!(
                "the same script with the same settings has results already: run {} of {} UTC; --again submits it once more",
                render::visible::line(&record.run),
                render::visible::line(&when.replace('T', " ")),
            ));
        }
        let ending = run::stored(record).unwrap_or(Ending::Detached);
        self.earlier(record, ending)
    }

    /// Concludes with what is known of an earlier run.
    pub(crate) fn earlier(&mut self, record: &Record, ending: Ending) -> Result<Exit, Failure> {
        self.run = Some(record.run.clone());
        self.conclude(Outcome::of(record, ending), record)
    }

    /// Has a failure that tells nothing of a run's fate, such as that no key is there to ask for it, not be told as if
    /// nothing had been sent.
    pub(crate) fn out_of_sight(&mut self, record: &Record, failure: Failure) -> Failure {
        if self.outcome.is_none() && record.status() != State::Planned {
            self.outcome = Some(Outcome::of(record, Ending::Detached));
        }
        failure
    }

    /// What came of the run, for whoever asked for it.
    pub(super) fn conclude(&mut self, outcome: Outcome, record: &Record) -> Result<Exit, Failure> {
        let exit = run::exit_of(&outcome.ending);
        let failure = run::failure_of_ending(&outcome, self.run.as_deref().unwrap_or("RUN"), &argument(record));
        self.traced = run::traced(&self.analysis.facts, &self.analysis.diagnostics, &outcome.ending);
        if let Ending::Completed(results) = &outcome.ending {
            let values = Values::new(results, self.request.as_ref());
            self.judged = self.gates.iter().map(|gate| gate.judge(&values)).collect();
        }
        let unwritten = match &outcome.ending {
            Ending::Completed(results) => self.write_report(record, results).err(),
            _ => None,
        };
        self.outcome = Some(outcome);
        match failure.or(unwritten).or_else(|| gate::failure(&self.judged)) {
            Some(failure) => Err(failure),
            None => Ok(exit),
        }
    }
}

/// A run of the sandbox in this process. It costs nothing, so twins don't matter, and where there is no place for a journal
/// it goes without.
pub(super) fn local(draft: &Draft<'_>, console: &mut Console) -> Result<Entry, Failure> {
    let written = Journal::open().and_then(|journal| journal.create(&journal.lock()?, draft));
    written.or_else(|failure| {
        if !console.json {
            console.talk(&format!("note: this run is not kept: {}", failure.message));
        }
        Entry::unwritten(draft)
    })
}

/// The failure when the same is going already.
pub(super) fn going(record: &Record) -> Failure {
    let (run, state) = (render::visible::line(&record.run), record.state.word());
    let message = format!("the same script with the same settings is {state} already, as run {run}: nothing was sent");
    Failure::new(Exit::Detached, "already-going", message)
        .suggest(format!("wait for it with: {}\nor submit a second one: --again", attach(record)))
}

/// A run's script as a command line names it.
pub(super) fn argument(record: &Record) -> Cow<'_, str> {
    if record.path.is_none() { "-".into() } else { render::visible::line(&record.file) }
}

/// The failure when nobody knows what became of the same.
pub(super) fn unknown(record: &Record, failure: Failure) -> Failure {
    let (run, file) = (render::visible::line(&record.run), argument(record));
    let since = record.submitted_at.as_deref().unwrap_or(&record.planned_at);
    let since = render::visible::line(since).into_owned();
    let message = format!(
        "nothing was sent: the same was submitted at {since} as run {run}, and nobody knows whether the server took it: {}",
        failure.message
    );
    Failure::new(failure.exit, failure.code, message).suggest(format!(
        "look at the dashboard for a backtest of that time\n\
         if it is there: {} --backtest-id ID\n\
         if it is not, or you want a second one: dsl run --resubmit {file}",
        attach(record)
    ))
}
