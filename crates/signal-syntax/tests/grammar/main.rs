//! The parser and what is in `grammar/` say the same, so that neither can drift away from the other: the EBNF here, in both
//! directions, the grammars for editors in the modules.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stderr)]

mod classes;
mod ebnf;
mod generated;
mod highlights;
mod neovim;
mod scripts;
mod textmate;
mod tree_sitter;

use ebnf::{Grammar, Random, Recogniser, Specials, write};
use signal_syntax::{Token, parse, tokens};
use signal_text::Source;

const SENTENCES: usize = 6_000;

fn grammar() -> Grammar {
    Grammar::read(include_str!("../../../../grammar/signal.ebnf"))
}

/// What the grammar says in words, for this test.
struct Words;

const INITIALS: [&str; 8] = ["a", "close", "x", "_", "Weight", "é", "变", "return"];
const CONTINUING: [&str; 8] = ["a", "Z", "0", "9", "_", "é", "变", "·"];
const CHARACTERS: [&str; 10] = ["a", " ", "#", "(", ";", "é", "🚀", ":", "/", "\u{A0}"];
const LINE_ENDS: [&str; 3] = ["\n", "\r\n", "\r"];

impl Specials for Words {
    fn takes(&self, special: &str, symbol: &str) -> bool {
        let mut characters = symbol.chars();
        let (Some(c), None) = (characters.next(), characters.next()) else {
            return special == "any token" || special.starts_with("a line feed") && LINE_ENDS.contains(&symbol);
        };
        let in_line = !matches!(c, '\n' | '\r');
        match special {
            "any token" => true,
            s if s.contains("XID_Start") => c == '_' || c.is_alphabetic(),
            s if s.contains("XID_Continue") => c == '_' || c == '·' || c.is_alphanumeric(),
            s if s.starts_with("any character but quotes") => in_line && !matches!(c, '"' | '\'' | '\\'),
            s if s.starts_with("any character but those") => in_line,
            s if s.starts_with("a line feed") => LINE_ENDS.contains(&symbol),
            _ => panic!("the test does not know what {special:?} means"),
        }
    }

    fn sample(&self, special: &str, random: &mut Random) -> String {
        let from: &[&str] = match special {
            s if s.contains("XID_Start") => &INITIALS,
            s if s.contains("XID_Continue") => &CONTINUING,
            s if s.starts_with("any character") => &CHARACTERS,
            s if s.starts_with("a line feed") => &LINE_ENDS,
            _ => panic!("the test does not know what {special:?} means"),
        };
        (*random.pick(from)).to_owned()
    }
}

/// Tokens as a text, with spaces, comments and line ends where they mean nothing.
fn text_of(tokens: &[String], random: &mut Random) -> String {
    let mut text = String::new();
    let mut depth = 0_usize;
    let mut begins_line = true;
    for token in tokens {
        if !begins_line {
            text.push_str(match random.below(12) {
                0 => "  ",
                1 => "\t",
                2 => " \\\n ",
                3 if depth > 0 => "\n",
                4 if depth > 0 => " # ) why ]\n  ",
                _ => " ",
            });
        }
        match token.as_str() {
            "(" | "[" => depth += 1,
            ")" | "]" => depth = depth.saturating_sub(1),
            _ => {}
        }
        text.push_str(token);
        begins_line = LINE_ENDS.contains(&token.as_str());
    }
    text
}

