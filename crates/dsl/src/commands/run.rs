//! `dsl run`: check, plan, submit, watch, results. The engine room is `crate::run`; this is the bridge to the user.

use std::io::IsTerminal;
use std::path::Path;

use signal_analysis::Analysis;
use signal_api::Client;
use signal_text::{Diagnostic, Severity, Source};

use crate::args::{FindingFormat, Global, RunArguments};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::gate::{self, Gate, Judged, Values};
use crate::input;
use crate::output::Console;
use crate::progress;
use crate::project::{self, Project};
use crate::render::findings::findings;
use crate::render::place::Places;
use crate::render::plot::Dots;
use crate::render::{self, json, number};
use crate::run::{self, Ending, LocalSandbox, Missing, Outcome, Parts, Plan, RunDocument, Upload};
use crate::service;
use crate::today::today;

/// What a run is called in JSON when it goes to the sandbox of this process.
const SANDBOX: &str = "sandbox";

/// Runs the command.
pub(crate) fn run(arguments: &RunArguments, global: &Global, console: &mut Console) -> Result<Exit, Failure> {
    let place = input::one(&arguments.file, arguments.stdin_filename.as_deref(), "run")?;
    let origin = origin(arguments)?;
    let mut flags = project::flags(&arguments.settings)?;
    flags.strip_comments = arguments.strip_comments.map(|strip| strip.to_string());
    let project = Project::open(&project::root(&place.folder(), global.config.as_deref())?)?;
    project::refuse_broken(&project, console)?;
    if let Some(folder) = arguments.data.as_deref().filter(|folder| !folder.is_dir()) {
        return Err(input::missing(folder));
    }
    let gates = gates(&arguments.fail_if, &project, console)?;
    let script = input::read(&place)?;
    if let Some(fault) = script.fault {
        return Err(project::not_text(&script.source, &fault));
    }
    project::analysis(&script.source, &project, &flags, Some(today()), |analysis| {
        let mut run = Run {
            arguments,
            source: &script.source,
            analysis,
            origin,
            gates: &gates,
            plan: None,
            outcome: None,
            traced: None,
            upload: None,
            judged: Vec::new(),
        };
        let done = run.go(console);
        run.tell(done, console)
    })
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

/// The conditions to fail on: the settings file's and the command line's.
///
/// # Errors
/// One that makes no sense; what is wrong with it is shown.
fn gates(flags: &[String], project: &Project, console: &mut Console) -> Result<Vec<Gate>, Failure> {
    let mut gates = project.gates.clone();
    let shown = match gate::in_flags(flags) {
        Ok((own, odd)) => {
            gates.extend(own);
            odd
        }
        Err(wrong) => wrong,
    };
    for (source, found) in &shown {
        if !console.json {
            console.talk(findings(source, found, FindingFormat::Full, console.color_talk).trim_end());
            console.talk("");
        }
    }
    match shown.iter().flat_map(|(_, found)| found).find(|finding| finding.severity == Severity::Error) {
        Some(error) => {
            let failure =
                Failure::new(Exit::Usage, "bad-condition", format!("--fail-if makes no sense: {}", error.message));
            // People have read the cure at its place.
            Err(match error.help.as_ref().filter(|_| console.json) {
                Some(help) => failure.suggest(help.clone()),
                None => failure,
            })
        }
        None => Ok(gates),
    }
}

/// A run and as much as is known of it.
struct Run<'a> {
    arguments: &'a RunArguments,
    source: &'a Source,
    analysis: &'a Analysis<'a>,
    origin: String,
    /// Conditions under which the run counts as failed.
    gates: &'a [Gate],
    plan: Option<Plan>,
    outcome: Option<Outcome>,
    /// The finding behind the server's TA_OUT_OF_RANGE.
    traced: Option<Diagnostic>,
    /// The request that `--show-upload` asks for.
    upload: Option<Upload>,
    /// What the conditions came to.
    judged: Vec<Judged>,
}

