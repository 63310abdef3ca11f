//! Expressions by precedence climbing with a stack of its own: one pass, no recursion, any depth.
//!
//! The parser is either before an operand or behind one. Before it, prefix operators and opening brackets are laid on
//! the stack; behind it, an operator first closes everything on the stack that binds tighter, then lies down itself.

use signal_text::Span;

use super::builder::Builder;
use super::failure::Expected;
use super::recovery;
use crate::tree::{Argument, BinaryOp, CompareOp, Expr, ExprId, UnaryOp};
use crate::{Token, number};

/// How tightly operators bind; the table of `grammar/README.md`.
mod binding {
    pub(super) const BRACKET: u8 = 0;
    pub(super) const CONDITIONAL: u8 = 1;
    pub(super) const OR: u8 = 2;
    pub(super) const AND: u8 = 3;
    pub(super) const NOT: u8 = 4;
    pub(super) const COMPARISON: u8 = 5;
    pub(super) const BIT_OR: u8 = 6;
    pub(super) const BIT_AND: u8 = 7;
    pub(super) const SUM: u8 = 8;
    pub(super) const PRODUCT: u8 = 9;
    pub(super) const UNARY: u8 = 10;
    pub(super) const POWER: u8 = 11;
}

/// Something that waits for the operand behind it.
#[derive(Clone, Copy, Debug)]
pub(super) enum Frame {
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
    const fn binding(&self) -> u8 {
        match self {
            Self::Unary { op: UnaryOp::Not, .. } => binding::NOT,
            Self::Unary { .. } => binding::UNARY,
            Self::Binary { op, .. } => binary_binding(*op),
            Self::Compare { .. } => binding::COMPARISON,
            Self::Condition { .. } | Self::Otherwise { .. } => binding::CONDITIONAL,
            Self::Paren { .. } | Self::List { .. } | Self::Call { .. } | Self::Index { .. } => binding::BRACKET,
        }
    }

    /// The token of an opening bracket.
    const fn open(&self) -> Option<u32> {
        match self {
            Self::Paren { open, .. } | Self::List { open, .. } | Self::Call { open, .. } | Self::Index { open, .. } => {
                Some(*open)
            }
            _ => None,
        }
    }
}

