//! `dsl run`: check, plan, submit, watch, results. The engine room is `crate::run`; this is the bridge to the user.

mod admitted;
mod carried;
mod conditions;
mod several;

use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde_json::Value;
use signal_analysis::Analysis;
use signal_api::models::ExecuteRequest;
use signal_project::Flags;
use signal_text::{Diagnostic, Severity, Source};

use crate::args::{FindingFormat, Global, RunArguments};
use crate::browser::{self, Page};
use crate::destination::Destination;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::gate::{self, Gate, Judged, Values};
use crate::input::{self, Place};
use crate::journal::{self, Draft, Entry, Journal, Record, SANDBOX};
use crate::output::{Console, speaks_unicode};
use crate::project::{self, Project};
use crate::quota::{self, Quota};
use crate::render::findings::findings;
use crate::render::json::Finding;
use crate::render::place::Places;
use crate::render::plot::Dots;
use crate::render::{self, json, number};
use crate::report::{self, Story};
use crate::run::why::{Why, why};
use crate::run::{self, Begun, Choice, Ending, Missing, Outcome, Parts, Plan, Results, RunDocument, Upload};
use crate::service;
use crate::today::today;

use admitted::{Terms, admitted, standing};
pub(crate) use carried::{Manner, Target, attach, carry};
pub(super) use several::SeveralDocument;

/// Runs the command.
pub(crate) fn run(arguments: &RunArguments, global: &Global, console: &mut Console) -> Result<Exit, Failure> {
    let [file] = &arguments.files[..] else { return several::run(arguments, global, console) };
    let origin = origin(arguments)?;
    let flags = flags(arguments)?;
    // A report that can't be written is better known before quota is spent.
    let report = arguments.report.as_deref().map(Destination::new).transpose()?;
    let script = Script::open(file, arguments, global, console)?;
    project::analysis(&script.source, &script.project, &flags, Some(today()), |analysis| {
        let mut run = Run::new(arguments, &script.source, analysis, origin);
        run.gates = &script.gates;
        run.report = report;
        run.path.clone_from(&script.path);
        let done = run.go(console);
        run.tell(done, console)
    })
}

/// The settings that the command line gives.
///
/// # Errors
/// A flag whose value can't be used.
fn flags(arguments: &RunArguments) -> Result<Flags, Failure> {
    let mut flags = project::flags(&arguments.settings)?;
    flags.strip_comments = arguments.strip_comments.map(|strip| strip.to_string());
    Ok(flags)
}

/// A script as it was read, and what its folder says of it.
struct Script {
    source: Source,
    project: Project,
    /// Conditions under which its run counts as failed.
    gates: Vec<Gate>,
    /// Its absolute path; `None` for standard input.
    path: Option<PathBuf>,
}

impl Script {
    /// Reads it.
    ///
    /// # Errors
    /// A file that is not there or no text, settings that can't be used.
    fn open(file: &Path, arguments: &RunArguments, global: &Global, console: &mut Console) -> Result<Self, Failure> {
        let place = input::one(file, arguments.stdin_filename.as_deref(), "run")?;
        let project = Project::open(&project::root(&place.folder(), global.config.as_deref())?)?;
        project::refuse_broken(&project, console)?;
        if let Some(folder) = arguments.data.as_deref().filter(|folder| !folder.is_dir()) {
            return Err(input::missing(folder));
        }
        let gates = conditions::gates(&arguments.fail_if, &project, console)?;
        let script = input::read(&place)?;
        if let Some(fault) = script.fault {
            return Err(project::not_text(&script.source, &fault));
        }
        let path = match &place {
            Place::File(path) => std::path::absolute(path).ok(),
            Place::Stdin(_) => None,
        };
        Ok(Self { source: script.source, project, gates, path })
    }
}

/// The server's base URL as it may be shown, or `sandbox`.
///
/// # Errors
/// A `HEYTRADERS_BASE_URL` that can't be used, or that holds the key.
fn origin(arguments: &RunArguments) -> Result<String, Failure> {
    if arguments.sandbox {
        return Ok(SANDBOX.to_owned());
    }
    service::address()
}

