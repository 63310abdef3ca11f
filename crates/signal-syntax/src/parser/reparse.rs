//! Reads an edited text: from the statement before the edit until statements line up with known ones again; the rest of the
//! tree is taken over, with ids and places shifted.

use signal_text::{Change, Source, Span};

use super::builder::{Broken, Builder};
use super::failure::Failure;
use super::{Parsed, judged, parse_with_tokens, read};
use crate::lexer::{Lexed, lex_until};
use crate::tree::{Argument, Expr, ExprId, List, Statement, StatementKind, Tree};
use crate::{Token, TokenList};

/// As [`parse_with_tokens`], given what that made of the text before, and where the two texts differ. The outcome is the same.
///
/// What is known is handed over, since most of it stays where it lies.
#[must_use]
pub fn reparse(before: (Parsed, TokenList), source: &Source, change: Change) -> (Parsed, TokenList) {
    let text = source.text();
    let (Parsed { tree: mut known_tree, broken: known_broken, .. }, mut tokens) = before;
    if !fits(&tokens, text, change) || tokens.kinds.iter().any(|token| is_far_reaching(*token)) {
        return parse_with_tokens(source);
    }
    let start = restart(text, &known_tree, &tokens, &known_broken, change);

    let mut fresh = Lexed::default();
    let mut joint = None;
    lex_until(text, start.byte, &mut fresh, |line_end| {
        joint = if line_end.start < change.new_end { None } else { same_line_end(&tokens, line_end, change) };
        joint.is_some()
    });
    if fresh.tokens.iter().any(|token| is_far_reaching(*token)) {
        return parse_with_tokens(source);
    }
    // Up to here tokens and trivia are new; the line end that is found in both texts is the last of them.
    let behind = joint.map_or(tokens.kinds.len(), |line_end| line_end + 1);
    let trivia_behind = joint.map(|line_end| tokens.spans[line_end].start);

    let mut trivia = std::mem::take(&mut known_tree.trivia);
    let cut =
        trivia_behind.map_or(trivia.len(), |line_end| trivia.partition_point(|trivia| trivia.span.start <= line_end));
    trivia[cut..].iter_mut().for_each(|trivia| trivia.span = shifted(trivia.span, change));
    let kept = trivia.partition_point(|trivia| trivia.span.start < start.byte);
    trivia.splice(kept.min(cut)..cut, fresh.trivia);

    let mut counted = Counted { tokens: (start.token + fresh.tokens.len()).wrapping_sub(behind), ..Counted::default() };
    let joint = start.token + fresh.tokens.len();
    tokens.spans[behind..].iter_mut().for_each(|span| *span = shifted(*span, change));
    tokens.kinds.splice(start.token..behind, fresh.tokens);
    tokens.spans.splice(start.token..behind, fresh.spans);

    let (rest, cuts) = split_off(&mut known_tree, &start);
    let mut builder = Builder::on(text, &tokens.kinds, &tokens.spans, known_tree);
    builder.base = start.token;
    builder.broken = known_broken.iter().copied().take_while(|broken| broken.start < start.token).collect();
    builder.unclosed_until = read_until(&builder.broken);
    let known = Known { change, joint, tokens: counted.tokens, statements: &rest.statements, broken: &known_broken };
    builder.known = Some(known);
    read(&mut builder);

    let Builder { mut tree, mut broken, stopped, .. } = builder;
    if let Some((at, statement)) = stopped {
        take_over(&mut tree, (&rest, &cuts), &start, statement, change, &mut counted);
        let at = at.wrapping_sub(counted.tokens);
        let taken = known_broken.iter().filter(|broken| broken.start >= at);
        broken.extend(taken.map(|broken| moved(*broken, counted.tokens)));
    }
    (judged(text, tree, trivia, &tokens, broken), tokens)
}

/// Whether the change is one from the text of these tokens to this text.
fn fits(tokens: &TokenList, text: &str, change: Change) -> bool {
    let Some(end) = tokens.spans.last() else { return false };
    change.start <= change.old_end.min(change.new_end)
        && change.old_end <= end.end
        && change.shifted(end.end) as usize == text.len()
}

/// Tokens that are looked for up to the end of the text: with one of them, an edit may change what lies far from it.
const fn is_far_reaching(token: Token) -> bool {
    matches!(token, Token::TripleString | Token::BlockComment)
}

/// Where reading begins, and how much of the tree lies before.
struct Restart {
    /// The first byte, at the start of a line.
    byte: u32,
    token: usize,
    statement: usize,
    expr: usize,
}

