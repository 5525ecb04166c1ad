//! The link of a scenario: a readable fragment, `system=synod&acceptors=5&loss=0.1&failure=0.2&seed=42&t=3.2s`.
//!
//! Links are a contract: what was once written keeps its meaning. What differs from the defaults appears, in a fixed
//! order; the plan comes last because it is the only part that nobody reads.

use super::reader::Reader;
use super::{Scenario, knobs_of, plan};
use crate::paxos::{Micros, Notice, decimal};

impl Scenario {
    /// The fragment of the scenario's link, without `#`. It names the system even where all else is as usual.
    pub fn link(&self) -> String {
        let usual = Scenario::of(self.about());
        let mut parts = vec![format!("system={}", self.system)];
        for knob in knobs_of(self.about()) {
            let value = self.knobs.get(knob);
            if value != knob.default {
                parts.push(format!("{}={}", knob.key, knob.kind.format(value)));
            }
        }
        if self.seed != usual.seed {
            parts.push(format!("seed={}", self.seed));
        }
        if self.show.speed != usual.show.speed {
            parts.push(format!("speed={}", decimal::unscaled(u64::from(self.show.speed), 2)));
        }
        if self.show.time != Micros::ZERO {
            parts.push(format!("t={}", self.show.time));
        }
        if self.engine() > 1 {
            parts.push(format!("v={}", self.engine()));
        }
        if !self.plan.is_empty() {
            parts.push(format!("plan={}", plan::encode(&self.plan)));
        }
        parts.join("&")
    }

    /// Reads a link, its fragment, or any text at all. Whatever cannot be used is left at its default or at the nearest
    /// value, and told.
    pub fn from_link(text: &str) -> (Self, Vec<Notice>) {
        let mut reader = Reader::default();
        let pairs = single(pairs(text), &mut reader);
        let find = |wanted: &str| pairs.iter().find(|(key, _)| key == wanted).map(|(_, value)| value.as_str());
        if let Some(system) = find("system") {
            reader.system(system);
        }
        for (key, value) in &pairs {
            match key.as_str() {
                "system" | "v" | "plan" => {}
                "seed" => reader.seed(value),
                "speed" => reader.speed(value),
                "t" => reader.time(value),
                _ => reader.knob(key, value),
            }
        }
        reader.engine("v", find("v").unwrap_or("1"));
        if let Some(value) = find("plan") {
            reader.plan(value, plan::decode(value));
        }
        reader.finish()
    }
}

/// Every `key=value` of the fragment, decoded, in the order given.
fn pairs(text: &str) -> Vec<(String, String)> {
    let fragment = fragment(text.trim());
    // Some programs encode a fragment as a whole.
    let decoded = if fragment.contains('=') { fragment.into() } else { percent_decoded(fragment) };
    let pairs = decoded.split('&').filter(|part| !part.trim().is_empty()).map(|part| {
        let (key, value) = part.split_once('=').unwrap_or((part, ""));
        let key = percent_decoded(key).trim().to_ascii_lowercase();
        // A link that was copied out of HTML has `&amp;` between its parts.
        let key = key.strip_prefix("amp;").map(str::to_string).unwrap_or(key);
        (key, percent_decoded(value).trim().to_string())
    });
    pairs.collect()
}

/// What follows the `#` of a URL; a text without one is a fragment, unless it is a URL.
fn fragment(text: &str) -> &str {
    let is_url = text.split(['=', '&']).next().is_some_and(|start| start.contains("://"));
    match text.split_once('#') {
        Some((_, fragment)) => fragment,
        None if is_url => text.split_once("%23").map_or("", |(_, fragment)| fragment),
        None => text,
    }
}

/// `text` with every `%2C` read as the byte that it stands for. A stray `%` stays as it is.
fn percent_decoded(text: &str) -> String {
    let hex = |byte: Option<&u8>| byte.and_then(|byte| char::from(*byte).to_digit(16));
    let bytes = text.as_bytes();
    let (mut decoded, mut at) = (Vec::with_capacity(bytes.len()), 0);
    while at < bytes.len() {
        match (bytes[at], hex(bytes.get(at + 1)), hex(bytes.get(at + 2))) {
            (b'%', Some(high), Some(low)) => {
                decoded.push((high * 16 + low) as u8);
                at += 3;
            }
            (byte, ..) => {
                decoded.push(byte);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

/// The pairs with each key once: of several, the last one counts.
fn single(pairs: Vec<(String, String)>, reader: &mut Reader) -> Vec<(String, String)> {
    let mut kept: Vec<(String, String)> = Vec::new();
    let mut places = crate::paxos::Map::new();
    for (key, value) in pairs {
        match places.get(&key) {
            Some(&place) => {
                let (_, before): &mut (String, String) = &mut kept[place];
                let problem = format!("given more than once; used the last one, {}", super::names::cut(&value));
                reader.notice(&key, before, problem);
                *before = value;
            }
            None => {
                places.insert(key.clone(), kept.len());
                kept.push((key, value));
            }
        }
    }
    kept
}
