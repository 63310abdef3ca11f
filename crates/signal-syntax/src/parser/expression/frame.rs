//! What waits on the stack for the operand behind it, and how tightly it binds.

use signal_text::Span;

use crate::tree::{BinaryOp, CompareOp, ExprId, UnaryOp};

/// How tightly operators bind; the table of `grammar/README.md`.
pub(super) mod binding {
    pub(in crate::parser) const BRACKET: u8 = 0;
    pub(in crate::parser) const CONDITIONAL: u8 = 1;
    pub(in crate::parser) const OR: u8 = 2;
    pub(in crate::parser) const AND: u8 = 3;
    pub(in crate::parser) const NOT: u8 = 4;
    pub(in crate::parser) const COMPARISON: u8 = 5;
    pub(in crate::parser) const BIT_OR: u8 = 6;
    pub(in crate::parser) const BIT_AND: u8 = 7;
    pub(in crate::parser) const SUM: u8 = 8;
    pub(in crate::parser) const PRODUCT: u8 = 9;
    pub(in crate::parser) const UNARY: u8 = 10;
    pub(in crate::parser) const POWER: u8 = 11;
}

/// Something that waits for the operand behind it.
#[derive(Clone, Copy, Debug)]
pub(in crate::parser) enum Frame {
    Unary { op: UnaryOp, start: u32 },
    Binary { op: BinaryOp, op_span: Span, left: ExprId },
    Compare { op: CompareOp, op_span: Span, first: ExprId, rest: u32 },
    Condition { then: ExprId },
    Otherwise { then: ExprId, condition: ExprId },
    Paren { open: u32, items: u32, tuple: bool },
    List { open: u32, items: u32 },
    Call { open: u32, callee: ExprId, arguments: u32, name: Option<Span> },
    Index { open: u32, base: ExprId },
}

impl Frame {
    #[inline]
    pub(super) const fn binding(&self) -> u8 {
        match self {
            Self::Unary { op: UnaryOp::Not, .. } => binding::NOT,
            Self::Unary { .. } => binding::UNARY,
            Self::Binary { op, .. } => binary_binding(*op),
            Self::Compare { .. } => binding::COMPARISON,
            Self::Otherwise { .. } => binding::CONDITIONAL,
            // A condition is closed by its `else` alone, as a bracket by its partner.
            Self::Condition { .. }
            | Self::Paren { .. }
            | Self::List { .. }
            | Self::Call { .. }
            | Self::Index { .. } => binding::BRACKET,
        }
    }

    /// The token of an opening bracket.
    pub(super) const fn open(&self) -> Option<u32> {
        match self {
            Self::Paren { open, .. } | Self::List { open, .. } | Self::Call { open, .. } | Self::Index { open, .. } => {
                Some(*open)
            }
            _ => None,
        }
    }
}

#[inline]
pub(super) const fn binary_binding(op: BinaryOp) -> u8 {
    match op {
        BinaryOp::Or => binding::OR,
        BinaryOp::And => binding::AND,
        BinaryOp::BitOr => binding::BIT_OR,
        BinaryOp::BitAnd => binding::BIT_AND,
        BinaryOp::Add | BinaryOp::Subtract => binding::SUM,
        BinaryOp::Multiply | BinaryOp::Divide | BinaryOp::FloorDivide | BinaryOp::Remainder => binding::PRODUCT,
        BinaryOp::Power => binding::POWER,
    }
}
