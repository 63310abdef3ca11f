//! Formulas: what they mean, what is refused, and that nothing makes them panic.

use proptest::prelude::*;
use signal_catalog::{Catalog, Formula, FormulaErrorKind};

fn value(text: &str, params: &[(&str, f64)]) -> Option<u64> {
    let (names, values): (Vec<&str>, Vec<f64>) = params.iter().copied().unzip();
    Formula::parse(text, &names).unwrap_or_else(|error| panic!("{text}: {error}")).eval(&values)
}

#[test]
fn formulas_mean_what_they_say() {
    let n = |n: f64| [("n", n), ("m", 3.0)];
    let expected = [
        ("n-1", 14.0, Some(13)),
        ("n - 1", 14.0, Some(13)),
        ("2*n-1", 14.0, Some(27)),
        ("2*(n-1)", 14.0, Some(26)),
        ("n-m-1", 14.0, Some(10)),
        ("10-(n-1)", 4.0, Some(7)),
        ("max(n, m)", 2.0, Some(3)),
        ("min(n, m)", 2.0, Some(2)),
        ("idiv(n, 2)", 7.0, Some(3)),
        ("10+idiv(0-n, 2)", 7.0, Some(6)),
        ("10+idiv(-n, 2)", 7.0, Some(6)),
        ("floordiv(n, 2)", 7.0, Some(3)),
        ("isqrt(n)", 24.0, Some(4)),
        ("isqrt(n)", 25.0, Some(5)),
        ("iff(n>1, m, 0)", 1.0, Some(0)),
        ("iff(n>1, m, 0)", 2.0, Some(3)),
        ("iff(n<=2, 1, 2)", 2.0, Some(1)),
        ("iff(n<2, 1, 2)", 2.0, Some(2)),
        ("iff(n>=2, 1, 2)", 2.0, Some(1)),
        ("iff(n==2, 1, 2)", 2.0, Some(1)),
        ("iff(n!=2, 1, 2)", 2.0, Some(2)),
        // The branch that is left aside need not have a value.
        ("iff(n>1, 7, isqrt(0-n))", 2.0, Some(7)),
        ("((((n))))", 5.0, Some(5)),
        ("ma(n, 0)", 1.0, Some(0)),
        ("ma(n, 7)", 9.0, Some(32)),
        ("ma(n, 9)", 16.0, Some(18)),
        ("0", 1.0, Some(0)),
    ];
    for (text, param, bars) in expected {
        assert_eq!(value(text, &n(param)), bars, "{text} for n = {param}");
    }
}

#[test]
fn parameters_without_sense_give_no_value() {
    let expected: [(&str, f64); 14] = [
        ("n-1", 0.0),
        ("n-1", -5.0),
        ("n-1", 14.5),
        ("n-1", f64::NAN),
        ("n-1", f64::INFINITY),
        ("n-1", 1e300),
        ("n*n*n", 9e15),
        ("idiv(5, n)", 0.0),
        ("isqrt(0-n)", 4.0),
        ("ma(n, 0)", 0.0),
        ("ma(5, n)", 16.0),
        ("ma(5, n)", -1.0),
        ("exponential(n)", 20.0),
        ("moving(n, 1)", 20.0),
    ];
    for (text, param) in expected {
        assert_eq!(value(text, &[("n", param)]), None, "{text} for n = {param}");
    }
    assert_eq!(Formula::parse("a+b", &["a", "b"]).unwrap().eval(&[1.0]), None, "a parameter is missing");
}

#[test]
fn what_is_wrong_is_named_with_its_place() {
    use FormulaErrorKind::{ArgumentCount, NumberTooLarge, TooLarge, Unexpected, Unfinished, UnknownName};
    let arguments = |function, expected, found| ArgumentCount { function, expected, found };
    let expected = [
        ("", 0, Unfinished),
        ("   ", 3, Unfinished),
        ("n-", 2, Unfinished),
        ("(n", 2, Unfinished),
        ("max(n", 5, Unfinished),
        ("n 1", 2, Unexpected('1')),
        ("n)", 1, Unexpected(')')),
        ("n/2", 1, Unexpected('/')),
        ("3é", 1, Unexpected('é')),
        ("é", 0, Unexpected('é')),
        ("1.5", 1, Unexpected('.')),
        ("m-1", 0, UnknownName("m".to_owned())),
        ("n-period", 2, UnknownName("period".to_owned())),
        ("1+sin(n)", 2, UnknownName("sin".to_owned())),
        ("max(n)", 0, arguments("max", 2, 1)),
        ("1+isqrt()", 2, arguments("isqrt", 1, 0)),
        ("iff(n>1, 2)", 0, arguments("iff", 3, 2)),
        ("iff(n, 2, 3)", 5, Unexpected(',')),
        ("1234567890123456", 0, NumberTooLarge),
        (&"(".repeat(100_000), 4096, TooLarge),
        (&"(".repeat(4_000), 64, TooLarge),
        (&"-".repeat(4_000), 64, TooLarge),
        (&format!("{}1{}", "1-(".repeat(60), ")".repeat(60)), 0, TooLarge),
    ];
    for (text, offset, kind) in expected {
        let error = Formula::parse(text, &["n"]).expect_err(text);
        let shown: String = text.chars().take(20).collect();
        assert_eq!((error.offset, error.kind), (offset, kind), "{shown}");
    }
    let message = Formula::parse("n-period", &["n"]).unwrap_err().to_string();
    assert_eq!(message, "unknown name `period` at byte 2 of the formula");
}

