//! The numbers the project holds itself to, measured.

use crate::Res;
use crate::exec::{cargo, root, run_keeping};
use serde_json::Value;
use std::process::Command;

/// Name, and the command that measures.
///
/// A bench prints, among whatever else it likes, one line of JSON per number:
/// `{"what": "deliveries per second", "value": 1.2e6, "bar": 1.0e6, "pass": true}`.
/// `value` and `bar` may be numbers or text with a unit; a number without a bar is only reported.
fn benches() -> Vec<(&'static str, Command)> {
    let mut list = Vec::new();
    let mut folder: Vec<_> = std::fs::read_dir(root().join("benches")).into_iter().flatten().flatten().collect();
    folder.sort_by_key(std::fs::DirEntry::path);
    // Every file in benches/ is a row, with no list to keep.
    for file in folder {
        let path = file.path();
        if path.extension().is_some_and(|extension| extension == "rs")
            && let Some(name) = path.file_stem().and_then(|stem| stem.to_str())
        {
            let mut command = cargo();
            command.args(["bench", "--package", "paxos-playground", "--bench", name]);
            list.push((&*name.to_owned().leak(), command));
        }
    }
    list
}

pub fn run(only: &[String]) -> Res {
    let mut benches = benches();
    if let Some(unknown) = only.iter().find(|name| benches.iter().all(|(known, _)| known != name)) {
        let known: Vec<_> = benches.iter().map(|(name, _)| *name).collect();
        return Err(format!("there is no bench '{unknown}'; there are: {}", known.join(" ")).into());
    }
    benches.retain(|(name, _)| only.is_empty() || only.iter().any(|wanted| wanted == name));
    if benches.is_empty() {
        return Err("there is no file in benches/".into());
    }

    let mut rows = Vec::new();
    for (name, mut command) in benches {
        eprintln!("\nxtask: bench {name}");
        let (lines, outcome) = run_keeping(&mut command, |line| row(line).is_some());
        outcome?;
        if lines.is_empty() {
            return Err(format!("bench {name} printed no number").into());
        }
        rows.extend(lines.iter().filter_map(|line| row(line)));
    }

    let cells: Vec<[String; 4]> = std::iter::once(["what", "value", "bar", ""].map(str::to_owned))
        .chain(rows.iter().map(|row| {
            let verdict = match row["pass"].as_bool() {
                Some(true) => "pass",
                Some(false) => "FAIL",
                None => "",
            };
            [text(&row["what"]), text(&row["value"]), text(&row["bar"]), verdict.to_owned()]
        }))
        .collect();
    let width = |at: usize| cells.iter().map(|row| row[at].chars().count()).max().unwrap_or(0);
    let (what, value, bar) = (width(0), width(1), width(2));
    println!();
    for row in &cells {
        println!("{:what$}  {:>value$}  {:>bar$}  {}", row[0], row[1], row[2], row[3]);
    }
    match rows.iter().filter(|row| row["pass"] == false).count() {
        0 => Ok(()),
        missed => Err(format!("{missed} of {} numbers miss their bar", rows.len()).into()),
    }
}

fn row(line: &str) -> Option<Value> {
    let row: Value = serde_json::from_str(line.strip_prefix('{').map(|_| line)?).ok()?;
    row.get("what").is_some().then_some(row)
}

fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
