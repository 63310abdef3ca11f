//! Changes to a text.

use serde::{Deserialize, Serialize};

use crate::Span;

/// Replaces the text under `span` by `text`; an empty span inserts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edit {
    /// What is replaced.
    pub span: Span,
    /// What stands there afterwards.
    pub text: String,
}

/// Why edits can't be applied together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// Two edits touch the same text.
    #[error("two edits overlap at byte {0}")]
    Overlap(u32),
    /// An edit lies outside the text or cuts a character.
    #[error("an edit lies outside the text at byte {0}")]
    OutOfText(u32),
}

/// The text after all `edits`, which may come in any order.
///
/// # Errors
/// When two edits overlap or one does not fit the text; then nothing was changed.
pub fn apply_edits(text: &str, edits: &[Edit]) -> Result<String, EditError> {
    let mut sorted: Vec<&Edit> = edits.iter().collect();
    sorted.sort_by_key(|edit| (edit.span.start, edit.span.end));
    let mut result = String::with_capacity(text.len());
    let mut done = 0;
    for edit in sorted {
        let (start, end) = (edit.span.start as usize, edit.span.end as usize);
        if start < done {
            return Err(EditError::Overlap(edit.span.start));
        }
        let (Some(before), Some(_)) = (text.get(done..start), text.get(start..end)) else {
            return Err(EditError::OutOfText(edit.span.start));
        };
        result.push_str(before);
        result.push_str(&edit.text);
        done = end;
    }
    result.push_str(&text[done..]);
    Ok(result)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edit(start: u32, end: u32, text: &str) -> Edit {
        Edit { span: Span::new(start, end), text: text.to_owned() }
    }

    #[test]
    fn edits_apply_in_any_order() {
        let edits = [edit(6, 7, "30"), edit(0, 1, "fast")];
        assert_eq!(apply_edits("a = f(9)", &edits), Ok("fast = f(30)".to_owned()));
    }

    #[test]
    fn overlapping_edits_are_refused() {
        assert_eq!(apply_edits("abc", &[edit(0, 2, "x"), edit(1, 3, "y")]), Err(EditError::Overlap(1)));
    }

    #[test]
    fn an_edit_that_cuts_a_character_is_refused() {
        assert_eq!(apply_edits("é", &[edit(1, 2, "")]), Err(EditError::OutOfText(1)));
    }
}