/// The last place before the change that nothing behind the change was looked at for.
fn restart(text: &str, tree: &Tree, tokens: &TokenList, broken: &[Broken], change: Change) -> Restart {
    let line = memchr::memrchr2(b'\n', b'\r', &text.as_bytes()[..change.start as usize]).map_or(0, |at| at + 1);
    let touched = tokens.spans.partition_point(|span| span.end < change.start);
    // One whole statement stays in between: reading may look at the token behind a statement's end.
    let mut statement =
        tree.statements.partition_point(|statement| (statement.span.end as usize) < line).saturating_sub(1);
    while statement > 0 {
        let begin = tree.statements[statement].span.start;
        let token = tokens.spans.partition_point(|span| span.start < begin);
        // Behind a `;` no line begins.
        if token == 0 || tokens.kinds[token - 1] != Token::LineEnd {
            statement -= 1;
            continue;
        }
        let reaches = |broken: &&Broken| broken.start < token && horizon(tokens, broken) >= touched;
        match broken.iter().find(reaches) {
            Some(broken) => {
                let begin = tokens.spans[broken.start].start;
                statement = tree.statements.partition_point(|statement| statement.span.start < begin);
            }
            None => {
                let expr = tree.statements[statement - 1].exprs_end as usize;
                return Restart { byte: tokens.spans[token - 1].end, token, statement, expr };
            }
        }
    }
    Restart { byte: 0, token: 0, statement: 0, expr: 0 }
}

/// The last token that may have been looked at before a statement was given up: the one that it was read to in vain, or the
/// one behind the line below it.
fn horizon(tokens: &TokenList, broken: &Broken) -> usize {
    let below = (broken.end + 1).min(tokens.kinds.len());
    let line_end = tokens.kinds[below..].iter().position(|token| *token == Token::LineEnd);
    (broken.failure.at as usize).max(line_end.map_or(tokens.kinds.len(), |at| below + at + 2))
}

/// Up to which token open brackets are known not to be closed, behind these statements.
fn read_until(broken: &[Broken]) -> usize {
    broken.iter().map(|broken| broken.failure.at as usize).max().unwrap_or_default()
}

/// The known token that a line end behind the change is.
fn same_line_end(tokens: &TokenList, line_end: Span, change: Change) -> Option<usize> {
    let start = change.unshifted(line_end.start);
    let token = tokens.spans.binary_search_by_key(&start, |span| span.start).ok()?;
    (tokens.kinds[token] == Token::LineEnd && start >= change.old_end).then_some(token)
}

/// The statements of the text before the edit that may be met again.
pub(super) struct Known<'k> {
    change: Change,
    /// The first token behind the line end from which on both texts have the same tokens.
    joint: usize,
    /// By how many tokens those have moved.
    tokens: usize,
    statements: &'k [Statement],
    broken: &'k [Broken],
}

impl Known<'_> {
    /// Which of the known statements begins at the token `at`, if reading it again would come to the same.
    pub(super) fn statement(&self, builder: &Builder<'_>, at: usize) -> Option<usize> {
        if at < self.joint || builder.tokens[at - 1] != Token::LineEnd || builder.unclosed_until > at {
            return None;
        }
        let begin = self.change.unshifted(builder.spans[at].start);
        let statement = self.statements.binary_search_by_key(&begin, |statement| statement.span.start).ok()?;
        let before = at.wrapping_sub(self.tokens);
        let broken = self.broken.partition_point(|broken| broken.start < before);
        (read_until(&self.broken[..broken]) <= before).then_some(statement)
    }
}

/// By how much things have moved in their lists; less than nothing wraps around.
#[derive(Clone, Copy, Default)]
struct Counted {
    tokens: usize,
    exprs: u32,
    items: u32,
    arguments: u32,
    comparisons: u32,
    targets: u32,
}

impl Counted {
    fn id(self, id: ExprId) -> ExprId {
        ExprId::new((id.index() as u32).wrapping_add(self.exprs) as usize)
    }

    fn expr(self, expr: Expr, change: Change) -> Expr {
        let id = |id| self.id(id);
        match expr {
            Expr::Number(_) | Expr::String | Expr::Bool(_) | Expr::None | Expr::Name | Expr::Error => expr,
            Expr::Unary { op, operand } => Expr::Unary { op, operand: id(operand) },
            Expr::Binary { op, op_span, left, right } => {
                Expr::Binary { op, op_span: shifted(op_span, change), left: id(left), right: id(right) }
            }
            Expr::Compare { first, rest } => Expr::Compare { first: id(first), rest: rest.moved(self.comparisons) },
            Expr::Call { callee, arguments } => {
                Expr::Call { callee: id(callee), arguments: arguments.moved(self.arguments) }
            }
            Expr::Index { base, index } => Expr::Index { base: id(base), index: id(index) },
            Expr::Attribute { base, name } => Expr::Attribute { base: id(base), name: shifted(name, change) },
            Expr::Conditional { then, condition, otherwise } => {
                Expr::Conditional { then: id(then), condition: id(condition), otherwise: id(otherwise) }
            }
            Expr::List(items) => Expr::List(items.moved(self.items)),
            Expr::Tuple(items) => Expr::Tuple(items.moved(self.items)),
            Expr::Paren(inner) => Expr::Paren(id(inner)),
        }
    }

