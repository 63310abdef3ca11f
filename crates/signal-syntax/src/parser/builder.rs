//! What the parsers share: the tokens, the tree under construction, and the furthest place at which nothing fitted.

use chumsky::input::{Checkpoint, Cursor, Input};
use chumsky::inspector::Inspector;
use signal_text::Span;

use super::expression::Frame;
use super::failure::{Expected, Failure};
use super::reparse::Known;
use crate::Token;
use crate::tree::{Argument, CompareOp, Expr, ExprId, List, Statement, StatementKind, Tree};

/// The parsers' state.
pub(super) struct Builder<'t> {
    pub(super) text: &'t str,
    pub(super) tokens: &'t [Token],
    pub(super) spans: &'t [Span],
    /// The first token that is read: those before it belong to statements that the tree already has.
    pub(super) base: usize,
    /// Where reading may stop, since what follows is known.
    pub(super) known: Option<Known<'t>>,
    /// The token that it stopped at, and which of the known statements begins there.
    pub(super) stopped: Option<(usize, usize)>,
    pub(super) tree: Tree,
    /// Operators and brackets that wait for what follows; a stack of our own, so that depth costs memory and not the call stack.
    pub(super) frames: Vec<Frame>,
    /// Parts of lists, calls and comparisons that are not complete. An inner one always lies above an outer one.
    pub(super) open_items: Vec<ExprId>,
    pub(super) open_arguments: Vec<Argument>,
    pub(super) open_comparisons: Vec<(CompareOp, Span, ExprId)>,
    /// The furthest failure in the current statement.
    pub(super) failure: Option<Failure>,
    /// Up to this token an open bracket is known not to be closed: a line there that looks like a statement is one.
    pub(super) unclosed_until: usize,
    pub(super) broken: Vec<Broken>,
}

/// A statement that was given up. Tokens are told by their places among all of the script's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Broken {
    /// Its first token.
    pub(super) start: usize,
    /// The token behind its last one.
    pub(super) end: usize,
    /// Why.
    pub(super) failure: Failure,
}

/// How much of the tree there was at some moment.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mark {
    exprs: u32,
    items: u32,
    arguments: u32,
    comparisons: u32,
    targets: u32,
}

impl<'t> Builder<'t> {
    pub(super) fn new(text: &'t str, tokens: &'t [Token], spans: &'t [Span]) -> Self {
        let mut tree = Tree::default();
        // About what scripts need; untouched memory costs nothing.
        let count = tokens.len();
        tree.exprs.reserve(count * 5 / 8 + 4);
        tree.spans.reserve(count * 5 / 8 + 4);
        tree.arguments.reserve(count / 5 + 4);
        tree.comparisons.reserve(count / 20 + 4);
        tree.statements.reserve(count / 10 + 4);
        tree.targets.reserve(count / 12 + 4);
        Self::on(text, tokens, spans, tree)
    }

    /// A builder that adds to a tree.
    pub(super) fn on(text: &'t str, tokens: &'t [Token], spans: &'t [Span], tree: Tree) -> Self {
        Self {
            text,
            tokens,
            spans,
            base: 0,
            known: None,
            stopped: None,
            tree,
            frames: Vec::with_capacity(16),
            open_items: Vec::new(),
            open_arguments: Vec::with_capacity(16),
            open_comparisons: Vec::new(),
            failure: None,
            unclosed_until: 0,
            broken: Vec::new(),
        }
    }

    pub(super) fn push(&mut self, expr: Expr, span: Span) -> ExprId {
        let id = ExprId::new(self.tree.exprs.len());
        self.tree.exprs.push(expr);
        self.tree.spans.push(span);
        id
    }

    /// Closes a list: its parts leave the waiting room for the tree, where they lie side by side.
    pub(super) fn close_items(&mut self, start: usize) -> List {
        let list = List::new(self.tree.items.len(), self.open_items.len() - start);
        self.tree.items.extend_from_slice(&self.open_items[start..]);
        self.open_items.truncate(start);
        list
    }

    pub(super) fn close_arguments(&mut self, start: usize) -> List {
        let list = List::new(self.tree.arguments.len(), self.open_arguments.len() - start);
        self.tree.arguments.extend_from_slice(&self.open_arguments[start..]);
        self.open_arguments.truncate(start);
        list
    }

    /// Remembers that `expected` was not found at the token `at`, if no other way of reading got further.
    pub(super) fn fail(&mut self, at: usize, expected: Expected, open: Option<u32>) {
        if self.failure.is_none_or(|furthest| furthest.at < at as u32) {
            self.failure = Some(Failure { at: at as u32, expected, open });
        }
    }

    /// Takes the names among the tokens `start..end` as what a statement binds.
    pub(super) fn push_targets(&mut self, start: usize, end: usize) -> List {
        let first = self.tree.targets.len();
        for token in start..end {
            if self.tokens[token] == Token::Name {
                self.tree.targets.push(self.spans[token]);
            }
        }
        List::new(first, self.tree.targets.len() - first)
    }

    /// Whether the statement that would begin at the token `at` is known, and all behind it.
    #[inline(always)]
    pub(super) fn stops(&mut self, at: usize) -> bool {
        self.known.is_some() && self.meets_known(at)
    }

    #[cold]
    fn meets_known(&mut self, at: usize) -> bool {
        let statement = self.known.as_ref().and_then(|known| known.statement(self, at));
        self.stopped = statement.map(|statement| (at, statement));
        statement.is_some()
    }

    /// Adds a statement that is made of the tokens `start..end`.
    pub(super) fn push_statement(&mut self, start: usize, end: usize, kind: StatementKind) {
        let span = self.spans[start].to(self.spans[end - 1]);
        self.tree.statements.push(Statement { span, kind, exprs_end: self.tree.exprs.len() as u32 });
        self.failure = None;
    }

    pub(super) fn mark(&self) -> Mark {
        Mark {
            exprs: self.tree.exprs.len() as u32,
            items: self.tree.items.len() as u32,
            arguments: self.tree.arguments.len() as u32,
            comparisons: self.tree.comparisons.len() as u32,
            targets: self.tree.targets.len() as u32,
        }
    }

    /// Forgets what was built since.
    pub(super) fn back_to(&mut self, mark: Mark) {
        self.tree.exprs.truncate(mark.exprs as usize);
        self.tree.spans.truncate(mark.exprs as usize);
        self.tree.items.truncate(mark.items as usize);
        self.tree.arguments.truncate(mark.arguments as usize);
        self.tree.comparisons.truncate(mark.comparisons as usize);
        self.tree.targets.truncate(mark.targets as usize);
    }
}

/// Wherever chumsky goes back in the tokens, the tree goes back with it: what did not parse leaves nothing behind.
impl<'t, I: Input<'t>> Inspector<'t, I> for Builder<'t> {
    type Checkpoint = Mark;

    #[inline(always)]
    fn on_token(&mut self, _: &I::Token) {}

    #[inline(always)]
    fn on_save<'parse>(&self, _: &Cursor<'t, 'parse, I>) -> Mark {
        self.mark()
    }

    #[inline(always)]
    fn on_rewind<'parse>(&mut self, marker: &Checkpoint<'t, 'parse, I, Mark>) {
        self.back_to(*marker.inspector());
    }
}
