//! What a run is: system, knobs, seed and interventions. Presets, links, files, the command line, counterexamples,
//! tests and goldens are all scenarios.
//!
//! A scenario has two written forms, and both are read without ever failing on their contents: whatever cannot be
//! used is told in a [`Notice`] that names the key, what was given and what was used instead.
//!
//! - [`Scenario::link`]: the fragment of a link, `system=synod&loss=0.1&seed=42`.
//! - [`Scenario::to_json`]: a file that a person can write, described by [`schema`].

pub mod aliases;
mod json;
mod link;
mod names;
mod plan;
pub mod presets;
mod reader;
pub mod schema;
pub mod words;

pub use names::Names;
pub use plan::{decode as decode_plan, decode_bytes as decode_plan_bytes};

use crate::paxos::registry::{self, SYSTEMS};
use crate::paxos::{About, Knob, Knobs, Micros, Notice};
use crate::sim::{Intervention, settings};

/// The version of the engine: equal scenarios give equal runs on equal versions. A change that makes any run differ
/// raises it, and enters [`CHANGES`].
pub const ENGINE: u32 = 2;

/// Which runs each version changed: those in which a knob is turned. All others are what they were before.
///
/// - 2: with `discovery`, nodes repeat a hello that may have been lost.
const CHANGES: [(u32, &str); 1] = [(2, "discovery")];

/// The most interventions a plan may have.
pub const MAX_PLAN: usize = 10_000;

/// The latest time that a plan or a link may name; more than a hundred days.
pub const MAX_TIME: Micros = Micros(10_000_000_000_000);

/// The longest span that one intervention may name, as in `slow A1 800ms`.
pub const MAX_SPAN: Micros = Micros(3_600_000_000);

/// The lowest and the highest speed, in hundredths.
pub const SPEEDS: (u32, u32) = (5, 10_000);

/// One run, as data. Equal scenarios give equal runs, event for event, on every platform.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Scenario {
    /// The key of the system: `synod`.
    pub system: &'static str,
    /// The settings of system and world that differ from their defaults.
    pub knobs: Knobs,
    /// The one source of chance.
    pub seed: u64,
    /// What was done by hand, in the order in which it acts.
    pub plan: Vec<Intervention>,
    /// What to show at the beginning.
    pub show: Show,
}

/// What to show when a scenario is opened. It does not change the run.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Show {
    /// The moment to open at; the page plays on from it, or stands there if it is not zero.
    pub time: Micros,
    /// Virtual time per real time, in hundredths: 100 is 1×. Within [`SPEEDS`].
    pub speed: u32,
}

impl Default for Show {
    fn default() -> Self {
        Self { time: Micros::ZERO, speed: 100 }
    }
}

impl Default for Scenario {
    /// The first system as it is, without any trouble.
    fn default() -> Self {
        Self::of(SYSTEMS[0])
    }
}

impl Scenario {
    /// The system as it is, without any trouble.
    pub fn of(about: &'static About) -> Self {
        Self { system: about.key, knobs: Knobs::default(), seed: 1, plan: Vec::new(), show: Show::default() }
    }

    /// What there is to know of its system.
    pub fn about(&self) -> &'static About {
        registry::about(self.system).unwrap_or(SYSTEMS[0])
    }

    /// The first version of the engine that gives this very run.
    pub fn engine(&self) -> u32 {
        let turned = |key| knob(self.about(), key).is_some_and(|knob| self.knobs.get(knob) != knob.default);
        CHANGES.iter().filter(|(_, key)| turned(key)).map(|(version, _)| *version).max().unwrap_or(1)
    }

    /// Reads a scenario in either form: JSON if it begins with a brace, else a link or the fragment of one. Only text
    /// that begins like JSON and is none is an error.
    pub fn from_text(text: &str) -> Result<(Self, Vec<Notice>), Notice> {
        let text = text.trim_start_matches('\u{feff}').trim();
        if text.starts_with(['{', '[']) { Self::from_json(text) } else { Ok(Self::from_link(text)) }
    }
}

/// Every knob of a run of that system: the system's own, then the world's. A knob of the system stands in place of the
/// world's knob of the same key.
pub fn knobs_of(about: &'static About) -> impl Iterator<Item = &'static Knob> {
    let own = |key: &str| about.knobs.iter().any(|knob| knob.key == key);
    about.knobs.iter().chain(settings::KNOBS.iter().filter(move |knob| !own(knob.key)))
}

/// The knob of that key in a run of that system.
pub fn knob(about: &'static About, key: &str) -> Option<&'static Knob> {
    knobs_of(about).find(|knob| knob.key == key)
}
