//! The places that change together while one of them is typed.

use signal_text::Span;

use super::rename;
use crate::snapshot::Snapshot;

/// All places of the name at an offset, where it may be renamed; else none.
pub(crate) fn linked_places(snapshot: &Snapshot, offset: u32) -> Vec<Span> {
    match rename::renamable(snapshot, offset) {
        Ok(_) => rename::name_spans(snapshot, offset),
        Err(_) => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{at_cursor, ranges};

    fn check(marked: &str, expected: &str) {
        let (snapshot, offset) = at_cursor(marked);
        assert_eq!(ranges(&snapshot, linked_places(&snapshot, offset)), expected, "{marked}");
    }

    #[test]
    fn a_name_of_the_script_is_linked_and_no_other() {
        check("fast┃ = 1\ny = fast\n", "1:1-5 2:5-9");
        check("fast = 1\ny = f┃ast + (fas", "1:1-5 2:5-9");
        check("y = clo┃se + close\n", "");
        check("y = oo┃ps + oops\n", "");
    }
}
