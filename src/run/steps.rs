//! A run that is done by hand, step by step.

use super::{LogEntry, LogKind};

/// Every step with what happened in it: all of one moment but what a person did. That nodes start is no step. `words`
/// tell a step in which not just one thing happened, one after the other.
pub fn steps(log: &[LogEntry], words: impl IntoIterator<Item = String>) -> Vec<(String, Vec<&LogEntry>)> {
    let steps = log.chunk_by(|one, next| one.time == next.time).filter(|step| step[0].time.0 > 0);
    let told = steps.zip(words).map(|(step, words)| {
        let happened: Vec<_> = step.iter().filter(|entry| entry.kind != LogKind::Hand).collect();
        (if let [one] = happened.as_slice() { one.text.clone() } else { words }, happened)
    });
    told.collect()
}

/// The rules that fired or refused, in words.
pub fn why(happened: &[&LogEntry]) -> String {
    let told = happened.iter().flat_map(|entry| &entry.explanations).map(|explanation| explanation.text.as_str());
    told.collect::<Vec<_>>().join(" ")
}
