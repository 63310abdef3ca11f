//! The words of the language: one logos table that also knows what people write by mistake, so that lexing never fails.

use std::fmt;

use logos::{Lexer, Logos};

/// What a piece of text is.
///
/// The kinds behind [`Token::LineEnd`] are no part of the language. They are told apart here, where the text is at hand,
/// so that the parser can say what was meant instead of complaining of single characters.
#[derive(Logos, Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[logos(skip r"[ \t\x0C]+", extras = Searched)]
pub enum Token {
    /// A name: a letter or `_`, then letters, digits and `_` (Unicode's XID).
    #[regex(r"[\p{XID_Start}_]\p{XID_Continue}*", priority = 3)]
    Name,
    /// A number: `14`, `1_000`, `.5`, `2.`, `1e-3`.
    #[regex(r"[0-9]+(_[0-9]+)*(\.([0-9]+(_[0-9]+)*)?)?([eE][+-]?[0-9]+(_[0-9]+)*)?", priority = 8)]
    #[regex(r"\.[0-9]+(_[0-9]+)*([eE][+-]?[0-9]+(_[0-9]+)*)?", priority = 8)]
    Number,
    /// A string in single or double quotes, on one line.
    #[regex(r#""([^"\\\r\n]|\\[^\r\n])*""#, priority = 8)]
    #[regex(r"'([^'\\\r\n]|\\[^\r\n])*'", priority = 8)]
    String,
    /// `True` or `true`
    #[token("True")]
    #[token("true")]
    True,
    /// `False` or `false`
    #[token("False")]
    #[token("false")]
    False,
    /// `None`
    #[token("None")]
    None,
    /// `and`
    #[token("and")]
    And,
    /// `or`
    #[token("or")]
    Or,
    /// `not`
    #[token("not")]
    Not,
    /// `if`
    #[token("if")]
    If,
    /// `else`
    #[token("else")]
    Else,
    /// `+`
    #[token("+")]
    Plus,
    /// `-`
    #[token("-")]
    Minus,
    /// `*`
    #[token("*")]
    Star,
    /// `/`
    #[token("/")]
    Slash,
    /// `//`
    #[token("//")]
    DoubleSlash,
    /// `%`
    #[token("%")]
    Percent,
    /// `**`
    #[token("**")]
    DoubleStar,
    /// `&`
    #[token("&")]
    Ampersand,
    /// `|`
    #[token("|")]
    Pipe,
    /// `~`
    #[token("~")]
    Tilde,
    /// `<`
    #[token("<")]
    Less,
    /// `<=`
    #[token("<=")]
    LessEqual,
    /// `>`
    #[token(">")]
    Greater,
    /// `>=`
    #[token(">=")]
    GreaterEqual,
    /// `==`
    #[token("==")]
    EqualEqual,
    /// `!=`
    #[token("!=")]
    BangEqual,
    /// `=`
    #[token("=")]
    Equal,
    /// `(`
    #[token("(")]
    LeftParen,
    /// `)`
    #[token(")")]
    RightParen,
    /// `[`
    #[token("[")]
    LeftBracket,
    /// `]`
    #[token("]")]
    RightBracket,
    /// `,`
    #[token(",")]
    Comma,
    /// `.`
    #[token(".")]
    Dot,
    /// `;`
    #[token(";")]
    Semicolon,
    /// `# ...` up to the end of the line.
    #[token("#", rest_of_line)]
    Comment,
    /// `#! ...`, a comment that holds a setting.
    #[token("#!", rest_of_line)]
    Directive,
    /// `\` at the end of a line, which goes on on the next one; the span includes the line end.
    #[regex(r"\\[ \t\x0C]*(\r\n|\n|\r)")]
    Continuation,
    /// `\n`, `\r\n` or a lone `\r`.
    #[token("\n")]
    #[token("\r\n")]
    #[token("\r")]
    LineEnd,