/// Inside brackets a line end is no token.
fn without_inner_line_ends(tokens: &[String]) -> Vec<String> {
    let mut depth = 0_usize;
    let kept = tokens.iter().filter(|token| {
        match token.as_str() {
            "(" | "[" => depth += 1,
            ")" | "]" => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0 || !LINE_ENDS.contains(&token.as_str())
    });
    kept.cloned().collect()
}

fn parser_takes(text: &str) -> bool {
    parse(&Source::new("test", text)).diagnostics.is_empty()
}

#[test]
fn the_parser_takes_every_sentence_of_the_grammar() {
    let grammar = grammar();
    let mut random = Random(0x5EED);
    let mut longest = 0;
    for n in 0..SENTENCES {
        let sentence = write(&grammar, &Words, "script", 3 + n % 12, &mut random);
        longest = longest.max(sentence.len());
        let text = text_of(&sentence, &mut random);
        let parsed = parse(&Source::new("test", text.as_str()));
        assert_eq!(parsed.diagnostics, [], "{text}");
    }
    assert!(longest > 100, "the longest sentence had {longest} tokens only");
}

const VOCABULARY: &str =
    "a return 1 .5 \"s\" True None and or not if else + - * / // % ** & | ~ < <= == != = ( ) [ ] , . ; \n";

/// A sentence with a token too many, too few or in the wrong place, if one came that is neither empty nor long.
fn spoilt(grammar: &Grammar, random: &mut Random) -> Option<Vec<String>> {
    let vocabulary: Vec<&str> = VOCABULARY.split(' ').collect();
    let mut sentence = write(grammar, &Words, "script", 2 + random.below(7), random);
    if sentence.is_empty() || sentence.len() > 40 {
        return None;
    }
    for _ in 0..=random.below(2) {
        let at = random.below(sentence.len());
        match random.below(5) {
            0 if sentence.len() > 1 => drop(sentence.remove(at)),
            1 => sentence.insert(at, (*random.pick(&vocabulary)).to_owned()),
            2 => sentence[at] = (*random.pick(&vocabulary)).to_owned(),
            3 => sentence.insert(at, sentence[at].clone()),
            _ => {
                let other = random.below(sentence.len());
                sentence.swap(at, other);
            }
        }
    }
    Some(sentence)
}

/// A sentence's tokens with a space between, so that no line is indented.
fn spaced(sentence: &[String]) -> String {
    sentence.join(" ").replace("\n ", "\n").replace("\r ", "\r")
}

/// Sentences with a token too many, too few or in the wrong place: right or wrong, grammar and parser agree.
#[test]
fn the_parser_refuses_what_the_grammar_refuses() {
    let grammar = grammar();
    let mut random = Random(0xBAD_5EED);
    let (mut taken, mut refused) = (0, 0);
    while taken + refused < SENTENCES {
        let Some(sentence) = spoilt(&grammar, &mut random) else {
            continue;
        };
        let expected = Recogniser::takes(&grammar, &Words, "script", without_inner_line_ends(&sentence));
        let text = spaced(&sentence);
        assert_eq!(
            parser_takes(&text),
            expected,
            "the grammar {} this:\n{text}",
            if expected { "takes" } else { "refuses" }
        );
        if expected { taken += 1 } else { refused += 1 }
    }
    assert!(taken > SENTENCES / 10 && refused > SENTENCES / 4, "{taken} taken, {refused} refused");
}

/// Words of letters that tokens are made of: the lexer makes one token of just those that the grammar calls one.
#[test]
fn the_lexer_makes_the_tokens_of_the_grammar() {
    let grammar = grammar();
    let mut random = Random(0x70CE);
    let kinds = [
        ("number", Token::Number, "0123456789__..eE+-"),
        ("name", Token::Name, "adnortifTueé变0_·.-0"),
        ("string", Token::String, "aé\"\"''\\n #"),
    ];
    for (rule, kind, letters) in kinds {
        let letters: Vec<char> = letters.chars().collect();
        let (mut right, mut wrong) = (0, 0);
        for n in 0..SENTENCES {
            let word = if n % 2 == 0 {
                write(&grammar, &Words, rule, 4, &mut random).concat()
            } else {
                (0..=random.below(7)).map(|_| *random.pick(&letters)).collect()
            };
            let expected = Recogniser::takes_word(&grammar, &Words, rule, &word);
            let found = tokens(&Source::new("test", word.as_str()));
            let single = matches!(found[..], [(found, span)] if found == kind && span.len() as usize == word.len());
            assert_eq!(single, expected, "{word:?} as a {rule}");
            if expected { right += 1 } else { wrong += 1 }
        }
        assert!(right > SENTENCES / 3 && wrong > SENTENCES / 10, "{rule}: {right} right, {wrong} wrong");
    }
}

#[test]
fn every_rule_of_the_grammar_is_used() {
    let grammar = grammar();
    let text = include_str!("../../../../grammar/signal.ebnf");
    for rule in grammar.rules.keys().filter(|rule| rule.as_str() != "script") {
        let uses = text.match_indices(rule.as_str()).count();
        assert!(uses > 1, "{rule} is used nowhere");
    }
}
