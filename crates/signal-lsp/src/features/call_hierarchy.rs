//! What depends on what: the names and signals that read a name, and the names that its value is made of.

use std::collections::HashMap;

use signal_analysis::value_of;
use signal_syntax::{DefinitionId, Expr, StatementKind};
use signal_text::Span;

use super::outline::{LONGEST, Symbol, expression_symbol, name_symbol, signal_symbol};
use crate::places::{Place, Sense, each_place, place_at};
use crate::snapshot::Snapshot;
use crate::wording::on_one_line;

/// A name or signal on one end of a dependence, with where the one is read by the other.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Dependence {
    /// The other end.
    pub(crate) symbol: Symbol,
    /// Where the reads stand.
    pub(crate) reads: Vec<Span>,
}

/// What has dependences of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Node {
    /// A name, by one line that binds it.
    Name(DefinitionId),
    /// A signal, or another statement that is only an expression.
    Statement(usize),
}

/// The name or signal at an offset.
pub(crate) fn item_at(snapshot: &Snapshot, offset: u32) -> Option<Symbol> {
    Some(symbol(snapshot, node_at(snapshot, offset)?))
}

/// Where an item of an earlier text is now, the nearest of its name: a client keeps items while lines are typed above them.
pub(crate) fn found_again(snapshot: &Snapshot, offset: u32, name: &str) -> Option<u32> {
    if item_at(snapshot, offset).is_some_and(|item| item.name == name) {
        return Some(offset);
    }
    let facts = snapshot.facts();
    let names = facts.bindings.definitions().iter().map(|definition| definition.name);
    let names = names.filter(|span| on_one_line(facts.source.slice(*span), LONGEST) == name).map(|span| span.start);
    let signals = facts.signals.iter().enumerate().map(|(at, signal)| signal_symbol(snapshot, at, signal));
    let signals = signals.filter(|signal| signal.name == name).map(|signal| signal.selection.start);
    names.chain(signals).min_by_key(|at| at.abs_diff(offset))
}

/// What reads the name at an offset, in the order of the text. Nothing reads a signal.
pub(crate) fn incoming(snapshot: &Snapshot, offset: u32) -> Vec<Dependence> {
    let Some(Node::Name(id)) = node_at(snapshot, offset) else { return Vec::new() };
    let name = snapshot.source().slice(snapshot.facts().bindings.definition(id).name);
    let mut found = Grouped::default();
    each_place(snapshot, name, |place| {
        if place.sense == Sense::Read(id) {
            for node in nodes_around(snapshot, &place) {
                found.add(node, place.span);
            }
        }
    });
    found.dependences(snapshot)
}

/// The names that the one at an offset, or a signal there, is made of, in the order of the text.
pub(crate) fn outgoing(snapshot: &Snapshot, offset: u32) -> Vec<Dependence> {
    let Some(node) = node_at(snapshot, offset) else { return Vec::new() };
    let facts = snapshot.facts();
    let tree = facts.tree();
    let (statement, within) = match node {
        Node::Statement(statement) => (statement, tree.statements()[statement].span),
        Node::Name(id) => {
            let definition = facts.bindings.definition(id);
            let value = value_of(tree, definition).map(|value| tree.span(value));
            (definition.statement, value.unwrap_or(tree.statements()[definition.statement].span))
        }
    };
    let mut found = Grouped::default();
    for id in tree.ids_of(statement) {
        let span = tree.span(id);
        if matches!(tree.expr(id), Expr::Name)
            && within.start <= span.start
            && span.end <= within.end
            && let Some(definition) = facts.bindings.of(id)
        {
            found.add(Node::Name(definition), span);
        }
    }
    found.dependences(snapshot)
}

fn node_at(snapshot: &Snapshot, offset: u32) -> Option<Node> {
    let place = place_at(snapshot, offset)?;
    match place.sense {
        Sense::Write(id) | Sense::Read(id) | Sense::Early(id) => Some(Node::Name(id)),
        // On the word `emit_signal` itself.
        Sense::Call => {
            let facts = snapshot.facts();
            let is_it = |signal: &&signal_analysis::Signal| {
                facts.calls.get(signal.id).is_some_and(|call| facts.span(call.callee) == place.span)
            };
            facts.signals.iter().find(is_it)?;
            nodes_around(snapshot, &place).into_iter().next()
        }
        Sense::Unknown | Sense::Data => None,
    }
}

/// Names of one line that share a value and are told: more than people write.
const NAMES: usize = 64;

/// What a read belongs to: the names that its statement binds to it, or else the statement.
fn nodes_around(snapshot: &Snapshot, place: &Place) -> Vec<Node> {
    let bindings = &snapshot.facts().bindings;
    let tree = snapshot.tree();
    if let StatementKind::Expr(_) = tree.statements()[place.statement].kind {
        return vec![Node::Statement(place.statement)];
    }
    let first = bindings.definitions().partition_point(|definition| definition.statement < place.statement);
    let own = bindings.iter().skip(first).take_while(|(_, definition)| definition.statement == place.statement);
    let around = own.filter(|(_, definition)| {
        let value = definition.value.map(|value| tree.span(value));
        value.is_none_or(|value| value.start <= place.span.start && place.span.end <= value.end)
    });
    around.map(|(id, _)| Node::Name(id)).take(NAMES).collect()
}

