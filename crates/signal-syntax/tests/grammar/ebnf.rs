//! Reads EBNF, writes random sentences from it, and tells whether a sentence is one of it.
//!
//! Knows nothing of the parser under test: the recogniser tries every way that the rules allow, with memory of what it tried.

use std::collections::{BTreeSet, HashMap};

/// A rule's right side, or a part of it.
#[derive(Clone, Debug)]
pub(crate) enum Node {
    Sequence(Vec<Node>),
    Choice(Vec<Node>),
    Optional(Box<Node>),
    Repeated(Box<Node>),
    Except(Box<Node>, Box<Node>),
    Terminal(String),
    Special(String),
    Rule(String),
}

pub(crate) struct Grammar {
    pub(crate) rules: HashMap<String, Node>,
    /// Rules of the part on characters.
    pub(crate) lexical: BTreeSet<String>,
}

/// What words in `? ... ?` mean.
pub(crate) trait Specials {
    /// Whether the symbol is one of them.
    fn takes(&self, special: &str, symbol: &str) -> bool;
    /// One of them.
    fn sample(&self, special: &str, random: &mut Random) -> String;
}

/// A random number generator (xorshift64*), so that each run writes the same sentences.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) as usize % limit
    }

    pub(crate) fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }
}

impl Grammar {
    pub(crate) fn read(text: &str) -> Self {
        let (first, second) = text.split_once("(* Part 2").expect("the grammar has two parts");
        let mut rules = HashMap::new();
        let mut lexical = BTreeSet::new();
        for (part, is_lexical) in [(first, false), (second, true)] {
            let part = if is_lexical { &part[part.find("*)").unwrap() + 2..] } else { part };
            let mut reader = Reader { rest: part };
            while let Some((name, node)) = reader.rule() {
                if is_lexical {
                    lexical.insert(name.clone());
                }
                assert!(rules.insert(name.clone(), node).is_none(), "{name} is defined twice");
            }
        }
        Self { rules, lexical }
    }

    fn rule(&self, name: &str) -> &Node {
        self.rules.get(name).unwrap_or_else(|| panic!("the grammar has no rule {name:?}"))
    }
}

struct Reader<'t> {
    rest: &'t str,
}

impl Reader<'_> {
    fn skip(&mut self) {
        loop {
            self.rest = self.rest.trim_start();
            let Some(comment) = self.rest.strip_prefix("(*") else { return };
            self.rest = &comment[comment.find("*)").expect("a comment ends") + 2..];
        }
    }

    fn accept(&mut self, sign: &str) -> bool {
        self.skip();
        // `(*` would be a comment, which is skipped already.
        let found = self.rest.starts_with(sign);
        if found {
            self.rest = &self.rest[sign.len()..];
        }
        found
    }

    fn expect(&mut self, sign: &str) {
        assert!(self.accept(sign), "{sign:?} is missing before {:?}", &self.rest[..self.rest.len().min(40)]);
    }

    fn rule(&mut self) -> Option<(String, Node)> {
        self.skip();
        if self.rest.is_empty() {
            return None;
        }
        let name = self.name();
        self.expect("=");
        let node = self.choice();
        self.expect(";");
        Some((name, node))
    }

    fn name(&mut self) -> String {
        self.skip();
        let end = self.rest.find(|c: char| !(c.is_ascii_lowercase() || c == ' ')).unwrap();
        let name = self.rest[..end].trim().to_owned();
        assert!(!name.is_empty(), "a name is missing before {:?}", &self.rest[..self.rest.len().min(40)]);
        self.rest = &self.rest[end..];
        name
    }

    fn choice(&mut self) -> Node {
        let mut parts = vec![self.sequence()];
        while self.accept("|") {
            parts.push(self.sequence());
        }
        if parts.len() == 1 { parts.remove(0) } else { Node::Choice(parts) }
    }

    fn sequence(&mut self) -> Node {
        let mut parts = vec![self.exception()];
        while self.accept(",") {
            parts.push(self.exception());
        }
        if parts.len() == 1 { parts.remove(0) } else { Node::Sequence(parts) }
    }

    fn exception(&mut self) -> Node {
        let part = self.part();
        if self.accept("-") { Node::Except(Box::new(part), Box::new(self.part())) } else { part }
    }

    fn part(&mut self) -> Node {
        if self.accept("[") {
            let node = Node::Optional(Box::new(self.choice()));
            self.expect("]");
            node
        } else if self.accept("{") {
            let node = Node::Repeated(Box::new(self.choice()));
            self.expect("}");
            node
        } else if self.accept("(") {
            let node = self.choice();
            self.expect(")");
            node
        } else if self.accept("?") {
            Node::Special(self.up_to('?').trim().to_owned())
        } else if self.accept("\"") {
            Node::Terminal(self.up_to('"'))
        } else if self.accept("'") {
            Node::Terminal(self.up_to('\''))
        } else {
            Node::Rule(self.name())
        }
    }

    fn up_to(&mut self, end: char) -> String {
        let (text, rest) = self.rest.split_once(end).expect("what is opened is closed");
        self.rest = rest;
        text.to_owned()
    }
}

