//! The tree of a script, in one arena.
//!
//! Every expression is an [`ExprId`] into the arena. Children come before their parents and statements follow the text,
//! so that going over the ids in order visits operands before operators and definitions before later uses: a fact that
//! depends on its parts is one loop over [`Tree::ids`]. The tree holds no text; names are spans into the source.

mod children;
mod text;

use signal_text::Span;

/// Index of an expression in its [`Tree`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ExprId(u32);

impl ExprId {
    pub(crate) const fn new(index: usize) -> Self {
        Self(index as u32)
    }

    /// Position in the arena: indexes a `Vec` with one entry an expression.
    #[must_use]
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// A run of children in the arena, resolved by [`Tree::items`], [`Tree::arguments`], [`Tree::comparisons`] or [`Tree::targets`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct List {
    start: u32,
    len: u32,
}

impl List {
    pub(crate) const fn new(start: usize, len: usize) -> Self {
        Self { start: start as u32, len: len as u32 }
    }

    /// How many children it has.
    #[must_use]
    pub const fn len(self) -> usize {
        self.len as usize
    }

    /// Whether it has none.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.len == 0
    }

    /// The same list where it lies `by` further on in the arena; less than nothing wraps around.
    pub(crate) const fn moved(self, by: u32) -> Self {
        Self { start: self.start.wrapping_add(by), len: self.len }
    }

    const fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.start as usize + self.len as usize
    }
}

/// An expression. Its span is [`Tree::span`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Expr {
    /// A number, with its value (`1_000` is 1000). The text tells whether it was written as a whole number.
    Number(f64),
    /// A string in single or double quotes; its span includes them. [`Tree::string`] has the value.
    String,
    /// `True`, `true`, `False` or `false`.
    Bool(bool),
    /// `None`.
    None,
    /// A name, be it a variable, a function or an author's own: its text is the expression's span.
    Name,
    /// An operator before its operand.
    Unary {
        /// The operator.
        op: UnaryOp,
        /// What it applies to.
        operand: ExprId,
    },
    /// Arithmetic, logic or bits between two operands.
    Binary {
        /// The operator.
        op: BinaryOp,
        /// Where it stands.
        op_span: Span,
        /// Left operand.
        left: ExprId,
        /// Right operand.
        right: ExprId,
    },
    /// One comparison, or a chain (`20 < x < 80`): `first` against each of [`Tree::comparisons`] in turn. Never empty.
    Compare {
        /// The leftmost operand.
        first: ExprId,
        /// Operators with their right operands.
        rest: List,
    },
    /// `callee(arguments)`.
    Call {
        /// What is called; a [`Expr::Name`] in every documented script.
        callee: ExprId,
        /// The arguments: [`Tree::arguments`].
        arguments: List,
    },
    /// `base[index]`.
    Index {
        /// What is indexed.
        base: ExprId,
        /// The index.
        index: ExprId,
    },
    /// `base.name`.
    Attribute {
        /// What has the attribute.
        base: ExprId,
        /// Where the attribute's name stands.
        name: Span,
    },
    /// `then if condition else otherwise`.
    Conditional {
        /// The value where the condition holds.
        then: ExprId,
        /// The condition.
        condition: ExprId,
        /// The value elsewhere.
        otherwise: ExprId,
    },
    /// `[a, b]`: [`Tree::items`].
    List(List),
    /// `(a, b)` or a bare `a, b`: [`Tree::items`].
    Tuple(List),
    /// `(inner)`.
    Paren(ExprId),
    /// Something that did not parse; a diagnostic covers it.
    Error,
}

/// An argument of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Argument {
    /// Where the parameter's name stands in `name=value`; `None` for a positional argument.
    pub name: Option<Span>,
    /// The value.
    pub value: ExprId,
}

/// Operators before their operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UnaryOp {
    /// `-x`
    Negate,
    /// `+x`
    Plus,
    /// `not x`
    Not,
    /// `~x`
    Invert,
}

/// Operators between two operands, comparisons aside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BinaryOp {
    /// `or`
    Or,
    /// `and`
    And,
    /// `|`
    BitOr,
    /// `&`
    BitAnd,
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
    /// `//`
    FloorDivide,
    /// `%`
    Remainder,
    /// `**`
    Power,
}

/// Comparisons.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CompareOp {
    /// `<`
    Less,
    /// `<=`
    LessEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterEqual,
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
}

impl UnaryOp {
    /// How it is written.
    #[must_use]
    pub const fn symbol(self) -> &'static str {
        match self {
            Self::Negate => "-",
            Self::Plus => "+",
            Self::Not => "not",
            Self::Invert => "~",
        }
    }
}

impl BinaryOp {
    /// How it is written.
    #[must_use]
    pub const fn symbol(self) -> &'static str {
        match self {
            Self::Or => "or",
            Self::And => "and",
            Self::BitOr => "|",
            Self::BitAnd => "&",
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Multiply => "*",
            Self::Divide => "/",
            Self::FloorDivide => "//",
            Self::Remainder => "%",
            Self::Power => "**",
        }
    }
}

