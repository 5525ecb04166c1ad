//! A run that was found, as a story: one sentence for each step, with why and what it led to.

use paxos_playground::check::explore::Followed;
use paxos_playground::run::{self, LogEntry, Mark};
use paxos_playground::scenario::{MAX_TIME, Scenario};
use serde::{Deserialize, Serialize};
use std::iter::repeat_with;

/// One step of a run in words.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Told {
    /// What happened.
    pub text: String,
    /// The rules that fired or refused, in words.
    pub why: String,
    /// What it led to, where that is worth a mark.
    pub mark: Option<Worth>,
}

/// What a step led to.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Worth {
    /// A value became chosen.
    Chosen(String),
    /// A property broke: its name, and what is wrong.
    Broken(String, String),
}

/// The steps of a run that is done by hand; `words` tell those in which not just one thing happened.
pub fn tell(scenario: &Scenario, words: impl IntoIterator<Item = String>) -> Vec<Told> {
    let (mut run, _) = run::open(scenario);
    run.advance(MAX_TIME, u64::MAX);
    let (chosen, properties) = (run.chosen(), run.properties());
    let worth = |entry: &LogEntry| match entry.mark? {
        Mark::Violation => properties.iter().find_map(|property| match &property.broken {
            Some((event, what)) if *event == entry.event => Some(Worth::Broken(property.name.into(), what.clone())),
            _ => None,
        }),
        Mark::Chosen => {
            let chosen = chosen.iter().find(|chosen| chosen.event == entry.event)?;
            Some(Worth::Chosen(chosen.value.clone()))
        }
        Mark::Learned => None,
    };
    let log = run.log(0, u64::MAX);
    let steps = run::steps(&log, words).into_iter();
    let told = steps.map(|(text, happened)| Told {
        text,
        why: run::why(&happened),
        mark: happened.into_iter().find_map(&worth),
    });
    told.collect()
}

/// The actions of a schedule of the specification, each with the steps that do it on the stage.
pub fn retell(sentences: Vec<String>, followed: &Followed) -> Vec<Told> {
    let mut steps = tell(&followed.scenario, repeat_with(String::new)).into_iter();
    let told = sentences.into_iter().zip(&followed.steps).map(|(text, count)| {
        let done: Vec<_> = steps.by_ref().take(*count).map(|told| told.text).collect();
        Told { text, why: format!("On the stage: {}.", done.join("; ")), mark: None }
    });
    told.collect()
}
