//! Random scripts in random shapes, and scripts with random faults.

use proptest::prelude::*;

/// A value in one of the forms that the grammar has, with blanks, line ends and comments wherever they may stand.
fn value() -> impl Strategy<Value = String> {
    let leaf = prop::sample::select(vec![
        "close", "x", "14", "500", ".5", "2.", "'LONG'", "\"S\"", "True", "None", "größe", "()", "[]",
    ]);
    leaf.prop_map(str::to_owned).prop_recursive(5, 60, 5, |inner| {
        let operators = ["+", "-", "*", "/", "//", "%", "**", "<", ">=", "==", " and ", " or ", "&", "|"];
        let operator = prop::sample::select(operators.to_vec());
        let items = prop::collection::vec((inner.clone(), gap(), gap(), any::<bool>()), 1..5).boxed();
        prop_oneof![
            3 => (inner.clone(), operator, inner.clone()).prop_map(|(a, operator, b)| format!("{a}{operator}{b}")),
            2 => (inner.clone(), prop::sample::select(vec!["+", "-", "~", "- "])).prop_map(|(a, sign)| format!("{sign}{a}")),
            1 => inner.clone().prop_map(|a| format!("(not {a})")),
            2 => (gap(), inner.clone(), gap()).prop_map(|(a, b, c)| format!("({a}{b}{c})")),
            3 => (items.clone(), gap(), any::<bool>()).prop_map(|(items, end, comma)| {
                let named = |n: usize, named: bool| if named && n > 0 { format!("p{n}=") } else { String::new() };
                let list: Vec<_> =
                    items.iter().enumerate().map(|(n, (a, b, c, d))| format!("{b}{}{a}{c}", named(n, *d))).collect();
                format!("f({}{}{end})", list.join(","), if comma { "," } else { "" })
            }),
            1 => (items, gap(), any::<bool>()).prop_map(|(items, end, list)| {
                let (open, close) = if list { ('[', ']') } else { ('(', ')') };
                let items: String = items.iter().map(|(a, b, c, _)| format!("{b}{a}{c},")).collect();
                format!("{open}{items}{end}{close}")
            }),
            1 => (inner.clone(), gap()).prop_map(|(a, b)| format!("f({a})[{b}-1]")),
            1 => inner.clone().prop_map(|a| format!("f({a}).upper")),
            1 => (inner.clone(), inner.clone(), inner).prop_map(|(a, b, c)| format!("({a} if {b} else {c})")),
        ]
    })
}

/// What may stand between two words inside of brackets.
fn gap() -> impl Strategy<Value = &'static str> {
    let gaps =
        ["", "", "", "", " ", "\t", "\n", "\n\n", "\r\n    ", " # why\n", "\n# own\n", "#x\n#y\n", " # a\n\n # b\n"];
    prop::sample::select(gaps.to_vec())
}

/// A line of a script, or something that stands on a line of its own.
fn line() -> impl Strategy<Value = String> {
    let ends = [
        "\n",
        "\n",
        "\n\n",
        "\n\n\n",
        "\r\n",
        " # behind\n",
        "#behind\n",
        "; ",
        " ;\n",
        "\\\n\n",
        "  # signal: allow unused-name\n",
    ];
    let end = || prop::sample::select(ends.to_vec());
    let alone = [
        "# own\n",
        "#own\n",
        "  # indented\n",
        "# signal: allow unused-name\n",
        "#! timeframe=1h\n",
        "#! mode   = cross\n",
        "\n",
        "\x0C\n",
        "if close > 1:\n",
        "    y = 1\n",
        "b = = 2\n",
        "c = f(1,\n",
        "d = )\n",
        "e = 'open\n",
        "\"\"\"\n",
        "a b\n",
        "else:\n",
        "f(\n",
        " \\\n",
    ];
    prop_oneof![
        6 => (value(), end()).prop_map(|(a, end)| format!("x = {a}{end}")),
        2 => (value(), end()).prop_map(|(a, end)| format!("emit_signal({a}){end}")),
        1 => (value(), value(), end()).prop_map(|(a, b, end)| format!("p,q={a},{b}{end}")),
        1 => (gap(), value(), end()).prop_map(|(a, b, end)| format!("({a}p,q{a},)={b}{end}")),
        3 => prop::sample::select(alone.to_vec()).prop_map(str::to_owned),
    ]
}

/// A script.
pub(crate) fn script() -> impl Strategy<Value = String> {
    prop::collection::vec(line(), 0..8).prop_map(|lines| lines.concat())
}

/// A script in which some characters were lost, doubled or replaced.
pub(crate) fn faulty(scripts: Vec<String>) -> impl Strategy<Value = String> {
    let slip = (
        any::<prop::sample::Index>(),
        0usize..4,
        prop::sample::select("()[]=,;#'\"\\\n\r \tax1.+-!é".chars().collect::<Vec<_>>()),
    );
    (prop::sample::select(scripts), prop::collection::vec(slip, 1..6)).prop_map(|(text, slips)| {
        let mut letters: Vec<char> = text.chars().collect();
        for (at, kind, letter) in slips {
            if letters.is_empty() {
                break;
            }
            let at = at.index(letters.len());
            match kind {
                0 => drop(letters.remove(at)),
                1 => letters.insert(at, letter),
                2 => letters[at] = letter,
                _ => letters.truncate(at.max(letters.len() / 2)),
            }
        }
        letters.into_iter().collect()
    })
}