#[inline]
const fn binary_binding(op: BinaryOp) -> u8 {
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

/// Reads the expression (or bare tuple) that begins at the token `start`.
///
/// Returns it with the token behind it, or `None` where the builder holds why not.
pub(super) fn parse(builder: &mut Builder<'_>, start: usize) -> Option<(ExprId, usize)> {
    builder.frames.clear();
    builder.open_items.clear();
    builder.open_arguments.clear();
    builder.open_comparisons.clear();
    let mut climb = Climb { builder, at: start, start, indent: None, depth: 0, bare: None };
    let value = climb.expression()?;
    Some((value, climb.at))
}

/// What comes after a step behind an operand.
enum Step {
    /// Still behind an operand, this one.
    Behind(ExprId),
    /// An operator or bracket was laid down: an operand has to follow.
    Before,
    /// The expression ends.
    Done(ExprId),
}

struct Climb<'b, 't> {
    builder: &'b mut Builder<'t>,
    at: usize,
    /// The expression's first token, and how far the line of its statement is indented, once that was asked.
    start: usize,
    indent: Option<u32>,
    /// Open brackets. Inside them a line end means nothing.
    depth: u32,
    /// First item of a tuple without parentheses, once a comma was seen outside of brackets.
    bare: Option<usize>,
}

impl Climb<'_, '_> {
    fn expression(&mut self) -> Option<ExprId> {
        loop {
            let mut operand = self.operand()?;
            loop {
                match self.behind(operand)? {
                    Step::Behind(next) => operand = next,
                    Step::Before => break,
                    Step::Done(value) => return Some(value),
                }
            }
        }
    }

    #[inline(always)]
    fn token(&self) -> Token {
        self.builder.tokens[self.at]
    }

    #[inline(always)]
    fn span(&self) -> Span {
        self.builder.spans[self.at]
    }

    #[inline(always)]
    fn advance(&mut self) {
        self.at += 1;
        if self.token() == Token::LineEnd && self.depth > 0 {
            self.skip_line_end();
        }
    }

    /// Inside brackets a statement goes on on the next line, unless they are known not to be closed.
    #[cold]
    fn skip_line_end(&mut self) {
        if self.at < self.builder.unclosed_until {
            let lines = recovery::Lines::new(self.builder);
            let indent = *self.indent.get_or_insert_with(|| lines.indent_of_statement(self.start));
            if lines.begins_statement(self.at + 1, indent) {
                return;
            }
        }
        self.at += 1;
    }

    #[cold]
    fn fail<T>(&mut self, expected: Expected) -> Option<T> {
        let open = self.builder.frames.iter().rev().find_map(Frame::open);
        self.builder.fail(self.at, expected, open);
        None
    }

    /// Reads prefix operators and opening brackets up to and including the first operand that is complete.
    #[inline]
    fn operand(&mut self) -> Option<ExprId> {
        loop {
            let span = self.span();
            let expr = match self.token() {
                Token::Name => Expr::Name,
                Token::Number => Expr::Number(number::value(&self.builder.text[span.range()])),
                Token::String => Expr::String,
                Token::True => Expr::Bool(true),
                Token::False => Expr::Bool(false),
                Token::None => Expr::None,
                Token::Minus => {
                    self.prefix(UnaryOp::Negate, span);
                    continue;
                }
                Token::Plus => {
                    self.prefix(UnaryOp::Plus, span);
                    continue;
                }
                Token::Tilde => {
                    self.prefix(UnaryOp::Invert, span);
                    continue;
                }
                Token::Not => {
                    if self.builder.frames.last().is_some_and(|frame| frame.binding() > binding::NOT) {
                        return self.fail(Expected::TighterThanNot);
                    }
                    self.prefix(UnaryOp::Not, span);
                    continue;
                }
                Token::LeftParen | Token::LeftBracket => match self.open(span) {
                    Some(empty) => return Some(empty),
                    None => continue,
                },
                _ => {
                    let fresh = self.at > 0
                        && matches!(
                            self.builder.tokens[self.at - 1],
                            Token::Comma | Token::LeftParen | Token::LeftBracket
                        )
                        && self.depth > 0;
                    return self.fail(if fresh { Expected::OperandOrClose } else { Expected::Operand });
                }
            };
            self.advance();
            return Some(self.builder.push(expr, span));
        }
    }

    #[inline]
    fn prefix(&mut self, op: UnaryOp, span: Span) {
        self.builder.frames.push(Frame::Unary { op, start: span.start });
        self.advance();
    }

    /// Opens a group, tuple or list; returns it when it is empty.
    fn open(&mut self, span: Span) -> Option<ExprId> {
        let open = self.at as u32;
        let items = self.builder.open_items.len() as u32;
        let is_paren = self.token() == Token::LeftParen;
        self.depth += 1;
        self.advance();
        let closer = if is_paren { Token::RightParen } else { Token::RightBracket };
        if self.token() == closer {
            let list = self.builder.close_items(items as usize);
            let whole = span.to(self.span());
            self.close();
            return Some(self.builder.push(if is_paren { Expr::Tuple(list) } else { Expr::List(list) }, whole));
        }
        self.builder.frames.push(if is_paren {
            Frame::Paren { open, items, tuple: false }
        } else {
            Frame::List { open, items }
        });
        None
    }

    /// Steps over a closing bracket.
    #[inline]
    fn close(&mut self) {
        self.depth -= 1;
        self.advance();
    }

    /// One step behind `operand`.
    #[inline]
    fn behind(&mut self, operand: ExprId) -> Option<Step> {
        let token = self.token();
        let op = match token {
            Token::LeftParen => return Some(self.call(operand)),
            Token::LeftBracket => {
                self.builder.frames.push(Frame::Index { open: self.at as u32, base: operand });
                self.depth += 1;
                self.advance();
                return Some(Step::Before);
            }
            Token::Dot => return self.attribute(operand),
            Token::Comma => return self.comma(operand),
            Token::RightParen | Token::RightBracket => return self.closer(operand, token),
            Token::Less => return Some(self.comparison(CompareOp::Less, operand)),
            Token::LessEqual => return Some(self.comparison(CompareOp::LessEqual, operand)),
            Token::Greater => return Some(self.comparison(CompareOp::Greater, operand)),
            Token::GreaterEqual => return Some(self.comparison(CompareOp::GreaterEqual, operand)),
            Token::EqualEqual => return Some(self.comparison(CompareOp::Equal, operand)),
            Token::BangEqual => return Some(self.comparison(CompareOp::NotEqual, operand)),
            Token::Or => BinaryOp::Or,
            Token::And => BinaryOp::And,
            Token::Pipe => BinaryOp::BitOr,
            Token::Ampersand => BinaryOp::BitAnd,
            Token::Plus => BinaryOp::Add,
            Token::Minus => BinaryOp::Subtract,
            Token::Star => BinaryOp::Multiply,
            Token::Slash => BinaryOp::Divide,
            Token::DoubleSlash => BinaryOp::FloorDivide,
            Token::Percent => BinaryOp::Remainder,
            Token::DoubleStar => BinaryOp::Power,
            Token::If => return self.condition(operand),
            Token::Else => return self.otherwise(operand),
            _ => return self.end(operand),
        };
        let bound = binary_binding(op);
        // `**` groups from the right: what binds as tightly stays open.
        let left = self.reduce(operand, if matches!(op, BinaryOp::Power) { bound + 1 } else { bound });
        self.builder.frames.push(Frame::Binary { op, op_span: self.span(), left });
        self.advance();
        Some(Step::Before)
    }

    /// Closes the operators on the stack that bind at least as tightly as `least`, with `operand` as the last one's right side.
    #[inline]
    fn reduce(&mut self, mut operand: ExprId, least: u8) -> ExprId {
        while let Some(frame) = self.builder.frames.last() {
            if frame.binding() < least || matches!(frame, Frame::Condition { .. }) {
                break;
            }
            let frame = *frame;
            self.builder.frames.pop();
            let end = self.builder.tree.spans[operand.index()].end;
            operand = self.build(frame, operand, end);
        }
        operand
    }

    fn build(&mut self, frame: Frame, operand: ExprId, end: u32) -> ExprId {
        let builder = &mut *self.builder;
        let start_of = |id: ExprId| builder.tree.spans[id.index()].start;
        match frame {
            Frame::Unary { op, start } => builder.push(Expr::Unary { op, operand }, Span::new(start, end)),
            Frame::Binary { op, op_span, left } => {
                let start = start_of(left);
                builder.push(Expr::Binary { op, op_span, left, right: operand }, Span::new(start, end))
            }
            Frame::Compare { op, op_span, first, rest } => {
                let start = start_of(first);
                let list = crate::tree::List::new(
                    builder.tree.comparisons.len(),
                    builder.open_comparisons.len() - rest as usize + 1,
                );
                builder.tree.comparisons.extend(builder.open_comparisons.drain(rest as usize..));
                builder.tree.comparisons.push((op, op_span, operand));
                builder.push(Expr::Compare { first, rest: list }, Span::new(start, end))
            }
            Frame::Otherwise { then, condition } => {
                let start = start_of(then);
                builder.push(Expr::Conditional { then, condition, otherwise: operand }, Span::new(start, end))
            }
            // Brackets and conditions are closed by a token of their own, never from here.
            Frame::Condition { .. }
            | Frame::Paren { .. }
            | Frame::List { .. }
            | Frame::Call { .. }
            | Frame::Index { .. } => operand,
        }
    }

    fn comparison(&mut self, op: CompareOp, operand: ExprId) -> Step {
        let operand = self.reduce(operand, binding::COMPARISON + 1);
        let op_span = self.span();
        let builder = &mut *self.builder;
        if let Some(Frame::Compare { op: open_op, op_span: open_span, .. }) = builder.frames.last_mut() {
            let complete = (*open_op, *open_span, operand);
            (*open_op, *open_span) = (op, op_span);
            builder.open_comparisons.push(complete);
        } else {
            let rest = builder.open_comparisons.len() as u32;
            builder.frames.push(Frame::Compare { op, op_span, first: operand, rest });
        }
        self.advance();
        Step::Before
    }

    fn condition(&mut self, operand: ExprId) -> Option<Step> {
        let then = self.reduce(operand, binding::OR);
        if matches!(self.builder.frames.last(), Some(Frame::Condition { .. })) {
            return self.fail(Expected::Else);
        }
        self.builder.frames.push(Frame::Condition { then });
        self.advance();
        Some(Step::Before)
    }

    fn otherwise(&mut self, operand: ExprId) -> Option<Step> {
        let condition = self.reduce(operand, binding::OR);
        match self.builder.frames.last_mut() {
            Some(frame @ Frame::Condition { .. }) => {
                if let Frame::Condition { then } = *frame {
                    *frame = Frame::Otherwise { then, condition };
                }
                self.advance();
                Some(Step::Before)
            }
            _ => self.end(condition),
        }
    }

    fn call(&mut self, callee: ExprId) -> Step {
        let open = self.at as u32;
        let start = self.builder.tree.spans[callee.index()].start;
        let arguments = self.builder.open_arguments.len();
        self.depth += 1;
        self.advance();
        if self.token() == Token::RightParen {
            let list = self.builder.close_arguments(arguments);
            let span = Span::new(start, self.span().end);
            self.close();
            return Step::Behind(self.builder.push(Expr::Call { callee, arguments: list }, span));
        }
        let name = self.argument_name();
        self.builder.frames.push(Frame::Call { open, callee, arguments: arguments as u32, name });
        Step::Before
    }

    /// Steps over the `name =` of an argument.
    #[inline]
    fn argument_name(&mut self) -> Option<Span> {
        if self.token() != Token::Name {
            return None;
        }
        let tokens = self.builder.tokens;
        let next = if tokens[self.at + 1] == Token::LineEnd { self.at + 2 } else { self.at + 1 };
        if tokens[next] != Token::Equal {
            return None;
        }
        let name = self.span();
        self.at = next;
        self.advance();
        Some(name)
    }

    fn attribute(&mut self, base: ExprId) -> Option<Step> {
        self.advance();
        if self.token() != Token::Name {
            return self.fail(Expected::Attribute);
        }
        let name = self.span();
        let start = self.builder.tree.spans[base.index()].start;
        self.advance();
        Some(Step::Behind(self.builder.push(Expr::Attribute { base, name }, Span::new(start, name.end))))
    }

    fn comma(&mut self, operand: ExprId) -> Option<Step> {
        let operand = self.reduce(operand, binding::CONDITIONAL);
        match self.builder.frames.last_mut() {
            Some(Frame::Call { name, .. }) => {
                let argument = Argument { name: name.take(), value: operand };
                self.builder.open_arguments.push(argument);
                self.advance();
                if self.token() == Token::RightParen {
                    return Some(self.close_call(self.builder.frames.len() - 1));
                }
                let name = self.argument_name();
                if let Some(Frame::Call { name: open_name, .. }) = self.builder.frames.last_mut() {
                    *open_name = name;
                }
                Some(Step::Before)
            }
            Some(Frame::Paren { tuple, .. }) => {
                *tuple = true;
                self.item(operand, Token::RightParen)
            }
            Some(Frame::List { .. }) => self.item(operand, Token::RightBracket),
            Some(Frame::Index { .. }) => self.fail(Expected::CloseIndex),
            Some(Frame::Condition { .. }) => self.fail(Expected::Else),
            _ => {
                let first = *self.bare.get_or_insert(self.builder.open_items.len());
                self.builder.open_items.push(operand);
                let comma = self.span();
                self.advance();
                if !self.token().ends_statement() {
                    return Some(Step::Before);
                }
                Some(Step::Done(self.close_bare(first, comma.end)))
            }
        }
    }

    /// Takes an item of a tuple or list; a comma may stand behind the last one.
    fn item(&mut self, operand: ExprId, closer: Token) -> Option<Step> {
        self.builder.open_items.push(operand);
        self.advance();
        if self.token() == closer { Some(self.close_sequence()) } else { Some(Step::Before) }
    }

    /// Closes a tuple or list whose items have all been taken.
    fn close_sequence(&mut self) -> Step {
        let end = self.span().end;
        let (open, items, is_list) = match self.builder.frames.pop() {
            Some(Frame::List { open, items }) => (open, items, true),
            Some(Frame::Paren { open, items, .. }) => (open, items, false),
            _ => (self.at as u32, self.builder.open_items.len() as u32, true),
        };
        let list = self.builder.close_items(items as usize);
        let span = Span::new(self.builder.spans[open as usize].start, end);
        self.close();
        Step::Behind(self.builder.push(if is_list { Expr::List(list) } else { Expr::Tuple(list) }, span))
    }

    /// Closes the call that lies at `frame`, whose arguments have all been taken.
    fn close_call(&mut self, frame: usize) -> Step {
        let end = self.span().end;
        let Frame::Call { callee, arguments, .. } = self.builder.frames[frame] else {
            return Step::Before;
        };
        self.builder.frames.pop();
        let list = self.builder.close_arguments(arguments as usize);
        let span = Span::new(self.builder.tree.spans[callee.index()].start, end);
        self.close();
        Step::Behind(self.builder.push(Expr::Call { callee, arguments: list }, span))
    }

    fn close_bare(&mut self, first: usize, end: u32) -> ExprId {
        let start = self.builder.open_items.get(first).map_or(end, |item| self.builder.tree.spans[item.index()].start);
        let list = self.builder.close_items(first);
        self.builder.push(Expr::Tuple(list), Span::new(start, end))
    }

    fn closer(&mut self, operand: ExprId, closer: Token) -> Option<Step> {
        let operand = self.reduce(operand, binding::CONDITIONAL);
        match (closer, self.builder.frames.last().copied()) {
            (Token::RightParen, Some(Frame::Call { name, .. })) => {
                self.builder.open_arguments.push(Argument { name, value: operand });
                Some(self.close_call(self.builder.frames.len() - 1))
            }
            (Token::RightParen, Some(Frame::Paren { open, tuple: false, .. })) => {
                let span = Span::new(self.builder.spans[open as usize].start, self.span().end);
                self.builder.frames.pop();
                self.close();
                Some(Step::Behind(self.builder.push(Expr::Paren(operand), span)))
            }
            (Token::RightParen, Some(Frame::Paren { .. })) | (Token::RightBracket, Some(Frame::List { .. })) => {
                self.builder.open_items.push(operand);
                Some(self.close_sequence())
            }
            (Token::RightBracket, Some(Frame::Index { base, .. })) => {
                let span = Span::new(self.builder.tree.spans[base.index()].start, self.span().end);
                self.builder.frames.pop();
                self.close();
                Some(Step::Behind(self.builder.push(Expr::Index { base, index: operand }, span)))
            }
            (_, Some(Frame::Condition { .. })) => self.fail(Expected::Else),
            (_, Some(_)) => self.fail(Expected::Close),
            (_, None) => self.end(operand),
        }
    }

    /// Behind an operand with no operator that would go on.
    fn end(&mut self, operand: ExprId) -> Option<Step> {
        let operand = self.reduce(operand, binding::CONDITIONAL);
        match self.builder.frames.last() {
            Some(Frame::Condition { .. }) => self.fail(Expected::Else),
            Some(Frame::Index { .. }) => self.fail(Expected::CloseIndex),
            Some(_) => self.fail(Expected::Close),
            None => Some(Step::Done(match self.bare {
                Some(first) => {
                    self.builder.open_items.push(operand);
                    let end = self.builder.tree.spans[operand.index()].end;
                    self.close_bare(first, end)
                }
                None => operand,
            })),
        }
    }
}
