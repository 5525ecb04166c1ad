//! Synod in plain words: messages, rules, states.

use super::acceptor::Acceptor;
use super::knobs::broken;
use super::learner::Learner;
use super::proposer::{Phase, Proposer};
use super::{Actor, Message, Note, Part, Synod};
use crate::paxos::words::{PMS_1A, PMS_1B, PMS_2A, PMS_2B, PMS_LEARN, PMS_PROGRESS, field, names, or_none, vote};
use crate::paxos::{Explanation, Field, Look, NodeId, System};

const PTP_STEP_5: &str = "The Part-Time Parliament §2.3, step 5";

/// A message in a few words.
pub(super) fn read(message: &Message) -> String {
    match message {
        Message::Prepare { ballot } => format!("prepare {ballot}"),
        Message::Promise { ballot, last: None } => format!("promise {ballot}, no vote yet"),
        Message::Promise { ballot, last: Some((at, value)) } => format!("promise {ballot}, last voted {value} at {at}"),
        Message::Accept { ballot, value } => format!("accept {ballot}, {value}"),
        Message::Accepted { ballot, value } => format!("accepted {ballot}, {value}"),
        Message::Nack { ballot, promised } => format!("nack {ballot}, promised {promised}"),
        Message::Chosen { ballot, value } => format!("chosen {value} at {ballot}"),
        Message::Query => "query: what was chosen?".into(),
        Message::Period { number } => format!("period {number} begins"),
        Message::Hello => "hello".into(),
        Message::Welcome => "welcome".into(),
        Message::Bye => "bye".into(),
    }
}

/// A rule that fired or refused, with its source. One arm for each rule, kept together as a table.
pub(super) fn note(synod: &Synod, node: NodeId, note: &Note) -> Explanation {
    let me = synod.label(node);
    let name = |node: NodeId| synod.label(node);
    let (text, source) = match *note {
        Note::Began { ballot } => (format!("{me} begins ballot {ballot} and asks for promises."), PMS_1A),
        Note::Promised { ballot, last: None } => {
            (format!("{me} promises {ballot}: it will refuse anything lower. It has not voted yet."), PMS_1B)
        }
        Note::Promised { ballot, last: Some((at, value)) } => (
            format!("{me} promises {ballot} and reports its vote for {value} at {at}, which {ballot} must respect."),
            PMS_1B,
        ),
        Note::Refused { phase, ballot, promised, silently } => {
            let what = if phase == 1 { "prepare" } else { "accept" };
            let how = if silently { " It says nothing." } else { "" };
            let text = format!("{me} refuses {what} {ballot}: it has promised {promised}.{how}");
            (text, if phase == 1 { PMS_1B } else { PMS_2B })
        }
        Note::NotPromised { ballot, promised } => {
            let promised = promised.map_or("nothing".into(), |promised| promised.to_string());
            (
                format!("{me} refuses accept {ballot}: it promised {promised}, and equal-only wants exactly {ballot}."),
                PMS_2B,
            )
        }
        Note::CountedPromise { ballot, from, count, need, last } => {
            let report = last.map_or(String::new(), |(at, value)| format!(" It reports {value} at {at}."));
            (format!("{me} counts the promise of {} for {ballot}: {count} of {need}.{report}", name(from)), PMS_1B)
        }
        Note::Proposed { ballot, value, adopted: None } => {
            let why = match synod.is_off(broken::IGNORE_ACCEPTED) {
                true => "whatever they report",
                false => "none reports a vote it must adopt",
            };
            let what = format!("it asks to accept its own {value} at {ballot}");
            (format!("{me} has a quorum of promises, {why}: {what}."), PMS_2A)
        }
        Note::Proposed { ballot, value, adopted: Some(at) } => (
            format!(
                "{me} has a quorum of promises and must adopt {value}, voted for at {at}: it asks to accept {value} at {ballot}."
            ),
            PMS_2A,
        ),
        Note::Accepted { ballot, value } => (format!("{me} votes for {value} at {ballot}."), PMS_2B),
        Note::CountedVote { ballot, from, count, need } => {
            (format!("{me} counts the vote of {} at {ballot}: {count} of {need}.", name(from)), PMS_LEARN)
        }
        Note::Learned { ballot, value } => {
            (format!("{me} learns that {value} is chosen: a quorum voted for it at {ballot}."), PMS_LEARN)
        }
        Note::Late { kind, ballot } => {
            let what = ["message", "promise", "vote", "nack"][usize::from(kind.min(3))];
            (format!("{me} ignores a {what} for {ballot}: it is not waiting for one there."), PTP_STEP_5)
        }
        Note::Preempted { ballot, promised, waits } => {
            let then = if waits { "It waits a random while before it tries a higher one." } else { "" };
            (format!("{me} gives up {ballot}, because {promised} is promised. Its value may be chosen all the same. {then}").trim_end().into(), PMS_PROGRESS)
        }
        Note::GaveUp { ballot } => {
            (format!("{me} has waited long enough for {ballot} and tries again. {ballot} may still win."), PMS_PROGRESS)
        }
        Note::Resent { ballot, to } => {
            (format!("{me} repeats its request for {ballot} to {}.", names(synod, to)), PMS_PROGRESS)
        }
        Note::Repeated { learner, ballot } => {
            (format!("{me} tells {} again what it knows of {ballot}.", name(learner)), PMS_LEARN)
        }
        Note::NothingToTell { learner } => {
            (format!("{me} knows nothing that it could tell {}.", name(learner)), PMS_LEARN)
        }
        Note::KnowsAlready { ballot } => {
            (format!("{me} hears of {ballot}, but it has learned the value already."), PMS_LEARN)
        }
        Note::Asks => (format!("{me} has heard of no choice and asks."), PMS_LEARN),
        Note::Asked { value } => (format!("A client asks {me} for {value}."), ""),
        Note::WritesLater => (format!("{me} has replied before it wrote: a crash now would forget it."), PMS_2B),
        Note::Written => (format!("{me} has written what it replied long ago: a crash no longer forgets it."), PMS_2B),
        Note::Nags { number } => (format!("{me} starts period {number}."), PMS_PROGRESS),
        Note::Greets => (format!("{me} says hello to everyone."), ""),
        Note::GreetsAgain { to } => (format!("{me} has not met {} and says hello again.", names(synod, to)), ""),
        Note::Met { node } => (format!("{me} now knows {}.", name(node)), ""),
        Note::Parted { node } => (format!("{me} hears that {} leaves.", name(node)), ""),
        Note::Leaves => (format!("{me} says goodbye."), ""),
    };
    let refusal = matches!(note, Note::Refused { .. } | Note::NotPromised { .. });
    Explanation { text, source, refusal }
}

