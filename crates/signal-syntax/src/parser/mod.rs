//! Tokens to a tree: chumsky for the script and its statements, precedence climbing for the expressions in them.
//!
//! chumsky runs with an error type of no size, so that a script without mistakes pays nothing for messages: where the
//! parsers fail they leave a few bytes in the [`Builder`], and `messages/` turns those into sentences afterwards.

mod builder;
mod expression;
mod failure;
mod indents;
mod messages;
mod recovery;
mod reparse;

use chumsky::extra::Full;
use chumsky::prelude::*;
use signal_text::{Diagnostic, Source};

use self::builder::{Broken, Builder};
use self::failure::Expected;
pub use self::reparse::reparse;
use crate::tree::{ExprId, StatementKind, Tree, Trivia};
use crate::{Token, TokenList, lexer};

/// A tree, and what was wrong with the text.
#[derive(Clone, Debug, Default)]
pub struct Parsed {
    /// The statements that could be read, the others as [`StatementKind::Error`].
    pub tree: Tree,
    /// What did not parse, in the order of the text; never more than one error a statement.
    pub diagnostics: Vec<Diagnostic>,
    /// The statements that were given up, with how far each was read: that far it depends on the text behind it.
    broken: Vec<Broken>,
}

/// Reads a script. Never fails: what is wrong is a diagnostic, and the statements around it are understood.
#[must_use]
pub fn parse(source: &Source) -> Parsed {
    parse_with_tokens(source).0
}

/// As [`parse`], with the tokens that the tree was made of, for those who write the text anew.
#[must_use]
pub fn parse_with_tokens(source: &Source) -> (Parsed, TokenList) {
    let text = source.text();
    let lexed = lexer::lex(text);
    let mut builder = Builder::new(text, &lexed.tokens, &lexed.spans);
    read(&mut builder);
    let Builder { tree, broken, .. } = builder;
    let tokens = TokenList { kinds: lexed.tokens, spans: lexed.spans };
    (judged(text, tree, lexed.trivia, &tokens, broken), tokens)
}

/// Reads the statements from the builder's first token on.
fn read(builder: &mut Builder<'_>) {
    let tokens = builder.tokens;
    // The result says nothing that the builder does not hold: every failure was recovered from.
    let _ = script().parse_with_state(&tokens[builder.base..tokens.len() - 1], builder);
}

/// A tree with what was wrong with the text.
fn judged(text: &str, mut tree: Tree, trivia: Vec<Trivia>, tokens: &TokenList, broken: Vec<Broken>) -> Parsed {
    let mut diagnostics = messages::explain(text, tokens, &broken);
    diagnostics.extend(indents::warnings(text, &tree, &trivia));
    if !broken.is_empty() {
        diagnostics.sort_by_key(|diagnostic| diagnostic.span.start);
    }
    tree.trivia = trivia;
    Parsed { tree, diagnostics, broken }
}

type Tokens<'t> = &'t [Token];
type State<'t> = Full<EmptyErr, Builder<'t>, ()>;

/// `script = { separator }, [ statement, { separator, { separator }, statement } ], { separator } ;`
fn script<'t>() -> impl Parser<'t, Tokens<'t>, (), State<'t>> {
    let separators = one_of([Token::LineEnd, Token::Semicolon]).repeated();
    let statement = choice((assignment(), expression_statement())).recover_with(via_parser(broken()));
    let statement = unknown().ignore_then(statement);
    separators.ignore_then(statement.then_ignore(separators).repeated().collect::<()>())
}

/// Looks whether what follows has still to be read.
fn unknown<'t>() -> impl Parser<'t, Tokens<'t>, (), State<'t>> {
    custom(|input: &mut chumsky::input::InputRef<'t, '_, Tokens<'t>, State<'t>>| {
        let at = *input.cursor().inner();
        let builder = input.state();
        if builder.stops(builder.base + at) { Err(EmptyErr::default()) } else { Ok(()) }
    })
}

/// `assignment = targets, "=", expressions ;`
fn assignment<'t>() -> impl Parser<'t, Tokens<'t>, (), State<'t>> {
    let parts = targets().then_ignore(just(Token::Equal)).then(expressions()).then_ignore(statement_end());
    parts.map_with(|(targets, value), extra| {
        let span: SimpleSpan = extra.span();
        let builder: &mut Builder<'t> = extra.state();
        let base = builder.base;
        let targets = builder.push_targets(base + targets.start, base + targets.end);
        builder.push_statement(base + span.start, base + span.end, StatementKind::Assign { targets, value });
    })
}