    /// `&&`
    #[token("&&")]
    DoubleAmpersand,
    /// `||`
    #[token("||")]
    DoublePipe,
    /// `!`
    #[token("!")]
    Bang,
    /// `===`
    #[token("===")]
    TripleEqual,
    /// `!==`
    #[token("!==")]
    BangDoubleEqual,
    /// `<>`
    #[token("<>")]
    LessGreater,
    /// `=>`
    #[token("=>")]
    EqualGreater,
    /// `=<`
    #[token("=<")]
    EqualLess,
    /// `:=`
    #[token(":=")]
    ColonEqual,
    /// `+=` and its family.
    #[regex(r"(\+|-|\*|/|//|%|\*\*|&|\||\^)=")]
    AugmentedAssign,
    /// `->`
    #[token("->")]
    Arrow,
    /// `:`
    #[token(":")]
    Colon,
    /// `{`
    #[token("{")]
    LeftBrace,
    /// `}`
    #[token("}")]
    RightBrace,
    /// `?`
    #[token("?")]
    Question,
    /// `^`
    #[token("^")]
    Caret,
    /// `@`, `$`, a backtick and other ASCII signs that mean nothing here.
    #[regex(r"[@$`]")]
    ForeignSign,
    /// `\` that does not end a line.
    #[token("\\", priority = 1)]
    Backslash,
    /// A number with something wrong about it: `1.2.3`, `14x`, `1__0`, `2e`, `0x1F`.
    #[regex(r"\.?[0-9][\p{XID_Continue}.]*", priority = 4)]
    BadNumber,
    /// A string whose closing quote is missing: up to the end of the line.
    #[regex(r#""([^"\\\r\n]|\\[^\r\n])*\\?"#, priority = 4)]
    #[regex(r"'([^'\\\r\n]|\\[^\r\n])*\\?", priority = 4)]
    UnclosedString,
    /// A string in three quotes.
    #[token("\"\"\"", triple_string, priority = 20)]
    #[token("'''", triple_string, priority = 20)]
    TripleString,
    /// A string with a letter before it: `f"..."`, `r'...'`.
    #[regex(r#"[bBfFrRuUtT][bBfFrR]?"([^"\\\r\n]|\\[^\r\n])*""#, priority = 8)]
    #[regex(r"[bBfFrRuUtT][bBfFrR]?'([^'\\\r\n]|\\[^\r\n])*'", priority = 8)]
    PrefixedString,
    /// A string in typographic quotes: “...”.
    #[regex("[“”„‟«»‘’‚‛＂＇][^\\r\\n“”„‟«»‘’‚‛＂＇\"']*[“”„‟«»‘’‚‛＂＇\"']", priority = 8)]
    TypographicString,
    /// A typographic quote without a partner.
    #[regex("[“”„‟«»‘’‚‛＂＇]", priority = 4)]
    TypographicQuote,
    /// `/* ... */`
    #[token("/*", block_comment)]
    BlockComment,
    /// Full-width signs of East Asian keyboards: `（` `）` `，` `＝`.
    #[regex(r"[\u{FF01}\u{FF03}-\u{FF06}\u{FF08}-\u{FF20}\u{FF3B}-\u{FF40}\u{FF5B}-\u{FF5E}、。【】]+", priority = 3)]
    FullWidth,
    /// Signs of typeset mathematics: `−` `×` `÷` `≤` `≥` `≠` `∧` `∨` `¬`, and dashes.
    #[regex(r"[−–—‐‑×∗÷∕⁄≤⩽≥⩾≠∧∨¬]", priority = 3)]
    MathSign,
    /// Characters that look like a space, or like nothing, and are neither.
    #[regex(
        r"[\u{A0}\u{AD}\u{1680}\u{2000}-\u{200F}\u{202A}-\u{202F}\u{205F}-\u{206F}\u{3000}\u{FEFF}]+",
        priority = 3
    )]
    InvisibleSpace,
    /// Control characters, line separators of Unicode among them.
    #[regex(r"[\x00-\x08\x0B\x0E-\x1F\x7F\u{80}-\u{9F}\u{2028}\u{2029}]", priority = 3)]
    Control,
    /// Any other character.
    #[regex(r"(?s:.)", priority = 0)]
    Unknown,
    /// The end of the text.
    End,
}

fn rest_of_line(lexer: &mut Lexer<'_, Token>) {
    let rest = lexer.remainder();
    lexer.bump(memchr::memchr2(b'\n', b'\r', rest.as_bytes()).unwrap_or(rest.len()));
}

/// What was searched for in vain: it is not behind any later place either, and looking for it at each would take
/// quadratic time.
#[derive(Clone, Copy, Debug, Default)]
pub struct Searched {
    no_double_quotes: bool,
    no_single_quotes: bool,
    no_comment_end: bool,
}

/// To the closing quotes; without them to the line's end, so that the lines below are still read.
fn triple_string(lexer: &mut Lexer<'_, Token>) {
    let quotes = lexer.slice();
    let is_double = quotes.starts_with('"');
    let known = if is_double { lexer.extras.no_double_quotes } else { lexer.extras.no_single_quotes };
    match if known { None } else { memchr::memmem::find(lexer.remainder().as_bytes(), quotes.as_bytes()) } {
        Some(at) => lexer.bump(at + quotes.len()),
        None => {
            if is_double {
                lexer.extras.no_double_quotes = true;
            } else {
                lexer.extras.no_single_quotes = true;
            }
            rest_of_line(lexer);
        }
    }
}

