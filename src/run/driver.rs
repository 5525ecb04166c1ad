//! A [`Run`] of one system: its world and its properties, kept in step.

use super::explain::Words;
use super::parts;
use super::watched::{Watched, held};
use super::*;
use crate::check::Properties;
use crate::paxos::{Gauge, Table};
use crate::scenario::Names;
use crate::sim::{InFlight, Letter, Place, Status, World};

pub(super) struct Driver<S: System> {
    pub(super) scenario: Scenario,
    pub(super) world: World<S>,
    properties: Properties<S>,
    names: Names,
    pub(super) watched: Option<Watched<S>>,
}

impl<S: System> Driver<S> {
    pub fn new(scenario: &Scenario, bound: usize) -> (Self, Vec<Notice>) {
        let mut notices = Vec::new();
        let system = S::configure(&scenario.knobs, &mut notices);
        let properties = Properties::new(system.clone());
        let plan = scenario.plan.clone();
        let world = World::new(system, scenario.knobs.clone(), scenario.seed, plan, bound);
        (Self { scenario: scenario.clone(), world, properties, names: Names::of(scenario), watched: None }, notices)
    }

    /// Event `number` in words, as long as the history holds it.
    fn entry(&self, number: u64) -> Option<LogEntry> {
        let (history, system) = (self.world.history(), self.world.system());
        let event = history.get(number)?;
        let explain = |note| event.node.map(|node| system.explain(node, note));
        let explanations = history.notes(event).filter_map(explain).collect();
        let what = event.what.read(&|message| system.read(message));
        let (names, plan, marks) = (&self.names, self.world.plan(), self.properties.marks());
        let broken = self.properties.violations().filter(|(_, (event, _))| *event == number);
        let broken = broken.map(|(name, (_, what))| (name, what.as_str())).collect();
        let words = Words { about: S::ABOUT, knobs: self.world.knobs(), names, plan, marks, broken };
        Some(words.entry((number, event.time, event.node, event.cause), &what, explanations))
    }

    /// The latest `most` events at `node`, newest first. Looks back a bounded number of events.
    fn recent(&self, node: NodeId, most: usize) -> Vec<LogEntry> {
        let history = self.world.history();
        let range = history.range();
        let from = range.start.max(range.end.saturating_sub(5_000));
        let mut recent = Vec::new();
        for number in (from..range.end).rev() {
            if recent.len() < most && history.get(number).is_some_and(|event| event.node == Some(node)) {
                recent.extend(self.entry(number));
            }
        }
        recent
    }

    /// Remembers what the watched node was like before its latest event.
    fn keep_watch(&mut self) {
        if let Some(watched) = &mut self.watched {
            watched.keep(&self.world);
        }
    }

    fn look_at(&self, id: NodeId) -> NodeView {
        let (Some(node), Some(actor)) = (self.world.node(id), self.world.actor(id)) else {
            return self.look_at_server(id);
        };
        let member = self.world.members()[id.index()];
        let mut latest = self.properties.chosen().iter().rev().map(|chosen| &chosen.choice).peekable();
        let slot = latest.peek().map(|choice| choice.slot);
        let winner = latest.take_while(|choice| Some(choice.slot) == slot).any(|choice| choice.quorum.contains(id));
        let timers = node.timers.iter().filter(|armed| armed.fires < Micros::NEVER);
        let waits = |letter: &InFlight| letter.place == Place::Waits && letter.letter.to == id;
        let paused = node.status == Status::Paused;
        NodeView {
            id,
            label: self.names.label(id),
            role: Some(member.role),
            machine: member.machine,
            status: node.status,
            slow: node.slow > Micros::ZERO,
            isolated: self.world.reach().isolates(id),
            look: self.world.system().look(id, actor),
            timer: timers.min_by_key(|armed| armed.fires).map(|armed| (armed.set, armed.fires)),
            winner,
            waiting: if paused { self.world.letters().iter().filter(|(_, letter)| waits(letter)).count() } else { 0 },
            strip: parts::strip(&self.world.system().tables(id, actor)),
        }
    }