/// Tells whether symbols are a sentence. Symbols are tokens for the rules of the first part, characters for the second.
pub(crate) struct Recogniser<'g> {
    grammar: &'g Grammar,
    specials: &'g dyn Specials,
    symbols: Vec<String>,
    characters: bool,
    known: HashMap<(String, usize), BTreeSet<usize>>,
}

impl<'g> Recogniser<'g> {
    pub(crate) fn takes(grammar: &'g Grammar, specials: &'g dyn Specials, rule: &str, symbols: Vec<String>) -> bool {
        let (end, characters) = (symbols.len(), grammar.lexical.contains(rule));
        let mut recogniser = Self { grammar, specials, symbols, characters, known: HashMap::new() };
        recogniser.ends_of_rule(rule, 0).contains(&end)
    }

    /// Whether a whole word is of a rule about characters.
    pub(crate) fn takes_word(grammar: &'g Grammar, specials: &'g dyn Specials, rule: &str, word: &str) -> bool {
        let symbols = if word == "\r\n" { vec![word.to_owned()] } else { word.chars().map(String::from).collect() };
        Self::takes(grammar, specials, rule, symbols)
    }

    fn ends_of_rule(&mut self, rule: &str, start: usize) -> BTreeSet<usize> {
        if !self.characters && self.grammar.lexical.contains(rule) {
            let fits =
                self.symbols.get(start).is_some_and(|word| Self::takes_word(self.grammar, self.specials, rule, word));
            return fits.then_some(start + 1).into_iter().collect();
        }
        let key = (rule.to_owned(), start);
        if let Some(ends) = self.known.get(&key) {
            return ends.clone();
        }
        let grammar = self.grammar;
        let ends = self.ends(grammar.rule(rule), start);
        self.known.insert(key, ends.clone());
        ends
    }

    /// Where the parts that begin at `start` may end.
    fn ends(&mut self, node: &Node, start: usize) -> BTreeSet<usize> {
        match node {
            Node::Rule(rule) => self.ends_of_rule(rule, start),
            Node::Terminal(text) => self.ends_of_terminal(text, start),
            Node::Special(text) => {
                let fits = self.symbols.get(start).is_some_and(|symbol| self.specials.takes(text, symbol));
                fits.then_some(start + 1).into_iter().collect()
            }
            Node::Choice(parts) => parts.iter().flat_map(|part| self.ends(part, start)).collect(),
            Node::Sequence(parts) => parts.iter().fold(BTreeSet::from([start]), |starts, part| {
                starts.into_iter().flat_map(|start| self.ends(part, start)).collect()
            }),
            Node::Optional(part) => {
                let mut ends = self.ends(part, start);
                ends.insert(start);
                ends
            }
            Node::Repeated(part) => {
                let mut ends = BTreeSet::from([start]);
                let mut fresh = vec![start];
                while let Some(start) = fresh.pop() {
                    fresh.extend(self.ends(part, start).into_iter().filter(|&end| ends.insert(end)));
                }
                ends
            }
            Node::Except(part, but) => {
                let excluded = self.ends(but, start);
                self.ends(part, start).into_iter().filter(|end| !excluded.contains(end)).collect()
            }
        }
    }