/// A run and as much as is known of it.
pub(crate) struct Run<'a> {
    arguments: &'a RunArguments,
    source: &'a Source,
    analysis: &'a Analysis<'a>,
    origin: String,
    /// Conditions under which the run counts as failed.
    gates: &'a [Gate],
    /// Where the report goes.
    pub(crate) report: Option<Destination>,
    /// Where it went.
    reported: Option<Destination>,
    /// The script's absolute path; `None` for standard input.
    path: Option<PathBuf>,
    /// Its id in the journal, once it is there.
    pub(crate) run: Option<String>,
    /// Whether it is an earlier run that is shown.
    reused: bool,
    /// What is sent, by the API's names, with origins.
    pub(crate) settings: Option<Value>,
    /// The warm-up that was predicted when it was planned; `None`: it is planned now.
    pub(crate) warmup: Option<Value>,
    /// What is or was sent.
    pub(crate) request: Option<ExecuteRequest>,
    outcome: Option<Outcome>,
    /// The finding behind the server's TA_OUT_OF_RANGE.
    traced: Option<Diagnostic>,
    /// The request that `--show-upload` asks for.
    upload: Option<Upload>,
    /// How the quota stood when it was planned.
    quota: Option<Quota>,
    /// What the conditions came to.
    judged: Vec<Judged>,
}

impl<'a> Run<'a> {
    /// A run of which nothing is known yet but its script.
    pub(crate) const fn new(
        arguments: &'a RunArguments,
        source: &'a Source,
        analysis: &'a Analysis<'a>,
        origin: String,
    ) -> Self {
        Self {
            arguments,
            source,
            analysis,
            origin,
            gates: &[],
            report: None,
            reported: None,
            path: None,
            run: None,
            reused: false,
            settings: None,
            warmup: None,
            request: None,
            outcome: None,
            traced: None,
            upload: None,
            quota: None,
            judged: Vec::new(),
        }
    }

    /// The steps in their order; each may end the run.
    fn go(&mut self, console: &mut Console) -> Result<Exit, Failure> {
        let plan = self.plan(console)?;
        let target =
            if self.arguments.sandbox { "the sandbox of this machine".to_owned() } else { self.origin.clone() };
        if !self.arguments.sandbox {
            self.quota = standing(&self.origin);
        }
        let quota = self.quota.as_ref().map(|quota| quota::in_plan(quota, 1, Timestamp::now()));
        if !console.json {
            if self.arguments.dry_run && !self.arguments.show_upload {
                let text = render::run::plan(self.source.name(), &target, &plan, quota.as_deref(), console.color);
                console.result(&text);
            } else {
                let text = render::run::plan(self.source.name(), &target, &plan, quota.as_deref(), console.color_talk);
                console.talk(&text);
            }
        }
        if self.arguments.show_upload {
            self.show_upload(&plan, console)?;
            return Ok(Exit::Done);
        }
        if self.arguments.dry_run {
            console.talk("nothing was sent (--dry-run)");
            return Ok(Exit::Done);
        }
        self.start(&plan, console)
    }

    /// Checks the script and plans its run.
    ///
    /// # Errors
    /// Errors that the check found, settings that are not set.
    fn plan(&mut self, console: &mut Console) -> Result<Plan, Failure> {
        project::refuse_flags(self.analysis.facts.resolved)?;
        self.show_findings(console);
        let comments = project::left_out(&self.analysis.facts);
        let planned = Plan::new(self.source, &comments, self.analysis.facts.resolved, self.analysis.facts.report());
        // A run that the check stops still tells what it would have used.
        self.settings = planned.as_ref().ok().map(run::settings);
        self.request = planned.as_ref().ok().map(|plan| plan.request.clone());
        self.stop_on_errors()?;
        planned.map_err(|missing| lacks(self.source.name(), &missing))
    }

    /// The request as it would leave, on stdout; what is to be known of it on stderr.
    fn show_upload(&mut self, plan: &Plan, console: &mut Console) -> Result<(), Failure> {
        let base_url = (!self.arguments.sandbox).then_some(self.origin.as_str());
        let upload = Upload::new(base_url, &plan.request)?;
        if !console.json {
            console.result(&upload.text(std::io::stdout().is_terminal()));
            if run::has_mark(self.source) {
                console.talk("the file's byte order mark stays behind; all else of the script is sent as it is");
            }
            console.talk("nothing was sent (--show-upload)");
        }
        self.upload = Some(upload);
        Ok(())
    }

    /// What the check found, as talk.
    fn show_findings(&self, console: &mut Console) {
        let worth: Vec<Diagnostic> = self
            .analysis
            .diagnostics
            .iter()
            .filter(|finding| finding.severity >= Severity::Warning || console.is_verbose())
            .cloned()
            .collect();
        if !worth.is_empty() && !console.json {
            let text = findings(self.source, &worth, FindingFormat::Full, console.color_talk);
            console.talk(text.trim_end_matches('\n'));
            console.talk("");
        }
    }

