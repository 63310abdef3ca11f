//! A hash table from names to places, built with the catalog and read without allocating.
//!
//! `build.rs` compiles this file too: the bundled table is laid out with the very function that looks things up.

/// A place that holds nothing.
pub(crate) const EMPTY: u16 = u16::MAX;

/// Four characters of the name and its length, mixed by one multiplication. Looking at every character would cost more
/// than the comparison that follows anyway; names that share all of it just lie next to each other.
#[inline]
pub(crate) const fn hash(name: &[u8]) -> usize {
    let length = name.len();
    if length == 0 {
        return 0;
    }
    let (first, last) = (name[0] as u32, name[length - 1] as u32);
    let (middle, later) = (name[length / 2] as u32, name[length * 3 / 4] as u32);
    let mixed = (first | middle << 8 | later << 16 | last << 24) ^ ((length as u32) << 5);
    let spread = mixed.wrapping_mul(0x9e37_79b1);
    // The table looks at the low bits; the high ones depend on more of the name.
    (spread ^ (spread >> 16)) as usize
}

/// The table for these names, in their order. A quarter full at most, so that a name is nearly always where it is
/// first looked for.
pub(crate) fn table<'n>(names: impl ExactSizeIterator<Item = &'n str>) -> Vec<u16> {
    let size = (names.len() * 4).next_power_of_two().max(8);
    let mut table = vec![EMPTY; size];
    for (position, name) in names.enumerate() {
        let Ok(position) = u16::try_from(position) else { break };
        let mut slot = hash(name.as_bytes()) & (size - 1);
        while table[slot] != EMPTY {
            slot = (slot + 1) & (size - 1);
        }
        table[slot] = position;
    }
    table
}

/// The place for which `is_it` says yes, among those where `name` may lie.
#[inline]
pub(crate) fn find(table: &[u16], name: &str, is_it: impl Fn(usize) -> bool) -> Option<usize> {
    let mask = table.len().checked_sub(1)?;
    let mut slot = hash(name.as_bytes()) & mask;
    loop {
        let position = *table.get(slot)?;
        if position == EMPTY {
            return None;
        }
        if is_it(usize::from(position)) {
            return Some(usize::from(position));
        }
        slot = (slot + 1) & mask;
    }
}