/// To `*/`; without it to the line's end.
fn block_comment(lexer: &mut Lexer<'_, Token>) {
    let known = lexer.extras.no_comment_end;
    match if known { None } else { memchr::memmem::find(lexer.remainder().as_bytes(), b"*/") } {
        Some(at) => lexer.bump(at + 2),
        None => {
            lexer.extras.no_comment_end = true;
            rest_of_line(lexer);
        }
    }
}

impl Token {
    /// Whether a value can end with it, so that what follows must be an operator, a comma or the end.
    #[must_use]
    pub const fn ends_operand(self) -> bool {
        use Token as T;
        matches!(self, T::Name | T::Number | T::String | T::True | T::False | T::None | T::RightParen | T::RightBracket)
    }

    /// Whether a value can begin with it.
    #[must_use]
    pub const fn begins_operand(self) -> bool {
        use Token as T;
        matches!(
            self,
            T::Name
                | T::Number
                | T::String
                | T::True
                | T::False
                | T::None
                | T::LeftParen
                | T::LeftBracket
                | T::Not
                | T::Tilde
        )
    }

    /// Whether it joins two values (`+` and `-` may also stand before one).
    #[must_use]
    pub const fn is_operator(self) -> bool {
        use Token as T;
        matches!(
            self,
            T::And
                | T::Or
                | T::Plus
                | T::Minus
                | T::Star
                | T::Slash
                | T::DoubleSlash
                | T::Percent
                | T::DoubleStar
                | T::Ampersand
                | T::Pipe
                | T::Less
                | T::LessEqual
                | T::Greater
                | T::GreaterEqual
                | T::EqualEqual
                | T::BangEqual
        )
    }

    /// Whether a statement ends before it.
    #[must_use]
    pub const fn ends_statement(self) -> bool {
        matches!(self, Self::LineEnd | Self::Semicolon | Self::End)
    }
}

impl fmt::Display for Token {
    /// What a person calls it: ``a number``, `` `and` ``.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Name => "a name",
            Self::Number => "a number",
            Self::String => "a string",
            Self::True => "`True`",
            Self::False => "`False`",
            Self::None => "`None`",
            Self::And => "`and`",
            Self::Or => "`or`",
            Self::Not => "`not`",
            Self::If => "`if`",
            Self::Else => "`else`",
            Self::Plus => "`+`",
            Self::Minus => "`-`",
            Self::Star => "`*`",
            Self::Slash => "`/`",
            Self::DoubleSlash => "`//`",
            Self::Percent => "`%`",
            Self::DoubleStar => "`**`",
            Self::Ampersand => "`&`",
            Self::Pipe => "`|`",
            Self::Tilde => "`~`",
            Self::Less => "`<`",
            Self::LessEqual => "`<=`",
            Self::Greater => "`>`",
            Self::GreaterEqual => "`>=`",
            Self::EqualEqual => "`==`",
            Self::BangEqual => "`!=`",
            Self::Equal => "`=`",
            Self::LeftParen => "`(`",
            Self::RightParen => "`)`",
            Self::LeftBracket => "`[`",
            Self::RightBracket => "`]`",
            Self::Comma => "`,`",
            Self::Dot => "`.`",
            Self::Semicolon => "`;`",
            Self::Comment => "a comment",
            Self::Directive => "a directive",
            Self::Continuation => "a continued line",
            Self::LineEnd => "the end of the line",
            Self::DoubleAmpersand => "`&&`",
            Self::DoublePipe => "`||`",
            Self::Bang => "`!`",
            Self::TripleEqual => "`===`",
            Self::BangDoubleEqual => "`!==`",
            Self::LessGreater => "`<>`",
            Self::EqualGreater => "`=>`",
            Self::EqualLess => "`=<`",
            Self::ColonEqual => "`:=`",
            Self::AugmentedAssign => "an assignment with an operator",
            Self::Arrow => "`->`",
            Self::Colon => "`:`",
            Self::LeftBrace => "`{`",
            Self::RightBrace => "`}`",
            Self::Question => "`?`",
            Self::Caret => "`^`",
            Self::ForeignSign => "a sign that means nothing here",
            Self::Backslash => "`\\`",
            Self::BadNumber => "a malformed number",
            Self::UnclosedString => "a string that is not closed",
            Self::TripleString => "a string in three quotes",
            Self::PrefixedString => "a string with a prefix",
            Self::TypographicString => "a string in typographic quotes",
            Self::TypographicQuote => "a typographic quote",
            Self::BlockComment => "a block comment",
            Self::FullWidth => "a full-width sign",
            Self::MathSign => "a sign of typeset mathematics",
            Self::InvisibleSpace => "an invisible character",
            Self::Control => "a control character",
            Self::Unknown => "an unexpected character",
            Self::End => "the end of the script",
        })
    }
}
