//! The TextMate grammar colours every token as what the lexer says it is, mistakes among them, as VS Code runs it.
//!
//! The engine is VS Code's own, from npm: `.ci/run` installs it and names its folder in `SIGNAL_VALIDATORS`.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use signal_syntax::{Token, tokens};
use signal_text::Source;

use crate::classes::scopes;
use crate::scripts::{of_the_house, random, random_and_spoilt, root};

/// A line's pieces: from which UTF-16 unit, to which, with which scopes.
type Line = Vec<(usize, usize, Vec<String>)>;

/// The scopes of a text's bytes; those of line ends are empty. `None` where the engine is not installed.
fn coloured(texts: &[&str]) -> Option<Vec<Vec<Vec<String>>>> {
    let Some(folder) = std::env::var_os("SIGNAL_VALIDATORS") else {
        // CI installs it; a newcomer need not.
        eprintln!("skipped: SIGNAL_VALIDATORS does not name a folder with vscode-textmate and vscode-oniguruma");
        return None;
    };
    // Relative folders are relative to the top.
    let folder = root().join(folder);
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/grammar/textmate.mjs");
    let mut node = Command::new("node")
        .arg(script)
        .arg(root().join("grammar/textmate/signal.tmLanguage.json"))
        .arg(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let (input, mut stdin) = (serde_json::to_vec(texts).unwrap(), node.stdin.take().unwrap());
    let writer = std::thread::spawn(move || stdin.write_all(&input).unwrap());
    let output = node.wait_with_output().unwrap();
    writer.join().unwrap();
    assert!(output.status.success(), "textmate.mjs ended with {}", output.status);
    let lines: Vec<Vec<Line>> = serde_json::from_slice(&output.stdout).unwrap();
    Some(texts.iter().zip(&lines).map(|(text, lines)| by_byte(text, lines)).collect())
}

/// From UTF-16 units of lines to bytes of the text.
fn by_byte(text: &str, lines: &[Line]) -> Vec<Vec<String>> {
    let mut colours = vec![Vec::new(); text.len()];
    let (mut line, mut unit, mut before) = (0, 0, ' ');
    for (at, c) in text.char_indices() {
        if matches!(c, '\n' | '\r') {
            line += usize::from(c == '\r' || before != '\r');
            unit = 0;
        } else {
            let piece = lines[line].iter().find(|(from, to, _)| (*from..*to).contains(&unit));
            let (_, _, scopes) = piece.unwrap_or_else(|| panic!("{c:?} of line {line} is in no token\n{text}"));
            colours[at..at + c.len_utf8()].fill(scopes.clone());
            unit += c.len_utf16();
        }
        before = c;
    }
    colours
}

/// How many tokens were looked at.
fn check(name: &str, text: &str, colours: &[Vec<String>]) -> usize {
    let source = Source::new("test", text);
    let tokens = tokens(&source);
    // A pattern sees one line: strings and comments over several, which are mistakes, have the colour on their first.
    if tokens.iter().any(|(_, span)| text[span.range()].trim_end().contains(['\n', '\r'])) {
        return 0;
    }
    for (token, span) in tokens.iter().filter(|(token, _)| *token != Token::LineEnd) {
        let length = text[span.range()].trim_end_matches(['\n', '\r']).len();
        let classes = scopes(*token);
        for scopes in &colours[span.start as usize..span.start as usize + length] {
            let fits = match classes {
                [] => scopes.is_empty(),
                _ => scopes.iter().any(|scope| classes.iter().any(|class| scope.starts_with(class))),
            };
            assert!(fits, "{name}: {:?} is {token:?} and coloured as {scopes:?}\n{text}", &text[span.range()]);
        }
    }
    tokens.len()
}

#[test]
fn the_textmate_grammar_colours_each_token_as_the_lexer_calls_it() {
    let mut scripts = of_the_house();
    scripts.extend(random(2_000));
    scripts.extend(random_and_spoilt(1_000));
    scripts.extend(WORDS.split('\n').map(|line| (line.to_owned(), line.to_owned())));
    let texts: Vec<&str> = scripts.iter().map(|(_, text)| text.as_str()).collect();
    let Some(colours) = coloured(&texts) else {
        return;
    };
    let looked_at: usize = scripts.iter().zip(&colours).map(|((name, text), colours)| check(name, text, colours)).sum();
    assert!(looked_at > 50_000, "only {looked_at} tokens were looked at");
}

/// Signs and literals, right and wrong, a line each.
const WORDS: &str = "14x 1.2.3 1__0 2e 0x1F 1e+5x 1e-3 2.x 1_000.5_0 .5.5 1.e5 .5e-2z 3.14.and
\"a\\\"b # c\" 'it\\'s' \"\" '' \"abc
'abc\\
f\"abc\" rb'x' myf\"abc\" “abc” «x» '''abc''' \"\"\"a
a && b || c ! d === e !== f <> g => h =< i := j += k **= l //= m ^= n -> o
a : b { c } d ? e ^ f @ g $ h ` i
a（b）c − d é变·x · y None nones android or_ nota ifx Truefalse
x = 1 /* why */ + 2 //* 3
x = y \\ z
emit_signal (x) rsi.close close.rsi rsi close=5 f(close=5, my = 3, a == b)
#! key = value # comment #
#! no key#here
#!# x
#!
# signal: allow a-rule, b-rule in this file because
   # why \\
\"\\\\\" \"\\";

/// What a name is coloured as, over the classes that the lexer can tell.
#[test]
fn names_have_the_scope_of_what_they_are_there() {
    let text = "#! timeframe = 1h # hourly\nmine = rsi(close, period=14).upper + my_own (mine) + deep.rsi(1)\nemit_signal(x, entry(\"A\\t\", Weight(1)))  # signal: allow no-signal, b because x";
    let cases = [
        ("timeframe", "variable.other.property.directive.signal"),
        ("1h", "string.unquoted.directive.signal"),
        ("# hourly", "comment.line.number-sign.signal"),
        ("mine", "variable.other.definition.signal"),
        ("rsi", "support.function.builtin.signal"),
        ("close", "variable.language.signal"),
        ("period", "variable.parameter.signal"),
        ("upper", "variable.other.property.signal"),
        ("my_own", "entity.name.function.call.signal"),
        ("x,", "variable.other.signal"),
        ("emit_signal", "support.function.statement.signal"),
        ("entry", "support.class.constructor.signal"),
        ("Weight", "support.class.constructor.signal"),
        ("\\t", "constant.character.escape.signal"),
        ("allow", "storage.type.class.suppression.signal"),
        ("no-signal", "entity.name.tag.rule.signal"),
    ];
    let Some(colours) = coloured(&[text]) else {
        return;
    };
    for (word, scope) in cases {
        let found = &colours[0][text.find(word).unwrap()];
        assert_eq!(found.last().map(String::as_str), Some(scope), "{word} has {found:?}");
    }
}
