//! The same actors, and the same specification, under Stateright.

#![allow(dead_code, reason = "each test binary uses a part of it")]

use paxos_playground::check::Ledger;
use paxos_playground::check::spec::SpecBounds;
use paxos_playground::check::spec::paxos::{Action, Rules, State};
use paxos_playground::paxos::synod::{Actor, Message, Synod};
use paxos_playground::paxos::{Fact, Input, NodeId, NodeSet, Outbox, System, Timer, TimerEffect};
use stateright::actor::{ActorModel, Id, Network, Out, model_timeout};
use stateright::{Checker, Expectation, Model, Property};
use std::borrow::Cow;

/// A node of a synod, as an actor of Stateright. Beside its state it keeps the part of the ledger that it wrote.
pub struct Node(Synod);

impl Node {
    fn step(
        &self,
        id: Id,
        state: &(Actor, Ledger<paxos_playground::paxos::Value>),
        input: Input<Synod>,
        out: &mut Out<Self>,
    ) -> (Actor, Ledger<paxos_playground::paxos::Value>) {
        let node = NodeId(usize::from(id) as u8);
        let (mut actor, mut ledger) = state.clone();
        let mut outbox = Outbox::default();
        self.0.handle(node, &mut actor, input, &mut outbox);
        self.0.untimed(&mut actor);
        let members = NodeSet::range(0, self.0.members().len());
        for (to, message) in outbox.sends {
            to.and(members).iter().for_each(|to| out.send(to.index().into(), message));
        }
        for timer in outbox.timers {
            match timer {
                TimerEffect::Set { timer, .. } | TimerEffect::Toss { timer, .. } => {
                    out.set_timer(timer.0, model_timeout())
                }
                TimerEffect::Cancel(timer) => out.cancel_timer(timer.0),
            }
        }
        for fact in outbox.facts.iter().filter(|fact| !matches!(fact, Fact::Began(_) | Fact::Preempted(_))) {
            ledger.enter(&self.0, node, fact);
        }
        (actor, ledger)
    }
}

impl stateright::actor::Actor for Node {
    type Msg = Message;
    type Timer = u8;
    type State = (Actor, Ledger<paxos_playground::paxos::Value>);
    type Storage = ();
    type Random = ();

    fn on_start(&self, id: Id, _: &Option<()>, out: &mut Out<Self>) -> Self::State {
        let initial = self.0.initial(NodeId(usize::from(id) as u8));
        self.step(id, &(initial, Ledger::default()), Input::Start, out)
    }

    fn on_msg(&self, id: Id, state: &mut Cow<Self::State>, from: Id, message: Message, out: &mut Out<Self>) {
        let input = Input::Message { from: NodeId(usize::from(from) as u8), message: &message };
        let next = self.step(id, state, input, out);
        if next != **state {
            *state.to_mut() = next;
        }
    }

    fn on_timeout(&self, id: Id, state: &mut Cow<Self::State>, timer: &u8, out: &mut Out<Self>) {
        let next = self.step(id, state, Input::Timer(Timer(*timer)), out);
        if next != **state {
            *state.to_mut() = next;
        }
    }
}

/// The states and transitions that Stateright finds of the actors, breadth first, with a network that delivers each
/// message at most once.
pub fn actors(system: &Synod, rounds: u32, most_levels: Option<usize>) -> (u64, u64) {
    let nodes = (0..system.members().len()).map(|_| Node(system.clone()));
    let model = ActorModel::new((system.clone(), rounds), ())
        .actors(nodes)
        .init_network(Network::new_unordered_nonduplicating([]))
        .within_boundary(|(system, rounds), state| {
            state.actor_states.iter().all(|state| system.round(&state.0) <= *rounds)
        })
        .property(Expectation::Always, "agreement", |_, state| {
            let mut learned = state.actor_states.iter().flat_map(|state| state.1.learned()).map(|(_, _, value)| value);
            learned.next().is_none_or(|first| learned.all(|other| other == first))
        });
    count(model, most_levels)
}

/// The specification, written as one writes a model for Stateright.
pub struct Spec {
    rules: Rules,
    actions: Vec<Action<u8, u8>>,
}

impl Model for Spec {
    type State = State<u8, u8>;
    type Action = Action<u8, u8>;

    fn init_states(&self) -> Vec<Self::State> {
        vec![State::default()]
    }

    fn actions(&self, state: &Self::State, actions: &mut Vec<Self::Action>) {
        actions.extend(self.actions.iter().filter(|action| state.is_enabled(self.rules, action)));
    }

    fn next_state(&self, state: &Self::State, action: Self::Action) -> Option<Self::State> {
        state.step(self.rules, action).filter(|next| next != state)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![Property::always("agreement", |model: &Self, state: &Self::State| {
            let chosen = state.chosen(model.rules);
            chosen.iter().all(|(_, value)| *value == chosen[0].1)
        })]
    }
}

/// Every action of the specification.
pub fn actions_of(bounds: &SpecBounds) -> Vec<Action<u8, u8>> {
    let mut actions = Vec::new();
    for b in 0..bounds.ballots {
        actions.push(Action::Phase1a(b));
        actions.extend((0..bounds.acceptors).map(|a| Action::Phase1b(NodeId(a), b)));
        for v in 0..bounds.values {
            actions.push(Action::Phase2a(b, v));
            actions.extend((0..bounds.acceptors).map(|a| Action::Phase2b(NodeId(a), b, v)));
        }
    }
    actions
}

/// The states and transitions that Stateright finds of the specification.
pub fn specification(bounds: &SpecBounds) -> (u64, u64) {
    count(Spec { rules: bounds.rules().expect("good bounds"), actions: actions_of(bounds) }, None)
}

fn count<M>(model: M, most_levels: Option<usize>) -> (u64, u64)
where
    M: Model + Send + Sync + 'static,
    M::State: Send + Sync + std::hash::Hash + Clone + PartialEq,
    M::Action: Send + Sync + Clone + PartialEq,
{
    let mut checker = model.checker().threads(1);
    if let Some(most) = most_levels {
        checker = checker.target_max_depth(most);
    }
    let checker = checker.spawn_bfs().join();
    // It counts the first state as generated, too.
    (checker.unique_state_count() as u64, checker.state_count() as u64 - 1)
}
