//! A [`Run`] of one system: its world and its properties, kept in step.

use super::explain::Words;
use super::watched::{Watched, held};
use super::*;
use crate::check::{Marked, Properties};
use crate::paxos::{Field, Gauge, RowMark, Table, Timer};
use crate::scenario::{Names, words};
use crate::sim::{InFlight, Letter, Place, Series, Status, World};

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

    fn words(&self) -> Words<'_, S> {
        Words { world: &self.world, properties: &self.properties, names: &self.names }
    }

    /// Remembers what the watched node was like before its latest event.
    fn keep_watch(&mut self) {
        if let Some(watched) = &mut self.watched {
            watched.keep(&self.world);
        }
    }

    fn look_at(&self, id: NodeId) -> NodeView {
        let Some(node) = self.world.node(id) else { return self.look_at_server(id) };
        let member = self.world.members()[id.index()];
        let mut latest = self.properties.chosen().iter().rev().map(|chosen| &chosen.choice).peekable();
        let slot = latest.peek().map(|choice| choice.slot);
        let winner = latest.take_while(|choice| Some(choice.slot) == slot).any(|choice| choice.quorum.contains(id));
        let timers = node.timers.iter().filter(|armed| armed.fires < Micros::NEVER);
        let waits = |letter: &InFlight<S::Message>| letter.place == Place::Waits && letter.letter.to == id;
        let paused = node.status == Status::Paused;
        NodeView {
            id,
            label: self.names.label(id),
            role: Some(member.role),
            machine: member.machine,
            status: node.status,
            slow: node.slow > Micros::ZERO,
            isolated: self.world.reach().isolates(id),
            look: self.world.system().look(id, &node.actor),
            timer: timers.min_by_key(|armed| armed.fires).map(|armed| (armed.set, armed.fires)),
            winner,
            waiting: if paused { self.world.letters().iter().filter(|(_, letter)| waits(letter)).count() } else { 0 },
            strip: strip(&self.world.system().tables(id, &node.actor)),
        }
    }

    fn look_at_server(&self, id: NodeId) -> NodeView {
        let queued = |letter: &InFlight<S::Message>| matches!(letter.place, Place::Queued);
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

    fn flight(&self, letter: &InFlight<S::Message>) -> Flight {
        let server = NodeId(self.world.members().len() as u8);
        let Letter { from, to, .. } = letter.letter;
        let through = self.world.server().is_some();
        let (from, to) = match letter.place {
            Place::ToServer => (from, server),
            Place::Queued => (server, server),
            Place::Travels | Place::Waits if through => (server, to),
            Place::Travels | Place::Waits => (from, to),
        };
        // A lost letter vanishes half-way: drawn as one that goes all the way and is gone before it arrives.
        let travel = Micros(letter.arrives.0.saturating_sub(letter.left.0));
        let arrives = if letter.lost { letter.arrives.plus(travel) } else { letter.arrives };
        Flight {
            letter: letter.letter,
            from,
            to,
            left: letter.left,
            arrives,
            lost: letter.lost,
            waiting: matches!(letter.place, Place::Queued | Place::Waits),
            kind: self.world.system().kind(&letter.message) as u8,
            ballot: self.world.system().ballot(&letter.message),
        }
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
        let shown = words::write(&action, &self.names);
        self.names.check(&action).map_err(|why| Notice::new("action", shown, why + "; nothing was done"))?;
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
        let node = self.look_at(id);
        let system = self.world.system();
        let before = self.watched.as_ref().and_then(|watched| watched.before.as_ref());
        let before = before.map_or(Vec::new(), |before| system.fields(id, before));
        let mut fields = self.fields(id);
        for field in &mut fields {
            let old = before.iter().find(|old| old.name == field.name);
            field.changed = old.filter(|old| old.value != field.value).map(|old| old.value.clone());
        }
        let timers = self.world.node(id).into_iter().flat_map(|node| node.timers.iter());
        let name = |timer: Timer| S::ABOUT.timers.get(usize::from(timer.0)).copied().unwrap_or("timer");
        Inspection {
            about: node
                .role
                .map_or("Queues messages until they are polled.", |role| S::ABOUT.roles[usize::from(role)].about),
            fields,
            timers: timers.map(|armed| (name(armed.timer), armed.fires)).collect(),
            recent: self.words().recent(id, 12),
            node,
        }
    }

    fn fields(&self, id: NodeId) -> Vec<FieldView> {
        let fields = self.world.node(id).map_or(Vec::new(), |node| self.world.system().fields(id, &node.actor));
        let view = |field: Field| FieldView {
            name: field.name,
            value: field.value,
            changed: None,
            durable: field.durable,
            about: field.about,
        };
        fields.into_iter().map(view).collect()
    }

    fn tables(&self, id: NodeId) -> Vec<Table> {
        self.world.node(id).map_or(Vec::new(), |node| self.world.system().tables(id, &node.actor))
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
        for (_, letter) in self.world.letters().iter() {
            each(self.flight(letter));
        }
    }

    fn letter(&self, name: Letter) -> Option<LetterView> {
        let index = self.world.letters().find(name)?;
        let letter = self.world.letters().get(index)?;
        let system = self.world.system();
        Some(LetterView {
            flight: self.flight(letter),
            text: system.read(&letter.message),
            wires: system.wire(name.from, name.to, &letter.message),
            cause: letter.cause.event(),
        })
    }

    fn log(&self, from: u64, to: u64) -> Vec<LogEntry> {
        let held = self.world.history().range();
        (from.max(held.start)..to.min(held.end)).filter_map(|event| self.words().entry(event)).collect()
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
        let marks = self.properties.marks().iter().map(|(event, mark)| (*event, super::driver::mark(*mark)));
        marks.collect()
    }

    fn metrics(&self) -> Metrics {
        let counts = self.world.counts();
        let messages = S::ABOUT.kinds.iter().zip(&counts.messages);
        let should_learn = |node: NodeId| S::ABOUT.roles[usize::from(self.world.members()[node.index()].role)].learns;
        let learners = (0..self.world.members().len()).filter(|index| should_learn(NodeId(*index as u8))).count();
        let learned: Vec<_> = self
            .properties
            .first_learned()
            .iter()
            .filter(|(node, _)| should_learn(*node))
            .map(|(_, time)| *time)
            .collect();
        let measures = &self.properties.measures;
        Metrics {
            messages: messages.map(|(kind, [sent, delivered, lost])| (kind.name, *sent, *delivered, *lost)).collect(),
            rounds: self.properties.rounds,
            preemptions: self.properties.preemptions,
            retries: measures.retries,
            decisions: self.properties.decisions,
            crashes: counts.crashes,
            timers: counts.timers,
            first_chosen: self.properties.first_chosen(),
            all_learned: if learners > 0 && learned.len() >= learners { learned.into_iter().max() } else { None },
            until_chosen: measures.chosen.latency(),
            until_learned: measures.learned.latency(),
            until_answered: measures.answered.latency(),
            quorum_up: counts.quorum_up(self.time()),
            time: self.time(),
        }
    }

    fn trends(&self) -> Vec<Trend> {
        let counts = self.world.counts();
        let named = [
            ("messages sent", &counts.sent),
            ("messages lost", &counts.lost),
            ("decisions", &self.properties.measures.decisions),
        ];
        let trend = |(name, series): (&'static str, &Series)| {
            let (span, counts) = series.until(self.time());
            Trend { name, span, counts }
        };
        named.map(trend).into()
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

/// How the latest rows of the first of `tables` stand.
fn strip(tables: &[Table]) -> Vec<RowMark> {
    let rows = tables.first().map_or(&[][..], |table| &table.rows);
    rows[rows.len().saturating_sub(STRIP)..].iter().map(|row| row.mark).collect()
}

pub(super) fn mark(mark: Marked) -> Mark {
    match mark {
        Marked::Chosen => Mark::Chosen,
        Marked::Learned => Mark::Learned,
        Marked::Broken(_) | Marked::Breached(_) => Mark::Violation,
    }
}
