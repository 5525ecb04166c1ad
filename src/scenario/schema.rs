//! The JSON schema of a scenario's file, made from the list of systems and knobs, so that editors can help to write
//! one. `static/scenario.schema.json` is what it makes; a test compares the two.

use super::{MAX_PLAN, SPEEDS, Scenario, knobs_of};
use crate::paxos::registry::SYSTEMS;
use crate::paxos::{About, Kind, Knob, decimal};
use serde_json::{Value, json};

/// What a time looks like; a bare number is seconds.
const TIME: &str = r"^[0-9.]+ *(us|µs|ms|s|sec|m|min|h)?$";

/// The schema, ready to be written to a file.
pub fn write() -> String {
    let systems: Vec<_> = SYSTEMS.iter().map(|about| about.key).collect();
    let [least, most] = [SPEEDS.0, SPEEDS.1].map(number);
    let per_system: Vec<_> = SYSTEMS.iter().map(|about| knobs_of_system(about)).collect();
    let schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A scenario of Paxos Playground",
        "description": "One run: a system, its settings, a seed, and what was done by hand. Every part may be missing.",
        "type": "object",
        "additionalProperties": false,
        "properties": {
            "$schema": { "type": "string" },
            "system": {
                "description": "Which protocol runs.", "enum": systems, "default": Scenario::default().system,
            },
            "seed": {
                "description": "The one source of chance: equal seeds, equal runs.",
                "type": ["integer", "string"], "minimum": 0, "default": Scenario::default().seed,
            },
            "knobs": { "description": "The settings that differ from their defaults.", "type": "object" },
            "plan": plan(),
            "show": {
                "description": "What to show at the beginning; it does not change the run.",
                "type": "object",
                "additionalProperties": false,
                "properties": {
                    "t": { "description": "The moment to open at.", "$ref": "#/$defs/time" },
                    "speed": {
                        "description": "Virtual time per real time.",
                        "type": ["number", "string"], "minimum": least, "maximum": most, "default": 1,
                    },
                },
            },
            "engine": {
                "description": "The version of the engine that the scenario was made with.",
                "type": "integer", "minimum": 1,
            },
        },
        "allOf": per_system,
        "$defs": { "time": { "type": ["number", "string"], "minimum": 0, "pattern": TIME } },
    });
    format!("{schema:#}\n")
}

fn plan() -> Value {
    json!({
        "description": "What is done by hand, in the order of time.",
        "type": ["array", "string"],
        "maxItems": MAX_PLAN,
        "items": {
            "type": "object",
            "additionalProperties": false,
            "required": ["at", "do"],
            "properties": {
                "at": { "description": "When it acts.", "$ref": "#/$defs/time" },
                "after": {
                    "description": "After how many of the events at exactly that time.",
                    "type": "integer", "minimum": 0, "default": 0,
                },
                "do": {
                    "description": "What happens, in words.",
                    "type": "string",
                    "examples": [
                        "crash A2", "restart A2", "pause P1", "resume P1", "slow A1 800ms", "skew A1 1.1", "wipe A3",
                        "disk A1 forgets", "isolate A1", "rejoin A1", "cut P1>A2", "mend P1>A2", "clog P1>A2",
                        "unclog P1>A2", "partition P1,A1,A2 | P2,A3,A4,A5", "heal", "deliver P1>A2#3",
                        "delay P1>A2#3 2s", "duplicate P1>A2#3", "drop P1>A2#3", "fire P1 next-try",
                        "request P1 apple", "join A5", "leave A5", "set loss 0.3", "tune P1>A2 loss 0.5",
                    ],
                },
            },
        },
    })
}

/// If the file is of that system, or names none and this is the default, its knobs are these.
fn knobs_of_system(about: &'static About) -> Value {
    let knobs: serde_json::Map<_, _> = knobs_of(about).map(|knob| (knob.key.to_string(), of_knob(knob))).collect();
    let mut condition = json!({ "properties": { "system": { "const": about.key } } });
    if about.key != Scenario::default().system {
        condition["required"] = json!(["system"]);
    }
    json!({
        "if": condition,
        "then": { "properties": { "knobs": { "additionalProperties": false, "properties": knobs } } },
    })
}

fn of_knob(knob: &Knob) -> Value {
    let mut schema = match knob.kind {
        Kind::Count { min, max } => json!({ "type": ["integer", "string"], "minimum": min, "maximum": max }),
        Kind::Probability { max } => {
            let most = decimal::unscaled(max.unsigned_abs(), 6).parse::<serde_json::Number>();
            json!({ "type": ["number", "string"], "minimum": 0, "maximum": most.unwrap_or(1.into()) })
        }
        Kind::Duration { .. } => json!({ "$ref": "#/$defs/time" }),
        Kind::Choice(words) => json!({ "enum": words }),
        Kind::Flag => json!({ "enum": [true, false, "on", "off"] }),
        Kind::Set(words) => json!({ "anyOf": [
            { "type": "string", "description": format!("Any of {}, joined by commas.", words.join(", ")) },
            { "type": "array", "uniqueItems": true, "items": { "enum": words } },
        ] }),
    };
    let text = knob.kind.format(knob.default);
    schema["title"] = json!(knob.label);
    schema["description"] = json!(knob.help);
    schema["default"] = match knob.kind {
        Kind::Count { .. } => json!(knob.default),
        Kind::Probability { .. } => text.parse::<serde_json::Number>().map_or(Value::Null, Value::Number),
        _ => json!(text),
    };
    schema
}

fn number(hundredths: u32) -> Value {
    let text = decimal::unscaled(u64::from(hundredths), 2);
    text.parse::<serde_json::Number>().map_or(Value::Null, Value::Number)
}
