//! Which definition each name refers to.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use foldhash::fast::RandomState;
use signal_text::{Source, Span};

use crate::tree::{Expr, ExprId, StatementKind, Tree};

/// Index of a definition in [`Bindings::definitions`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DefinitionId(u32);

impl DefinitionId {
    /// Position in [`Bindings::definitions`].
    #[must_use]
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// A name that a statement binds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Definition {
    /// Where the name stands.
    pub name: Span,
    /// Index of the statement.
    pub statement: usize,
    /// What it is bound to: in `a, b = x, y` the item of its own. `None` for one of several targets that take a single
    /// value apart, and where the statement did not parse.
    pub value: Option<ExprId>,
    /// Which of the statement's targets it is, from 0.
    pub target: usize,
}

/// The definitions of a script, and what its names refer to.
///
/// A name refers to the latest definition in an *earlier* statement: `x = x + 1` reads the `x` before. Functions and variables
/// do not share their names: `rsi = rsi(close, 14)` hides nothing, and a name that is called refers to no definition.
#[derive(Clone, Debug, Default)]
pub struct Bindings {
    definitions: Vec<Definition>,
    /// For each definition the next one of its name; [`FREE`] for the last.
    next: Vec<u32>,
    /// One entry an expression; see the constants below.
    references: Vec<u32>,
}

/// Not a name, or a name that no statement binds.
const FREE: u32 = u32::MAX;
/// A name that is called.
const CALLEE: u32 = u32::MAX - 1;
/// With this bit: used at or before its first definition, whose index the other bits hold. Without: bound to that definition.
const LATER: u32 = 1 << 31;

/// What is known of a name's text so far.
#[derive(Clone, Copy)]
struct Symbol {
    first: u32,
    latest: u32,
}

impl Bindings {
    /// Resolves the names of a tree, in linear time.
    #[must_use]
    pub fn new(source: &Source, tree: &Tree) -> Self {
        let text = source.text();
        let mut references = vec![FREE; tree.len()];
        let mut definitions = Vec::with_capacity(tree.statements().len());
        let mut next = Vec::with_capacity(tree.statements().len());
        // By text: an index into `symbols`. Names that are never defined have one too, so that each use is looked up once.
        let mut indexes: HashMap<&str, u32, RandomState> =
            HashMap::with_capacity_and_hasher(tree.statements().len() + 8, RandomState::default());
        let mut symbols: Vec<Symbol> = Vec::new();
        let mut symbol_of = |span: Span, symbols: &mut Vec<Symbol>| match indexes.entry(&text[span.range()]) {
            Entry::Occupied(entry) => *entry.get(),
            Entry::Vacant(entry) => {
                symbols.push(Symbol { first: FREE, latest: FREE });
                *entry.insert(symbols.len() as u32 - 1)
            }
        };
        for (statement, details) in tree.statements().iter().enumerate() {
            // Backwards, so that a call comes before the name that it calls.
            for id in tree.ids_of(statement).rev() {
                match tree.expr(id) {
                    Expr::Call { callee, .. } if matches!(tree.expr(callee), Expr::Name) => {
                        references[callee.index()] = CALLEE;
                    }
                    Expr::Name if references[id.index()] != CALLEE => {
                        let symbol = symbol_of(tree.span(id), &mut symbols);
                        let latest = symbols[symbol as usize].latest;
                        references[id.index()] = if latest == FREE { LATER | symbol } else { latest };
                    }
                    _ => {}
                }
            }
            let (targets, value) = match details.kind {
                StatementKind::Assign { targets, value } => (tree.targets(targets), Some(value)),
                StatementKind::Error { targets } => (tree.targets(targets), None),
                StatementKind::Expr(_) => continue,
            };
            let whole = value.filter(|_| targets.len() == 1 && !unpacks_one(text, targets[0]));
            let items =
                if whole.is_none() { value.and_then(|value| items_of(tree, value, targets.len())) } else { None };
            for (target, &name) in targets.iter().enumerate() {
                let value = whole.or_else(|| items?.get(target).copied());
                let symbol = symbol_of(name, &mut symbols) as usize;
                let definition = definitions.len() as u32;
                definitions.push(Definition { name, statement, value, target });
                next.push(FREE);
                if let Some(before) = next.get_mut(symbols[symbol].latest as usize) {
                    *before = definition;
                }
                symbols[symbol].latest = definition;
                symbols[symbol].first = symbols[symbol].first.min(definition);
            }
        }
        for reference in &mut references {
            if *reference & LATER != 0 && *reference < CALLEE {
                let first = symbols[(*reference & !LATER) as usize].first;
                *reference = if first == FREE { FREE } else { LATER | first };
            }
        }
        Self { definitions, next, references }
    }

    /// All definitions in the order of the text.
    #[must_use]
    pub fn definitions(&self) -> &[Definition] {
        &self.definitions
    }

    /// The definition behind an id.
    #[must_use]
    pub fn definition(&self, id: DefinitionId) -> &Definition {
        &self.definitions[id.index()]
    }

    /// The definition whose name stands at this place.
    #[must_use]
    pub fn at(&self, name: Span) -> Option<DefinitionId> {
        let at = self.definitions.binary_search_by_key(&name, |definition| definition.name).ok()?;
        Some(DefinitionId(at as u32))
    }

    /// The next definition of the same name.
    #[must_use]
    pub fn redefined(&self, id: DefinitionId) -> Option<DefinitionId> {
        self.next.get(id.index()).filter(|next| **next != FREE).map(|next| DefinitionId(*next))
    }

    /// All definitions with their ids.
    pub fn iter(&self) -> impl Iterator<Item = (DefinitionId, &Definition)> {
        self.definitions.iter().enumerate().map(|(index, definition)| (DefinitionId(index as u32), definition))
    }

    /// The definition that a name refers to; `None` for what is no name, is called, or has no definition before it.
    #[must_use]
    pub fn of(&self, id: ExprId) -> Option<DefinitionId> {
        let reference = self.references[id.index()];
        (reference & LATER == 0).then_some(DefinitionId(reference))
    }

    /// For a name without a definition before it: the first one in its own statement or behind it.
    #[must_use]
    pub fn later(&self, id: ExprId) -> Option<DefinitionId> {
        let reference = self.references[id.index()];
        (reference & LATER != 0 && reference < CALLEE).then_some(DefinitionId(reference & !LATER))
    }

    /// Whether a name stands before the parentheses of a call.
    #[must_use]
    pub fn is_callee(&self, id: ExprId) -> bool {
        self.references[id.index()] == CALLEE
    }
}

/// The values that a tuple or a list holds for so many targets.
fn items_of(tree: &Tree, value: ExprId, targets: usize) -> Option<&[ExprId]> {
    match tree.expr(tree.unparenthesized(value)) {
        Expr::Tuple(items) | Expr::List(items) => Some(tree.items(items)).filter(|items| items.len() == targets),
        _ => None,
    }
}

/// Whether the only target takes its value apart: `first, = pair`, `(first,) = pair` and `[first] = pair`.
fn unpacks_one(text: &str, target: Span) -> bool {
    let mut in_comment = false;
    for byte in &text.as_bytes()[target.end as usize..] {
        match byte {
            b'\n' | b'\r' => in_comment = false,
            // In brackets a comment may stand before the comma.
            _ if in_comment => {}
            b'#' => in_comment = true,
            b' ' | b'\t' | b'\x0C' | b'\\' => {}
            byte => return matches!(byte, b',' | b']'),
        }
    }
    false
}
