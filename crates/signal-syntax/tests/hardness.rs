//! Texts nobody writes: nested without end, random, mutated. Parsing must neither fail nor take more than linear time.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use proptest::prelude::*;
use signal_syntax::{Bindings, Constants, Expr, ExprId, Parsed, StatementKind, Tree, parse, tokens};
use signal_text::{Source, Span, apply_edits};

const DEEP: usize = 100_000;

/// A script with one of everything.
const SCRIPT: &str = "\
#! universe = BINANCE:BTC/USDT
#! timeframe = 1h
fast = ema(close, 12) # fast
slow = ema(close, period=26)
line, signal, hist = macd(close, 12, 26, 9)
up = (fast > slow and not rsi(close, 14)[-1] >= 70
      or 20 < hist <= .8e2)
band = bbands(close).upper if up else bbands(close)[\"lower\"]
x = -fast ** 2 // 3 % (1_000 - 2.5) * ~slow & 3 | 4; y = [x, (x,), ()]
größe = x != \\
    None
emit_signal(up, entry('BINANCE:BTC/USDT', \"LONG\", Weight(0.5)))
";

/// What holds for every text.
fn check(text: &str) -> Parsed {
    let source = Source::new("test", text);
    let parsed = parse(&source);
    let text = source.text();
    let tree = &parsed.tree;
    let inside = |span: Span| {
        assert!(span.start <= span.end && text.get(span.range()).is_some(), "{span:?} is no part of {text:?}");
    };
    for id in tree.ids() {
        inside(tree.span(id));
        for child in children(tree, id) {
            assert!(child < id, "a child comes behind its parent in {text:?}");
            let (inner, outer) = (tree.span(child), tree.span(id));
            assert!(outer.start <= inner.start && inner.end <= outer.end, "a child sticks out in {text:?}");
        }
    }
    for diagnostic in &parsed.diagnostics {
        inside(diagnostic.span);
        diagnostic.labels.iter().for_each(|label| inside(label.span));
        for fix in &diagnostic.fixes {
            apply_edits(text, &fix.edits).expect("a fix can be applied");
        }
    }
    let broken = tree.statements().iter().filter(|statement| matches!(statement.kind, StatementKind::Error { .. }));
    let errors = parsed.diagnostics.iter().filter(|diagnostic| diagnostic.code == "syntax-error");
    assert_eq!(broken.count(), errors.count(), "one error a broken statement in {text:?}");
    covered(text, &parsed);
    let mut end = 0;
    for (n, statement) in tree.statements().iter().enumerate() {
        assert!(statement.exprs_end >= end);
        end = statement.exprs_end;
        if matches!(statement.kind, StatementKind::Error { .. }) {
            assert_eq!(tree.ids_of(n).count(), 0, "a broken statement left expressions in {text:?}");
        }
    }
    assert_eq!(end as usize, tree.len());
    for (_, span) in tokens(&source) {
        inside(span);
    }
    let bindings = Bindings::new(&source, tree);
    let _ = Constants::new(&source, tree, &bindings);
    parsed
}

fn children(tree: &Tree, id: ExprId) -> Vec<ExprId> {
    match tree.expr(id) {
        Expr::Unary { operand, .. } | Expr::Paren(operand) => vec![operand],
        Expr::Binary { left, right, .. } => vec![left, right],
        Expr::Compare { first, rest } => {
            std::iter::once(first).chain(tree.comparisons(rest).iter().map(|part| part.2)).collect()
        }
        Expr::Call { callee, arguments } => {
            std::iter::once(callee).chain(tree.arguments(arguments).iter().map(|argument| argument.value)).collect()
        }
        Expr::Index { base, index } => vec![base, index],
        Expr::Attribute { base, .. } => vec![base],
        Expr::Conditional { then, condition, otherwise } => vec![then, condition, otherwise],
        Expr::List(items) | Expr::Tuple(items) => tree.items(items).to_vec(),
        Expr::Number(_) | Expr::String | Expr::Bool(_) | Expr::None | Expr::Name | Expr::Error => Vec::new(),
    }
}

/// Every byte that is no white space belongs to trivia or a statement; `;` parts them, and `\` joins lines.
fn covered(text: &str, parsed: &Parsed) {
    let mut seen = vec![false; text.len()];
    let spans = parsed.tree.statements().iter().map(|statement| statement.span);
    for span in spans.chain(parsed.tree.trivia().iter().map(|trivia| trivia.span)) {
        seen[span.range()].fill(true);
    }
    for (at, byte) in text.bytes().enumerate() {
        assert!(seen[at] || matches!(byte, b' ' | b'\t' | 0x0C | b';' | b'\\'), "byte {at} of {text:?} is lost");
    }
}

/// `open` and `close` a hundred thousand times around a value.
fn nested(open: &str, value: &str, close: &str) -> String {
    format!("x = {}{value}{}\ny = 1\n", open.repeat(DEEP), close.repeat(DEEP))
}

#[test]
fn any_depth_is_read() {
    for (open, value, close) in [
        ("(", "1", ")"),
        ("f(", "1", ")"),
        ("f(a=", "1", ")"),
        ("[", "1", "]"),
        ("(1,", "1", ")"),
        ("(\n", "1", "\n)"),
        ("-", "1", ""),
        ("~", "1", ""),
        ("not ", "1", ""),
        ("2 ** ", "1", ""),
        ("2 ** -", "1", ""),
        ("a if b else ", "c", ""),
        ("a[", "1", "]"),
        ("", "a", "[1]"),
        ("", "a", ".b"),
        ("", "a", "(1)"),
        ("", "a", " + 1"),
        ("", "a", " < 1"),
        ("", "a", " and b"),
        ("", "a", ", b"),
        ("(a if (b < ", "1", ") else c)"),
    ] {
        let parsed = check(&nested(open, value, close));
        assert_eq!(parsed.diagnostics, [], "{open}{value}{close}");
        assert_eq!(parsed.tree.statements().len(), 2, "{open}{value}{close}");
    }
}

#[test]
fn any_depth_may_be_left_open() {
    for open in [
        "(",
        "f(",
        "[",
        "a[",
        "f(a=",
        "(1,",
        "(\n",
        "f(\n",
        "[(",
        "((a + b) * (",
        "-(",
        "not (",
        "2 ** (",
        "a if (",
        "{",
        "(]",
        "a.",
        "a if ",
    ] {
        let parsed = check(&nested(open, "1", ""));
        assert_eq!(parsed.diagnostics.len(), 1, "{open}");
        assert_eq!(parsed.tree.statements().len(), 2, "{open}: the line below is read");
    }
    for close in [")", "]", "}", ")]", " +", " not", ",", ", ,", " if", " else", "\n)"] {
        check(&nested("", "1", close));
    }
}

#[test]
fn many_broken_lines_take_linear_time() {
    for line in [
        "x = f(\n",
        "x = f(a,\n",
        "x = f(a, b\n",
        "emit_signal(x,\n",
        "x = (\n",
        "x = [(\n",
        "x = f(y = g(\n",
        "x = \"\n",
        "\"\"\"\n",
        "/*\n",
        "/* *",
        "x = 'a\\\n",
        "x = 1.2.3\n",
        ")\n",
        "x = (a))\n",
        "f(\n  x)),\n)\n",
        "if x:\n  y = 3\n",
        "a, ",
        "a = ",
        "a;",
        "x = f(a;",
        "\\\n",
        "a\\\n",
        "“",
        "（",
        "\u{200B}",
        "#!\n",
        "x = a // b c\n",
        "-- ",
        "  f(\n",
    ] {
        check(&line.repeat(20_000));
    }
}

#[test]
fn the_script_with_everything_is_clean() {
    assert_eq!(check(SCRIPT).diagnostics, []);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn any_text_is_parsed(text in any::<String>()) {
        check(&text);
    }

    #[test]
    fn any_mix_of_tokens_is_parsed(parts in prop::collection::vec(prop::sample::select(PARTS), 0..60)) {
        check(&parts.concat());
    }

    #[test]
    fn a_mutated_script_is_parsed(changes in prop::collection::vec((0usize..600, 0usize..4, prop::sample::select(PARTS)), 1..6)) {
        let mut text: Vec<char> = SCRIPT.chars().collect();
        for (at, length, part) in changes {
            let at = at.min(text.len());
            let end = (at + length).min(text.len());
            text.splice(at..end, part.chars());
        }
        check(&text.into_iter().collect::<String>());
    }

    #[test]
    fn the_lines_around_a_broken_one_are_read(parts in prop::collection::vec(prop::sample::select(PARTS), 1..12)) {
        // Quotes in threes and `/*` may reach over lines, and so does a `\` at the end.
        let line: String = parts.concat().replace(['\n', '\r', '\\'], " ");
        prop_assume!(!line.contains("/*") && !line.contains("\"\"\"") && !line.contains("'''"));
        let parsed = check(&format!("first = 1\n{line}\nlast = first\nend = last\n"));
        let kinds = parsed.tree.statements();
        let assigns = |n: usize| matches!(kinds[n].kind, StatementKind::Assign { .. });
        prop_assert!(assigns(0) && assigns(kinds.len() - 1), "{line:?}");
    }
}

const PARTS: &[&str] = &[
    "a",
    "close",
    "rsi",
    "x",
    "14",
    "0.5",
    "1e3",
    "\"s\"",
    "'t'",
    "True",
    "None",
    "and",
    "or",
    "not",
    "if",
    "else",
    "+",
    "-",
    "*",
    "/",
    "//",
    "%",
    "**",
    "&",
    "|",
    "~",
    "<",
    "<=",
    ">",
    ">=",
    "==",
    "!=",
    "=",
    "(",
    ")",
    "[",
    "]",
    ",",
    ".",
    ";",
    "#",
    "#!",
    "\n",
    "\r\n",
    "\r",
    "\\\n",
    " ",
    " ",
    " ",
    "\t",
    "&&",
    "||",
    "!",
    "===",
    "=>",
    ":=",
    "+=",
    "->",
    ":",
    "{",
    "}",
    "?",
    "^",
    "@",
    "$",
    "`",
    "\\",
    "1.2.3",
    "14x",
    "0x1F",
    "\"",
    "'",
    "\"\"\"",
    "f\"",
    "“",
    "”",
    "/*",
    "*/",
    "（",
    "，",
    "−",
    "≤",
    "\u{A0}",
    "\u{200B}",
    "\u{FEFF}",
    "\0",
    "\u{2028}",
    "🚀",
    "é",
    "emit_signal(",
    "return",
    "for",
    "let",
    "lambda",
    "AND",
    "is",
    "in",
    "BINANCE:BTC/USDT",
    "--",
    "++",
    "if x:",
    "x = ",
    "y = f(",
];
