//! Lexer, parser and tree of the Signal DSL: [`parse`] takes a text and always returns a tree, with what was wrong beside it.
//!
//! The way of a text: `token.rs` (logos) -> `parser/` (chumsky) -> `tree/` (an arena); then `bindings.rs` and
//! `constants.rs` say what names and numbers mean. `grammar/signal.ebnf` at the top of the repository is the same grammar for people.

mod bindings;
mod constants;
mod lexer;
mod number;
mod parser;
mod token;
mod tree;

pub use bindings::{Bindings, Definition, DefinitionId};
pub use constants::Constants;
pub use lexer::{TokenList, token_list, tokens};
pub use parser::{Parsed, is_statement_word, parse, parse_with_tokens, reparse};
pub use token::Token;
pub use tree::{
    Argument, BinaryOp, CompareOp, Expr, ExprId, List, Statement, StatementKind, Tree, Trivia, TriviaKind, UnaryOp,
};
