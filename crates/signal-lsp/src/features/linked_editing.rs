//! The places that change together while one of them is typed.

use signal_text::Span;

use crate::places::{Sense, place_at, places_of};
use crate::snapshot::Snapshot;

/// All places of the name that the line at an offset defines, where no other line does; else none.
///
/// From a read nothing is linked, and neither from one of several definitions: whoever types a new name, `slow2`, is for a
/// moment at the end of `slow`, and must not rename that.
pub(crate) fn linked_places(snapshot: &Snapshot, offset: u32) -> Vec<Span> {
    let Some(place) = place_at(snapshot, offset) else { return Vec::new() };
    if !matches!(place.sense, Sense::Write(_)) {
        return Vec::new();
    }
    let places = places_of(snapshot, &place);
    let definitions = places.iter().filter(|place| matches!(place.sense, Sense::Write(_))).count();
    if definitions == 1 { places.iter().map(|place| place.span).collect() } else { Vec::new() }
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
    fn reads_follow_the_line_that_defines_the_name() {
        check("fast┃ = 1\ny = fast\n", "1:1-5 2:5-9");
        check("┃fast = 1\ny = fast + (fas", "1:1-5 2:5-9");
        check("a, b┃ = bbands(close)\ny = b\n", "1:4-5 2:5-6");
    }

    #[test]
    fn a_name_that_is_being_typed_changes_no_other() {
        check("slow = 1\ny = slow\nslow┃ = 3\n", "");
        check("slow = 1\ny = slow┃\n", "");
        check("slow = 1\nslow┃\n", "");
    }

    #[test]
    fn what_cannot_be_renamed_is_not_linked() {
        check("y = clo┃se + close\n", "");
        check("y = oo┃ps + oops\n", "");
    }
}
