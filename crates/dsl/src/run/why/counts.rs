//! How often each signal's condition held, where the server tells: read as leniently as anything that it says.

use serde_json::Value;
use signal_text::{Label, Source, Span};

use super::Note;
use crate::render::number::{count, whole};

/// A signal with its counts; see `signals.rs` of the sandbox for what they mean.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Counted {
    /// Its condition's place in the script, where the text there is the one that the server speaks of.
    pub(super) span: Option<Span>,
    /// The condition in short.
    text: String,
    is_entry: bool,
    side: String,
    ticker: String,
    /// Whether the run's universe holds its ticker.
    pub(super) in_universe: bool,
    usable: u64,
    held: u64,
    fired: u64,
    declined: u64,
    unfilled: u64,
    first: Option<String>,
    last: Option<String>,
    parts: Vec<Part>,
}

/// An operand of a chain of `and`.
#[derive(Clone, Debug, PartialEq)]
struct Part {
    span: Option<Span>,
    text: String,
    held: u64,
    alone: u64,
}

/// Every signal of a summary that has all its counts; none where the server tells nothing of the kind.
pub(super) fn read(source: &Source, summary: &Value) -> Vec<Counted> {
    let signals = summary.get("signals").and_then(Value::as_array);
    signals.into_iter().flatten().filter_map(|signal| one(source, signal)).collect()
}

fn one(source: &Source, signal: &Value) -> Option<Counted> {
    let number = |name: &str| signal.get(name).and_then(Value::as_u64);
    let parts = signal.get("parts").and_then(Value::as_array);
    let counted = Counted {
        span: place(source, signal),
        text: text(signal, "text"),
        is_entry: match signal.get("action").and_then(Value::as_str)? {
            "entry" => true,
            "exit" => false,
            _ => return None,
        },
        side: text(signal, "side"),
        ticker: text(signal, "ticker"),
        in_universe: signal.get("in_universe").and_then(Value::as_bool)?,
        usable: number("usable")?,
        held: number("held")?,
        fired: number("fired")?,
        declined: number("declined")?,
        unfilled: number("unfilled")?,
        first: day(signal, "first"),
        last: day(signal, "last"),
        parts: parts.into_iter().flatten().filter_map(|part| self::part(source, part)).collect(),
    };
    // Counts that contradict each other would make false sentences.
    let sums = counted.fired.checked_add(counted.declined)?.checked_add(counted.unfilled)?;
    (counted.held <= counted.usable && sums <= counted.held).then_some(counted)
}

fn part(source: &Source, part: &Value) -> Option<Part> {
    Some(Part {
        span: place(source, part),
        text: text(part, "text"),
        held: part.get("held").and_then(Value::as_u64)?,
        alone: part.get("alone").and_then(Value::as_u64)?,
    })
}

fn text(of: &Value, name: &str) -> String {
    signal_api::sanitize(of.get(name).and_then(Value::as_str).unwrap_or_default())
}

/// The day of a moment in RFC 3339.
fn day(of: &Value, name: &str) -> Option<String> {
    let day: String = of.get(name)?.as_str()?.chars().take(10).collect();
    day.parse::<jiff::civil::Date>().ok().map(|day| day.to_string())
}

/// The place of an object with `line`, `column`, `end_line` and `end_column`, if the script has its `text` there.
fn place(source: &Source, of: &Value) -> Option<Span> {
    let number = |name: &str| usize::try_from(of.get(name)?.as_u64()?).ok();
    let start = offset(source, number("line")?, number("column")?)?;
    let end = offset(source, number("end_line")?, number("end_column")?)?;
    let written = source.text().get(start..end)?.split_whitespace().collect::<Vec<_>>().join(" ");
    let said = of.get("text")?.as_str()?;
    let same = said.strip_suffix('…').map_or(written == said, |begin| written.starts_with(begin));
    (same && start < end).then(|| Span::from(start..end))
}

/// The byte at a line and column, both from 1, columns in characters. A byte order mark is not sent, so it does not count.
fn offset(source: &Source, line: usize, column: usize) -> Option<usize> {
    let start = source.lines().start(line.checked_sub(1)?)? as usize;
    let text = source.text().get(start..)?;
    let (text, start) = text.strip_prefix('\u{feff}').map_or((text, start), |rest| (rest, start + 3));
    let ends = text.char_indices().map(|(at, _)| at).chain([text.len()]);
    ends.map(|at| start + at).nth(column.checked_sub(1)?)
}

/// What the counts explain. Signals that name a ticker outside of the universe are told as that.
pub(super) fn notes(signals: &[Counted]) -> Vec<Note> {
    let mut notes: Vec<Note> = signals.iter().filter(|signal| signal.is_entry).map(entry).collect();
    // An exit matters only to what was open.
    if signals.iter().any(|signal| signal.is_entry && signal.fired > 0) {
        notes.extend(signals.iter().filter(|signal| !signal.is_entry).filter_map(exit));
    }
    notes
}

