//! How a run went, told: in JSON one document, else the results on stdout and the rest on stderr.

use signal_text::Severity;

use crate::args::FindingFormat;
use crate::browser::{self, Page};
use crate::destination::Destination;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::journal::Record;
use crate::output::{Console, speaks_unicode};
use crate::render::findings::findings;
use crate::render::json::Finding;
use crate::render::place::Places;
use crate::render::plot::Dots;
use crate::render::{self, json, number};
use crate::report::{self, Story};
use crate::run::why::{Why, why};
use crate::run::{self, Ending, Parts, Results, RunDocument};

use super::Run;

impl Run<'_> {
    /// Writes the page that was asked for.
    pub(super) fn write_report(&mut self, record: &Record, results: &Results) -> Result<(), Failure> {
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
        if let Some(outcome) = &self.outcome
            && let Ending::Completed(results) = &outcome.ending
        {
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
        done
    }

    /// Why there are few trades, where there are.
    fn why(&self) -> Option<Why> {
        match &self.outcome.as_ref()?.ending {
            Ending::Completed(results) => why(&self.analysis.facts, &self.analysis.diagnostics, results),
            _ => None,
        }
    }

    pub(super) fn document(&self, failure: Option<&Failure>) -> RunDocument<Finding<'_>> {
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
