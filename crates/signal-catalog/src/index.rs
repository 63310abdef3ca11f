//! A hash table from names to places, built with the catalog and read without allocating.
//!
//! `build.rs` compiles this file too: the bundled table is laid out with the very function that looks things up.

/// A place that holds nothing.
pub(crate) const EMPTY: u16 = u16::MAX;

/// FNV-1a over the name, its high half folded into the low one, since the table looks at the low bits alone.
pub(crate) const fn hash(name: &[u8]) -> usize {
    let mut hash: u32 = 0x811c_9dc5;
    let mut at = 0;
    while at < name.len() {
        hash = (hash ^ name[at] as u32).wrapping_mul(0x0100_0193);
        at += 1;
    }
    (hash ^ (hash >> 15)) as usize
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
