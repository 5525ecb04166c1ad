//! The file of a scenario: JSON that a person can write by hand.

use super::reader::Reader;
use super::{ENGINE, MAX_PLAN, MAX_TIME, Names, Scenario, knob, knobs_of, plan, words};
use crate::json::{Fields, Value};
use crate::paxos::{Kind, Micros, Notice, decimal};
use crate::sim::{At, Intervention};

impl Scenario {
    /// The scenario as a file: what differs from the defaults, one step of the plan to a line.
    pub fn to_json(&self) -> String {
        let mut parts = vec![format!("\"system\": {}", quoted(self.system)), format!("\"seed\": {}", self.seed)];
        let knobs = knobs_of(self.about()).filter(|knob| self.knobs.get(knob) != knob.default).map(|knob| {
            let text = knob.kind.format(self.knobs.get(knob));
            let is_number = matches!(knob.kind, Kind::Count { .. } | Kind::Probability { .. });
            format!("{}: {}", quoted(knob.key), if is_number { text } else { quoted(&text) })
        });
        parts.extend(block("knobs", ['{', '}'], knobs.collect()));
        let names = Names::of(self);
        let steps = self.plan.iter().map(|Intervention { at, action }| {
            let after = if at.after == 0 { String::new() } else { format!("\"after\": {}, ", at.after) };
            let (time, action) = (quoted(&at.time.to_string()), quoted(&words::write(action, &names)));
            format!("{{ \"at\": {time}, {after}\"do\": {action} }}")
        });
        parts.extend(block("plan", ['[', ']'], steps.collect()));
        let usual = Scenario::of(self.about()).show;
        let mut show = Vec::new();
        if self.show.time != usual.time {
            show.push(format!("\"t\": {}", quoted(&self.show.time.to_string())));
        }
        if self.show.speed != usual.speed {
            show.push(format!("\"speed\": {}", decimal::unscaled(u64::from(self.show.speed), 2)));
        }
        if !show.is_empty() {
            parts.push(format!("\"show\": {{ {} }}", show.join(", ")));
        }
        parts.push(format!("\"engine\": {ENGINE}"));
        format!("{{\n  {}\n}}\n", parts.join(",\n  "))
    }

    /// Reads a file. Only text that is no JSON object is an error; whatever else cannot be used is left at its default
    /// or at the nearest value, and told.
    pub fn from_json(text: &str) -> Result<(Self, Vec<Notice>), Notice> {
        let json = Value::parse(text)
            .map_err(|error| Notice::new("json", text.trim(), format!("this is no JSON: {error}")))?;
        let Value::Object(fields) = json else {
            return Err(Notice::new("json", text.trim(), "a scenario is an object in braces"));
        };
        let mut reader = Reader::default();
        if let Some(system) = fields.get("system") {
            said(&mut reader, "system", system, |reader, text| reader.system(text));
        }
        for (key, value) in fields.iter() {
            match key {
                "system" | "plan" | "engine" | "$schema" => {}
                "seed" => said(&mut reader, key, value, Reader::seed),
                "knobs" => each(&mut reader, key, value, |reader, key, value| {
                    said(reader, key, value, |reader, text| reader.knob(key, text));
                }),
                "show" => each(&mut reader, key, value, |reader, key, value| match key {
                    "t" => said(reader, key, value, Reader::time),
                    "speed" => said(reader, key, value, Reader::speed),
                    _ => reader.notice(key, &value.to_string(), "a file shows t and speed; left out"),
                }),
                _ if knob(reader.scenario.about(), key).is_some() => {
                    reader.notice(key, &value.to_string(), "a knob belongs under knobs; used all the same");
                    said(&mut reader, key, value, |reader, text| reader.knob(key, text));
                }
                _ => reader.unknown(key, &value.to_string()),
            }
        }
        if let Some(value) = fields.get("engine") {
            said(&mut reader, "engine", value, |reader, text| reader.engine("engine", text));
        }
        if let Some(value) = fields.get("plan") {
            read_plan(&mut reader, value);
        }
        Ok(reader.finish())
    }
}

/// `text` as a string of JSON.
fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

