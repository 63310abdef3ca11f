//! How texts are read: precedence, literals, trivia, bindings and constants.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use signal_syntax::{
    Argument, Bindings, Constants, Expr, ExprId, Parsed, StatementKind, Tree, TriviaKind, parse, tokens,
};
use signal_text::Source;

/// Parses a text that has to be free of mistakes.
fn clean(text: &str) -> (Source, Parsed) {
    let source = Source::new("test", text);
    let parsed = parse(&source);
    assert_eq!(parsed.diagnostics, [], "{text}");
    (source, parsed)
}

/// An expression with all its operators in parentheses; groups in braces, since parentheses of the text are nodes too.
fn shape(source: &Source, tree: &Tree, id: ExprId) -> String {
    let of = |id| shape(source, tree, id);
    let all = |ids: &[ExprId]| ids.iter().map(|&id| of(id)).collect::<Vec<_>>().join(", ");
    match tree.expr(id) {
        Expr::Number(value) => value.to_string(),
        Expr::String => format!("{:?}", tree.string(source, id).unwrap()),
        Expr::Bool(value) => value.to_string(),
        Expr::None => "none".to_owned(),
        Expr::Name => tree.name(source, id).unwrap().to_owned(),
        Expr::Unary { op, operand } => format!("({} {})", op.symbol(), of(operand)),
        Expr::Binary { op, op_span, left, right } => {
            assert_eq!(source.slice(op_span), op.symbol());
            format!("({} {} {})", of(left), op.symbol(), of(right))
        }
        Expr::Compare { first, rest } => {
            let mut text = format!("({}", of(first));
            for &(op, span, right) in tree.comparisons(rest) {
                assert_eq!(source.slice(span), op.symbol());
                text += &format!(" {} {}", op.symbol(), of(right));
            }
            text + ")"
        }
        Expr::Call { callee, arguments } => {
            let named = |argument: &Argument| match argument.name {
                Some(name) => format!("{}={}", source.slice(name), of(argument.value)),
                None => of(argument.value),
            };
            let list: Vec<String> = tree.arguments(arguments).iter().map(named).collect();
            format!("{}({})", of(callee), list.join(", "))
        }
        Expr::Index { base, index } => format!("{}[{}]", of(base), of(index)),
        Expr::Attribute { base, name } => format!("{}.{}", of(base), source.slice(name)),
        Expr::Conditional { then, condition, otherwise } => {
            format!("({} if {} else {})", of(then), of(condition), of(otherwise))
        }
        Expr::List(items) => format!("[{}]", all(tree.items(items))),
        Expr::Tuple(items) => format!("<{}>", all(tree.items(items))),
        Expr::Paren(inner) => format!("{{{}}}", of(inner)),
        Expr::Error => panic!("an error in a clean text"),
    }
}

fn check(text: &str, expected: &str) {
    let (source, parsed) = clean(text);
    let shapes: Vec<String> = parsed
        .tree
        .statements()
        .iter()
        .map(|statement| match statement.kind {
            StatementKind::Assign { targets, value } => {
                let names: Vec<&str> = parsed.tree.targets(targets).iter().map(|&name| source.slice(name)).collect();
                format!("{} = {}", names.join(", "), shape(&source, &parsed.tree, value))
            }
            StatementKind::Expr(value) => shape(&source, &parsed.tree, value),
            StatementKind::Error { .. } => panic!("an error in a clean text"),
        })
        .collect();
    assert_eq!(shapes.join("; "), expected, "{text}");
}