fn symbol(snapshot: &Snapshot, node: Node) -> Symbol {
    let facts = snapshot.facts();
    match node {
        Node::Name(id) => name_symbol(snapshot, facts.bindings.definition(id)),
        Node::Statement(statement) => {
            let span = snapshot.tree().statements()[statement].span;
            let first = facts.signals.partition_point(|signal| facts.span(signal.id).start < span.start);
            match facts.signals.get(first).filter(|signal| facts.span(signal.id).end <= span.end) {
                Some(signal) => signal_symbol(snapshot, first, signal),
                None => expression_symbol(snapshot, statement),
            }
        }
    }
}

/// Reads by what is at their other end, each of which comes once.
#[derive(Default)]
struct Grouped {
    found: Vec<(Node, Vec<Span>)>,
    places: HashMap<Node, usize>,
}

impl Grouped {
    fn add(&mut self, node: Node, read: Span) {
        let at = *self.places.entry(node).or_insert(self.found.len());
        match self.found.get_mut(at) {
            Some((_, reads)) => reads.push(read),
            None => self.found.push((node, vec![read])),
        }
    }

    fn dependences(self, snapshot: &Snapshot) -> Vec<Dependence> {
        let dependence = |(node, reads)| Dependence { symbol: symbol(snapshot, node), reads };
        self.found.into_iter().map(dependence).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{at_cursor, ranges};

    fn shown(snapshot: &Snapshot, found: Vec<Dependence>) -> String {
        let line = |span: Span| snapshot.source().line_column(span.start).line;
        let shown = found.into_iter().map(|found| {
            let Symbol { name, selection, .. } = found.symbol;
            format!("{name} ({}) at {}", line(selection), ranges(snapshot, found.reads))
        });
        shown.collect::<Vec<_>>().join("; ")
    }

    /// The item at the cursor, what depends on it, and what it depends on.
    fn check(marked: &str, item: &str, depend_on_it: &str, depends_on: &str) {
        let (snapshot, offset) = at_cursor(marked);
        let found = item_at(&snapshot, offset);
        assert_eq!(found.as_ref().map_or("none", |item| item.name.as_str()), item, "{marked}");
        assert_eq!(shown(&snapshot, incoming(&snapshot, offset)), depend_on_it, "{marked}");
        assert_eq!(shown(&snapshot, outgoing(&snapshot, offset)), depends_on, "{marked}");
        // An item is found again by its own place.
        if let Some(found) = found {
            assert_eq!(item_at(&snapshot, found.selection.start).as_ref(), Some(&found), "{marked}");
        }
    }

    const SCRIPT: &str = "fast = ema(close, 12)\nslow = ema(close, 26)\ngap = fast - slow + fast\n\
                          emit_signal(gap > 0 and slow > 1, entry(\"BINANCE:BTC/USDT\", \"LONG\"))\ngap > 1\n";

    #[test]
    fn a_name_lies_between_what_it_is_made_of_and_what_reads_it() {
        check(
            &SCRIPT.replacen("gap", "g┃ap", 1),
            "gap",
            "entry LONG BINANCE:BTC/USDT (4) at 4:13-16; gap > 1 (5) at 5:1-4",
            "fast (1) at 3:7-11 3:21-25; slow (2) at 3:14-18",
        );
        check(
            &SCRIPT.replacen("slow > 1", "slow┃ > 1", 1),
            "slow",
            "gap (3) at 3:14-18; entry LONG BINANCE:BTC/USDT (4) at 4:25-29",
            "",
        );
    }

    #[test]
    fn a_signal_depends_on_its_condition() {
        check(
            &SCRIPT.replacen("emit_signal", "emit┃_signal", 1),
            "entry LONG BINANCE:BTC/USDT",
            "",
            "gap (3) at 4:13-16; slow (2) at 4:25-29",
        );
    }

    #[test]
    fn each_line_of_a_name_is_by_itself() {
        check("x = 1\nx┃ = x + 1\ny = x\n", "x", "y (3) at 3:5-6", "x (1) at 2:5-6");
        check("x┃ = 1\nx = x + 1\ny = x\n", "x", "x (2) at 2:5-6", "");
    }

    #[test]
    fn an_item_is_found_again_where_it_moved_to() {
        let snapshot = crate::testing::snapshot(&format!("top = 1\n\n{SCRIPT}"));
        for (name, was, line) in [("fast", 0, 3), ("gap", 44, 5), ("entry LONG BINANCE:BTC/USDT", 70, 6)] {
            let at = found_again(&snapshot, was, name).unwrap();
            assert_eq!(snapshot.source().line_column(at).line, line, "{name}");
        }
        assert_eq!(found_again(&snapshot, 0, "gone"), None);
    }

    #[test]
    fn each_of_several_names_has_its_own_value() {
        check("p = 1\na, b┃ = 2 + p, p * p\ny = a\n", "b", "", "p (1) at 2:15-16 2:19-20");
        check(
            "p┃ = 1\na, b = 2 + p, 3\nc, d = macd(close, p)\n",
            "p",
            "a (2) at 2:12-13; c (3) at 3:20-21; d (3) at 3:20-21",
            "",
        );
    }

    #[test]
    fn what_the_script_does_not_define_has_no_hierarchy() {
        check("x = cl┃ose\n", "none", "", "");
        check("x = r┃si(close)\n", "none", "", "");
        check("x = oo┃ps\n", "none", "", "");
    }

    #[test]
    fn a_name_that_a_broken_line_binds_depends_on_its_words() {
        check("p┃ = 1\nx = sma(close, p\ny = 1", "p", "x (2) at 2:16-17", "");
    }
}
