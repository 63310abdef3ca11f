//! Expressions by precedence climbing with a stack of its own: one pass, no recursion, any depth.
//!
//! The parser is either before an operand or behind one. Before it, prefix operators and opening brackets are laid on
//! the stack; behind it, an operator first closes everything on the stack that binds tighter, then lies down itself.

mod brackets;
mod frame;

use signal_text::Span;

pub(super) use self::frame::Frame;
use self::frame::{binary_binding, binding};
use super::builder::Builder;
use super::failure::Expected;
use super::recovery;
use crate::tree::{BinaryOp, CompareOp, Expr, ExprId, UnaryOp};
use crate::{Token, number};

/// Reads the expression (or bare tuple) that begins at the token `start`.
///
/// Returns it with the token behind it, or `None` where the builder holds why not.
pub(super) fn parse(builder: &mut Builder<'_>, start: usize) -> Option<(ExprId, usize)> {
    builder.frames.clear();
    builder.open_items.clear();
    builder.open_arguments.clear();
    builder.open_comparisons.clear();
    let (tokens, spans) = (builder.tokens, builder.spans);
    let token = tokens[start];
    let mut climb = Climb {
        builder,
        tokens,
        spans,
        at: start,
        token,
        start,
        indent: None,
        depth: 0,
        top: binding::BRACKET,
        bare: None,
    };
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
    tokens: &'t [Token],
    spans: &'t [Span],
    /// The next token, and which one it is.
    at: usize,
    token: Token,
    /// The expression's first token, and how far the line of its statement is indented, once that was asked.
    start: usize,
    indent: Option<u32>,
    /// Open brackets. Inside them a line end means nothing.
    depth: u32,
    /// How tightly the frame on top of the stack binds; asked for far more often than it changes.
    top: u8,
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
    fn span(&self) -> Span {
        self.spans[self.at]
    }

    #[inline(always)]
    fn advance(&mut self) {
        self.at += 1;
        self.token = self.tokens[self.at];
        if self.token == Token::LineEnd && self.depth > 0 {
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
        self.token = self.tokens[self.at];
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
            let expr = match self.token {
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
                    if self.top > binding::NOT {
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
                        && matches!(self.tokens[self.at - 1], Token::Comma | Token::LeftParen | Token::LeftBracket)
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
        self.lay(Frame::Unary { op, start: span.start });
        self.advance();
    }

    /// One step behind `operand`.
    #[inline]
    fn behind(&mut self, operand: ExprId) -> Option<Step> {
        let token = self.token;
        let op = match token {
            Token::LeftParen => return Some(self.call(operand)),
            Token::LeftBracket => {
                self.lay(Frame::Index { open: self.at as u32, base: operand });
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
        self.lay(Frame::Binary { op, op_span: self.span(), left });
        self.advance();
        Some(Step::Before)
    }

    /// Lays a frame on the stack.
    #[inline(always)]
    fn lay(&mut self, frame: Frame) {
        self.top = frame.binding();
        self.builder.frames.push(frame);
    }

    /// Takes the uppermost frame from the stack.
    #[inline]
    fn lift(&mut self) -> Option<Frame> {
        let frame = self.builder.frames.pop();
        self.top = self.builder.frames.last().map_or(binding::BRACKET, Frame::binding);
        frame
    }

    /// Closes the operators on the stack that bind at least as tightly as `least`, with `operand` as the last one's right side.
    #[inline(always)]
    fn reduce(&mut self, operand: ExprId, least: u8) -> ExprId {
        if self.top < least { operand } else { self.reduce_open(operand, least) }
    }

    fn reduce_open(&mut self, mut operand: ExprId, least: u8) -> ExprId {
        let end = self.builder.tree.spans[operand.index()].end;
        while self.top >= least
            && let Some(frame) = self.lift()
        {
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
                builder.tree.comparisons.extend_from_slice(&builder.open_comparisons[rest as usize..]);
                builder.open_comparisons.truncate(rest as usize);
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
            self.lay(Frame::Compare { op, op_span, first: operand, rest });
        }
        self.advance();
        Step::Before
    }

    fn condition(&mut self, operand: ExprId) -> Option<Step> {
        let then = self.reduce(operand, binding::OR);
        if matches!(self.builder.frames.last(), Some(Frame::Condition { .. })) {
            return self.fail(Expected::Else);
        }
        self.lay(Frame::Condition { then });
        self.advance();
        Some(Step::Before)
    }

    fn otherwise(&mut self, operand: ExprId) -> Option<Step> {
        let condition = self.reduce(operand, binding::OR);
        match self.builder.frames.last_mut() {
            Some(frame @ Frame::Condition { .. }) => {
                if let Frame::Condition { then } = *frame {
                    *frame = Frame::Otherwise { then, condition };
                    self.top = binding::CONDITIONAL;
                }
                self.advance();
                Some(Step::Before)
            }
            _ => self.end(condition),
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