impl CompareOp {
    /// How it is written.
    #[must_use]
    pub const fn symbol(self) -> &'static str {
        match self {
            Self::Less => "<",
            Self::LessEqual => "<=",
            Self::Greater => ">",
            Self::GreaterEqual => ">=",
            Self::Equal => "==",
            Self::NotEqual => "!=",
        }
    }
}

/// One statement with its place; `span` excludes the line end and a `;`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Statement {
    /// Where it stands.
    pub span: Span,
    /// What it is.
    pub kind: StatementKind,
    /// The expressions it is made of are the arena's up to here (exclusive), from the statement before.
    pub exprs_end: u32,
}

/// What a statement does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StatementKind {
    /// `name = value`, or `a, b = value` with several targets.
    Assign {
        /// Names that are bound: [`Tree::targets`]. Never empty.
        targets: List,
        /// The expression.
        value: ExprId,
    },
    /// An expression by itself: `emit_signal(...)`.
    Expr(ExprId),
    /// It did not parse. Names it would have bound are still in `targets`, so that later uses are not reported as unknown.
    Error {
        /// Names that it seems to bind: [`Tree::targets`]. May be empty.
        targets: List,
    },
}

/// Text that carries no meaning for the server but must survive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trivia {
    /// What it is.
    pub kind: TriviaKind,
    /// Where it stands.
    pub span: Span,
}

/// Kinds of trivia; white space inside a line is not kept, spans tell it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TriviaKind {
    /// `# ...` up to the line's end (excluded).
    Comment,
    /// `#! ...`, a comment that holds a setting.
    Directive,
    /// `\n` or `\r\n`, also those inside brackets and behind a `\`.
    LineEnd,
    /// A byte order mark at the very start.
    ByteOrderMark,
}

/// A script's statements, expressions and trivia.
#[derive(Clone, Debug, Default)]
pub struct Tree {
    pub(crate) exprs: Vec<Expr>,
    pub(crate) spans: Vec<Span>,
    pub(crate) items: Vec<ExprId>,
    pub(crate) arguments: Vec<Argument>,
    pub(crate) comparisons: Vec<(CompareOp, Span, ExprId)>,
    pub(crate) targets: Vec<Span>,
    pub(crate) statements: Vec<Statement>,
    pub(crate) trivia: Vec<Trivia>,
}

impl Tree {
    /// Number of expressions.
    #[must_use]
    pub fn len(&self) -> usize {
        self.exprs.len()
    }

    /// Whether there is no expression at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.exprs.is_empty()
    }

    /// All expressions, children before parents, statements in order.
    pub fn ids(&self) -> impl DoubleEndedIterator<Item = ExprId> + ExactSizeIterator + use<> {
        (0..self.exprs.len() as u32).map(ExprId)
    }

    /// The expression behind an id.
    #[must_use]
    pub fn expr(&self, id: ExprId) -> Expr {
        self.exprs[id.index()]
    }

    /// Where an expression stands; parentheses around it are a [`Expr::Paren`] of their own.
    #[must_use]
    pub fn span(&self, id: ExprId) -> Span {
        self.spans[id.index()]
    }

    /// Statements in the order of the text.
    #[must_use]
    pub fn statements(&self) -> &[Statement] {
        &self.statements
    }

    /// The expressions of the `n`th statement, children before parents.
    pub fn ids_of(&self, n: usize) -> impl DoubleEndedIterator<Item = ExprId> + use<> {
        let start = if n == 0 { 0 } else { self.statements[n - 1].exprs_end };
        (start..self.statements[n].exprs_end).map(ExprId)
    }

    /// Comments, directives and line ends in the order of the text.
    #[must_use]
    pub fn trivia(&self) -> &[Trivia] {
        &self.trivia
    }

    /// Items of a list or tuple.
    #[must_use]
    pub fn items(&self, list: List) -> &[ExprId] {
        &self.items[list.range()]
    }

    /// Arguments of a call.
    #[must_use]
    pub fn arguments(&self, list: List) -> &[Argument] {
        &self.arguments[list.range()]
    }

    /// The operators of a comparison, where each stands, and its right operand.
    #[must_use]
    pub fn comparisons(&self, list: List) -> &[(CompareOp, Span, ExprId)] {
        &self.comparisons[list.range()]
    }

    /// Names that a statement binds.
    #[must_use]
    pub fn targets(&self, list: List) -> &[Span] {
        &self.targets[list.range()]
    }

    /// The expression inside any parentheses.
    #[must_use]
    pub fn unparenthesized(&self, mut id: ExprId) -> ExprId {
        while let Expr::Paren(inner) = self.expr(id) {
            id = inner;
        }
        id
    }
}
