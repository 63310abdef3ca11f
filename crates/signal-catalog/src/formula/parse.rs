//! Text of a formula to its operations: one recursive descent, with a bound on nesting.

use super::{Op, STACK};

/// Longest text that is taken for a formula; the longest in use has 170 bytes.
const LONGEST: usize = 4096;
/// Deepest nesting of brackets and calls.
const DEEPEST: usize = 64;

/// What is wrong with a formula's text, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{kind} at byte {offset} of the formula")]
pub struct FormulaError {
    /// Byte in the text where it was noticed.
    pub offset: usize,
    /// What it is.
    pub kind: FormulaErrorKind,
}

/// Ways in which a formula can be wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FormulaErrorKind {
    /// A character that has no meaning there.
    #[error("unexpected `{0}`")]
    Unexpected(char),
    /// The text ends where a value, an operator's right side or a bracket is due.
    #[error("the formula ends too early")]
    Unfinished,
    /// A name that is neither a parameter nor a function.
    #[error("unknown name `{0}`")]
    UnknownName(String),
    /// A function with the wrong number of arguments.
    #[error("`{function}` takes {expected} arguments, not {found}")]
    ArgumentCount {
        /// The function.
        function: &'static str,
        /// How many it takes.
        expected: usize,
        /// How many there are.
        found: usize,
    },
    /// A number of more than 15 digits.
    #[error("the number is too large")]
    NumberTooLarge,
    /// Nested, or long, beyond what a formula needs.
    #[error("the formula is too long or too deeply nested")]
    TooLarge,
}

const FUNCTIONS: [(&str, Op); 10] = [
    ("max", Op::Max),
    ("min", Op::Min),
    ("idiv", Op::Divide),
    ("isqrt", Op::SquareRoot),
    ("iff", Op::Choose),
    ("ma", Op::MovingAverage),
    ("exponential", Op::Exponential),
    ("wilder", Op::Wilder),
    ("moving", Op::Moving),
    // Python's spelling of idiv, which people write by habit.
    ("floordiv", Op::Divide),
];

struct Reader<'t> {
    text: &'t str,
    params: &'t [&'t str],
    at: usize,
    ops: Vec<Op>,
    depth: usize,
}

type Read<T> = Result<T, FormulaError>;

pub(super) fn compile(text: &str, params: &[&str]) -> Read<Vec<Op>> {
    if text.len() > LONGEST {
        return Err(FormulaError { offset: LONGEST, kind: FormulaErrorKind::TooLarge });
    }
    let mut reader = Reader { text, params, at: 0, ops: Vec::new(), depth: 0 };
    sum(&mut reader)?;
    match reader.peek() {
        None => within_the_stack(reader.ops),
        Some(other) => Err(reader.error(FormulaErrorKind::Unexpected(other))),
    }
}

fn within_the_stack(ops: Vec<Op>) -> Read<Vec<Op>> {
    let mut held = 0_usize;
    for op in &ops {
        held = held + 1 - op.operands();
        if held > STACK {
            return Err(FormulaError { offset: 0, kind: FormulaErrorKind::TooLarge });
        }
    }
    Ok(ops)
}

impl Reader<'_> {
    /// The next character that is not a blank.
    fn peek(&mut self) -> Option<char> {
        let rest = self.text.get(self.at..)?;
        let trimmed = rest.trim_start();
        self.at += rest.len() - trimmed.len();
        trimmed.chars().next()
    }

    fn accept(&mut self, wanted: &str) -> bool {
        self.peek();
        let found = self.text.get(self.at..).is_some_and(|rest| rest.starts_with(wanted));
        if found {
            self.at += wanted.len();
        }
        found
    }

    fn expect(&mut self, wanted: &str) -> Read<()> {
        if self.accept(wanted) { Ok(()) } else { Err(self.unexpected()) }
    }

    fn unexpected(&mut self) -> FormulaError {
        let kind = self.peek().map_or(FormulaErrorKind::Unfinished, FormulaErrorKind::Unexpected);
        self.error(kind)
    }

    fn error(&self, kind: FormulaErrorKind) -> FormulaError {
        FormulaError { offset: self.at, kind }
    }

    /// The characters from here on that satisfy `part`.
    fn take_while(&mut self, part: impl Fn(char) -> bool) -> &str {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let end = rest.find(|c| !part(c)).unwrap_or(rest.len());
        self.at += end;
        &rest[..end]
    }
}

