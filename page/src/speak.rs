//! The stage in words, for those who hear it and for captions.

use crate::format::capital;
use paxos_playground::paxos::{Ballot, NodeId, Role, Shape};
use paxos_playground::run::{ChosenView, NodeView, Status};

/// What a node is and holds: `Acceptor A2, up, promised 3.1, voted X at 2.1`.
pub fn node(node: &NodeView, role: Option<&Role>) -> String {
    let name = role.map_or("server in the middle", |role| role.name);
    let name = capital(name);
    let mut words = if role.is_some() { vec![format!("{name} {}", node.label)] } else { vec![name] };
    words.push(node.status.name().into());
    let votes = role.is_some_and(|role| role.shape == Shape::Circle);
    if node.slow {
        words.push("slow".into());
    }
    if node.isolated {
        words.push("cut off from everyone".into());
    }
    if !node.look.doing.is_empty() && node.status == Status::Up {
        words.push(node.look.doing.into());
    }
    if let Some(ballot) = node.look.ballot {
        words.push(format!("{} {ballot}", if votes { "promised" } else { "ballot" }));
    }
    if let Some((ballot, value)) = &node.look.vote {
        words.push(format!("{} {value} at {ballot}", if votes { "voted" } else { "asks for" }));
    }
    if let Some((count, need)) = node.look.count {
        words.push(format!("{count} of {need}"));
    }
    if let Some(value) = &node.look.decided {
        words.push(format!("knows that {value} is chosen"));
    }
    if node.winner {
        words.push("its vote chose the value".into());
    }
    if node.waiting > 0 {
        words.push(format!("{} {} waiting", node.waiting, if node.waiting == 1 { "message" } else { "messages" }));
    }
    words.join(", ")
}

/// The labels of nodes: `A1, A3 and A4`; past `most`, how many: `51 nodes`.
pub fn labels(nodes: &[NodeId], most: usize, label: impl Fn(NodeId) -> String) -> String {
    match nodes {
        [] => "nobody".into(),
        [one] => label(*one),
        _ if nodes.len() > most => format!("{} nodes", nodes.len()),
        [rest @ .., last] => {
            let rest: Vec<_> = rest.iter().map(|&node| label(node)).collect();
            format!("{} and {}", rest.join(", "), label(*last))
        }
    }
}

/// Who chose a value and where: `by A1, A3 and A4 in ballot 2.1`.
pub fn chosen_by(chosen: &ChosenView, label: impl Fn(NodeId) -> String) -> String {
    format!("by {} in ballot {}", labels(&chosen.quorum, 7, label), chosen.ballot)
}

/// A value and its ballot on a chip, cut to what there is room for.
pub fn chip(value: &str, ballot: Option<Ballot>, most: usize) -> String {
    let mut text: String = value.chars().take(most).collect();
    if text.len() < value.len() {
        text.push('…');
    }
    ballot.map_or(text.clone(), |ballot| format!("{text} {ballot}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use paxos_playground::paxos::Look;

    #[test]
    fn a_node_is_told_as_it_is_seen() {
        let role = Role { name: "acceptor", letter: "A", shape: Shape::Circle, about: "", learns: false };
        let ballot = |round| Ballot { round, owner: NodeId(0) };
        let look = Look { ballot: Some(ballot(3)), vote: Some((ballot(2), "X".into())), ..Look::default() };
        let mut view = NodeView {
            id: NodeId(3),
            label: "A2".into(),
            role: Some(1),
            machine: 3,
            status: Status::Up,
            slow: false,
            isolated: false,
            look,
            timer: None,
            winner: false,
            waiting: 0,
            strip: Vec::new(),
        };
        assert_eq!(node(&view, Some(&role)), "Acceptor A2, up, promised 3.1, voted X at 2.1");
        view.status = Status::Paused;
        view.waiting = 1;
        view.isolated = true;
        assert_eq!(
            node(&view, Some(&role)),
            "Acceptor A2, paused, cut off from everyone, promised 3.1, voted X at 2.1, 1 message waiting"
        );
        assert_eq!(node(&view, None).split(',').next(), Some("Server in the middle"));
    }

    #[test]
    fn many_labels_become_a_number() {
        let label = |node: NodeId| format!("A{}", node.0);
        let nodes: Vec<NodeId> = (1..=9).map(NodeId).collect();
        assert_eq!(labels(&nodes[..0], 7, label), "nobody");
        assert_eq!(labels(&nodes[..1], 7, label), "A1");
        assert_eq!(labels(&nodes[..3], 7, label), "A1, A2 and A3");
        assert_eq!(labels(&nodes, 7, label), "9 nodes");
    }

    #[test]
    fn a_chip_cuts_long_values() {
        assert_eq!(chip("X", Some(Ballot { round: 3, owner: NodeId(0) }), 6), "X 3.1");
        assert_eq!(chip("consensus", None, 6), "consen…");
    }
}