impl Run<'_> {
    /// The steps in their order; each may end the run.
    fn go(&mut self, console: &mut Console) -> Result<Exit, Failure> {
        project::refuse_flags(self.analysis.facts.resolved)?;
        self.show_findings(console);
        let comments = project::left_out(&self.analysis.facts);
        let planned = Plan::new(self.source, &comments, self.analysis.facts.resolved, self.analysis.facts.report());
        // A run that the check stops still tells what it would have used.
        self.plan = planned.as_ref().ok().cloned();
        self.stop_on_errors()?;
        let plan = planned.map_err(|missing| lacks(self.source.name(), &missing))?;
        let target =
            if self.arguments.sandbox { "the sandbox of this machine".to_owned() } else { self.origin.clone() };
        if !console.json {
            if self.arguments.dry_run && !self.arguments.show_upload {
                let text = render::run::plan(self.source.name(), &target, &plan, console.color);
                console.result(&text);
            } else {
                let text = render::run::plan(self.source.name(), &target, &plan, console.color_talk);
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
        if self.arguments.sandbox {
            self.execute(&plan, console, None)
        } else {
            let client = service::client(&self.origin)?;
            self.execute(&plan, console, Some(client))
        }
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

    /// Submits, watches and fetches, on a server or, without a client, on a sandbox of its own.
    fn execute(&mut self, plan: &Plan, console: &mut Console, client: Option<Client>) -> Result<Exit, Failure> {
        let mut watcher = progress::watcher(console);
        let data: Option<&Path> = self.arguments.data.as_deref();
        let ran = run::block_on(async {
            let (local, client) = match client {
                Some(client) => (None, client),
                None => {
                    let local = LocalSandbox::start(data, today()).await?;
                    let client = local.client.clone();
                    (Some(local), client)
                }
            };
            let outcome = run::execute(&client, &plan.request, &mut *watcher, run::interrupted()).await;
            if let Some(local) = local {
                local.shutdown().await;
            }
            let failure = run::failure_of_ending(&outcome, &client);
            Ok((outcome, failure))
        });
        drop(watcher);
        let (outcome, failure) = ran.map_err(|error| {
            Failure::new(Exit::Network, "runtime", format!("the system grants no threads: {error}"))
        })??;
        let exit = run::exit_of(&outcome.ending);
        self.traced = run::traced(&self.analysis.facts, &self.analysis.diagnostics, &outcome.ending);
        if let Ending::Completed(results) = &outcome.ending {
            let values = Values::new(results, &plan.request);
            self.judged = self.gates.iter().map(|gate| gate.judge(&values)).collect();
        }
        self.outcome = Some(outcome);
        match failure.or_else(|| gate::failure(&self.judged)) {
            Some(failure) => Err(failure),
            None => Ok(exit),
        }
    }

    /// Says how it went, whatever happened: in JSON one document, else the results on stdout and the rest on stderr.
    fn tell(self, done: Result<Exit, Failure>, console: &mut Console) -> Result<Exit, Failure> {
        if console.json {
            let failure = done.as_ref().err();
            let exit = failure.map_or_else(|| done.as_ref().map_or(Exit::Done, |exit| *exit), |failure| failure.exit);
            console.result(&self.document(failure));
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
                    let text =
                        render::run::results(self.source.name(), results, self.arguments.sandbox, dots, console.color);
                    console.result(&text);
                    console.detail(&format!(
                        "took {:.1} s and {}",
                        outcome.elapsed.as_secs_f64(),
                        number::count(outcome.requests, "request")
                    ));
                }
                Ending::Detached => console.say(&self.farewell(outcome)),
                _ => {}
            }
        }
        done
    }

    /// What is known when the user leaves.
    fn farewell(&self, outcome: &Outcome) -> String {
        let id = outcome.backtest_id.as_deref().map(render::visible::line).unwrap_or_default();
        if self.arguments.sandbox {
            return format!("detached from backtest {id}; the sandbox of this command ended with it");
        }
        if let Some(result) = &outcome.result_id {
            let result = render::visible::line(result);
            return format!(
                "detached: backtest {id} is completed\n help: its results are at the server: {}/backtest/results/{result}",
                self.origin
            );
        }
        // Attaching again (`dsl runs attach`) has its place here, once there is a journal to find the run in.
        format!(
            "detached: backtest {id} goes on at the server\n help: ask how it goes: {}/backtest/status/{id}",
            self.origin
        )
    }

    fn document(&self, failure: Option<&Failure>) -> String {
        let mut places = Places::new(self.source);
        let found = self.analysis.diagnostics.iter().chain(&self.traced);
        let mut document = RunDocument::new(Parts {
            run: run::run_id(),
            file: self.source.name(),
            plan: self.plan.as_ref(),
            report: Some(self.analysis.facts.report()),
            diagnostics: found.map(|finding| json::finding(self.source, &mut places, finding)).collect(),
            outcome: self.outcome.as_ref(),
            failure,
            origin: &self.origin,
            judged: &self.judged,
        });
        document.upload.clone_from(&self.upload);
        json::document(&document)
    }
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

/// Whether the terminal's character set has braille; a pipe is taken for UTF-8.
fn speaks_unicode() -> bool {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].iter().find_map(|name| service::variable(name));
    !std::io::stdout().is_terminal() || locale.is_some_and(|locale| locale.to_uppercase().contains("UTF"))
}
