//! A run of pmmc, by hand or by itself.
#![allow(dead_code, reason = "each test binary uses a part of it")]

use paxos_playground::check::Properties;
use paxos_playground::paxos::pmmc::acceptor::Acceptor;
use paxos_playground::paxos::pmmc::client::Client;
use paxos_playground::paxos::pmmc::leader::Leader;
use paxos_playground::paxos::pmmc::replica::Replica;
use paxos_playground::paxos::pmmc::{Actor, Command, Pmmc};
use paxos_playground::paxos::{Micros, NodeId, Slot, System, Timer};
use paxos_playground::scenario::{Names, Scenario, words};
use paxos_playground::sim::{Action, Letter, World};

pub struct Pmmcs {
    pub world: World<Pmmc>,
    pub properties: Properties<Pmmc>,
    pub scenario: Scenario,
}

impl Pmmcs {
    /// A run with the settings of a link, without `system=`. Nothing has happened.
    pub fn new(settings: &str, seed: u64) -> Self {
        let (mut scenario, notices) = Scenario::from_link(&format!("system=pmmc&{settings}"));
        assert_eq!(notices, [], "{settings}");
        scenario.seed = seed;
        let system = Pmmc::configure(&scenario.knobs, &mut Vec::new());
        let properties = Properties::new(system.clone());
        let world = World::new(system, scenario.knobs.clone(), seed, Vec::new(), 1_000_000);
        Self { world, properties, scenario }
    }

    /// A run in which nothing arrives and no timer fires unless the test says so, just started.
    pub fn by_hand(settings: &str) -> Self {
        let mut run = Self::new(&format!("pace=hand&{settings}"), 1);
        run.advance(Micros(0));
        run
    }

    pub fn advance(&mut self, time: Micros) -> u64 {
        self.world.advance(time, u64::MAX, &mut self.properties)
    }

    pub fn act(&mut self, action: Action) {
        self.world.act(action, &mut self.properties);
    }

    /// Does what the words say: `crash A2`.
    pub fn please(&mut self, line: &str) {
        let action = words::parse(line, &Names::of(&self.scenario)).unwrap_or_else(|notice| panic!("{notice}"));
        self.act(action);
    }

    /// The node of that label.
    pub fn id(&self, label: &str) -> NodeId {
        let members = self.world.members().len() as u8;
        (0..members).map(NodeId).find(|id| self.world.system().label(*id) == label).expect("a label")
    }

    /// The newest letter in the network from one node to another whose text begins so.
    pub fn letter(&self, from: &str, to: &str, text: &str) -> Option<Letter> {
        let (from, to) = (self.id(from), self.id(to));
        let found = self.world.letters_that(&|flight, message| {
            let reads = self.world.system().read(message);
            flight.letter.from == from && flight.letter.to == to && reads.starts_with(text)
        });
        Some(self.world.letters().get(*found.last()?)?.letter)
    }

    /// Delivers the newest such letter.
    pub fn deliver(&mut self, from: &str, to: &str, text: &str) {
        let letter = self.letter(from, to, text).unwrap_or_else(|| panic!("no {text} from {from} to {to}"));
        self.act(Action::Deliver(letter));
    }

    /// Delivers a copy and leaves the original in the network.
    pub fn deliver_copy(&mut self, from: &str, to: &str, text: &str) {
        let letter = self.letter(from, to, text).unwrap_or_else(|| panic!("no {text} from {from} to {to}"));
        self.act(Action::Duplicate(letter));
        self.act(Action::Deliver(letter));
    }

    pub fn fire(&mut self, node: &str, timer: Timer) {
        let node = self.id(node);
        self.act(Action::Fire(node, timer));
    }

    /// Asks a client for a command.
    pub fn ask(&mut self, client: &str, text: &str) {
        let client = self.id(client);
        self.act(Action::Request(client, text.into()));
    }

