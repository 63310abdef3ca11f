//! How several runs go at once: a bar each on a terminal, lines with the script's name in a log, nothing for programs.

use indicatif::{MultiProgress, ProgressBar};

use super::waiting::Waiting;
use super::{Bar, Lines, set, silence};
use crate::output::Console;
use crate::render::visible;
use crate::run::Watcher;

/// Whoever wants to know how each of several runs goes.
pub(crate) enum Several {
    /// A terminal.
    Bars { all: MultiProgress, bars: Vec<ProgressBar> },
    /// A log.
    Lines,
    /// A program.
    Nobody,
}

impl Several {
    /// For runs of these scripts.
    pub(crate) fn new(names: &[&str], console: &Console) -> Self {
        if console.is_watched() {
            let all = MultiProgress::new();
            let widest = names.iter().map(|name| visible::line(name).chars().count()).max().unwrap_or(0);
            let bars = names.iter().map(|name| {
                let bar = all.add(ProgressBar::new(1_000));
                set(&bar, "{prefix:.bold} {wide_msg}");
                bar.set_prefix(format!("{:widest$}", visible::line(name)));
                bar.set_message("waits for its turn");
                bar
            });
            let bars = bars.collect();
            Self::Bars { all, bars }
        } else if console.json || console.is_quiet() {
            Self::Nobody
        } else {
            Self::Lines
        }
    }

    /// Who watches the run number `at`, of this script.
    pub(crate) fn watcher(&self, at: usize, name: &str) -> Box<dyn Watcher> {
        match self {
            Self::Bars { bars, .. } => match bars.get(at) {
                Some(bar) => Box::new(Bar::of(bar.clone())),
                None => Box::new(()),
            },
            Self::Lines => {
                let name = format!("{}: ", visible::line(name));
                let own = name.clone();
                let waiting = Waiting::new(move |waited| super::line(&format!("{own}{}", silence(waited))));
                Box::new(Lines { last: String::new(), told: 0, waiting, name })
            }
            Self::Nobody => Box::new(()),
        }
    }

    /// That the run number `at` has ended so.
    pub(crate) fn ended(&self, at: usize, word: &str) {
        if let Self::Bars { bars, .. } = self
            && let Some(bar) = bars.get(at)
        {
            set(bar, "{prefix:.bold} {wide_msg}");
            bar.finish_with_message(word.to_owned());
        }
    }
}

impl Drop for Several {
    fn drop(&mut self) {
        if let Self::Bars { all, .. } = self {
            // The table says it all.
            let _ = all.clear();
        }
    }
}
