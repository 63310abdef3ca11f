//! What became of a text between two of its versions: one stretch that was replaced.

/// The bytes `start..old_end` of a text became `start..new_end` of the next one; all others are the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    /// Where the two texts begin to differ.
    pub start: u32,
    /// Where they are the same again, in the text before.
    pub old_end: u32,
    /// The same place in the text after.
    pub new_end: u32,
}

impl Change {
    /// The smallest change that makes one text of another.
    #[must_use]
    pub fn between(before: &str, after: &str) -> Self {
        let (old, new) = (before.as_bytes(), after.as_bytes());
        let start = old.iter().zip(new).take_while(|(a, b)| a == b).count();
        let shorter = old.len().min(new.len()) - start;
        let same = old.iter().rev().zip(new.iter().rev()).take(shorter).take_while(|(a, b)| a == b).count();
        Self { start: start as u32, old_end: (old.len() - same) as u32, new_end: (new.len() - same) as u32 }
    }

    /// This change and the one that followed it, as one.
    #[must_use]
    pub fn then(self, next: Self) -> Self {
        Self {
            start: self.start.min(next.start),
            old_end: self.old_end + next.old_end.saturating_sub(self.new_end),
            new_end: next.new_end + self.new_end.saturating_sub(next.old_end),
        }
    }

    /// Where a place behind the change has gone.
    #[must_use]
    pub const fn shifted(self, offset: u32) -> u32 {
        offset.wrapping_add(self.new_end).wrapping_sub(self.old_end)
    }

    /// Where a place behind the change has come from.
    #[must_use]
    pub const fn unshifted(self, offset: u32) -> u32 {
        offset.wrapping_add(self.old_end).wrapping_sub(self.new_end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Whether a change says truly what became of a text.
    fn check(before: &str, after: &str, change: Change) {
        let (start, old_end, new_end) = (change.start as usize, change.old_end as usize, change.new_end as usize);
        let (old, new) = (before.as_bytes(), after.as_bytes());
        assert_eq!(old[..start], new[..start], "{before:?} -> {after:?}: {change:?}");
        assert_eq!(old[old_end..], new[new_end..], "{before:?} -> {after:?}: {change:?}");
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn changes_in_a_row_are_one_change(texts in prop::collection::vec("[ab]{0,8}", 2..6)) {
            let steps: Vec<Change> = texts.windows(2).map(|pair| Change::between(&pair[0], &pair[1])).collect();
            for (pair, step) in texts.windows(2).zip(&steps) {
                check(&pair[0], &pair[1], *step);
            }
            let whole = steps[1..].iter().fold(steps[0], |sum, step| sum.then(*step));
            check(&texts[0], &texts[texts.len() - 1], whole);
        }
    }
}
