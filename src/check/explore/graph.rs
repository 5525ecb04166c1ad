//! The whole state graph of small bounds, to be drawn.

use super::actors::Actors;
use super::{Space, Step};
use crate::scenario::Scenario;
use std::collections::HashMap;

/// Every state within the bounds and every way between them.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Graph {
    /// The states, breadth first: the first is where all begins.
    pub nodes: Vec<GraphNode>,
    /// The ways, in the order of the states from which they lead.
    pub edges: Vec<GraphEdge>,
}

/// A state.
#[derive(Clone, PartialEq, Debug)]
pub struct GraphNode {
    /// What its nodes are at, in a few words: `P1 1.1 preparing · A1 1.1`.
    pub words: String,
    /// Steps on a shortest way to it.
    pub depth: u32,
    /// The property that is broken in it. Nothing leads on from such a state.
    pub broken: Option<&'static str>,
    /// Whether it is the goal that was asked for.
    pub goal: bool,
    /// The values chosen in it.
    pub chosen: Vec<String>,
    /// A shortest way to it, as a scenario.
    pub scenario: Scenario,
}

/// A step from one state to another.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct GraphEdge {
    /// Position of the state it leaves.
    pub from: usize,
    /// Position of the state it leads to.
    pub to: usize,
    /// What happens: `A1 gets prepare 1.1 from P1`.
    pub words: String,
}

/// One state while the graph is made.
struct Found {
    words: Vec<u64>,
    fingerprint: u64,
    way: Vec<Step>,
}

/// The graph of a space that nobody has explored yet; `None` if it has more than `limit` states.
pub(super) fn graph(mut space: Actors, base: &Scenario, limit: usize) -> Option<Graph> {
    let mut words = Vec::new();
    let fingerprint = space.initial(&mut words);
    let mut states = vec![Found { words, fingerprint, way: Vec::new() }];
    let mut known = HashMap::from([(fingerprint, 0)]);
    let mut graph = Graph::default();
    let mut at = 0;
    while at < states.len() {
        let state = states[at].words.clone();
        let ledger = space.core.ledger_at(&state);
        let broken = space.core.judgements[ledger as usize].broken.as_ref().map(|(property, _)| *property);
        let mut successors = Vec::new();
        if broken.is_none() {
            space.expand(&state, states[at].fingerprint, &mut successors);
        }
        for successor in successors {
            let step = Step::decode(successor.action);
            let to = *known.entry(successor.fingerprint).or_insert(states.len());
            if to == states.len() {
                if to >= limit {
                    return None;
                }
                let mut words = Vec::new();
                space.build(&state, successor.action, &mut words);
                let way = states[at].way.iter().copied().chain([step]).collect();
                states.push(Found { words, fingerprint: successor.fingerprint, way });
            }
            graph.edges.push(GraphEdge { from: at, to, words: space.teacher.words(step) });
        }
        graph.nodes.push(GraphNode {
            words: space.teacher.look(&space.core.locals(&state)),
            depth: states[at].way.len() as u32,
            broken,
            goal: space.is_for_goal() && space.judge(&state).found.is_some(),
            chosen: space.teacher.chosen(ledger),
            scenario: space.teacher.scenario(base, &states[at].way),
        });
        at += 1;
    }
    Some(graph)
}
