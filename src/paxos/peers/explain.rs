//! Peers in plain words: messages, rules, states.

use super::knobs::broken;
use super::{Actor, Message, Note, Peers, Proposal};
use crate::paxos::words::{PMS_1A, PMS_1B, PMS_2A, PMS_2B, PMS_LEARN, PMS_PROGRESS, field, names};
use crate::paxos::{Ballot, Explanation, Field, Look, NodeId, NodeSet, System, Value};

/// A message in a few words.
pub(super) fn read(message: &Message) -> String {
    match message {
        Message::Prepare { ballot } => format!("prepare {ballot}"),
        Message::Promise { ballot, last: None } => format!("promise {ballot}, accepted nothing yet"),
        Message::Promise { ballot, last: Some((at, value)) } => format!("promise {ballot}, accepted {value} at {at}"),
        Message::Accept { ballot, value } => format!("accept {ballot}, {value}"),
        Message::Accepted { ballot, value } => format!("accepted {ballot}, {value}"),
        Message::Nack { ballot, promised } => format!("nack {ballot}, promised {promised}"),
    }
}

/// A rule that fired or refused, with its source. One arm for each rule, kept together as a table.
pub(super) fn note(peers: &Peers, node: NodeId, note: &Note) -> Explanation {
    let me = peers.label(node);
    let name =
        |other: NodeId| if other == node { "its own".into() } else { format!("the one of {}", peers.label(other)) };
    let (text, source) = match *note {
        Note::Silence => (format!("{me} has heard nothing for a while."), PMS_PROGRESS),
        Note::Chance => (format!("{me} proposes by chance: its toss at this tick hit."), PMS_PROGRESS),
        Note::Began { ballot } => {
            let (cycle, ballot) = (ballot.round, ballot);
            (format!("{me} proposes in cycle {cycle}, under number {ballot}, and asks everyone for a promise."), PMS_1A)
        }
        Note::Promised { ballot, last: None } => {
            (format!("{me} promises {ballot}: it will refuse anything lower. It has accepted nothing yet."), PMS_1B)
        }
        Note::Promised { ballot, last: Some((at, value)) } => (
            format!(
                "{me} promises {ballot} and reports that it accepted {value} at {at}, which {ballot} must respect."
            ),
            PMS_1B,
        ),
        Note::Refused { phase, ballot, promised } => {
            let what = if phase == 1 { "prepare" } else { "accept" };
            let text = format!("{me} refuses {what} {ballot}: it has promised {promised}.");
            (text, if phase == 1 { PMS_1B } else { PMS_2B })
        }
        Note::CountedPromise { ballot, from, count, need, last } => {
            let report = last.map_or(String::new(), |(at, value)| format!(" It reports {value} at {at}."));
            (format!("{me} counts promises for {ballot}, now {}: {count} of {need}.{report}", name(from)), PMS_1B)
        }
        Note::Proposed { ballot, value, adopted: None } => {
            let why = match peers.is_off(broken::IGNORE_ACCEPTED) {
                true => "whatever they report",
                false => "none reports a value it must adopt",
            };
            let what = format!("it asks everyone to accept its own {value} at {ballot}");
            (format!("{me} has a majority of promises, {why}: {what}."), PMS_2A)
        }
        Note::Proposed { ballot, value, adopted: Some(at) } => (
            format!(
                "{me} has a majority of promises and must adopt {value}, accepted at {at}: it asks everyone to accept {value} at {ballot}."
            ),
            PMS_2A,
        ),
        Note::Accepted { ballot, value } => (format!("{me} accepts {value} at {ballot} and tells everyone."), PMS_2B),
        Note::CountedVote { ballot, from, count, need } => {
            (format!("{me} counts acceptances at {ballot}, now {}: {count} of {need}.", name(from)), PMS_LEARN)
        }
        Note::Agreed { ballot, value } => {
            (format!("{me} knows that {value} is agreed on: a majority accepted it at {ballot}."), PMS_LEARN)
        }
        Note::Late { message } => {
            (format!("{me} ignores \"{}\": it is not waiting for that.", read(&message)), PMS_PROGRESS)
        }
        Note::SteppedBack { ballot, promised } => (
            format!(
                "{me} steps back from {ballot}, because {promised} is promised. Its value may be chosen all the same."
            ),
            PMS_PROGRESS,
        ),
        Note::GaveUp { ballot } => {
            (format!("{me} got no majority for {ballot}. {ballot} may still win."), PMS_PROGRESS)
        }
        Note::KnowsAlready { ballot } => {
            (format!("{me} hears of an acceptance at {ballot}, but it knows the agreement already."), PMS_LEARN)
        }
        Note::Asked { value } => (format!("A client asks {me} for {value}."), ""),
        Note::AskedTooLate { value, agreed } => {
            (format!("A client asks {me} for {value}, but {agreed} is agreed on already."), "")
        }
        Note::Content => (format!("{me} knows what is agreed on and has nothing to propose."), ""),
    };
    Explanation { text, source, refusal: matches!(note, Note::Refused { .. }) }
}

