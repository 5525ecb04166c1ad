//! Knobs: the settings of a run, as data, so that link, command line, JSON and page all read one list.

/// What a knob holds and how it is written. Whatever the kind, the value itself is one `i64`.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Kind {
    /// A whole number between the two, both included.
    Count { min: i64, max: i64 },
    /// A probability in millionths, written `0.1`; at most `max` millionths.
    Probability { max: i64 },
    /// A span of virtual time in microseconds, written `400ms` or `3.2s`; 0 is written `0s` and often means off.
    Duration { max: i64 },
    /// One of these words; the value is its index.
    Choice(&'static [&'static str]),
    /// `on` (1) or `off` (0).
    Flag,
    /// Any of these words, joined by commas; the value is a bit mask.
    Set(&'static [&'static str]),
}

/// One setting of a run.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Knob {
    /// Its name in links, files and on the command line.
    pub key: &'static str,
    /// Its name for people.
    pub label: &'static str,
    /// What it means, in a sentence or two.
    pub help: &'static str,
    /// The heading it stands under in the configure panel.
    pub group: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// Its value where nobody set it.
    pub default: i64,
    /// Whether a change acts at once; otherwise the run has to start again.
    pub live: bool,
}

/// The settings of one run: what differs from the defaults, by key in alphabetical order. Keys are those of known knobs.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Knobs(Vec<(&'static str, i64)>);

impl Knobs {
    /// The value of `knob`: what was set, else its default.
    pub fn get(&self, knob: &Knob) -> i64 {
        self.place(knob.key).map_or(knob.default, |place| self.0[place].1)
    }

    /// Sets `knob`, forced into the range of its kind. A default is forgotten, so that equal settings are equal.
    pub fn set(&mut self, knob: &Knob, value: i64) {
        let value = knob.kind.clamp(value);
        self.unset(knob.key);
        if let (true, Err(place)) = (value != knob.default, self.place(knob.key)) {
            self.0.insert(place, (knob.key, value));
        }
    }

    /// What differs from the defaults, by key in alphabetical order.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, i64)> {
        self.0.iter().copied()
    }

    /// Forgets the setting of `key`.
    pub fn unset(&mut self, key: &str) {
        if let Ok(place) = self.place(key) {
            self.0.remove(place);
        }
    }

    /// Where the setting of `key` is, or else belongs.
    fn place(&self, key: &str) -> Result<usize, usize> {
        self.0.binary_search_by_key(&key, |(known, _)| known)
    }
}

impl Kind {
    /// `value`, or the nearest one that the kind allows.
    pub fn clamp(self, value: i64) -> i64 {
        match self {
            Kind::Count { min, max } => value.clamp(min, max),
            Kind::Probability { max } | Kind::Duration { max } => value.clamp(0, max),
            Kind::Choice(words) => value.clamp(0, words.len() as i64 - 1),
            Kind::Flag => value.clamp(0, 1),
            Kind::Set(words) => value & ((1 << words.len()) - 1),
        }
    }
}

/// Something a person gave that could not be used as it was, and what was used instead.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Notice {
    /// The key, field or place it concerns.
    pub key: String,
    /// What was given, cut to a readable length.
    pub given: String,
    /// What is wrong with it, and what was used instead.
    pub problem: String,
}

impl Notice {
    /// A notice on `key`; `given` is cut after 60 characters.
    pub fn new(key: impl Into<String>, given: impl AsRef<str>, problem: impl Into<String>) -> Self {
        let given = given.as_ref();
        let mut shown: String = given.chars().take(60).collect();
        if shown.len() < given.len() {
            shown.push('…');
        }
        Self { key: key.into(), given: shown, problem: problem.into() }
    }
}

impl std::fmt::Display for Notice {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        write!(f, "{}={}: {}", self.key, self.given, self.problem)
    }
}

/// Makes a constant of each knob and one table of them all, in the order in which the page shows them.
macro_rules! knobs {
    ($($name:ident = $key:literal, $group:expr, $live:expr, $kind:expr, $default:expr, $label:literal, $help:literal;)*) => {
        $(#[doc = $help] pub const $name: $crate::paxos::Knob = $crate::paxos::Knob {
            key: $key, label: $label, help: $help, group: $group, kind: $kind, default: $default, live: $live,
        };)*
        /// Every knob, in the order in which the page shows them.
        pub const KNOBS: &[$crate::paxos::Knob] = &[$($name),*];
    };
}
pub(crate) use knobs;

/// The group of the knobs that say how many nodes there are, and where.
pub const ABOUT_NODES: &str = "Nodes";

/// Makes the words of a `break` knob, what each switches off, and a bit mask of each.
macro_rules! rules {
    ($($constant:ident = $name:literal, $off:literal, $purpose:literal;)*) => {
        /// The words of the `break` knob.
        pub const RULE_NAMES: &[&str] = &[$($name),*];
        /// What each word switches off, in the same order.
        pub const RULES_OFF: &[$crate::paxos::Rule] =
            &[$($crate::paxos::Rule { name: $name, off: $off, purpose: $purpose }),*];
        #[allow(non_camel_case_types, clippy::upper_case_acronyms)]
        enum Position { $($constant),* }
        /// Bit masks of the `break` knob.
        pub mod broken { $(#[doc = $off] pub const $constant: u32 = 1 << super::Position::$constant as u32;)* }
    };
}
pub(crate) use rules;
