//! Groups, tuples, lists, calls, indexes and attributes: everything with brackets, commas or dots.

use signal_text::Span;

use super::frame::{Frame, binding};
use super::{Climb, Step};
use crate::Token;
use crate::parser::failure::Expected;
use crate::tree::{Argument, Expr, ExprId};

impl Climb<'_, '_> {
    /// Opens a group, tuple or list; returns it when it is empty.
    pub(super) fn open(&mut self, span: Span) -> Option<ExprId> {
        let open = self.at as u32;
        let items = self.builder.open_items.len() as u32;
        let is_paren = self.token == Token::LeftParen;
        self.depth += 1;
        self.advance();
        let closer = if is_paren { Token::RightParen } else { Token::RightBracket };
        if self.token == closer {
            let list = self.builder.close_items(items as usize);
            let whole = span.to(self.span());
            self.close();
            return Some(self.builder.push(if is_paren { Expr::Tuple(list) } else { Expr::List(list) }, whole));
        }
        self.lay(if is_paren { Frame::Paren { open, items, tuple: false } } else { Frame::List { open, items } });
        None
    }

    /// Steps over a closing bracket.
    #[inline]
    pub(super) fn close(&mut self) {
        self.depth -= 1;
        self.advance();
    }

    pub(super) fn call(&mut self, callee: ExprId) -> Step {
        let open = self.at as u32;
        let start = self.builder.tree.spans[callee.index()].start;
        let arguments = self.builder.open_arguments.len();
        self.depth += 1;
        self.advance();
        if self.token == Token::RightParen {
            let list = self.builder.close_arguments(arguments);
            let span = Span::new(start, self.span().end);
            self.close();
            return Step::Behind(self.builder.push(Expr::Call { callee, arguments: list }, span));
        }
        let name = self.argument_name();
        self.lay(Frame::Call { open, callee, arguments: arguments as u32, name });
        Step::Before
    }

    /// Steps over the `name =` of an argument.
    #[inline]
    fn argument_name(&mut self) -> Option<Span> {
        if self.token != Token::Name {
            return None;
        }
        let next = if self.tokens[self.at + 1] == Token::LineEnd { self.at + 2 } else { self.at + 1 };
        if self.tokens[next] != Token::Equal {
            return None;
        }
        let name = self.span();
        self.at = next;
        self.advance();
        Some(name)
    }

    pub(super) fn attribute(&mut self, base: ExprId) -> Option<Step> {
        self.advance();
        if self.token != Token::Name {
            return self.fail(Expected::Attribute);
        }
        let name = self.span();
        let start = self.builder.tree.spans[base.index()].start;
        self.advance();
        Some(Step::Behind(self.builder.push(Expr::Attribute { base, name }, Span::new(start, name.end))))
    }

    pub(super) fn comma(&mut self, operand: ExprId) -> Option<Step> {
        let operand = self.reduce(operand, binding::CONDITIONAL);
        match self.builder.frames.last_mut() {
            Some(Frame::Call { name, .. }) => {
                let argument = Argument { name: name.take(), value: operand };
                self.builder.open_arguments.push(argument);
                self.advance();
                if self.token == Token::RightParen {
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
                if !self.token.ends_statement() {
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
        if self.token == closer { Some(self.close_sequence()) } else { Some(Step::Before) }
    }

    /// Closes a tuple or list whose items have all been taken.
    fn close_sequence(&mut self) -> Step {
        let end = self.span().end;
        let (open, items, is_list) = match self.lift() {
            Some(Frame::List { open, items }) => (open, items, true),
            Some(Frame::Paren { open, items, .. }) => (open, items, false),
            _ => (self.at as u32, self.builder.open_items.len() as u32, true),
        };
        let list = self.builder.close_items(items as usize);
        let span = Span::new(self.spans[open as usize].start, end);
        self.close();
        Step::Behind(self.builder.push(if is_list { Expr::List(list) } else { Expr::Tuple(list) }, span))
    }

    /// Closes the call that lies at `frame`, whose arguments have all been taken.
    fn close_call(&mut self, frame: usize) -> Step {
        let end = self.span().end;
        let Frame::Call { callee, arguments, .. } = self.builder.frames[frame] else {
            return Step::Before;
        };
        self.lift();
        let list = self.builder.close_arguments(arguments as usize);
        let span = Span::new(self.builder.tree.spans[callee.index()].start, end);
        self.close();
        Step::Behind(self.builder.push(Expr::Call { callee, arguments: list }, span))
    }

    pub(super) fn close_bare(&mut self, first: usize, end: u32) -> ExprId {
        let start = self.builder.open_items.get(first).map_or(end, |item| self.builder.tree.spans[item.index()].start);
        let list = self.builder.close_items(first);
        self.builder.push(Expr::Tuple(list), Span::new(start, end))
    }

    pub(super) fn closer(&mut self, operand: ExprId, closer: Token) -> Option<Step> {
        let operand = self.reduce(operand, binding::CONDITIONAL);
        match (closer, self.builder.frames.last().copied()) {
            (Token::RightParen, Some(Frame::Call { name, .. })) => {
                self.builder.open_arguments.push(Argument { name, value: operand });
                Some(self.close_call(self.builder.frames.len() - 1))
            }
            (Token::RightParen, Some(Frame::Paren { open, tuple: false, .. })) => {
                let span = Span::new(self.spans[open as usize].start, self.span().end);
                self.lift();
                self.close();
                Some(Step::Behind(self.builder.push(Expr::Paren(operand), span)))
            }
            (Token::RightParen, Some(Frame::Paren { .. })) | (Token::RightBracket, Some(Frame::List { .. })) => {
                self.builder.open_items.push(operand);
                Some(self.close_sequence())
            }
            (Token::RightBracket, Some(Frame::Index { base, .. })) => {
                let span = Span::new(self.builder.tree.spans[base.index()].start, self.span().end);
                self.lift();
                self.close();
                Some(Step::Behind(self.builder.push(Expr::Index { base, index: operand }, span)))
            }
            (_, Some(Frame::Condition { .. })) => self.fail(Expected::Else),
            (_, Some(_)) => self.fail(Expected::Close),
            (_, None) => self.end(operand),
        }
    }
}