fn at(held: Option<(Ballot, Value)>) -> String {
    held.map_or("nothing".into(), |(ballot, value)| format!("{value} at {ballot}"))
}

/// The state of an actor, field by field.
pub(super) fn fields(peers: &Peers, node: NodeId, actor: &Actor) -> Vec<Field> {
    let number = (actor.cycle > 0).then_some(Ballot { round: actor.cycle, owner: node });
    let number = number.map_or("none".into(), |number| number.to_string());
    let promised = actor.disk.promised.map_or("nothing".into(), |promised| promised.to_string());
    let (proposal, promises, adopt) = match actor.proposal {
        Proposal::None => ("none".into(), NodeSet::EMPTY, None),
        Proposal::Asking { ballot, promises, adopt } => (format!("asks for promises at {ballot}"), promises, adopt),
        Proposal::Proposing { ballot, value } => (format!("proposes {value} at {ballot}"), NodeSet::EMPTY, None),
    };
    let votes = actor.votes.iter().rev();
    let votes = votes.map(|(ballot, (value, who))| format!("{value} at {ballot}: {}", names(peers, *who)));
    let votes = votes.collect::<Vec<_>>().join("; ");
    let mut fields = vec![
        field(
            "stage",
            actor.stage().name(),
            false,
            "INIT: knows of no proposal. VALUE: has promised, waits for the value. ACCEPT: has accepted, counts. FINISH: knows the agreement.",
        ),
        field("PRN", number, true, "Its own latest proposal request number: (cycle, actor). It never uses one twice."),
        field("promised", promised, true, "It refuses every number below this one."),
        field("accepted", at(actor.disk.accepted), true, "What it accepted under the highest number."),
        field("own value", actor.mine, true, "The value it would like to be chosen."),
        field("proposal", proposal, false, "What it is proposing now."),
    ];
    if !promises.is_empty() {
        fields.push(field("promises", names(peers, promises), false, "Who promised its number."));
        fields.push(field("to adopt", at(adopt), false, "The reported value of the highest number."));
    }
    fields.extend([
        field(
            "acceptances",
            if votes.is_empty() { "none".into() } else { votes },
            false,
            "Who accepted what, as far as it has heard.",
        ),
        field("agreed", at(actor.agreed), false, "What a majority accepted, as far as it knows."),
        field("heard", actor.heard, false, "The highest cycle a nack told it of."),
        field(
            "failures",
            actor.failures,
            false,
            "Proposals of its own that failed in a row; its patience grows with it.",
        ),
    ]);
    fields
}

/// What an actor's circle shows.
pub(super) fn look(peers: &Peers, actor: &Actor) -> Look {
    let count = match actor.proposal {
        _ if actor.agreed.is_some() => None,
        Proposal::Asking { promises, .. } => Some(promises.len()),
        _ => actor.votes.values().map(|(_, who)| who.len()).max(),
    };
    Look {
        ballot: actor.disk.promised,
        vote: actor.disk.accepted.map(|(ballot, value)| (ballot, value.to_string())),
        decided: actor.agreed.map(|(_, value)| value.to_string()),
        doing: actor.stage().name(),
        count: count.map(|count| (count, peers.majority())),
        ..Look::default()
    }
}