    fn statement(self, statement: &Statement, change: Change) -> Statement {
        let targets = |targets: List| targets.moved(self.targets);
        Statement {
            span: shifted(statement.span, change),
            kind: match statement.kind {
                StatementKind::Assign { targets: names, value } => {
                    StatementKind::Assign { targets: targets(names), value: self.id(value) }
                }
                StatementKind::Expr(value) => StatementKind::Expr(self.id(value)),
                StatementKind::Error { targets: names } => StatementKind::Error { targets: targets(names) },
            },
            exprs_end: statement.exprs_end.wrapping_add(self.exprs),
        }
    }
}

fn shifted(span: Span, change: Change) -> Span {
    Span::new(change.shifted(span.start), change.shifted(span.end))
}

fn moved(broken: Broken, tokens: usize) -> Broken {
    let move_by = |token: usize| token.wrapping_add(tokens);
    let Failure { at, expected, open } = broken.failure;
    let failure =
        Failure { at: move_by(at as usize) as u32, expected, open: open.map(|open| move_by(open as usize) as u32) };
    Broken { start: move_by(broken.start), end: move_by(broken.end), failure }
}

/// Where the parts of lists begin that belong to expressions from `expr` on, and targets from the byte `byte` on.
struct Cuts {
    items: usize,
    arguments: usize,
    comparisons: usize,
    targets: usize,
}

/// Parts of lists lie in the order of the statements that they belong to.
fn cuts(tree: &Tree, expr: usize, byte: u32) -> Cuts {
    Cuts {
        items: tree.items.partition_point(|item| item.index() < expr),
        arguments: tree.arguments.partition_point(|argument| argument.value.index() < expr),
        comparisons: tree.comparisons.partition_point(|(_, _, right)| right.index() < expr),
        targets: tree.targets.partition_point(|target| target.start < byte),
    }
}

/// Takes what lies behind the restart off the tree, with where that was. Ids in it stay those of the whole.
fn split_off(tree: &mut Tree, start: &Restart) -> (Tree, Cuts) {
    let cuts = cuts(tree, start.expr, start.byte);
    let rest = Tree {
        exprs: tree.exprs.split_off(start.expr),
        spans: tree.spans.split_off(start.expr),
        items: tree.items.split_off(cuts.items),
        arguments: tree.arguments.split_off(cuts.arguments),
        comparisons: tree.comparisons.split_off(cuts.comparisons),
        targets: tree.targets.split_off(cuts.targets),
        statements: tree.statements.split_off(start.statement),
        trivia: Vec::new(),
    };
    (rest, cuts)
}

/// Adds the known statements from one on to the tree.
fn take_over(
    tree: &mut Tree,
    (rest, cut): (&Tree, &Cuts),
    start: &Restart,
    statement: usize,
    change: Change,
    counted: &mut Counted,
) {
    let expr = statement.checked_sub(1).map_or(start.expr, |before| rest.statements[before].exprs_end as usize);
    let from = cuts(rest, expr, rest.statements[statement].span.start);
    let moved = |now: usize, cut: usize, from: usize| (now as u32).wrapping_sub((cut + from) as u32);
    counted.exprs = (tree.exprs.len() as u32).wrapping_sub(expr as u32);
    counted.items = moved(tree.items.len(), cut.items, from.items);
    counted.arguments = moved(tree.arguments.len(), cut.arguments, from.arguments);
    counted.comparisons = moved(tree.comparisons.len(), cut.comparisons, from.comparisons);
    counted.targets = moved(tree.targets.len(), cut.targets, from.targets);
    let (counted, from_expr) = (*counted, expr - start.expr);
    tree.exprs.extend(rest.exprs[from_expr..].iter().map(|expr| counted.expr(*expr, change)));
    tree.spans.extend(rest.spans[from_expr..].iter().map(|span| shifted(*span, change)));
    tree.items.extend(rest.items[from.items..].iter().map(|item| counted.id(*item)));
    tree.arguments.extend(rest.arguments[from.arguments..].iter().map(|argument| Argument {
        name: argument.name.map(|name| shifted(name, change)),
        value: counted.id(argument.value),
    }));
    let comparisons = rest.comparisons[from.comparisons..].iter();
    tree.comparisons.extend(comparisons.map(|&(op, span, right)| (op, shifted(span, change), counted.id(right))));
    tree.targets.extend(rest.targets[from.targets..].iter().map(|target| shifted(*target, change)));
    tree.statements.extend(rest.statements[statement..].iter().map(|statement| counted.statement(statement, change)));
}
