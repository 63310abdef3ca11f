//! Which definitions are read, and which are bound anew before they are.

use crate::Kinds;
use signal_syntax::{Bindings, Definition, DefinitionId, Expr, StatementKind, Tree};

/// How the names that a script binds are read.
#[derive(Clone, Debug, Default)]
pub struct Uses {
    /// Reads of each definition; one that is read above its line counts too.
    reads: Vec<u32>,
    /// Definitions that nothing reads.
    pub unread: Vec<Unread>,
    /// Every statement could be read. Where one could not, it may read any name.
    pub complete: bool,
}

/// A definition that nothing reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unread {
    /// It.
    pub definition: DefinitionId,
    /// The next definition of the same name.
    pub overwritten_by: Option<DefinitionId>,
    /// It is one of several targets of a statement, and another of them is read.
    pub sibling_read: bool,
    /// It is the first of its statement's targets, and none of them is read.
    pub first: bool,
}

impl Uses {
    /// Counts the reads in one pass.
    #[must_use]
    pub fn new(tree: &Tree, kinds: &Kinds, bindings: &Bindings) -> Self {
        let definitions = bindings.definitions();
        let mut reads = vec![0_u32; definitions.len()];
        let mut complete = true;
        complete &= !kinds.operations.iter().any(|id| tree.expr(*id) == Expr::Error);
        for &id in &kinds.names {
            if let Some(definition) = bindings.of(id).or_else(|| bindings.later(id)) {
                reads[definition.index()] = reads[definition.index()].saturating_add(1);
            }
        }
        complete &= !tree.statements().iter().any(|statement| matches!(statement.kind, StatementKind::Error { .. }));
        let mut unread = Vec::new();
        if reads.contains(&0) {
            let mut statement = None;
            let mut sibling_read = false;
            for (definition, details) in bindings.iter().filter(|(id, _)| reads[id.index()] == 0) {
                if statement != Some(details.statement) {
                    statement = Some(details.statement);
                    sibling_read = reads_of_statement(definitions, &reads, definition) > 0;
                }
                let first = !sibling_read && details.target == 0;
                let overwritten_by = bindings.redefined(definition);
                unread.push(Unread { definition, overwritten_by, sibling_read, first });
            }
        }
        Self { reads, unread, complete }
    }

    /// How often a definition is read.
    #[must_use]
    pub fn reads(&self, definition: DefinitionId) -> u32 {
        self.reads.get(definition.index()).copied().unwrap_or_default()
    }
}

/// Reads of all targets of the statement whose first unread one this is; targets of one statement stand side by side.
fn reads_of_statement(definitions: &[Definition], reads: &[u32], unread: DefinitionId) -> u32 {
    let at = unread.index();
    let details = &definitions[at];
    let behind = definitions[at..].iter().take_while(|other| other.statement == details.statement).count();
    reads[at - details.target..at + behind].iter().fold(0, |sum, reads| sum.saturating_add(*reads))
}
