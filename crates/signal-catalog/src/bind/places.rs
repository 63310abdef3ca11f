//! A short list that lives where it is used: binding runs for every call of every script, and a `Vec` for each would
//! cost more than the rest of it.

use std::fmt;
use std::ops::Deref;

/// As many as all but a dozen names have inputs or parameters; each more is copied with every binding.
const INLINE: usize = 4;

/// A list of a few values, read as a slice.
#[derive(Clone)]
pub struct Places<T> {
    inline: [T; INLINE],
    length: usize,
    /// All values, once there are more than fit inline.
    spilled: Vec<T>,
}

impl<T: Copy> Places<T> {
    /// `length` times the same value.
    #[must_use]
    pub fn filled(value: T, length: usize) -> Self {
        let spilled = if length > INLINE { vec![value; length] } else { Vec::new() };
        Self { inline: [value; INLINE], length, spilled }
    }

    /// Adds a value at the end.
    pub fn push(&mut self, value: T) {
        if self.length < INLINE {
            self.inline[self.length] = value;
        } else {
            if self.spilled.is_empty() {
                self.spilled.extend_from_slice(&self.inline);
            }
            self.spilled.push(value);
        }
        self.length += 1;
    }

    /// The values, to be changed in place.
    pub fn as_mut_slice(&mut self) -> &mut [T] {
        if self.length > INLINE { &mut self.spilled } else { &mut self.inline[..self.length] }
    }
}

impl<T> Deref for Places<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        if self.length > INLINE { &self.spilled } else { &self.inline[..self.length] }
    }
}

impl<'p, T> IntoIterator for &'p Places<T> {
    type Item = &'p T;
    type IntoIter = std::slice::Iter<'p, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<T: PartialEq> PartialEq for Places<T> {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl<T: PartialEq> PartialEq<[T]> for Places<T> {
    fn eq(&self, other: &[T]) -> bool {
        **self == *other
    }
}

impl<T: fmt::Debug> fmt::Debug for Places<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(formatter)
    }
}

#[cfg(test)]
mod tests {
    use super::Places;

    #[test]
    fn a_list_reads_the_same_on_both_sides_of_its_inline_room() {
        for length in 0..14_usize {
            let mut grown = Places::filled(0, 0);
            let mut filled = Places::filled(0, length);
            for value in 0..length {
                grown.push(value);
                filled.as_mut_slice()[value] = value;
            }
            let expected: Vec<usize> = (0..length).collect();
            assert_eq!(*grown, *expected, "{length} pushed");
            assert_eq!(grown, filled, "{length} filled");
            assert_eq!(grown.iter().count(), length);
        }
    }
}