#[test]
fn formulas_of_the_catalog_keep_their_text() {
    for entry in Catalog::bundled().entries() {
        for signature in entry.signatures.iter() {
            let lookback = signature.lookback.as_ref().unwrap();
            let names: Vec<&str> = signature.params.iter().map(|param| &*param.name).collect();
            assert_eq!(Formula::parse(lookback.text(), &names).as_ref(), Ok(lookback), "{}", entry.name);
        }
    }
}

/// A formula together with what it is worth, computed another way.
#[derive(Clone, Debug)]
struct Model {
    text: String,
    value: Option<i128>,
}

fn formula() -> impl Strategy<Value = Model> {
    let leaf = prop_oneof![
        (0_u32..1000).prop_map(|n| Model { text: n.to_string(), value: Some(i128::from(n)) }),
        Just(Model { text: "n".to_owned(), value: Some(14) }),
        Just(Model { text: "m".to_owned(), value: Some(-3) }),
    ];
    leaf.prop_recursive(4, 24, 3, |inner| {
        (inner.clone(), inner.clone(), inner, 0_u8..7).prop_map(|(a, b, c, shape)| {
            let both = |f: fn(i128, i128) -> Option<i128>| a.value.and_then(|x| b.value.and_then(|y| f(x, y)));
            let (text, value) = match shape {
                0 => (format!("({}+{})", a.text, b.text), both(|x, y| Some(x + y))),
                1 => (format!("({} - ({}))", a.text, b.text), both(|x, y| Some(x - y))),
                2 => (format!("({})*({})", a.text, b.text), both(|x, y| Some(x * y))),
                3 => (format!("max({},{})", a.text, b.text), both(|x, y| Some(x.max(y)))),
                4 => (format!("min({}, {})", a.text, b.text), both(|x, y| Some(x.min(y)))),
                5 => (
                    format!("idiv({},{})", a.text, b.text),
                    both(|x, y| (y != 0).then(|| x.div_euclid(y) - i128::from(y < 0 && x.rem_euclid(y) != 0))),
                ),
                _ => {
                    let chosen = match (a.value, b.value) {
                        (Some(x), Some(y)) if x < y => c.value,
                        (Some(_), Some(_)) => Some(1),
                        _ => None,
                    };
                    (format!("iff({} < {}, {}, 1)", a.text, b.text, c.text), chosen)
                }
            };
            // Beyond the range of the real thing the model has no value either.
            Model { text, value: value.filter(|value| i64::try_from(*value).is_ok()) }
        })
    })
}

proptest! {
    #[test]
    fn a_formula_is_worth_what_its_parts_are(model in formula()) {
        let formula = Formula::parse(&model.text, &["n", "m"]).unwrap();
        prop_assert_eq!(formula.eval(&[14.0, -3.0]), model.value.and_then(|value| u64::try_from(value).ok()), "{}", model.text);
    }

    #[test]
    fn no_text_makes_the_parser_panic(text in "[a-z0-9+*(),<>=! -]{0,60}|\\PC{0,40}") {
        if let Ok(formula) = Formula::parse(&text, &["n", "m"]) {
            let _ = formula.eval(&[14.0, 2.0]);
        }
    }

    #[test]
    fn no_parameters_make_a_formula_of_the_catalog_panic(params in proptest::collection::vec(any::<f64>(), 0..12), share in any::<f64>()) {
        for entry in Catalog::bundled().entries() {
            for signature in entry.signatures.iter() {
                let _ = signature.lookback_bars(&params);
                let _ = signature.settle_bars(&params, share);
                let _ = signature.memory_for(&params);
            }
        }
    }
}
