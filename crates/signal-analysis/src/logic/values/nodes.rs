//! The nodes of a script's values, each with one number, found again by what it is made of.
//!
//! A table of numbers beside the list of nodes: a map with the nodes in it takes six times the memory, and numbering is mostly
//! waiting for memory.

use super::{Node, ValueId};

/// Nodes by number, and numbers by node.
#[derive(Debug, Default)]
pub(super) struct Nodes {
    pub(super) nodes: Vec<Node>,
    /// For each hash the number of a node plus one; 0 is free. At most half of it is taken.
    slots: Vec<u32>,
}

impl Nodes {
    /// Room for so many nodes.
    pub(super) fn with_capacity(nodes: usize) -> Self {
        Self { nodes: Vec::with_capacity(nodes), slots: vec![0; (nodes * 2).next_power_of_two().max(64)] }
    }

    /// The number of a node, and whether it is new.
    #[inline(always)]
    pub(super) fn number(&mut self, node: Node) -> (ValueId, bool) {
        // Here, where the sort of the node is known, hashing it is a multiplication.
        self.find(node, hash(node))
    }

    fn find(&mut self, node: Node, hash: usize) -> (ValueId, bool) {
        if self.nodes.len() * 2 >= self.slots.len() {
            self.grow();
        }
        let mask = self.slots.len() - 1;
        let mut at = hash & mask;
        loop {
            match self.slots[at] {
                0 => {
                    self.nodes.push(node);
                    self.slots[at] = self.nodes.len() as u32;
                    return (ValueId(self.nodes.len() as u32 - 1), true);
                }
                taken if self.nodes[taken as usize - 1] == node => return (ValueId(taken - 1), false),
                _ => at = (at + 1) & mask,
            }
        }
    }

    /// Adds a node that nothing is ever looked up to equal.
    pub(super) fn unique(&mut self) -> ValueId {
        let id = self.nodes.len() as u32;
        self.nodes.push(Node::Unique(id));
        ValueId(id)
    }

    #[cold]
    fn grow(&mut self) {
        self.slots = vec![0; self.slots.len() * 2];
        let mask = self.slots.len() - 1;
        for (number, node) in self.nodes.iter().enumerate().filter(|(_, node)| !matches!(node, Node::Unique(_))) {
            let mut at = hash(*node) & mask;
            while self.slots[at] != 0 {
                at = (at + 1) & mask;
            }
            self.slots[at] = number as u32 + 1;
        }
    }
}

/// Folded multiplication of what the node is made of: few instructions, and every bit counts.
#[inline(always)]
fn hash(node: Node) -> usize {
    let pair = |a: u32, b: u32| u64::from(a) << 32 | u64::from(b);
    let (sort, parts) = match node {
        Node::Nothing => (0, 0),
        Node::Unique(n) => (1, u64::from(n)),
        Node::Number(bits) => (2, bits),
        Node::Bool(boolean) => (3, u64::from(boolean)),
        Node::Text(symbol) => (4, u64::from(symbol.0)),
        Node::Column(column) => (5, column as u64),
        Node::Variable(symbol) => (6, u64::from(symbol.0)),
        Node::Unary(op, inner) => (7 + (op as u64) * 32, u64::from(inner.0)),
        Node::Binary(op, left, right) => (8 + (op as u64) * 32, pair(left.0, right.0)),
        Node::Compare(op, left, right) => (9 + (op as u64) * 32, pair(left.0, right.0)),
        Node::Conditional(condition, both) => (10, pair(condition.0, both.0)),
        Node::Shift(base, back) => (11, pair(base.0, back)),
        Node::Index(base, index) => (12, pair(base.0, index.0)),
        Node::Attribute(base, symbol) => (13, pair(base.0, symbol.0)),
        Node::Link(value, rest) => (14, pair(value.0, rest.0)),
        Node::Call(function, inputs, params) => (15 + u64::from(function.0) * 32, pair(inputs.0, params.0)),
        Node::Output(base, output) => (16, pair(base.0, output)),
    };
    let product =
        u128::from(parts ^ 0x9E37_79B9_7F4A_7C15) * u128::from((sort + 1).wrapping_mul(0xD6E8_FEB8_6659_FD93) | 1);
    let folded = (product as u64) ^ ((product >> 64) as u64);
    (folded ^ folded >> 29) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_node_has_one_number_however_many_there_are() {
        let mut nodes = Nodes::with_capacity(1);
        let mut made = Vec::new();
        for round in 0..2 {
            for n in 0..5_000_u32 {
                let (a, b) = (ValueId(n % 71), ValueId(n / 71));
                for node in
                    [Node::Link(a, b), Node::Shift(a, n / 71), Node::Number(u64::from(n) << 40), Node::Link(b, a)]
                {
                    let (id, fresh) = nodes.number(node);
                    assert_eq!(nodes.nodes[id.index()], node);
                    assert!(round == 0 || !fresh);
                    made.push((id, node));
                }
            }
            nodes.unique();
        }
        let again: Vec<_> = made.iter().map(|(_, node)| (nodes.number(*node).0, *node)).collect();
        assert_eq!(made, again);
    }
}