/// A named list or object with one entry to a line, if there is any entry.
fn block(name: &str, [open, close]: [char; 2], entries: Vec<String>) -> Option<String> {
    let entries = (!entries.is_empty()).then(|| entries.join(",\n    "))?;
    Some(format!("\"{name}\": {open}\n    {entries}\n  {close}"))
}

/// What a value says in the words of a link: a number as its digits, a list as its items joined by commas.
fn words_of(value: &Value) -> Option<String> {
    match value {
        Value::Text(text) => Some(text.clone()),
        Value::Number(digits) => Some(digits.clone()),
        Value::Flag(flag) => Some(flag.to_string()),
        Value::List(items) => {
            let items: Option<Vec<_>> = items
                .iter()
                .map(|item| match item {
                    Value::Text(text) => Some(text.as_str()),
                    _ => None,
                })
                .collect();
            items.map(|items| items.join(","))
        }
        Value::Null | Value::Object(_) => None,
    }
}

/// Passes on what `value` says, or tells that it says nothing.
fn said(reader: &mut Reader, key: &str, value: &Value, then: impl FnOnce(&mut Reader, &str)) {
    match words_of(value) {
        Some(text) => then(reader, &text),
        None => reader.notice(key, &value.to_string(), "expected a number or a text; left at its default"),
    }
}

/// Does something with every field of an object, or tells that it is none.
fn each(reader: &mut Reader, key: &str, value: &Value, mut then: impl FnMut(&mut Reader, &str, &Value)) {
    match value {
        Value::Object(fields) => fields.iter().for_each(|(key, value)| then(reader, key, value)),
        _ => reader.notice(key, &value.to_string(), "expected an object in braces; left out"),
    }
}

/// Reads the plan: a list of steps, or the text that a link carries.
fn read_plan(reader: &mut Reader, value: &Value) {
    let steps = match value {
        Value::List(steps) if steps.len() <= MAX_PLAN => steps,
        Value::List(steps) => {
            let problem = format!("it has {} steps, and {MAX_PLAN} is the most", steps.len());
            return reader.plan("[…]", Err(problem));
        }
        Value::Text(text) => return reader.plan(text, plan::decode(text)),
        other => return reader.plan(&other.to_string(), Err("expected a list of steps".into())),
    };
    let mut names = Names::of(&reader.scenario);
    let (mut plan, mut wrong) = (Vec::new(), 0);
    for (index, step) in steps.iter().enumerate() {
        match read_step(reader, step, &names) {
            Ok(step) => {
                names.heed(&step.action);
                plan.push(step);
            }
            Err(problem) => {
                wrong += 1;
                reader.notice(&format!("plan[{index}]"), &step.to_string(), problem);
            }
        }
    }
    let given = format!("{} steps", steps.len());
    reader.plan(&given, if wrong == 0 { Ok(plan) } else { Err(format!("{wrong} of its steps cannot be used")) });
}

/// Reads `{"at": "1.2s", "after": 2, "do": "crash A2"}`.
fn read_step(reader: &mut Reader, step: &Value, names: &Names) -> Result<Intervention, String> {
    let Value::Object(fields) = step else {
        return Err("a step is an object with at and do".into());
    };
    for (key, value) in fields.iter().filter(|(key, _)| !["at", "after", "do"].contains(key)) {
        reader.notice(key, &value.to_string(), "a step has at, after and do; left out");
    }
    let text = |fields: &Fields, key| fields.get(key).and_then(words_of);
    let at = text(fields, "at").ok_or("at is missing: when the step acts, such as 1.2s")?;
    let time = Micros::parse(&at, MAX_TIME).map_err(|misread| format!("at: expected {}", misread.allowed))?;
    let after = match fields.get("after") {
        None => 0,
        Some(after) => {
            let after = if let Value::Number(digits) = after { digits.parse().ok() } else { None };
            after.ok_or("after: expected how many events of that time act before")?
        }
    };
    let action = text(fields, "do").ok_or("do is missing: what happens, such as crash A2")?;
    let action = words::parse(&action, names).map_err(|notice| notice.problem)?;
    Ok(Intervention { at: At { time, after }, action })
}
