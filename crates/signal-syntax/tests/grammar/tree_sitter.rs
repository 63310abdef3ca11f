//! The tree-sitter grammar takes what the parser takes, and makes the same tree of it.

use std::ops::Range;
use std::path::PathBuf;
use std::sync::OnceLock;

use signal_syntax::{BinaryOp, Expr, StatementKind, Tree, parse};
use signal_text::Source;
use tree_sitter::{InputEdit, Language, Node, Parser, Point};
use tree_sitter_loader::{CompileConfig, Loader};

use crate::ebnf::Random;
use crate::scripts::{is_right, of_the_house, random, random_and_spoilt, root};

const SCRIPTS: usize = 4_000;

pub(crate) fn folder() -> PathBuf {
    root().join("grammar/tree-sitter-signal")
}

/// Where the compiled grammar lies: `signal.so`, or what libraries are called there, in a folder that editors look into.
pub(crate) fn library() -> PathBuf {
    PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("runtime/parser")
}

/// The grammar, compiled as editors compile it.
pub(crate) fn language() -> Language {
    static LANGUAGE: OnceLock<Language> = OnceLock::new();
    let compile = || {
        let loader = Loader::with_parser_lib_path(library());
        loader.load_language_at_path(CompileConfig::new(&folder().join("src"), None, None)).unwrap()
    };
    LANGUAGE.get_or_init(compile).clone()
}

pub(crate) fn tree_of(text: &str) -> tree_sitter::Tree {
    let mut parser = Parser::new();
    parser.set_language(&language()).unwrap();
    parser.parse(text, None).unwrap()
}

/// All nodes of a tree, parents before children.
pub(crate) fn nodes(tree: &tree_sitter::Tree) -> Vec<Node<'_>> {
    let (mut cursor, mut found) = (tree.walk(), Vec::new());
    loop {
        found.push(cursor.node());
        if cursor.goto_first_child() {
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return found;
            }
        }
    }
}

/// A piece of a tree: what it is, from where, to where.
type Piece<'t> = (&'t str, usize, usize);

/// What our parser makes of a text: expressions, names that are bound or given to arguments, statements.
fn our_pieces(tree: &Tree) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    for id in tree.ids() {
        let kind = match tree.expr(id) {
            Expr::Number(_) => "number",
            Expr::String => "string",
            Expr::Bool(true) => "true",
            Expr::Bool(false) => "false",
            Expr::None => "none",
            Expr::Name => "identifier",
            Expr::Unary { op, .. } if op.symbol() == "not" => "not_operator",
            Expr::Unary { .. } => "unary_operator",
            Expr::Binary { op: BinaryOp::And | BinaryOp::Or, .. } => "boolean_operator",
            Expr::Binary { .. } => "binary_operator",
            Expr::Compare { .. } => "comparison_operator",
            Expr::Call { .. } => "call",
            Expr::Index { .. } => "subscript",
            Expr::Attribute { .. } => "attribute",
            Expr::Conditional { .. } => "conditional_expression",
            Expr::List(_) => "list",
            Expr::Tuple(_) => "tuple",
            Expr::Paren(_) => "parenthesized_expression",
            Expr::Error => "ERROR",
        };
        let span = tree.span(id);
        pieces.push((kind, span.start as usize, span.end as usize));
        let name = |span: signal_text::Span| ("identifier", span.start as usize, span.end as usize);
        match tree.expr(id) {
            Expr::Attribute { name: attribute, .. } => pieces.push(name(attribute)),
            Expr::Call { arguments, .. } => {
                pieces.extend(tree.arguments(arguments).iter().filter_map(|argument| argument.name).map(name));
            }
            _ => {}
        }
    }
    for statement in tree.statements() {
        let (start, end) = (statement.span.start as usize, statement.span.end as usize);
        match statement.kind {
            StatementKind::Assign { targets, .. } => {
                pieces.push(("assignment", start, end));
                let targets = tree.targets(targets).iter();
                pieces.extend(targets.map(|span| ("identifier", span.start as usize, span.end as usize)));
            }
            StatementKind::Expr(_) => pieces.push(("expression_statement", start, end)),
            StatementKind::Error { .. } => pieces.push(("ERROR", start, end)),
        }
    }
    pieces.sort_unstable();
    pieces
}

