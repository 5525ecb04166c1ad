//! How the value of a knob is written and read: the same words in links, files, on the command line and on the page.

use super::{Kind, Micros, decimal};

/// Why a text is not a value of some kind.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Misread {
    /// The value nearest to what was meant, where there is one.
    pub nearest: Option<i64>,
    /// What is allowed: `a whole number from 1 to 101`.
    pub allowed: String,
}

const NO: [&str; 4] = ["off", "false", "no", "0"];
const YES: [&str; 4] = ["on", "true", "yes", "1"];
/// What an empty [`Kind::Set`] is written as.
const NONE: &str = "none";

/// The units of time, the longer spellings before those that they end in, in microseconds.
const UNITS: [(&str, u64); 9] = [
    ("us", 1),
    ("µs", 1),
    ("μs", 1),
    ("ms", 1_000),
    ("sec", 1_000_000),
    ("min", 60_000_000),
    ("s", 1_000_000),
    ("m", 60_000_000),
    ("h", 3_600_000_000),
];

impl Kind {
    /// The value that `text` stands for, or what is allowed instead.
    pub fn parse(self, text: &str) -> Result<i64, String> {
        self.read(text).map_err(|misread| format!("expected {}", misread.allowed))
    }

    /// Like [`Kind::parse`], and where `text` is nearly right, with the value nearest to it.
    pub fn read(self, text: &str) -> Result<i64, Misread> {
        let text = text.trim();
        let number = match self {
            Kind::Count { .. } => decimal::scaled(text, 1),
            Kind::Probability { .. } => match text.strip_suffix('%') {
                Some(percent) => decimal::scaled(percent.trim_end(), 10_000),
                None => decimal::scaled(text, 1_000_000),
            },
            Kind::Duration { .. } => duration(text),
            Kind::Choice(words) => words.iter().position(|word| word.eq_ignore_ascii_case(text)).map(found),
            Kind::Flag if NO.iter().any(|word| word.eq_ignore_ascii_case(text)) => Some((0, true)),
            Kind::Flag if YES.iter().any(|word| word.eq_ignore_ascii_case(text)) => Some((1, true)),
            Kind::Flag => None,
            Kind::Set(words) => set(words, text),
        };
        match number {
            Some((value, true)) if self.clamp(value) == value => Ok(value),
            other => Err(Misread { nearest: other.map(|(value, _)| self.clamp(value)), allowed: self.allowed() }),
        }
    }

    /// `value` as [`Kind::parse`] reads it.
    pub fn format(self, value: i64) -> String {
        let value = self.clamp(value);
        match self {
            Kind::Count { .. } => value.to_string(),
            Kind::Probability { .. } => decimal::unscaled(value.unsigned_abs(), 6),
            Kind::Duration { .. } => Micros(value.unsigned_abs()).to_string(),
            Kind::Choice(words) => words.get(value as usize).copied().unwrap_or_default().into(),
            Kind::Flag => if value == 1 { YES[0] } else { NO[0] }.into(),
            Kind::Set(_) if value == 0 => NONE.into(),
            Kind::Set(words) => {
                let chosen = words.iter().enumerate().filter(|(index, _)| value >> index & 1 == 1);
                chosen.map(|(_, word)| *word).collect::<Vec<_>>().join(",")
            }
        }
    }

    /// What is allowed, as the end of a sentence: `a whole number from 1 to 101`.
    pub fn allowed(self) -> String {
        match self {
            Kind::Count { min, max } => format!("a whole number from {min} to {max}"),
            Kind::Probability { max } => {
                format!("a probability from 0 to {}, such as 0.1 or 10%", decimal::unscaled(max.unsigned_abs(), 6))
            }
            Kind::Duration { max } => {
                format!("a time of at most {}, such as 400ms or 3.2s", Micros(max.unsigned_abs()))
            }
            Kind::Choice(words) => format!("one of {}", words.join(", ")),
            Kind::Flag => "on or off".into(),
            Kind::Set(words) => format!("{NONE}, or any of {} joined by commas", words.join(", ")),
        }
    }
}

fn found(index: usize) -> (i64, bool) {
    (index as i64, true)
}

/// Microseconds of a time with its unit; a bare number is seconds.
fn duration(text: &str) -> Option<(i64, bool)> {
    let unit = UNITS.iter().find_map(|(unit, micros)| Some((text.strip_suffix(unit)?, *micros)));
    let (number, micros) = unit.unwrap_or((text, 1_000_000));
    decimal::scaled(number.trim_end(), micros)
}

/// The bit mask of the words in `text`, and whether all of them are known; `None` if none is.
fn set(words: &[&str], text: &str) -> Option<(i64, bool)> {
    if text.is_empty() || text.eq_ignore_ascii_case(NONE) {
        return Some((0, true));
    }
    let (mut mask, mut all) = (0, true);
    for given in text.split([',', '+', ' ']).filter(|given| !given.is_empty()) {
        match words.iter().position(|word| word.eq_ignore_ascii_case(given)) {
            Some(index) => mask |= 1 << index,
            None => all = false,
        }
    }
    (mask != 0).then_some((mask, all))
}

impl Micros {
    /// The time that `text` names, with its unit or in seconds; at most `most`.
    pub fn parse(text: &str, most: Micros) -> Result<Micros, Misread> {
        let max = i64::try_from(most.0).unwrap_or(i64::MAX);
        Kind::Duration { max }.read(text).map(|micros| Micros(micros.unsigned_abs()))
    }
}