impl Counted {
    /// `the LONG entry of BINANCE:BTC/USDT`.
    fn name(&self) -> String {
        let side = if self.side.is_empty() { String::new() } else { format!("{} ", self.side) };
        let action = if self.is_entry { "entry" } else { "exit" };
        format!("the {side}{action} of {}", self.ticker)
    }

    /// `held on 3 of 165 usable bars`.
    fn held_on(&self) -> String {
        format!("held on {} of {}", whole(self.held), count(self.usable, "usable bar"))
    }

    fn labelled(&self, mut note: Note) -> Note {
        let label = |part: &Part| {
            // Short: it stands far right in the drawing.
            let message = match part.alone {
                0 => format!("held on {}", count(part.held, "bar")),
                alone => format!("held on {}, alone in the way on {}", whole(part.held), whole(alone)),
            };
            Some(Label { span: part.span?, message })
        };
        note.labels.extend(self.parts.iter().filter_map(label));
        // Where the parts stand elsewhere, behind a name, the name says what it is.
        let stands_apart =
            |span: Span| note.labels.iter().all(|label| label.span.end <= span.start || span.end <= label.span.start);
        if let Some(span) = self.span.filter(|span| !note.labels.is_empty() && stands_apart(*span)) {
            note.labels.push(Label { span, message: "the condition".to_owned() });
        }
        note
    }

    fn outside(&self) -> Option<Note> {
        (!self.in_universe).then(|| {
            let message =
                format!("{} is about a ticker that is not in the run's universe, so it never acts", self.name());
            Note::new("ticker-not-in-universe", self.span, message)
        })
    }
}

fn entry(signal: &Counted) -> Note {
    if let Some(note) = signal.outside() {
        return note;
    }
    if signal.held == 0 {
        return never(signal);
    }
    let opened = match signal.fired {
        0 => "opened no position".to_owned(),
        fired => format!("opened {}", count(fired, "position")),
    };
    let message = format!("the condition of {} {} and {opened}", signal.name(), signal.held_on());
    let mut note = Note::new("seldom-held", signal.span, message);
    let mut remarks = Vec::new();
    match (&signal.first, &signal.last) {
        (Some(first), Some(last)) if first == last => remarks.push(format!("it held on {first}")),
        (Some(first), Some(last)) => remarks.push(format!("it held first on {first}, last on {last}")),
        _ => {}
    }
    let already = signal.held - signal.fired - signal.declined - signal.unfilled;
    if already > 0 {
        remarks.push(format!("on {} its position was open already", count(already, "bar")));
        // Held often enough, but there was nothing to do.
        if already >= signal.fired {
            note.code = "already-open";
        }
    }
    if signal.declined > 0 {
        remarks.push(format!(
            "on {} its size entered nothing: it was no positive number, or there was no cash left",
            count(signal.declined, "bar")
        ));
        if signal.fired == 0 {
            note.code = "nothing-entered";
        }
    }
    if signal.unfilled > 0 {
        remarks.push("it held on the last bar, behind which nothing can be filled".to_owned());
    }
    note.help = (!remarks.is_empty()).then(|| remarks.join("; "));
    signal.labelled(note)
}

fn never(signal: &Counted) -> Note {
    let message = format!("the condition of {} {}", signal.name(), signal.held_on());
    let mut note = Note::new("never-held", signal.span, message);
    let never: Vec<String> =
        signal.parts.iter().filter(|part| part.held == 0).map(|part| format!("`{}`", part.text)).collect();
    let alone = signal.parts.iter().filter(|part| part.alone > 0).max_by_key(|part| part.alone);
    note.help = match (signal.parts.as_slice(), never.as_slice(), alone) {
        ([], ..) => None,
        (_, [], Some(part)) => Some(format!(
            "every part held now and then, but never all on one bar; without `{}` it would have held on {}",
            part.text,
            count(part.alone, "bar")
        )),
        (_, [], None) => Some("every part held now and then, but never all on one bar".to_owned()),
        (_, [only], Some(part)) => {
            Some(format!("{only} never held; without it the rest would have held on {}", count(part.alone, "bar")))
        }
        (_, never, _) => Some(format!("{} never held", never.join(" and "))),
    };
    signal.labelled(note)
}

/// An exit that closed nothing.
fn exit(signal: &Counted) -> Option<Note> {
    if let Some(note) = signal.outside() {
        return Some(note);
    }
    if signal.fired > 0 {
        return None;
    }
    if signal.held == 0 {
        return Some(never(signal));
    }
    let when = if signal.held == signal.unfilled {
        "but only on the last bar, behind which nothing can be filled"
    } else {
        "but never while there was a position for it to close"
    };
    let message = format!("the condition of {} {}, {when}", signal.name(), signal.held_on());
    Some(Note::new("nothing-to-close", signal.span, message))
}
