//! How a run goes, told while it goes: a bar on a terminal, lines in a log, nothing for programs.

use std::io::Write;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use signal_api::models::JobState;

use crate::output::Console;
use crate::render::visible;
use crate::run::{Event, Watcher};

/// Whoever wants to know how a run goes.
pub(crate) fn watcher(console: &Console) -> Box<dyn Watcher> {
    if console.is_watched() {
        Box::new(Bar(ProgressBar::new(1_000)))
    } else if console.json || console.is_quiet() {
        Box::new(())
    } else {
        Box::new(Lines { last: String::new(), told: 0 })
    }
}

/// A bar that stays on one line of a terminal and leaves nothing behind.
struct Bar(ProgressBar);

impl Watcher for Bar {
    fn tell(&mut self, event: &Event<'_>) {
        let bar = &self.0;
        match event {
            Event::Submitting => {
                bar.enable_steady_tick(Duration::from_millis(100));
                set(bar, "{spinner:.cyan} {msg} {elapsed:.dim}");
            }
            Event::Trades { done, total: Some(total) } if *total > 0 => {
                bar.set_position((done.saturating_mul(1_000) / total).min(1_000));
            }
            Event::Status { fraction: Some(fraction), .. } => {
                set(bar, "{spinner:.cyan} {msg} {bar:30.cyan/dim} {percent:>3} % {elapsed:.dim}");
                bar.set_position((fraction.clamp(0.0, 1.0) * 1_000.0) as u64);
            }
            _ => {}
        }
        bar.set_message(words(event));
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.0.finish_and_clear();
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
}

impl Watcher for Lines {
    fn tell(&mut self, event: &Event<'_>) {
        // Trades come by the page; a log needs no line for each.
        if matches!(event, Event::Trades { .. }) {
            return;
        }
        let mut line = words(event);
        let mut news = line != self.last;
        self.last.clone_from(&line);
        if let Event::Status { state: JobState::Running | JobState::Other(_), fraction: Some(fraction), .. } = event {
            let tenths = (fraction * 10.0) as u32;
            news |= tenths > self.told;
            self.told = tenths;
            line.push_str(&format!(", {:.0} %", fraction * 100.0));
        }
        if news {
            // Nobody is left to hear that stderr is closed.
            let _ = writeln!(std::io::stderr(), "{line}");
        }
    }
}

/// An event in words.
fn words(event: &Event<'_>) -> String {
    match event {
        Event::Submitting => "submitting".to_owned(),
        Event::Leaving => "leaving as soon as the server has answered the submission".to_owned(),
        Event::Elsewhere { state } => format!("{}, and another dsl looks after it", state.word()),
        Event::Submitted { backtest_id } => format!("submitted as backtest {}", visible::line(backtest_id)),
        Event::Status { state, message, .. } => {
            let has_ended = matches!(state, JobState::Failed | JobState::Cancelled);
            let state = match state {
                JobState::Queued => "queued".into(),
                JobState::Running => "running".into(),
                JobState::Completed => "completed".into(),
                JobState::Failed => "failed".into(),
                JobState::Cancelled => "cancelled".into(),
                JobState::Other(word) => visible::line(word),
            };
            // Why a job failed is told where it is told in full.
            match message.filter(|message| !message.is_empty() && !has_ended) {
                Some(message) => format!("{state}: {}", visible::line(message)),
                None => state.into_owned(),
            }
        }
        Event::Trouble { error, again_in } => {
            format!(
                "the server can't be asked ({}), again in {} s",
                visible::line(&error.to_string()),
                again_in.as_secs_f64().ceil()
            )
        }
        Event::Fetching => "fetching the results".to_owned(),
        Event::Trades { done, total: Some(total) } if total > done => format!("fetching trades, {done} of {total}"),
        Event::Trades { done, .. } => format!("fetching trades, {done} so far"),
    }
}