    fn ends_of_terminal(&self, text: &str, start: usize) -> BTreeSet<usize> {
        let length = if self.characters { text.chars().count() } else { 1 };
        let fits = self.symbols.get(start..start + length).is_some_and(|symbols| symbols.concat() == text);
        fits.then_some(start + length).into_iter().collect()
    }
}

/// Writes a random sentence of a rule: its symbols. `depth` bounds how far rules are nested in earnest.
pub(crate) fn write(
    grammar: &Grammar,
    specials: &dyn Specials,
    rule: &str,
    depth: usize,
    random: &mut Random,
) -> Vec<String> {
    let mut writer = Writer { grammar, specials, random, characters: grammar.lexical.contains(rule), out: Vec::new() };
    writer.node(grammar.rule(rule), depth);
    writer.out
}

struct Writer<'g> {
    grammar: &'g Grammar,
    specials: &'g dyn Specials,
    random: &'g mut Random,
    characters: bool,
    out: Vec<String>,
}

impl Writer<'_> {
    fn node(&mut self, node: &Node, depth: usize) {
        match node {
            Node::Terminal(text) => self.out.push(text.clone()),
            Node::Special(text) => self.out.push(self.specials.sample(text, self.random)),
            Node::Sequence(parts) => parts.iter().for_each(|part| self.node(part, depth)),
            Node::Choice(parts) => {
                // When it gets deep, the first way out: the grammar lists simple forms first, or prefixes that end in them.
                let shallow: Vec<&Node> = parts.iter().filter(|part| !recursive(part)).collect();
                let part = if depth == 0 && !shallow.is_empty() {
                    shallow[self.random.below(shallow.len())]
                } else {
                    &parts[self.random.below(parts.len())]
                };
                self.node(part, depth.saturating_sub(1));
            }
            Node::Optional(part) => {
                if self.random.below(4) == 0 && (depth > 0 || self.characters) {
                    self.node(part, depth - usize::from(depth > 0));
                }
            }
            Node::Repeated(part) => {
                while self.random.below(4) == 0 && (depth > 0 || self.characters) {
                    self.node(part, depth - usize::from(depth > 0));
                }
            }
            Node::Except(part, but) => loop {
                let from = self.out.len();
                self.node(part, depth);
                let written = self.out[from..].to_vec();
                if !self.excluded(but, written) {
                    break;
                }
                self.out.truncate(from);
            },
            Node::Rule(rule) if !self.characters && self.grammar.lexical.contains(rule) => {
                let word = write(self.grammar, self.specials, rule, 4, self.random).concat();
                self.out.push(word);
            }
            Node::Rule(rule) => self.node(self.grammar.rule(rule), depth),
        }
    }

    fn excluded(&self, but: &Node, symbols: Vec<String>) -> bool {
        let symbols: Vec<String> =
            if self.characters { symbols.concat().chars().map(String::from).collect() } else { symbols };
        let end = symbols.len();
        let mut recogniser = Recogniser {
            grammar: self.grammar,
            specials: self.specials,
            symbols,
            characters: self.characters,
            known: HashMap::new(),
        };
        recogniser.ends(but, 0).contains(&end)
    }
}

/// Whether a way of a choice comes back to where it began, as far as its own text shows.
fn recursive(node: &Node) -> bool {
    match node {
        Node::Rule(rule) => matches!(rule.as_str(), "factor" | "inversion" | "group" | "tuple" | "list" | "expression"),
        Node::Sequence(parts) | Node::Choice(parts) => parts.iter().any(recursive),
        Node::Optional(part) | Node::Repeated(part) => recursive(part),
        Node::Except(part, _) => recursive(part),
        Node::Terminal(_) | Node::Special(_) => false,
    }
}