/// `targets = names | "(", names, ")" | "[", names, "]" ;` with `names = name, { ",", name }, [ "," ] ;`
fn targets<'t>() -> impl Parser<'t, Tokens<'t>, SimpleSpan, State<'t>> {
    let names = just(Token::Name).separated_by(just(Token::Comma)).at_least(1).allow_trailing();
    // Inside brackets a line end means nothing.
    let line_end = || just(Token::LineEnd).or_not();
    let inner = just(Token::Name)
        .padded_by(line_end())
        .separated_by(just(Token::Comma))
        .at_least(1)
        .allow_trailing()
        .then_ignore(line_end());
    let in_parentheses = inner.delimited_by(just(Token::LeftParen), just(Token::RightParen));
    let in_brackets = inner.delimited_by(just(Token::LeftBracket), just(Token::RightBracket));
    choice((names, in_parentheses, in_brackets)).to_span()
}

/// `expression statement = expressions - ( statement word, { ? any token ? } ) ;`
fn expression_statement<'t>() -> impl Parser<'t, Tokens<'t>, (), State<'t>> {
    no_statement_word().ignore_then(expressions()).then_ignore(statement_end()).map_with(|value, extra| {
        let span: SimpleSpan = extra.span();
        let builder: &mut Builder<'t> = extra.state();
        let base = builder.base;
        builder.push_statement(base + span.start, base + span.end, StatementKind::Expr(value));
    })
}

/// `expressions = expression, { ",", expression }, [ "," ] ;`
fn expressions<'t>() -> impl Parser<'t, Tokens<'t>, ExprId, State<'t>> {
    custom(|input: &mut chumsky::input::InputRef<'t, '_, Tokens<'t>, State<'t>>| {
        let start = *input.cursor().inner() + input.state().base;
        let (value, end) = expression::parse(input.state(), start).ok_or_else(EmptyErr::default)?;
        for _ in start..end {
            input.skip();
        }
        Ok(value)
    })
}

/// Looks whether a statement ends here.
fn statement_end<'t>() -> impl Parser<'t, Tokens<'t>, (), State<'t>> {
    custom(|input: &mut chumsky::input::InputRef<'t, '_, Tokens<'t>, State<'t>>| {
        let at = *input.cursor().inner() + input.state().base;
        let builder = input.state();
        if builder.tokens[at].ends_statement() {
            return Ok(());
        }
        builder.fail(at, Expected::End, None);
        Err(EmptyErr::default())
    })
}

/// Looks whether a statement of Python's begins here that the language has not. As names these words are free.
fn no_statement_word<'t>() -> impl Parser<'t, Tokens<'t>, (), State<'t>> {
    custom(|input: &mut chumsky::input::InputRef<'t, '_, Tokens<'t>, State<'t>>| {
        let at = *input.cursor().inner() + input.state().base;
        let builder = input.state();
        if builder.tokens[at] == Token::Name && is_statement_word(&builder.text[builder.spans[at].range()]) {
            builder.fail(at, Expected::NoStatementWord, None);
            return Err(EmptyErr::default());
        }
        Ok(())
    })
}

/// Takes what did not parse, up to where the next statement begins; fails only where there is nothing left.
fn broken<'t>() -> impl Parser<'t, Tokens<'t>, (), State<'t>> {
    custom(|input: &mut chumsky::input::InputRef<'t, '_, Tokens<'t>, State<'t>>| {
        let start = *input.cursor().inner() + input.state().base;
        let builder = input.state();
        if builder.tokens[start] == Token::End {
            return Err(EmptyErr::default());
        }
        let end = recovery::give_up(builder, start);
        for _ in start..end {
            input.skip();
        }
        Ok(())
    })
}

/// Words that begin a statement in Python and have no meaning as an expression. As names they are free.
#[must_use]
pub fn is_statement_word(word: &str) -> bool {
    matches!(
        word,
        "assert"
            | "break"
            | "class"
            | "continue"
            | "def"
            | "del"
            | "elif"
            | "except"
            | "finally"
            | "for"
            | "from"
            | "global"
            | "import"
            | "nonlocal"
            | "pass"
            | "raise"
            | "return"
            | "try"
            | "while"
            | "with"
            | "yield"
    )
}
