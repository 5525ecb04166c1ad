//! The rules of this system in plain words.

use super::knobs::broken;
use super::{Leader, Note};
use crate::paxos::words::{PMS_1A, PMS_1B, PMS_2A, PMS_2B, PMS_LEARN, PMS_PROGRESS, names};
use crate::paxos::{Explanation, NodeId, System};

const PMS_LOG: &str = "Paxos Made Simple §3, implementing a state machine";

/// A rule that fired or refused, with its source. One arm for each rule, kept together as a table.
pub(super) fn note(leader: &Leader, node: NodeId, note: &Note) -> Explanation {
    let me = leader.label(node);
    let name = |node: NodeId| leader.label(node);
    let (text, source) = match *note {
        Note::Leads { ballot, first: true } => {
            (format!("{me} is the distinguished node and leads with ballot {ballot}."), PMS_PROGRESS)
        }
        Note::Leads { ballot, .. } => (
            format!("{me} has heard nothing of a leader: it leads with ballot {ballot}, above all it knows of."),
            PMS_PROGRESS,
        ),
        Note::Prepared { slot, ballot, mine: Some(value) } => {
            (format!("{me} gives {value} the id {} and asks for promises at {ballot}.", slot.0), PMS_1A)
        }
        Note::Prepared { slot, ballot, mine: None } => {
            (format!("{me} asks what id {} was used for, at {ballot}.", slot.0), PMS_1A)
        }
        Note::Promised { slot, ballot, last: None } => (
            format!("{me} promises {ballot}: it will refuse anything lower. It has not voted for id {}.", slot.0),
            PMS_1B,
        ),
        Note::Promised { slot, ballot, last: Some((at, value)) } => (
            format!(
                "{me} promises {ballot} and reports its vote for id {}: {value} at {at}, which {ballot} must respect.",
                slot.0
            ),
            PMS_1B,
        ),
        Note::Refused { ballot, promised } => (format!("{me} refuses {ballot}: it has promised {promised}."), PMS_1B),
        Note::CountedPromise { slot, from, count, need, last } => {
            let report = last.map_or(String::new(), |(at, value)| format!(" It reports {value} at {at}."));
            (format!("{me} counts the promise of {} for id {}: {count} of {need}.{report}", name(from), slot.0), PMS_1B)
        }
        Note::Fills { from, to } if from == to => {
            (format!("{me} hears that id {} was used, and finds out what for.", from.0), PMS_LOG)
        }
        Note::Fills { from, to } => {
            (format!("{me} hears that ids {} to {} were used, and finds out what for.", from.0, to.0), PMS_LOG)
        }
        Note::Proposed { slot, ballot, value, adopted: Some(at) } => (
            format!(
                "{me} must adopt {value} for id {}, voted for at {at}: it asks to accept {value} at {ballot}.",
                slot.0
            ),
            PMS_2A,
        ),
        Note::Proposed { slot, ballot, value: super::Command::Noop, .. } => (
            format!(
                "{me} finds no vote for id {} and has no command for it: it fills the gap with a no-op at {ballot}.",
                slot.0
            ),
            PMS_LOG,
        ),
        Note::Proposed { slot, ballot, value, .. } => {
            let why = if leader.is_off(broken::IGNORE_ACCEPTED) { "whatever they report" } else { "no vote to adopt" };
            let what = format!("it asks to accept {value} for id {} at {ballot}", slot.0);
            (format!("{me} has a quorum of promises, {why}: {what}."), PMS_2A)
        }
        Note::Displaced { slot, mine } => {
            (format!("Id {} is taken: {mine} goes back to the head of {me}'s queue.", slot.0), PMS_2A)
        }
        Note::StaysFree { slot } => {
            (format!("Nobody has voted for id {}, and {me} has no command: it stays free.", slot.0), PMS_LOG)
        }
        Note::Accepted { slot, ballot, value } => {
            (format!("{me} votes for {value} as id {} at {ballot}.", slot.0), PMS_2B)
        }
        Note::CountedVote { slot, from, count, need } => {
            (format!("{me} counts the vote of {} for id {}: {count} of {need}.", name(from), slot.0), PMS_LEARN)
        }
        Note::Chosen { slot, value } => {
            (format!("A majority voted: {me} tells everyone to learn id {} val {value}.", slot.0), PMS_LEARN)
        }
        Note::Commits { slot, value } => (format!("{me} commits id {} val {value}.", slot.0), PMS_LEARN),
        Note::KnowsAlready { slot } => (format!("{me} has id {} in its history already.", slot.0), PMS_LEARN),
        Note::Late { slot } => (format!("{me} is not waiting for this answer on id {} and ignores it.", slot.0), ""),
        Note::StepsDown { ballot, promised } => (
            format!("{me} gives up {ballot} and follows {promised}. What was under way may be chosen all the same."),
            PMS_PROGRESS,
        ),
        Note::OldRefusal { ballot } => {
            (format!("{me} no longer leads with {ballot}: the refusal changes nothing."), "")
        }
        Note::AsksAgain { slot, to } => (
            format!("{me} asks {} again about id {}: to be slow is not to have failed.", names(leader, to), slot.0),
            PMS_PROGRESS,
        ),
        Note::Beats { top } => {
            (format!("{me} tells everyone that it leads and has committed up to id {}.", top.0), PMS_PROGRESS)
        }
        Note::Follows { ballot } => {
            (format!("{me} takes {} for its leader, at {ballot}.", name(ballot.owner)), PMS_PROGRESS)
        }
        Note::HearsBeat { ballot } => (format!("{me} hears that {} is there.", name(ballot.owner)), PMS_PROGRESS),
        Note::Misses { from, top } => {
            (format!("{me} does not know id {}, and its leader knows up to id {}: it asks.", from.0, top.0), PMS_LEARN)
        }
        Note::Tells { to, from, count: 0 } => {
            (format!("{me} has nothing to tell {} from id {} on.", name(to), from.0), PMS_LEARN)
        }
        Note::Tells { to, from, count } => {
            (format!("{me} tells {} what it knows from id {} on: {count}.", name(to), from.0), PMS_LEARN)
        }
        Note::Queued { value, waiting, again } => {
            let again =
                if again { " It has that number already; this is another command, with an id of its own." } else { "" };
            (format!("{me} puts {value} into its queue: {waiting} wait.{again}"), PMS_LOG)
        }
        Note::Forwarded { value, to } => (format!("{me} sends {value} on to {}.", name(to)), PMS_LOG),
        Note::Full { value } => (format!("{me} turns {value} away: too many commands wait."), ""),
        Note::Listens => (format!("{me} waits to hear of a leader."), PMS_PROGRESS),
        Note::Idle => (format!("{me} has nothing to do."), ""),
    };
    let refusal = matches!(note, Note::Refused { .. } | Note::Full { .. });
    Explanation { text, source, refusal }
}
