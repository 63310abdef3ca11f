//! The few styles of the terminal output, and painting with them.

use anstyle::{AnsiColor, Color, Style};
use signal_text::Severity;

/// Headlines and names.
pub(crate) const STRONG: Style = Style::new().bold();
/// What is beside the point.
pub(crate) const DIM: Style = Style::new().dimmed();
/// What went well.
pub(crate) const GOOD: Style = colored(AnsiColor::Green);
/// What went wrong.
pub(crate) const BAD: Style = colored(AnsiColor::Red);
/// What asks for a look.
pub(crate) const CAUTION: Style = colored(AnsiColor::Yellow);
/// Links, places, secondary labels.
pub(crate) const PLACE: Style = colored(AnsiColor::Cyan);

const fn colored(color: AnsiColor) -> Style {
    Style::new().fg_color(Some(Color::Ansi(color)))
}

/// The style of a severity.
pub(crate) const fn of(severity: Severity) -> Style {
    match severity {
        Severity::Error => BAD.bold(),
        Severity::Warning => CAUTION.bold(),
        Severity::Info => PLACE.bold(),
        Severity::Hint => GOOD.bold(),
    }
}

/// An address that a terminal opens on a click, where `color` allows it and it is one of the web without a character that
/// would end the link.
pub(crate) fn link(color: bool, url: &str) -> String {
    let shown = super::visible::short(url, 1_000);
    if !(color && shown == url && super::link::is_clean(url)) {
        return paint(color, PLACE, &shown);
    }
    format!("\u{1b}]8;;{url}\u{1b}\\{}\u{1b}]8;;\u{1b}\\", paint(color, PLACE, &shown))
}

/// `text` in `style` where `color` allows it.
pub(crate) fn paint(color: bool, style: Style, text: &str) -> String {
    if color && !text.is_empty() { format!("{style}{text}{style:#}") } else { text.to_owned() }
}