    /// The leader's ballot is adopted by these acceptors, which must be a quorum.
    pub fn lead(&mut self, leader: &str, acceptors: &[&str]) {
        self.fire(leader, paxos_playground::paxos::pmmc::timer::NEXT);
        self.phase_1(leader, acceptors);
    }

    /// p1a there and p1b back.
    pub fn phase_1(&mut self, leader: &str, acceptors: &[&str]) {
        for acceptor in acceptors {
            self.deliver(leader, acceptor, "p1a");
            self.deliver(acceptor, leader, "p1b");
        }
    }

    /// p2a there and p2b back, for one slot.
    pub fn phase_2(&mut self, leader: &str, slot: u32, acceptors: &[&str]) {
        let ballot = self.leader(leader).ballot.expect("a ballot");
        for acceptor in acceptors {
            self.deliver(leader, acceptor, &format!("p2a {ballot}, slot {slot}:"));
            self.deliver(acceptor, leader, &format!("p2b {ballot}, slot {slot}"));
        }
    }

    pub fn actor(&self, label: &str) -> &Actor {
        self.world.actor(self.id(label)).expect("a node")
    }

    pub fn leader(&self, label: &str) -> &Leader {
        let Actor::Leader(leader) = self.actor(label) else { panic!("{label} is no leader") };
        leader
    }

    pub fn acceptor(&self, label: &str) -> &Acceptor {
        let Actor::Acceptor(acceptor) = self.actor(label) else { panic!("{label} is no acceptor") };
        acceptor
    }

    pub fn replica(&self, label: &str) -> &Replica {
        let Actor::Replica(replica) = self.actor(label) else { panic!("{label} is no replica") };
        replica
    }

    pub fn client(&self, label: &str) -> &Client {
        let Actor::Client(client) = self.actor(label) else { panic!("{label} is no client") };
        client
    }

    /// The replicas, in order.
    pub fn replicas(&self) -> impl Iterator<Item = &Replica> {
        self.world.actors().filter_map(|actor| match actor {
            Actor::Replica(replica) => Some(replica),
            _ => None,
        })
    }

    /// The clients, in order.
    pub fn clients(&self) -> impl Iterator<Item = &Client> {
        self.world.actors().filter_map(|actor| match actor {
            Actor::Client(client) => Some(client),
            _ => None,
        })
    }

    /// A field of a node's state, in words.
    pub fn field(&self, node: &str, name: &str) -> String {
        let id = self.id(node);
        let fields = self.world.system().fields(id, self.actor(node));
        let field = fields.into_iter().find(|field| field.name == name);
        field.unwrap_or_else(|| panic!("{node} has no field {name}")).value
    }

    /// What was chosen, in the order of slots.
    pub fn chosen(&self) -> Vec<(u32, String)> {
        let chosen = self.properties.chosen().iter();
        let mut chosen: Vec<_> = chosen.map(|chosen| (chosen.choice.slot.0, chosen.choice.value.to_string())).collect();
        chosen.sort();
        chosen
    }

    /// Of each slot, what was chosen.
    pub fn log(&self) -> std::collections::BTreeMap<Slot, Command> {
        self.properties.chosen().iter().map(|chosen| (chosen.choice.slot, chosen.choice.value)).collect()
    }

    /// The names of the broken properties.
    pub fn broken(&self) -> Vec<&'static str> {
        self.properties.violations().map(|(name, _)| name).collect()
    }

    pub fn all_hold(&self) -> bool {
        for (name, (event, what)) in self.properties.violations() {
            eprintln!("{name} broke at event {event}: {what}");
        }
        assert!(self.properties.all().count() >= 21);
        self.broken().is_empty()
    }

    /// Whether anything that a node noted contains the text.
    pub fn says(&self, text: &str) -> bool {
        let history = self.world.history();
        let events = history.range().filter_map(|event| history.get(event));
        let mut notes = events.flat_map(|event| history.notes(event).map(move |note| (event.node, note)));
        notes.any(|(node, note)| node.is_some_and(|node| self.world.system().explain(node, note).text.contains(text)))
    }
}
