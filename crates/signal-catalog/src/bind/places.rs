//! A short list that lives where it is used: binding runs for every call of every script, and a `Vec` for each would
//! cost more than the rest of it.

use std::fmt;
use std::ops::Deref;

/// A list of a few values, read as a slice. `INLINE` of them need no memory of their own: as many as nearly all calls
/// have. An analysis keeps the bindings of all calls at once, so room for the longest would be paid for by every one.
#[derive(Clone)]
pub struct Places<T, const INLINE: usize>(Kept<T, INLINE>);

#[derive(Clone)]
enum Kept<T, const INLINE: usize> {
    Inline { length: u8, values: [T; INLINE] },
    Heap(Vec<T>),
}

impl<T: Copy, const INLINE: usize> Places<T, INLINE> {
    /// `length` times the same value.
    #[must_use]
    pub fn filled(value: T, length: usize) -> Self {
        match u8::try_from(length) {
            Ok(short) if length <= INLINE => Self(Kept::Inline { length: short, values: [value; INLINE] }),
            _ => Self(Kept::Heap(vec![value; length])),
        }
    }

    /// Adds a value at the end.
    pub fn push(&mut self, value: T) {
        match &mut self.0 {
            Kept::Inline { length, values } => match values.get_mut(usize::from(*length)) {
                Some(free) => {
                    *free = value;
                    *length += 1;
                }
                None => {
                    let mut list = values.to_vec();
                    list.push(value);
                    self.0 = Kept::Heap(list);
                }
            },
            Kept::Heap(list) => list.push(value),
        }
    }

    /// The values, to be changed in place.
    pub fn as_mut_slice(&mut self) -> &mut [T] {
        match &mut self.0 {
            Kept::Inline { length, values } => &mut values[..usize::from(*length)],
            Kept::Heap(list) => list,
        }
    }
}

impl<T, const INLINE: usize> Deref for Places<T, INLINE> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        match &self.0 {
            Kept::Inline { length, values } => &values[..usize::from(*length)],
            Kept::Heap(list) => list,
        }
    }
}

impl<'p, T, const INLINE: usize> IntoIterator for &'p Places<T, INLINE> {
    type Item = &'p T;
    type IntoIter = std::slice::Iter<'p, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<T: PartialEq, const INLINE: usize> PartialEq for Places<T, INLINE> {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl<T: PartialEq, const INLINE: usize> PartialEq<[T]> for Places<T, INLINE> {
    fn eq(&self, other: &[T]) -> bool {
        **self == *other
    }
}

impl<T: fmt::Debug, const INLINE: usize> fmt::Debug for Places<T, INLINE> {
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
            let mut grown = Places::<_, 2>::filled(0, 0);
            let mut filled = Places::<_, 2>::filled(0, length);
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

    #[test]
    fn a_binding_stays_small_enough_to_keep_one_for_every_call() {
        let size = size_of::<crate::Binding<'_>>();
        assert!(size <= 96, "{size} bytes");
    }
}