/// What tree-sitter makes of it, without the nodes that our tree has no counterpart for.
fn their_pieces(tree: &tree_sitter::Tree) -> Vec<Piece<'_>> {
    const OWN: [&str; 12] = [
        "script",
        "argument_list",
        "keyword_argument",
        "target_list",
        "string_content",
        "escape_sequence",
        "comment",
        "directive",
        "directive_key",
        "directive_value",
        "trailing_directive",
        "line_continuation",
    ];
    let mut pieces: Vec<Piece<'_>> = nodes(tree)
        .into_iter()
        .filter(|node| node.is_named() && !OWN.contains(&node.kind()))
        .map(|node| (node.kind(), node.start_byte(), node.end_byte()))
        .collect();
    pieces.sort_unstable();
    pieces
}

fn check(name: &str, text: &str) {
    let theirs = tree_of(text);
    assert!(!theirs.root_node().has_error(), "{name}\n{text}\n{}", theirs.root_node().to_sexp());
    let ours = parse(&Source::new("test", text)).tree;
    assert_eq!(their_pieces(&theirs), our_pieces(&ours), "{name}\n{text}");
}

#[test]
fn tree_sitter_makes_the_tree_of_the_parser_where_that_finds_no_error() {
    let scripts = of_the_house();
    let right: Vec<_> = scripts.iter().filter(|(_, text)| is_right(text)).collect();
    assert!(right.len() > 400, "{} of {} scripts are right", right.len(), scripts.len());
    for (name, text) in right {
        check(name, text);
    }
}

#[test]
fn tree_sitter_makes_the_tree_of_the_parser_from_random_scripts() {
    for (name, text) in random(SCRIPTS) {
        assert!(is_right(&text), "{text}");
        check(&name, &text);
    }
}

#[test]
fn tree_sitter_refuses_what_the_parser_refuses() {
    let (mut right, mut wrong, mut lenient) = (0, 0, 0);
    for (name, text) in random_and_spoilt(SCRIPTS) {
        if is_right(&text) {
            check(&name, &text);
            right += 1;
        } else if tree_of(&text).root_node().has_error() {
            wrong += 1;
        } else {
            // To tree-sitter a keyword is a name wherever no keyword can stand, and so is a word that begins statements of Python.
            let words = ["and", "or", "not", "if", "else", "True", "None", "true", "False", "false", "return"];
            assert!(text.split([' ', '\n', '\r']).any(|word| words.contains(&word)), "{name}\n{text}");
            lenient += 1;
        }
    }
    println!("{right} right, {wrong} refused by both, {lenient} with a keyword as a name");
    assert!(right > SCRIPTS / 10 && wrong > SCRIPTS / 2 && lenient < SCRIPTS / 8, "{right} {wrong} {lenient}");
}

#[test]
fn a_bracket_that_is_not_closed_yet_costs_its_own_statement_only() {
    let cases = [
        ("x = rsi(close, 14\ny = close > 3\nemit_signal(y, z)\n", 1),
        ("x = rsi(\ny = close > 3\nz = 1\n", 1),
        ("x = \ny = close > 3\n", 1),
        ("x = (a +\ny = b\n# why\nz = c\n", 1),
        ("x = \"abc\ny = close > 3\n", 1),
        ("x = [a, b\n\n# why\nlow_one = 1\nz = 2\n", 2),
    ];
    for (text, whole) in cases {
        let tree = tree_of(text);
        let found = nodes(&tree);
        let sound = |node: &&Node<'_>| {
            matches!(node.kind(), "assignment" | "expression_statement")
                && !node.has_error()
                && node.parent().is_some_and(|parent| parent.kind() == "script")
        };
        let count = found.iter().filter(sound).count();
        assert!(count >= whole, "{count} sound statements\n{text}\n{}", tree.root_node().to_sexp());
    }
}

