//! How a run goes, told while it goes: a bar on a terminal, lines in a log, nothing for programs.

mod several;
mod waiting;

use std::io::Write;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use signal_api::models::JobState;

use crate::output::Console;
use crate::quota;
use crate::render::{moment, visible};
use crate::run::{Event, Watcher};
pub(crate) use several::Several;
use waiting::Waiting;

/// Characters of what a server says that fit into a line of progress.
const WORDS: usize = 200;

/// Whoever wants to know how a run goes.
pub(crate) fn watcher(console: &Console) -> Box<dyn Watcher> {
    if console.is_watched() {
        Box::new(Bar::new())
    } else if console.json || console.is_quiet() {
        Box::new(())
    } else {
        let waiting = Waiting::new(|waited| line(&silence(waited)));
        Box::new(Lines { last: String::new(), told: 0, waiting, name: String::new() })
    }
}

/// A bar that stays on one line of a terminal and leaves nothing behind.
struct Bar {
    bar: ProgressBar,
    waiting: Waiting,
    /// Whether it is one of several, which all stay until the last run has ended.
    is_one_of_several: bool,
}

impl Bar {
    fn new() -> Self {
        let mut own = Self::of(ProgressBar::new(1_000));
        own.is_one_of_several = false;
        own
    }

    /// One of several.
    fn of(bar: ProgressBar) -> Self {
        let shown = bar.clone();
        let waiting = Waiting::new(move |waited| shown.set_message(silence(waited)));
        Self { bar, waiting, is_one_of_several: true }
    }

    /// Shows it so, behind the script's name where there are several. The message comes last, cut where the terminal ends: a
    /// line that wraps is not taken back whole when the next one is drawn.
    fn set(&self, template: &str) {
        if self.is_one_of_several {
            set(&self.bar, &format!("{{prefix:.bold}} {template}"));
        } else {
            set(&self.bar, template);
        }
    }
}

impl Watcher for Bar {
    fn tell(&mut self, event: &Event<'_>) {
        follow(&self.waiting, event);
        let bar = &self.bar;
        match event {
            Event::Asking => return,
            Event::Submitting => {
                bar.enable_steady_tick(Duration::from_millis(100));
                self.set("{spinner:.cyan} {elapsed:.dim} {wide_msg}");
            }
            Event::Trades { done, total: Some(total) } if *total > 0 => {
                bar.set_position((done.saturating_mul(1_000) / total).min(1_000));
            }
            Event::Status { fraction: Some(fraction), .. } => {
                self.set("{spinner:.cyan} {bar:20.cyan/dim} {percent:>3} % {elapsed:.dim} {wide_msg}");
                bar.set_position((fraction.clamp(0.0, 1.0) * 1_000.0) as u64);
            }
            _ => {}
        }
        match event {
            Event::Waiting { left, .. } => {
                bar.enable_steady_tick(Duration::from_millis(100));
                self.set("{spinner:.cyan} {wide_msg}");
                let left = moment::countdown(jiff::SignedDuration::try_from(*left).unwrap_or_default());
                bar.set_message(format!("{}, {left} to go", words(event)));
            }
            _ => bar.set_message(words(event)),
        }
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.waiting.ends();
        if !self.is_one_of_several {
            self.bar.finish_and_clear();
        }
    }
}

fn set(bar: &ProgressBar, template: &str) {
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
}

/// A line each time something new is known.
struct Lines {
    last: String,
    /// Tenths that were told.
    told: u32,
    waiting: Waiting,
    /// Stands before every line.
    name: String,
}

impl Watcher for Lines {
    fn tell(&mut self, event: &Event<'_>) {
        follow(&self.waiting, event);
        // Trades come by the page; a log needs no line for each.
        if matches!(event, Event::Trades { .. } | Event::Asking) {
            return;
        }
        let mut text = words(event);
        let mut news = text != self.last;
        self.last.clone_from(&text);
        if let Event::Status { state: JobState::Running | JobState::Other(_), fraction: Some(fraction), .. } = event {
            let tenths = (fraction * 10.0) as u32;
            news |= tenths > self.told;
            self.told = tenths;
            text.push_str(&format!(", {:.0} %", fraction * 100.0));
        }
        if news {
            line(&format!("{}{text}", self.name));
        }
    }
}

/// A line of the log.
fn line(text: &str) {
    // Nobody is left to hear that stderr is closed.
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// What the server has been asked and has not answered yet.
fn follow(waiting: &Waiting, event: &Event<'_>) {
    match event {
        Event::Submitting | Event::Leaving | Event::Asking | Event::Fetching | Event::Trades { .. } => waiting.begins(),
        Event::Waiting { .. }
        | Event::Submitted { .. }
        | Event::Status { .. }
        | Event::Trouble { .. }
        | Event::Elsewhere { .. } => waiting.ends(),
    }
}

/// That the server has been silent for so long.
fn silence(waited: Duration) -> String {
    format!("no answer from the server for {} s, still waiting", waited.as_secs())
}

/// An event in words.
fn words(event: &Event<'_>) -> String {
    match event {
        Event::Waiting { until, length, .. } => quota::waiting(*until, *length),
        Event::Submitting => "submitting".to_owned(),
        Event::Leaving => "leaving as soon as the server has answered the submission".to_owned(),
        Event::Elsewhere { state } => format!("{}, and another dsl looks after it", state.word()),
        Event::Asking => "asking how it goes".to_owned(),
        Event::Submitted { backtest_id } => format!("submitted as backtest {}", visible::short(backtest_id, WORDS)),
        Event::Status { state, message, .. } => {
            let has_ended = matches!(state, JobState::Failed | JobState::Cancelled);
            let state = match state {
                JobState::Queued => "queued".into(),
                JobState::Running => "running".into(),
                JobState::Completed => "completed".into(),
                JobState::Failed => "failed".into(),
                JobState::Cancelled => "cancelled".into(),
                JobState::Other(word) => visible::short(word, WORDS),
            };
            // Why a job failed is told where it is told in full.
            match message.filter(|message| !message.is_empty() && !has_ended) {
                Some(message) => format!("{state}: {}", visible::short(message, WORDS)),
                None => state.into_owned(),
            }
        }
        Event::Trouble { error, again_in } => {
            format!(
                "the server can't be asked ({}), again in {} s",
                visible::short(&error.to_string(), WORDS),
                again_in.as_secs_f64().ceil()
            )
        }
        Event::Fetching => "fetching the results".to_owned(),
        Event::Trades { done, total: Some(total) } if total > done => format!("fetching trades, {done} of {total}"),
        Event::Trades { done, .. } => format!("fetching trades, {done} so far"),
    }
}