    fn stop_on_errors(&self) -> Result<(), Failure> {
        let errors: Vec<&Diagnostic> =
            self.analysis.diagnostics.iter().filter(|finding| finding.severity == Severity::Error).collect();
        if errors.is_empty() && self.analysis.facts.tree().statements().is_empty() {
            return Err(Failure::new(
                Exit::Usage,
                "empty-script",
                format!("`{}` holds no statement, so there is nothing to run", self.source.name()),
            )
            .suggest("`dsl check` shows what a script is made of"));
        }
        if errors.is_empty() || self.arguments.force {
            return Ok(());
        }
        let only_bars = errors.iter().all(|finding| finding.code == "not-enough-bars");
        let code = if only_bars { "not-enough-bars" } else { "check-failed" };
        let message = format!("nothing was sent: the check found {}", number::count(errors.len() as u64, "error"));
        let cure = if only_bars {
            "start earlier, as the finding says, or go on with --force"
        } else {
            "cure them, or go on with --force"
        };
        Err(Failure::new(Exit::Findings, code, message).suggest(cure))
    }

    /// Puts the run into the journal and carries it to its end, unless it has a twin there.
    fn start(&mut self, plan: &Plan, console: &mut Console) -> Result<Exit, Failure> {
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
                self.earlier(&record, ending).map_err(|failure| unknown(&record, self.source.name(), failure))
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

    /// What came of the run, for whoever asked for it.
    fn conclude(&mut self, outcome: Outcome, record: &Record) -> Result<Exit, Failure> {
        let exit = run::exit_of(&outcome.ending);
        let failure = run::failure_of_ending(&outcome, self.run.as_deref().unwrap_or("RUN"));
        self.traced = run::traced(&self.analysis.facts, &self.analysis.diagnostics, &outcome.ending);
        if let (Ending::Completed(results), Some(request)) = (&outcome.ending, &self.request) {
            let values = Values::new(results, request);
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

    /// Writes the page that was asked for.
    fn write_report(&mut self, record: &Record, results: &Results) -> Result<(), Failure> {
        let Some(report) = self.report.take() else { return Ok(()) };
        let worth = self.analysis.diagnostics.iter().filter(|finding| finding.severity >= Severity::Warning);
        let story = Story {
            record,
            script: self.source.text(),
            results,
            remarks: report::remarks(self.source, worth),
            why: report::reasons(self.source, why(&self.analysis.facts, &self.analysis.diagnostics, results)),
            written_at: report::now(),
        };
        report.write(&report::page(&story))?;
        self.reported = Some(report);
        Ok(())
    }

    /// Opens the report, or else the dashboard.
    fn open(&self, console: &mut Console) {
        if let Some(report) = &self.reported {
            return browser::open(Page::File(&report.path), console);
        }
        let Some(Ending::Completed(results)) = self.outcome.as_ref().map(|outcome| &outcome.ending) else { return };
        match results.dashboard_url() {
            _ if self.arguments.sandbox => console.say(
                "note: nothing is opened: the sandbox's page ended with this command; --report FILE writes one that stays",
            ),
            Some(address) => browser::open(Page::Address(address), console),
            None => console.say("note: nothing is opened: the server names no dashboard"),
        }
    }

    /// Says how it went, whatever happened: in JSON one document, else the results on stdout and the rest on stderr.
    pub(crate) fn tell(self, done: Result<Exit, Failure>, console: &mut Console) -> Result<Exit, Failure> {
        if console.json {
            let failure = done.as_ref().err();
            let exit = failure.map_or_else(|| done.as_ref().map_or(Exit::Done, |exit| *exit), |failure| failure.exit);
            console.result(&json::document(&self.document(failure)));
            if self.arguments.open {
                self.open(console);
            }
            return Ok(exit);
        }
        if let Some(traced) = &self.traced {
            let text = findings(self.source, std::slice::from_ref(traced), FindingFormat::Full, console.color_talk);
            console.say(text.trim_end());
            // The finding says what the server said and what to do; the rest is one line.
            let refused = matches!(self.outcome.as_ref().map(|outcome| &outcome.ending), Some(Ending::Refused(_)));
            return done.map_err(|failure| {
                let line = match failure.code.as_ref() {
                    "TA_OUT_OF_RANGE" => "the backtest failed: too few bars in the range".to_owned(),
                    code if refused => format!("the server did not take the run: {code}"),
                    code => format!("the backtest failed: {code}"),
                };
                Failure::new(failure.exit, failure.code, line)
            });
        }
        if let Some(outcome) = &self.outcome {
            match &outcome.ending {
                Ending::Completed(results) => {
                    let dots = if speaks_unicode() { Dots::Braille } else { Dots::Ascii };
                    let why = self.why().map(|why| render::why::why(self.source, &why, console.color));
                    let text = render::run::results(
                        self.source.name(),
                        results,
                        &why.unwrap_or_default(),
                        self.arguments.sandbox,
                        dots,
                        console.color,
                    );
                    console.result(&text);
                    console.detail(&format!(
                        "took {:.1} s and {}",
                        outcome.elapsed.as_secs_f64(),
                        number::count(outcome.requests, "request")
                    ));
                    if let Some(report) = &self.reported {
                        console.talk(&format!("wrote {}", report.shown()));
                    }
                    if self.arguments.open {
                        self.open(console);
                    }
                }
                _ => {}
            }
        }
        done
    }

    /// Why there are few trades, where there are.
    fn why(&self) -> Option<Why> {
        match &self.outcome.as_ref()?.ending {
            Ending::Completed(results) => why(&self.analysis.facts, &self.analysis.diagnostics, results),
            _ => None,
        }
    }

    fn document(&self, failure: Option<&Failure>) -> RunDocument<Finding<'_>> {
        let mut places = Places::new(self.source);
        let found = self.analysis.diagnostics.iter().chain(&self.traced);
        let mut document = RunDocument::new(Parts {
            run: self.run.clone().unwrap_or_else(run::run_id),
            reused: self.reused,
            file: self.source.name(),
            settings: self.settings.clone(),
            warmup: self.warmup.clone().or_else(|| run::warmup(self.analysis.facts.report())),
            diagnostics: found.map(|finding| json::finding(self.source, &mut places, finding)).collect(),
            outcome: self.outcome.as_ref(),
            failure,
            origin: &self.origin,
            judged: &self.judged,
        });
        document.notes = render::why::documents(self.source, self.why().as_ref());
        document.report = self.reported.as_ref().map(Destination::shown);
        document.upload.clone_from(&self.upload);
        document.quota = self.quota.as_ref().map(Into::into);
        document
    }
}

/// A run of the sandbox in this process. It costs nothing, so twins don't matter, and where there is no place for a journal
/// it goes without.
fn local(draft: &Draft<'_>, console: &mut Console) -> Result<Entry, Failure> {
    let written = Journal::open().and_then(|journal| journal.create(&journal.lock()?, draft));
    written.or_else(|failure| {
        if !console.json {
            console.talk(&format!("note: this run is not kept: {}", failure.message));
        }
        Entry::unwritten(draft)
    })
}

/// The failure when the same is going already.
fn going(record: &Record) -> Failure {
    let (run, state) = (render::visible::line(&record.run), record.state.word());
    let message = format!("the same script with the same settings is {state} already, as run {run}: nothing was sent");
    Failure::new(Exit::Detached, "already-going", message)
        .suggest(format!("wait for it with: {}\nor submit a second one: --again", attach(record)))
}

/// The failure when nobody knows what became of the same.
fn unknown(record: &Record, file: &str, failure: Failure) -> Failure {
    let (run, file) = (render::visible::line(&record.run), render::visible::line(file));
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

/// The failure for settings that are nowhere set, with the lines to write.
fn lacks(file: &str, missing: &[Missing]) -> Failure {
    let keys: Vec<_> = missing.iter().map(|missing| missing.key).collect();
    let (last, most) = keys.split_last().map_or(("", &[][..]), |(last, most)| (*last, most));
    let keys = if most.is_empty() { last.to_owned() } else { format!("{} and {last}", most.join(", ")) };
    let lines: Vec<_> = missing.iter().map(|missing| format!("    {}", missing.directive)).collect();
    let flags: Vec<_> = missing.iter().map(|missing| missing.flag).collect();
    let what = if missing.len() == 1 { "this line" } else { "these lines" };
    Failure::new(Exit::Usage, "missing-settings", format!("the run has no {keys}")).suggest(format!(
        "write {what} at the top of {file}, with your own values:\n\n{}\n\nor add flags: {}",
        lines.join("\n"),
        flags.join(" ")
    ))
}
