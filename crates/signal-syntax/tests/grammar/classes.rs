//! What a token of the lexer may be coloured as, by tree-sitter captures and by TextMate scopes.

use signal_syntax::Token;

/// Beginnings of the captures that fit a token, those of Neovim first. None: the token is no part of the language.
pub(crate) fn captures(token: Token) -> &'static [&'static str] {
    use Token as T;
    match token {
        T::Name => &["variable", "function", "constructor"],
        T::Number => &["number", "constant.numeric"],
        T::String => &["string", "constant.character.escape"],
        T::True | T::False => &["boolean", "constant.builtin.boolean"],
        T::None => &["constant.builtin"],
        T::And | T::Or | T::Not => &["keyword.operator"],
        T::If | T::Else => &["keyword.conditional", "keyword.control.conditional"],
        T::Equal | T::Tilde => &["operator"],
        token if token.is_operator() => &["operator"],
        T::LeftParen | T::RightParen | T::LeftBracket | T::RightBracket => &["punctuation.bracket"],
        T::Comma | T::Dot | T::Semicolon => &["punctuation.delimiter"],
        T::Comment => &["comment"],
        T::Directive => {
            &["keyword.directive", "property", "variable.other.member", "string.special", "operator", "comment"]
        }
        T::Continuation => &["punctuation.special"],
        _ => &[],
    }
}

/// The beginning of the scope that a token has in the TextMate grammar. None: it has no colour.
pub(crate) fn scopes(token: Token) -> &'static [&'static str] {
    use Token as T;
    match token {
        T::Name => &["variable.", "support.function", "support.class", "support.variable", "entity.name.function"],
        T::Number => &["constant.numeric"],
        T::BadNumber => &["invalid.illegal.number"],
        T::String => &["string.quoted.double", "string.quoted.single"],
        T::UnclosedString => &["string.quoted.unclosed"],
        T::PrefixedString => &["string.quoted.prefixed"],
        T::TripleString => &["string.quoted.triple"],
        T::TypographicString => &["string.quoted.typographic"],
        T::True | T::False => &["constant.language.boolean"],
        T::None => &["constant.language.none"],
        T::And | T::Or | T::Not => &["keyword.operator.logical"],
        T::If | T::Else => &["keyword.control.conditional"],
        T::Less | T::LessEqual | T::Greater | T::GreaterEqual | T::EqualEqual | T::BangEqual => {
            &["keyword.operator.comparison"]
        }
        T::Ampersand | T::Pipe | T::Tilde => &["keyword.operator.bitwise"],
        T::Equal => &["keyword.operator.assignment"],
        token if token.is_operator() => &["keyword.operator.arithmetic"],
        T::LeftParen | T::RightParen => &["punctuation.parenthesis"],
        T::LeftBracket | T::RightBracket => &["punctuation.bracket"],
        T::Comma | T::Dot | T::Semicolon => &["punctuation.separator"],
        T::Comment => &["comment.line"],
        T::Directive => &["meta.directive"],
        T::Continuation => &["punctuation.separator.continuation"],
        T::DoubleAmpersand
        | T::DoublePipe
        | T::Bang
        | T::TripleEqual
        | T::BangDoubleEqual
        | T::LessGreater
        | T::EqualGreater
        | T::EqualLess
        | T::ColonEqual
        | T::AugmentedAssign
        | T::Arrow => &["invalid.illegal.operator"],
        T::BlockComment => &["invalid.illegal.comment"],
        T::Colon | T::LeftBrace | T::RightBrace | T::Question | T::Caret | T::ForeignSign | T::Backslash => {
            &["invalid.illegal.sign"]
        }
        _ => &[],
    }
}
