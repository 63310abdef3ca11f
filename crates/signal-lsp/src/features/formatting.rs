//! Formatting: a whole script, a part of it, and the line that was just ended.

use signal_format::{format_line_above, format_range, format_tokens};
use signal_text::{Edit, Span};

use crate::snapshot::Snapshot;

/// What brings the whole script into style, as `dsl fmt` does it. Statements that do not parse stay as they are.
pub(crate) fn whole(snapshot: &Snapshot) -> Vec<Edit> {
    let style = snapshot.project().style;
    format_tokens(snapshot.source(), snapshot.parsed(), snapshot.tokens(), style).edits
}

/// What brings the statements and comments that `range` touches into style.
pub(crate) fn part(snapshot: &Snapshot, range: Span) -> Vec<Edit> {
    format_range(snapshot.source(), snapshot.parsed(), snapshot.project().style, range)
}

/// What brings into style what a line end that was just typed has completed; the cursor stands at `offset`, behind it.
pub(crate) fn line_above(snapshot: &Snapshot, offset: u32) -> Vec<Edit> {
    format_line_above(snapshot.source(), snapshot.parsed(), snapshot.project().style, offset)
}

#[cfg(test)]
mod tests {
    use signal_text::apply_edits;

    use super::*;
    use crate::testing::at_cursor;

    #[track_caller]
    fn check(marked: &str, edits: impl Fn(&Snapshot, u32) -> Vec<Edit>, expected: &str) {
        let (snapshot, offset) = at_cursor(marked);
        let edits = edits(&snapshot, offset);
        assert_eq!(apply_edits(snapshot.source().text(), &edits).unwrap(), expected, "{edits:?}");
        assert!(edits.iter().all(|edit| snapshot.source().slice(edit.span) != edit.text), "{edits:?}");
    }

    #[test]
    fn the_whole_script_is_laid_out_and_what_is_broken_stays() {
        check("┃a=ema( close,5 )\nb = = 2\nc=a", |snapshot, _| whole(snapshot), "a = ema(close, 5)\nb = = 2\nc = a\n");
        check("┃a = 1\r\nb=2\r\n", |snapshot, _| whole(snapshot), "a = 1\r\nb = 2\r\n");
    }

    #[test]
    fn only_what_is_selected_changes() {
        check("a=1\n┃b=2\nc=3\n", |snapshot, at| part(snapshot, Span::new(at, at + 2)), "a=1\nb = 2\nc=3\n");
    }

    #[test]
    fn a_line_end_lays_out_what_it_completes() {
        check("a=1\nb=ema(close,5)\n┃\nc=3\n", line_above, "a=1\nb = ema(close, 5)\n\nc=3\n");
        check("b=ema(close,\n┃", line_above, "b=ema(close,\n");
        check("┃a=1", line_above, "a=1");
    }
}
