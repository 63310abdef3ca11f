//! The call that a cursor is in: what is called, and which of its parameters is being written.

use signal_catalog::{Entry, Input, Signature, Slot};

use super::cursor::{Argument, Bracket, BracketKind, Cursor};

/// A call whose brackets are open at the cursor.
#[derive(Debug)]
pub(crate) struct Called<'s> {
    /// What is called.
    pub(crate) entry: &'s Entry,
    /// Its arguments so far, those behind the cursor too.
    pub(crate) arguments: Vec<Argument>,
    /// The argument that the cursor is in; the number of arguments where it is behind them all.
    pub(crate) active: usize,
    /// Which of the entry's signatures the arguments fit best.
    pub(crate) signature: usize,
    /// For each argument its place in that signature.
    pub(crate) slots: Vec<Option<Slot>>,
    /// What the argument at the cursor is in other signatures that fit as well.
    pub(crate) otherwise: Vec<(usize, Slot)>,
}

/// The call of `bracket`; `None` where it is none, or of a name that the catalog does not know as something to be called.
pub(crate) fn called<'s>(cursor: &Cursor<'s>, bracket: &Bracket) -> Option<Called<'s>> {
    let BracketKind::Call(callee) = bracket.kind else { return None };
    let entry = cursor.snapshot().facts().catalog.get(cursor.text(callee))?;
    let arguments = cursor.arguments(bracket);
    let active = bracket.commas;
    let shapes = cursor.shapes(&arguments);
    // What is being written fits a signature if everything written so far has a place there. `strict` ones take constants
    // for their parameters, which an argument that is not there yet may become.
    let mut fits: Vec<(usize, usize, Vec<Option<Slot>>)> = Vec::new();
    for (index, signature) in entry.signatures.iter().enumerate() {
        let slots = signature.slots(&shapes);
        let is_written = |at: usize| arguments.get(at).is_some_and(|argument| !argument.value.is_empty());
        let misfits = slots
            .iter()
            .enumerate()
            .filter(|(at, slot)| match slot {
                None => !signature.open && (is_written(*at) || *at == active),
                Some(Slot::Param(_)) if signature.strict => is_written(*at) && shapes[*at].constant.is_none(),
                Some(_) => false,
            })
            .count();
        fits.push((misfits, index, slots));
    }
    // The first of the best, and those that fit as well.
    let least = fits.iter().map(|(misfits, ..)| *misfits).min()?;
    let mut best = fits.into_iter().filter(|(misfits, ..)| *misfits == least);
    let (_, signature, slots) = best.next()?;
    let otherwise = best.filter_map(|(_, index, slots)| Some((index, slots.get(active).copied().flatten()?)));
    let otherwise = otherwise.collect();
    Some(Called { entry, arguments, active, signature, slots, otherwise })
}

impl<'s> Called<'s> {
    /// The signature that the arguments fit best.
    pub(crate) fn signature(&self) -> &'s Signature {
        &self.entry.signatures[self.signature]
    }

    /// The place that the argument at the cursor fills.
    pub(crate) fn slot(&self) -> Option<Slot> {
        self.slots.get(self.active).copied().flatten()
    }

    /// Whether an argument is one of the price columns that may be left out. One that is still empty may become anything.
    pub(crate) fn gives_columns(&self) -> bool {
        let written = inputs_to_write(self.signature()).len();
        self.slots.iter().zip(&self.arguments).any(|(slot, argument)| {
            matches!(slot, Some(Slot::Input(index)) if *index >= written)
                && (argument.keyword.is_some() || !argument.value.is_empty())
        })
    }

    /// Whether another argument than that of the cursor fills a place.
    pub(crate) fn is_given(&self, slot: Slot) -> bool {
        self.slots.iter().enumerate().any(|(at, other)| at != self.active && *other == Some(slot))
    }
}

/// The inputs that an author writes: price columns at the end of the list stand in by themselves.
pub(crate) fn inputs_to_write(signature: &Signature) -> &[Input] {
    let written = signature.inputs.iter().rposition(|input| input.column.is_none()).map_or(0, |last| last + 1);
    &signature.inputs[..written]
}
