//! The names of nodes, timers and knobs in one scenario, and what may be done with them.

use super::{MAX_SPAN, Scenario, knob};
use crate::paxos::registry::{self, Visitor};
use crate::paxos::{About, Knob, Knobs, Micros, NodeId, NodeSet, System, Timer};
use crate::sim::{Action, Letter, settings};

/// The label of the server in the middle.
const SERVER: &str = "server";

/// The knobs that one direction of a link can have of its own.
pub(super) const TUNABLE: [&Knob; 4] = [&settings::LOSS, &settings::DUPLICATE, &settings::DELAY, &settings::JITTER];

/// The least and the greatest rate of a clock, in millionths of the true one.
pub(super) const CLOCK: (u32, u32) = (100_000, 10_000_000);

/// What actions may speak of in one scenario, by label and by number.
#[derive(Clone, Debug)]
pub struct Names {
    about: &'static About,
    knobs: Knobs,
    labels: Vec<String>,
    server: bool,
    value: fn(&Knobs, &str) -> Result<(), String>,
}

/// Reads the labels off the system.
struct Labels<'a>(&'a Knobs);

impl Visitor for Labels<'_> {
    type Output = (Vec<String>, fn(&Knobs, &str) -> Result<(), String>);

    fn visit<S: System>(self) -> Self::Output {
        let system = S::configure(self.0, &mut Vec::new());
        let labels = (0..system.members().len()).map(|index| system.label(NodeId(index as u8))).collect();
        (labels, |knobs, text| S::configure(knobs, &mut Vec::new()).value(text).map(drop))
    }
}

impl Names {
    /// The names in `scenario`, its whole plan included.
    pub fn of(scenario: &Scenario) -> Self {
        let about = scenario.about();
        let (labels, value) = registry::visit(about.key, Labels(&scenario.knobs))
            .unwrap_or_else(|| (Vec::new(), |_, _| Err("there is no such system".into())));
        let server = scenario.knobs.get(&settings::TRANSPORT) == 1;
        let mut names = Self { about, knobs: scenario.knobs.clone(), labels, server, value };
        for intervention in &scenario.plan {
            names.heed(&intervention.action);
        }
        names
    }

    /// Takes note of what `action` changes about the names: the server in the middle may appear during the run.
    pub fn heed(&mut self, action: &Action) {
        self.server |= matches!(action, Action::Set(key, 1) if key == settings::TRANSPORT.key);
    }

    /// The label of a node: `A2`, or `#9` if there is none.
    pub fn label(&self, node: NodeId) -> String {
        match self.labels.get(node.index()) {
            Some(label) => label.clone(),
            None if self.server && node.index() == self.labels.len() => SERVER.into(),
            None => format!("#{}", node.0),
        }
    }

    /// The node of that label, in capitals or not.
    pub fn node(&self, label: &str) -> Result<NodeId, String> {
        let mut labels = self.labels.iter().map(String::as_str).chain(self.server.then_some(SERVER));
        let index = labels.position(|known| known.eq_ignore_ascii_case(label));
        index.map(|index| NodeId(index as u8)).ok_or_else(|| match label {
            "" => "the name of a node is missing".into(),
            _ => format!("there is no node {}; there are {}", cut(label), self.summary()),
        })
    }

    /// `P1 to P2, A1 to A5`
    fn summary(&self) -> String {
        let letters = |label: &str| label.trim_end_matches(|c: char| c.is_ascii_digit()).to_string();
        let mut runs: Vec<(&String, &String)> = Vec::new();
        for label in &self.labels {
            match runs.last_mut() {
                Some(run) if letters(run.0) == letters(label) => run.1 = label,
                _ => runs.push((label, label)),
            }
        }
        let runs = runs.iter().map(|(first, last)| match first == last {
            true => (*first).clone(),
            false => format!("{first} to {last}"),
        });
        runs.chain(self.server.then(|| SERVER.into())).collect::<Vec<_>>().join(", ")
    }

    /// The word for a timer: its name in the system with hyphens for spaces, or its number.
    pub fn timer(&self, timer: Timer) -> String {
        match self.about.timers.get(usize::from(timer.0)) {
            Some(name) if self.timer_named(&name.replace(' ', "-")) == Some(timer) => name.replace(' ', "-"),
            _ => timer.0.to_string(),
        }
    }

    /// The timer of that name or number.
    pub(super) fn timer_named(&self, word: &str) -> Option<Timer> {
        let word = word.trim().replace(' ', "-");
        let named = self.about.timers.iter().position(|name| name.replace(' ', "-").eq_ignore_ascii_case(&word));
        let number = || word.parse().ok().filter(|number| *number < self.about.timers.len());
        named.or_else(number).map(|index| Timer(index as u8))
    }

    /// The names of all timers, for a message.
    pub(super) fn timers(&self) -> String {
        (0..self.about.timers.len()).map(|index| self.timer(Timer(index as u8))).collect::<Vec<_>>().join(", ")
    }