#[test]
fn operators_group_as_in_python() {
    for (text, expected) in [
        ("a + b * c", "(a + (b * c))"),
        ("a - b - c", "((a - b) - c)"),
        ("a ** b ** c", "(a ** (b ** c))"),
        ("-a ** b", "(- (a ** b))"),
        ("a ** -b ** c", "(a ** (- (b ** c)))"),
        ("a ** -b * c", "((a ** (- b)) * c)"),
        ("- -a", "(- (- a))"),
        ("-a * b", "((- a) * b)"),
        ("~a & b | c", "(((~ a) & b) | c)"),
        ("a & b == c", "((a & b) == c)"),
        ("a | b & c + d", "(a | (b & (c + d)))"),
        ("not a == b", "(not (a == b))"),
        ("not a and b or c", "(((not a) and b) or c)"),
        ("not not a", "(not (not a))"),
        ("a or b and not c", "(a or (b and (not c)))"),
        ("a and b and c", "((a and b) and c)"),
        ("a < b", "(a < b)"),
        ("20 < a <= 80 != c", "(20 < a <= 80 != c)"),
        ("a + 1 < b * 2 == c", "((a + 1) < (b * 2) == c)"),
        ("(a < b) < c", "({(a < b)} < c)"),
        ("a if b else c", "(a if b else c)"),
        ("a if b else c if d else e", "(a if b else (c if d else e))"),
        ("a or b if c or d else e or f", "((a or b) if (c or d) else (e or f))"),
        ("a // b % c / d", "(((a // b) % c) / d)"),
        ("-x[-1]", "(- x[(- 1)])"),
        ("f(a)(b)[c].d", "f(a)(b)[c].d"),
        ("f(a, b=c if d else e, *1)".replace(", *1", "").as_str(), "f(a, b=(c if d else e))"),
        ("f(a == b, b=a == c)", "f((a == b), b=(a == c))"),
        ("f(a < b, c < d < e)", "f((a < b), (c < d < e))"),
    ] {
        check(text, expected);
    }
}

