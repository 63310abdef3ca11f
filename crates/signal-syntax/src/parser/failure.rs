//! Why a statement did not parse: a few bytes, from which `messages.rs` makes sentences when somebody wants to read them.

/// Where parsing stopped, and what would have fitted there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Failure {
    /// The token that did not fit.
    pub(super) at: u32,
    /// What would have.
    pub(super) expected: Expected,
    /// The token of the innermost bracket that was open.
    pub(super) open: Option<u32>,
}

/// What the grammar would have taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Expected {
    /// A value: a name, a number, `(`, ...
    Operand,
    /// A value or the closing bracket (behind an opening one or a comma).
    OperandOrClose,
    /// An operator, or the end of the statement.
    End,
    /// An operator, a comma or the closing bracket.
    Close,
    /// An operator or the `]` of an index, which holds one value.
    CloseIndex,
    /// An operator or the `else` of `a if c else b`.
    Else,
    /// The name behind a `.`.
    Attribute,
    /// A value that is not begun by `not`, which binds looser than the operator before it.
    TighterThanNot,
    /// A statement that is not begun by a word of Python's statements (`return x`, `pass`).
    NoStatementWord,
}
