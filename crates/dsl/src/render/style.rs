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

/// `text` in `style` where `color` allows it.
pub(crate) fn paint(color: bool, style: Style, text: &str) -> String {
    if color && !text.is_empty() { format!("{style}{text}{style:#}") } else { text.to_owned() }
}