fn sum(reader: &mut Reader<'_>) -> Read<()> {
    product(reader)?;
    loop {
        let op = match reader.peek() {
            Some('+') => Op::Add,
            Some('-') => Op::Subtract,
            _ => return Ok(()),
        };
        reader.at += 1;
        product(reader)?;
        reader.ops.push(op);
    }
}

fn product(reader: &mut Reader<'_>) -> Read<()> {
    value(reader)?;
    while reader.accept("*") {
        value(reader)?;
        reader.ops.push(Op::Multiply);
    }
    Ok(())
}

fn value(reader: &mut Reader<'_>) -> Read<()> {
    reader.depth += 1;
    if reader.depth > DEEPEST {
        return Err(reader.error(FormulaErrorKind::TooLarge));
    }
    match reader.peek() {
        Some('(') => {
            reader.at += 1;
            sum(reader)?;
            reader.expect(")")?;
        }
        Some('-') => {
            // A sign is a subtraction from nothing.
            reader.at += 1;
            reader.ops.push(Op::Number(0));
            value(reader)?;
            reader.ops.push(Op::Subtract);
        }
        Some(c) if c.is_ascii_digit() => number(reader)?,
        Some(c) if c.is_ascii_alphabetic() || c == '_' => name(reader)?,
        _ => return Err(reader.unexpected()),
    }
    reader.depth -= 1;
    Ok(())
}

fn number(reader: &mut Reader<'_>) -> Read<()> {
    let start = reader.at;
    let digits = reader.take_while(|c| c.is_ascii_digit());
    // Fifteen digits stay exact as a parameter would, and leave room for arithmetic.
    match digits.parse::<i64>() {
        Ok(number) if digits.len() <= 15 => {
            reader.ops.push(Op::Number(number));
            Ok(())
        }
        _ => Err(FormulaError { offset: start, kind: FormulaErrorKind::NumberTooLarge }),
    }
}

fn name(reader: &mut Reader<'_>) -> Read<()> {
    let start = reader.at;
    let name = reader.take_while(|c| c.is_ascii_alphanumeric() || c == '_').to_owned();
    if reader.peek() == Some('(') {
        let Some((function, op)) = FUNCTIONS.iter().find(|(known, _)| *known == name) else {
            return Err(FormulaError { offset: start, kind: FormulaErrorKind::UnknownName(name) });
        };
        return call(reader, start, function, *op);
    }
    let index = reader.params.iter().position(|param| *param == name).and_then(|index| u8::try_from(index).ok());
    let Some(index) = index else {
        return Err(FormulaError { offset: start, kind: FormulaErrorKind::UnknownName(name) });
    };
    reader.ops.push(Op::Param(index));
    Ok(())
}

fn call(reader: &mut Reader<'_>, start: usize, function: &'static str, op: Op) -> Read<()> {
    reader.at += 1;
    let mut found = 0;
    if !reader.accept(")") {
        loop {
            if op == Op::Choose && found == 0 {
                comparison(reader)?
            } else {
                sum(reader)?
            }
            found += 1;
            if !reader.accept(",") {
                break;
            }
        }
        reader.expect(")")?;
    }
    let expected = op.operands();
    if found != expected {
        let kind = FormulaErrorKind::ArgumentCount { function, expected, found };
        return Err(FormulaError { offset: start, kind });
    }
    reader.ops.push(op);
    Ok(())
}

/// The condition of an `iff`.
fn comparison(reader: &mut Reader<'_>) -> Read<()> {
    sum(reader)?;
    // Longer signs first, or `<=` would read as `<`.
    let signs = [
        ("<=", Op::LessOrEqual),
        (">=", Op::GreaterOrEqual),
        ("==", Op::Equal),
        ("!=", Op::NotEqual),
        ("<", Op::Less),
        (">", Op::Greater),
    ];
    for (sign, op) in signs {
        if reader.accept(sign) {
            sum(reader)?;
            reader.ops.push(op);
            return Ok(());
        }
    }
    Err(reader.unexpected())
}