/// The state of a node, field by field.
pub(super) fn fields(synod: &Synod, actor: &Actor) -> Vec<Field> {
    let mut fields = match &actor.part {
        Part::Proposer(proposer) => proposer_fields(synod, proposer),
        Part::Acceptor(acceptor) => acceptor_fields(acceptor),
        Part::Learner(learner) => learner_fields(synod, learner),
        Part::Nag(nag) => vec![field("period", nag.period, true, "How many periods it has started.")],
    };
    if synod.discovery {
        fields.push(field("known", names(synod, actor.known), false, "Whom it has met."));
    }
    fields
}

fn proposer_fields(synod: &Synod, proposer: &Proposer) -> Vec<Field> {
    let mut fields = vec![
        field("own value", proposer.mine, true, "The value it would like to be chosen."),
        field("round", proposer.round, true, "The highest round it has used; it never uses one twice."),
        field("heard", proposer.heard, false, "The highest round a nack told it of."),
        field("failures", proposer.failures, false, "Ballots that failed in a row; the back-off grows with it."),
        field("ballot", or_none(proposer.ballot()), false, "The ballot it has going."),
    ];
    let (phase, rest) = match proposer.phase {
        Phase::Idle => ("idle", vec![]),
        Phase::Prepare { promises, adopt, .. } => (
            "1: prepare",
            vec![
                field("promises", names(synod, promises.nodes), false, "Who promised its ballot."),
                field("to adopt", vote(adopt), false, "The reported vote of the highest ballot."),
            ],
        ),
        Phase::Accept { value, votes, .. } => (
            "2: accept",
            vec![
                field("proposed", value, false, "The value it asks to accept."),
                field("votes", names(synod, votes.nodes), false, "Who voted for it in its ballot."),
            ],
        ),
        Phase::Done { value, .. } => ("done", vec![field("chosen", value, false, "What it knows to be chosen.")]),
    };
    fields.push(field("phase", phase, false, "Where its ballot stands."));
    fields.extend(rest);
    fields
}

fn acceptor_fields(acceptor: &Acceptor) -> Vec<Field> {
    let disk = acceptor.disk;
    let mut fields = vec![
        field("promised", or_none(disk.promised), true, "It refuses every ballot below this one."),
        field("accepted", vote(disk.accepted), true, "Its vote of the highest ballot."),
    ];
    if let Some(old) = acceptor.unwritten {
        let real = format!("promised {}, accepted {}", or_none(old.promised), vote(old.accepted));
        fields.push(field("still on disk", real, true, "What a crash would leave: the write was put off."));
    }
    fields
}

fn learner_fields(synod: &Synod, learner: &Learner) -> Vec<Field> {
    let votes = learner
        .votes
        .iter()
        .map(|(ballot, (value, count))| format!("{value} at {ballot}: {}", names(synod, count.nodes)));
    let votes = votes.collect::<Vec<_>>().join("; ");
    vec![
        field("learned", vote(learner.learned), false, "What it takes to be chosen."),
        field("votes", if votes.is_empty() { "none".into() } else { votes }, false, "The votes it has heard of."),
    ]
}

/// What the node's circle shows.
pub(super) fn look(synod: &Synod, actor: &Actor) -> Look {
    match &actor.part {
        Part::Proposer(proposer) => proposer_look(synod, proposer),
        Part::Acceptor(acceptor) => Look {
            ballot: acceptor.disk.promised,
            vote: acceptor.disk.accepted.map(|(ballot, value)| (ballot, value.to_string())),
            ..Look::default()
        },
        Part::Learner(learner) => Look {
            decided: learner.learned.map(|(_, value)| value.to_string()),
            count: match learner.learned {
                None => learner.votes.values().map(|(_, count)| (count.len(), synod.q2)).max(),
                Some(_) => None,
            },
            ..Look::default()
        },
        Part::Nag(_) => Look { doing: "nag", ..Look::default() },
    }
}

fn proposer_look(synod: &Synod, proposer: &Proposer) -> Look {
    let base = Look { ballot: proposer.ballot(), ..Look::default() };
    match proposer.phase {
        Phase::Idle => Look { doing: "waiting", ..base },
        Phase::Prepare { promises, .. } => Look { doing: "prepare", count: Some((promises.len(), synod.q1)), ..base },
        Phase::Accept { ballot, value, votes } => Look {
            doing: "accept",
            count: Some((votes.len(), synod.q2)),
            vote: Some((ballot, value.to_string())),
            ..base
        },
        Phase::Done { value, .. } => Look { doing: "done", decided: Some(value.to_string()), ..base },
    }
}