    fn look_at_server(&self, id: NodeId) -> NodeView {
        let queued = |letter: &InFlight| matches!(letter.place, Place::Queued);
        NodeView {
            id,
            label: self.names.label(id),
            role: None,
            machine: id.0,
            status: if self.world.server_up() { Status::Up } else { Status::Down },
            slow: false,
            isolated: self.world.reach().isolates(id),
            look: Default::default(),
            timer: None,
            winner: false,
            waiting: self.world.letters().iter().filter(|(_, letter)| queued(letter)).count(),
            strip: Vec::new(),
        }
    }

    fn flight(&self, index: u32, letter: &InFlight) -> Flight {
        let ballot = self.world.message(index).and_then(|message| self.world.system().ballot(message));
        parts::flight(letter, NodeId(self.world.members().len() as u8), self.world.server().is_some(), ballot)
    }
}

impl<S: System> Run for Driver<S> {
    fn about(&self) -> &'static About {
        S::ABOUT
    }

    fn scenario(&self) -> &Scenario {
        &self.scenario
    }

    fn time(&self) -> Micros {
        self.world.time()
    }

    fn events(&self) -> u64 {
        self.world.events()
    }

    fn digest(&self) -> u64 {
        self.world.digest()
    }

    fn next_time(&self) -> Option<Micros> {
        self.world.next_time()
    }

    fn step(&mut self) -> bool {
        let happened = self.world.step(&mut self.properties);
        self.keep_watch();
        happened
    }

    fn advance(&mut self, time: Micros, most: u64) -> u64 {
        if self.watched.is_none() {
            return self.world.advance(time, most, &mut self.properties);
        }
        let mut done = 0;
        while done < most {
            let happened = self.world.advance(time, 1, &mut self.properties);
            self.keep_watch();
            done += happened;
            if happened == 0 {
                break;
            }
        }
        done
    }

    fn act(&mut self, action: Action) -> Result<Intervention, Notice> {
        parts::check(&self.names, &action)?;
        let made = self.world.act(action, &mut self.properties);
        self.names.heed(&made.action);
        self.scenario.plan = self.world.plan().to_vec();
        self.keep_watch();
        Ok(made)
    }

    fn held(&self) -> Option<Action> {
        held(&self.world)
    }

    fn nodes(&self) -> Vec<NodeView> {
        let count = self.world.members().len() + usize::from(self.world.server().is_some());
        (0..count).map(|index| self.look_at(NodeId(index as u8))).collect()
    }

    fn node_version(&self, node: NodeId) -> u64 {
        let own = self.world.node(node).map_or(self.world.events(), |node| node.version);
        own + (self.properties.version() << 40)
    }

    fn node(&self, node: NodeId) -> NodeView {
        self.look_at(node)
    }

    fn inspect(&mut self, id: NodeId) -> Inspection {
        if self.watched.as_ref().is_none_or(|watched| watched.node != id) {
            self.watched = Watched::late(self, id);
        }
        let mut fields = self.fields(id);
        if let Some(before) = self.watched.as_ref().and_then(|watched| watched.before.as_ref()) {
            parts::mark_changed(&mut fields, &self.world.system().fields(id, before));
        }
        parts::inspection(S::ABOUT, self.look_at(id), self.world.node(id), fields, self.recent(id, 12))
    }

    fn fields(&self, id: NodeId) -> Vec<FieldView> {
        parts::field_views(self.world.actor(id).map_or(Vec::new(), |actor| self.world.system().fields(id, actor)))
    }

    fn tables(&self, id: NodeId) -> Vec<Table> {
        self.world.actor(id).map_or(Vec::new(), |actor| self.world.system().tables(id, actor))
    }

    fn gauges(&self) -> Vec<Gauge> {
        let actors: Vec<_> = self.world.actors().collect();
        self.world.system().gauges(&actors)
    }

    fn serves(&self, node: NodeId) -> bool {
        self.world.node(node).is_some() && self.world.system().serves(node)
    }

    fn front(&self) -> Option<NodeId> {
        let system = self.world.system();
        let up = |node: &NodeId| self.world.node(*node).is_some_and(|node| node.status == Status::Up);
        let all = (0..self.world.members().len()).map(|index| NodeId(index as u8));
        [system.front()].into_iter().chain(all.filter(|node| system.serves(*node))).find(up)
    }

    fn flights(&self, each: &mut dyn FnMut(Flight)) {
        for (index, letter) in self.world.letters().iter() {
            each(self.flight(index, letter));
        }
    }

    fn letter(&self, name: Letter) -> Option<LetterView> {
        let index = self.world.letters().find(name)?;
        let (letter, message) = (self.world.letters().get(index)?, self.world.message(index)?);
        let system = self.world.system();
        Some(LetterView {
            flight: self.flight(index, letter),
            text: system.read(message),
            wires: system.wire(name.from, name.to, message),
            cause: letter.cause.event(),
        })
    }

    fn log(&self, from: u64, to: u64) -> Vec<LogEntry> {
        let held = self.world.history().range();
        (from.max(held.start)..to.min(held.end)).filter_map(|event| self.entry(event)).collect()
    }

    fn log_start(&self) -> u64 {
        self.world.history().range().start
    }

    fn properties(&self) -> Vec<PropertyView> {
        let all = self.properties.all();
        all.map(|(name, about, broken)| PropertyView { name, about, broken: broken.cloned() }).collect()
    }

    fn properties_version(&self) -> u64 {
        self.properties.version()
    }

    fn chosen(&self) -> Vec<ChosenView> {
        let views = self.properties.chosen().iter().map(|chosen| ChosenView {
            slot: chosen.choice.slot.0,
            value: chosen.choice.value.to_string(),
            ballot: chosen.choice.ballot,
            quorum: chosen.choice.quorum.iter().collect(),
            event: chosen.event,
            time: chosen.time,
            learned: (self.properties.ledger().learned_in(chosen.choice.slot))
                .filter(|(_, value)| **value == chosen.choice.value)
                .map(|(node, _)| node)
                .collect(),
        });
        views.collect()
    }

    fn marks(&self) -> Vec<(u64, Mark)> {
        let marks = self.properties.marks().iter().map(|(event, mark)| (*event, parts::mark(*mark)));
        marks.collect()
    }

    fn metrics(&self) -> Metrics {
        let (properties, measures) = (&self.properties, &self.properties.measures);
        let costs = Metrics {
            rounds: properties.rounds,
            preemptions: properties.preemptions,
            retries: measures.retries,
            decisions: properties.decisions,
            first_chosen: properties.first_chosen(),
            until_chosen: measures.chosen.latency(),
            until_learned: measures.learned.latency(),
            until_answered: measures.answered.latency(),
            time: self.time(),
            ..Metrics::default()
        };
        parts::counted(costs, S::ABOUT, self.world.members(), self.world.counts(), properties.first_learned())
    }

    fn trends(&self) -> Vec<Trend> {
        let counts = self.world.counts();
        parts::trends(self.time(), [&counts.sent, &counts.lost, &self.properties.measures.decisions])
    }

    fn answers(&self) -> Vec<(String, u64)> {
        let answers = self.properties.measures.answers.iter();
        answers.map(|(value, took)| (value.to_string(), *took)).collect()
    }

    fn chooses_once(&self) -> bool {
        self.world.system().chooses_once()
    }

    fn groups(&self) -> Option<Vec<u8>> {
        let groups = self.world.reach().groups()?;
        Some(groups[..self.world.members().len()].to_vec())
    }

    fn knobs(&self) -> &Knobs {
        self.world.knobs()
    }
}