#[test]
fn all_forms_of_values_are_read() {
    for (text, expected) in [
        ("1_000", "1000"),
        (".5", "0.5"),
        ("2.", "2"),
        ("1e-3", "0.001"),
        ("'a\\'b' ", "\"a'b\""),
        (r#""\x41\u00e9\101\q\n""#, "\"AéA\\\\q\\n\""),
        ("True", "true"),
        ("false", "false"),
        ("None", "none"),
        ("()", "<>"),
        ("[]", "[]"),
        ("(a,)", "<a>"),
        ("(a)", "{a}"),
        ("(a, b,)", "<a, b>"),
        ("[a, b,]", "[a, b]"),
        ("f()", "f()"),
        ("f(a,)", "f(a)"),
        ("a, b", "<a, b>"),
        ("a,", "<a>"),
        ("x[\"upper\"]", "x[\"upper\"]"),
        ("größe_1 + 变量", "(größe_1 + 变量)"),
        ("andy + nothing + iffy + Trueish", "(((andy + nothing) + iffy) + Trueish)"),
    ] {
        check(text, expected);
    }
}

#[test]
fn statements_bind_names_or_stand_alone() {
    for (text, expected) in [
        ("a = 1\nb = 2\nc = close > sma(close, 20)", "a = 1; b = 2; c = (close > sma(close, 20))"),
        ("line, signal, hist = macd(close)", "line, signal, hist = macd(close)"),
        ("a, b = b, a", "a, b = <b, a>"),
        ("first, = pair", "first = pair"),
        ("(line, signal, hist) = macd(close)", "line, signal, hist = macd(close)"),
        ("[a, b] = b, a", "a, b = <b, a>"),
        ("(a) = 1; (b,) = pair; [c] = pair", "a = 1; b = pair; c = pair"),
        ("(\n  a, # why\n\n  b,\n) = f(c)\nd = a", "a, b = f(c); d = a"),
        ("[ # why\n  a\n  , b\n] \\\n= f(c)", "a, b = f(c)"),
        ("(a, b)\n[a, b]\n(a, b)[0] == a", "<a, b>; [a, b]; (<a, b>[0] == a)"),
        ("a = 1; b = 2;", "a = 1; b = 2"),
        (";;a = 1;;", "a = 1"),
        ("rsi = rsi(close, 14)", "rsi = rsi(close, 14)"),
        ("from = 1\nclass, match = f(pass)", "from = 1; class, match = f(pass)"),
        ("match(x)", "match(x)"),
        ("", ""),
        ("# only a comment", ""),
    ] {
        check(text, expected);
    }
}

#[test]
fn line_ends_mean_nothing_inside_brackets_and_behind_a_backslash() {
    let expected = "x = f(a, {(b + c)}); y = 1";
    for text in [
        "x = f(\na,\n  # why\n  (b +\n\n  c)\n)\ny = 1",
        "x = f(a, (b + c))\r\ny = 1\r\n",
        "x = f(a, (b + c))\ry = 1\r",
        "x = \\\n  f(a, (b \\\r\n + c))\ny = 1",
        "\u{FEFF}x = f(a, (b + c))\n\u{C}\ny = 1",
        "x\t=\tf(a, (b + c)) # why\n\n\n#\ny = 1",
    ] {
        check(text, expected);
    }
    check("x = f(\nclose,\nperiod=20,\nn\n=\n3\n)", "x = f(close, period=20, n=3)");
}

#[test]
fn trivia_keeps_what_the_tree_leaves_out() {
    let (source, parsed) = clean("\u{FEFF}#! timeframe = 1h\n# one\na = ( # two\n1)\\\r\n\r\n\r");
    let kept: Vec<(TriviaKind, &str)> =
        parsed.tree.trivia().iter().map(|trivia| (trivia.kind, source.slice(trivia.span))).collect();
    let expected = [
        (TriviaKind::ByteOrderMark, "\u{FEFF}"),
        (TriviaKind::Directive, "#! timeframe = 1h"),
        (TriviaKind::LineEnd, "\n"),
        (TriviaKind::Comment, "# one"),
        (TriviaKind::LineEnd, "\n"),
        (TriviaKind::Comment, "# two"),
        (TriviaKind::LineEnd, "\n"),
        (TriviaKind::LineEnd, "\r\n"),
        (TriviaKind::LineEnd, "\r\n"),
        (TriviaKind::LineEnd, "\r"),
    ];
    assert_eq!(kept, expected);
}

#[test]
fn tokens_name_themselves_for_people() {
    let source = Source::new("test", "x = rsi(close, 14) and \"a\" # why\n");
    let names: Vec<String> = tokens(&source).iter().map(|(token, _)| token.to_string()).collect();
    let expected = "a name|`=`|a name|`(`|a name|`,`|a number|`)`|`and`|a string|a comment|the end of the line";
    assert_eq!(names.join("|"), expected);
}

/// Each name in the text with the statement its definition is in (from 1), `>n` where that comes later, `()` when called.
fn references(text: &str) -> String {
    let source = Source::new("test", text);
    let parsed = parse(&source);
    let bindings = Bindings::new(&source, &parsed.tree);
    let names = parsed.tree.ids().filter(|&id| parsed.tree.expr(id) == Expr::Name).map(|id| {
        let name = parsed.tree.name(&source, id).unwrap();
        let statement = |definition| bindings.definition(definition).statement + 1;
        match (bindings.of(id), bindings.later(id)) {
            (Some(definition), None) => format!("{name}{}", statement(definition)),
            (None, Some(definition)) => format!("{name}>{}", statement(definition)),
            (None, None) if bindings.is_callee(id) => format!("{name}()"),
            (None, None) => name.to_owned(),
            (Some(_), Some(_)) => panic!("{name} is bound twice"),
        }
    });
    names.collect::<Vec<_>>().join(" ")
}

#[test]
fn a_name_refers_to_the_latest_definition_before_its_statement() {
    for (text, expected) in [
        ("x = 1\nx = x + 1\ny = x", "x1 x2"),
        ("x = x + 1", "x>1"),
        ("y = x\nx = 1\nx = 2", "x>2"),
        ("rsi = rsi(close, 14)\ny = rsi(rsi, 7)", "rsi() close rsi() rsi1"),
        ("a, b = f(c)\nd = a + b", "f() c a1 b1"),
        ("a = 1\nf(a=2, b=a)", "f() a1"),
        ("x = rsi(close\ny = x + 1", "x1"),
        ("(a, b) = f(c)\nd = a + b", "f() c a1 b1"),
        ("x = rsi(close\n(a, b) = f(c)\nd = a + b", "f() c a2 b2"),
        ("x = rsi(\n    close,\n[a, b] = f(c)\nd = a + b", "f() c a2 b2"),
        ("(f)(x)", "f x"),
        ("x = 1; y = x; x = y; z = x", "x1 y2 x3"),
    ] {
        assert_eq!(references(text), expected, "{text}");
    }
}

#[test]
fn a_definition_knows_its_value_where_it_has_one() {
    let text = "a = 1\nb, c = f(a)\nd, = g\ne = (\nh = 2\n(i # one\n,) = g\n[j] = g\n(k) = g\n(l, m) = g";
    let source = Source::new("test", text);
    let parsed = parse(&source);
    let bindings = Bindings::new(&source, &parsed.tree);
    let found: Vec<(&str, usize, usize, bool)> = bindings
        .definitions()
        .iter()
        .map(|definition| {
            (source.slice(definition.name), definition.statement, definition.target, definition.value.is_some())
        })
        .collect();
    let expected = [
        ("a", 0, 0, true),
        ("b", 1, 0, false),
        ("c", 1, 1, false),
        ("d", 2, 0, false),
        ("e", 3, 0, false),
        ("h", 4, 0, true),
        ("i", 5, 0, false),
        ("j", 6, 0, false),
        ("k", 7, 0, true),
        ("l", 8, 0, false),
        ("m", 8, 1, false),
    ];
    assert_eq!(found, expected);
    assert_eq!(bindings.iter().count(), expected.len());
}

#[test]
fn constants_fold_through_arithmetic_and_names() {
    for (text, expected) in [
        ("n = 7\nx = n * 2", Some(14.0)),
        ("n = 7\nn = n + 1\nx = n", Some(8.0)),
        ("m, n = 5, (7)\nx = n - m", Some(2.0)),
        ("[m, n] = [5, 7]\nx = n", Some(7.0)),
        ("m, n = 5, 6, 7\nx = n", None),
        ("m, n = 5\nx = n", None),
        ("x = -(3 + 4) * +2", Some(-14.0)),
        ("x = 7 // 2", Some(3.0)),
        ("x = -7 // 2", Some(-4.0)),
        ("x = -7 % 3", Some(2.0)),
        ("x = 7 % -3", Some(-2.0)),
        ("x = 0.3 // 0.1", Some(2.0)),
        ("x = 2 ** 0.5", Some(2.0_f64.sqrt())),
        ("x = 7 / 2", Some(3.5)),
        ("x = 1 / 0", None),
        ("x = 1 // 0", None),
        ("x = 1 % 0", None),
        ("x = (0 - 1) ** 0.5", None),
        ("x = 10 ** 400", None),
        ("x = close * 2", None),
        ("x = y\ny = 1", None),
        ("a, b = 1\nx = a", None),
        ("x = f(3)", None),
        ("x = close ** 0", None),
        ("x = ~1", None),
        ("x = 1 and 2", None),
    ] {
        let (source, parsed) = clean(text);
        let bindings = Bindings::new(&source, &parsed.tree);
        let constants = Constants::new(&source, &parsed.tree, &bindings);
        let last = parsed.tree.ids().next_back().unwrap();
        let last = match parsed.tree.statements().last().unwrap().kind {
            StatementKind::Assign { value, .. } if text.contains("x = y") => {
                // The statement of interest is the first one.
                assert_eq!(constants.number(value), Some(1.0));
                parsed.tree.ids().next().unwrap()
            }
            _ => last,
        };
        assert_eq!(constants.number(last), expected, "{text}");
    }
}

#[test]
fn an_expression_knows_its_statement() {
    let (_, parsed) = clean("a = 1 + 2\nf(a)\nb = 3");
    let found: Vec<usize> = parsed.tree.ids().map(|id| parsed.tree.statement_of(id)).collect();
    assert_eq!(found, [0, 0, 0, 1, 1, 1, 2]);
    for n in 0..3 {
        assert!(parsed.tree.ids_of(n).all(|id| parsed.tree.statement_of(id) == n));
    }
}

#[test]
fn a_broken_statement_leaves_nothing_but_the_names_it_binds() {
    for (text, expected) in [
        ("x = f(a, [b, c > d", "x"),
        ("a, b = f(", "a b"),
        ("x := 3", "x"),
        ("x += 1", "x"),
        ("let x = 3", "x"),
        ("def f(x): return x", "f"),
        ("(a, b) = f(", "a b"),
        ("[a, b] := f(c)", "a b"),
        ("(a,, b) = f(c)", "a b"),
        ("(\n  a b,\n  c\n) = f(d)", "a b c"),
        ("a,, b = f(c)", "a b"),
        ("fast ema(close, 12)", "fast"),
        ("level 30 if a else 20", "level"),
        ("emit_signal a, b", ""),
        ("x = $ and\n    b\n    or c\n)", "x"),
        ("x: float = 3", "x"),
        ("x ＝ 3", "x"),
        ("f(x = $)", ""),
        ("return x", ""),
        ("x == $", ""),
    ] {
        let source = Source::new("test", text);
        let Parsed { tree, .. } = parse(&source);
        assert!(tree.is_empty(), "{text}");
        let [statement] = tree.statements() else { panic!("{text}: not one statement") };
        let StatementKind::Error { targets } = statement.kind else { panic!("{text}: no error") };
        let names: Vec<&str> = tree.targets(targets).iter().map(|&name| source.slice(name)).collect();
        assert_eq!(names.join(" "), expected, "{text}");
    }
}