    /// The knob of that key.
    pub(super) fn knob(&self, key: &str) -> Option<&'static Knob> {
        knob(self.about, key)
    }

    /// Whether `action` can be done in this scenario, or why not.
    pub fn check(&self, action: &Action) -> Result<(), String> {
        match action {
            Action::Crash(node) | Action::Restart(node) | Action::Isolate(node) | Action::Rejoin(node) => {
                self.check_place(*node)
            }
            Action::Pause(node)
            | Action::Resume(node)
            | Action::Wipe(node)
            | Action::Disk(node, _)
            | Action::Join(node)
            | Action::Leave(node) => self.check_node(*node),
            Action::Slow(node, span) => self.check_node(*node).and(check_span(*span)),
            Action::Skew(node, rate) => self.check_node(*node).and(check_clock(*rate)),
            Action::Cut(from, to) | Action::Mend(from, to) | Action::Clog(from, to) | Action::Unclog(from, to) => {
                self.check_place(*from).and(self.check_place(*to))
            }
            Action::Partition(groups) => self.check_groups(groups),
            Action::Heal => Ok(()),
            Action::Deliver(letter) | Action::Duplicate(letter) | Action::Drop(letter) => self.check_letter(letter),
            Action::Delay(letter, span) => self.check_letter(letter).and(check_span(*span)),
            Action::Fire(node, timer) if usize::from(timer.0) < self.about.timers.len() => self.check_node(*node),
            Action::Fire(_, timer) => Err(format!("there is no timer {}; there are {}", timer.0, self.timers())),
            Action::Request(node, text) => self.check_node(*node).and_then(|()| (self.value)(&self.knobs, text)),
            Action::Set(key, value) => self.check_knob(key, *value),
            Action::Tune(from, to, key, value) => {
                self.check_pair(*from, *to).and_then(|()| check_value(tunable(key)?, *value))
            }
        }
    }

    fn check_node(&self, node: NodeId) -> Result<(), String> {
        if node.index() < self.labels.len() {
            return Ok(());
        }
        match self.server && node.index() == self.labels.len() {
            true => Err(format!("the {SERVER} cannot be asked to do that")),
            false => Err(format!("there is no node {}; there are {}", self.label(node), self.summary())),
        }
    }

    /// A node or the server in the middle.
    fn check_place(&self, node: NodeId) -> Result<(), String> {
        if self.server && node.index() == self.labels.len() { Ok(()) } else { self.check_node(node) }
    }

    fn check_pair(&self, from: NodeId, to: NodeId) -> Result<(), String> {
        self.check_node(from).and(self.check_node(to))
    }

    fn check_letter(&self, letter: &Letter) -> Result<(), String> {
        self.check_pair(letter.from, letter.to)
    }

    fn check_groups(&self, groups: &[NodeSet]) -> Result<(), String> {
        let mut seen = NodeSet::EMPTY;
        if groups.is_empty() || groups.iter().any(|group| group.is_empty()) {
            return Err("every group of a partition needs a node".into());
        }
        for group in groups {
            for node in group.iter() {
                self.check_place(node)?;
                if !seen.insert(node) {
                    return Err(format!("{} is in two groups of the partition", self.label(node)));
                }
            }
        }
        Ok(())
    }

    fn check_knob(&self, key: &str, value: i64) -> Result<(), String> {
        let knob = self.knob(key).ok_or_else(|| format!("there is no knob {}", cut(key)))?;
        if !knob.live {
            return Err(format!("{key} cannot change during a run: it takes a new one"));
        }
        check_value(knob, value)
    }
}

/// The knob of that key, if a link can have its own.
pub(super) fn tunable(key: &str) -> Result<&'static Knob, String> {
    let keys = TUNABLE.map(|knob| knob.key).join(", ");
    let found = TUNABLE.into_iter().find(|knob| knob.key == key);
    found.ok_or_else(|| format!("a link can be tuned in {keys}, not in {}", cut(key)))
}

fn check_value(knob: &Knob, value: i64) -> Result<(), String> {
    if knob.kind.clamp(value) == value {
        return Ok(());
    }
    Err(format!("{} must be {}", knob.key, knob.kind.allowed()))
}

fn check_span(span: Micros) -> Result<(), String> {
    if span <= MAX_SPAN { Ok(()) } else { Err(format!("{span} is longer than {MAX_SPAN}")) }
}

fn check_clock(rate: u32) -> Result<(), String> {
    if (CLOCK.0..=CLOCK.1).contains(&rate) { Ok(()) } else { Err("a clock runs at a rate from 0.1 to 10".into()) }
}

/// A text that somebody gave, short enough for a message.
pub(super) fn cut(text: &str) -> String {
    let mut shown: String = text.chars().take(30).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    shown
}