/// `test/corpus/*.txt`, which `tree-sitter test` reads too: a name between lines of `=`, a script, `---`, its tree.
#[test]
fn the_corpus_of_tree_sitter_holds() {
    let mut cases = 0;
    for entry in std::fs::read_dir(folder().join("test/corpus")).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap().replace("\r\n", "\n");
        let mut parts = text.split("==================\n").skip(1);
        while let (Some(name), Some(body)) = (parts.next(), parts.next()) {
            let (script, expected) = body.split_once("\n---\n").unwrap_or_else(|| panic!("{name} has no tree"));
            let expected: Vec<&str> = expected.split_whitespace().collect();
            let script = script.strip_prefix('\n').unwrap_or(script);
            let found = tree_of(script).root_node().to_sexp();
            assert_eq!(found, expected.join(" ").replace("( ", "(").replace(" )", ")"), "{}: {name}", path.display());
            cases += 1;
        }
    }
    assert!(cases >= 12, "only {cases} cases were found");
}

/// A text as an editor has it: with its tree, of which only what an edit touched is parsed anew.
struct Edited {
    text: String,
    parser: Parser,
    tree: tree_sitter::Tree,
}

impl Edited {
    fn new(text: &str) -> Self {
        let mut parser = Parser::new();
        parser.set_language(&language()).unwrap();
        let tree = parser.parse(text, None).unwrap();
        Self { text: text.to_owned(), parser, tree }
    }

    fn point(&self, at: usize) -> Point {
        let line = self.text[..at].rfind('\n').map_or(0, |end| end + 1);
        Point { row: self.text[..at].matches('\n').count(), column: at - line }
    }

    /// Puts a piece in the place of another, which is returned.
    fn replace(&mut self, range: Range<usize>, piece: &str) -> String {
        let (start_position, old_end_position) = (self.point(range.start), self.point(range.end));
        let old = self.text[range.clone()].to_owned();
        self.text.replace_range(range.clone(), piece);
        let new_end = range.start + piece.len();
        self.tree.edit(&InputEdit {
            start_byte: range.start,
            old_end_byte: range.end,
            new_end_byte: new_end,
            start_position,
            old_end_position,
            new_end_position: self.point(new_end),
        });
        self.tree = self.parser.parse(&self.text, Some(&self.tree)).unwrap();
        old
    }

    /// Whether it has an error, as a tree that is parsed from nothing has; without one both are the same.
    fn check(&self, name: &str) -> bool {
        let (tree, fresh) = (self.tree.root_node(), tree_of(&self.text));
        assert_eq!(tree.has_error(), fresh.root_node().has_error(), "{name}\n{}", self.text);
        if !tree.has_error() {
            assert_eq!(tree.to_sexp(), fresh.root_node().to_sexp(), "{name}\n{}", self.text);
        }
        tree.has_error()
    }
}

/// Brackets that come and go must not be miscounted: nine edits of ten are taken back.
#[test]
fn an_edited_tree_is_the_tree_of_the_edited_text() {
    let pieces = ["(", ")", "[", "]", "\n", "\n\n", ",", "\"", "# ", "x = rsi(", "close", " ", "\\\n", "#! ", "=", ""];
    let mut random = Random(0xED17);
    let (mut with, mut without) = (0, 0);
    for (name, text) in of_the_house().iter().step_by(5) {
        let mut edited = Edited::new(text);
        for n in 0..30 {
            let place = |at: usize| (0..=at).rev().find(|at| edited.text.is_char_boundary(*at)).unwrap_or(0);
            let start = place(random.below(edited.text.len() + 1));
            let end = place((start + random.below(4)).min(edited.text.len())).max(start);
            let piece = *random.pick(&pieces);
            let old = edited.replace(start..end, piece);
            let mut count = |has_error| if has_error { with += 1 } else { without += 1 };
            count(edited.check(name));
            if n % 10 != 9 {
                edited.replace(start..start + piece.len(), &old);
                count(edited.check(name));
            }
        }
    }
    println!("{with} edits that left an error, {without} that left none");
    assert!(with > 500 && without > 500, "{with} {without}");
}
