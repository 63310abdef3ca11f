//! `dsl run`: check, plan, submit, watch, results. The engine room is `crate::run`; this is the bridge to the user.

mod admitted;
mod carried;
mod conditions;
mod several;
mod started;
mod told;

use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde_json::Value;
use signal_analysis::Analysis;
use signal_api::models::ExecuteRequest;
use signal_project::Flags;
use signal_text::{Diagnostic, Severity, Source};

use crate::args::{FindingFormat, Global, RunArguments};
use crate::destination::Destination;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::gate::{Gate, Judged};
use crate::input::{self, Place};
use crate::journal::SANDBOX;
use crate::output::Console;
use crate::project::{self, Project};
use crate::quota::{self, Quota};
use crate::render::findings::findings;
use crate::render::{self, number};
use crate::run::{self, Missing, Outcome, Plan, Upload};
use crate::service;
use crate::today::today;

use admitted::{Terms, admitted, standing};
pub(crate) use carried::{Manner, Target, attach, carry};
pub(crate) use conditions::gates;
pub(super) use several::SeveralDocument;
use started::{argument, going, local, unknown};

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
    pub(crate) gates: &'a [Gate],
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
