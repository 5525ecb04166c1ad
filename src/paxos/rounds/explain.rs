//! The endless rounds in plain words: messages, rules, states.

use super::acceptor::Acceptor;
use super::knobs::broken;
use super::proposer::{Phase, Proposer};
use super::tally::Past;
use super::{Actor, Message, Note, Rounds};
use crate::paxos::words::{PMS_1A, PMS_1B, PMS_2A, PMS_2B, PMS_LEARN, PMS_PROGRESS, field, names, or_none, vote};
use crate::paxos::{Ballot, Explanation, Field, Look, NodeId, Row, RowMark, System, Table, Value};

/// A message in a few words.
pub(super) fn read(message: &Message) -> String {
    match message {
        Message::Prepare { ballot } => format!("prepare {ballot}"),
        Message::Promise { ballot, last: None } => format!("promise {ballot}, no vote yet"),
        Message::Promise { ballot, last: Some((at, value)) } => format!("promise {ballot}, last voted {value} at {at}"),
        Message::Propose { ballot, value } => format!("propose {ballot}, {value}"),
        Message::Accept { ballot, value } => format!("accept {ballot}, {value}"),
        Message::Fail { ballot, phase, higher: None } => format!("fail {ballot}, phase {phase}"),
        Message::Fail { ballot, phase, higher: Some(higher) } => {
            format!("fail {ballot}, phase {phase}, promised {higher}")
        }
        Message::Terminate { ballot, decided: None } => format!("terminate {ballot}, failed"),
        Message::Terminate { ballot, decided: Some(value) } => format!("terminate {ballot}, decided {value}"),
    }
}

/// The message as Toy Paxos wrote it: a name in capitals, the round, the proposer, and what belongs to it.
pub(super) fn toy(message: &Message) -> String {
    let id = |ballot: &Ballot| format!("{} {}", ballot.round, ballot.owner.0 + 1);
    match message {
        Message::Prepare { ballot } => format!("PREPARE {}", id(ballot)),
        Message::Promise { ballot, last: None } => format!("PROMISE {}", id(ballot)),
        Message::Promise { ballot, last: Some((at, value)) } => format!("PROMISE {} {} {value}", id(ballot), id(at)),
        Message::Propose { ballot, value } => format!("PROPOSE {} {value}", id(ballot)),
        Message::Accept { ballot, value } => format!("ACCEPT {} {value}", id(ballot)),
        Message::Fail { ballot, .. } => format!("FAIL {}", id(ballot)),
        Message::Terminate { ballot, decided: None } => format!("TERMINATE {}", id(ballot)),
        Message::Terminate { ballot, decided: Some(value) } => format!("TERMINATE {} {value}", id(ballot)),
    }
}

/// A rule that fired or refused, with its source. One arm for each rule, kept together as a table.
pub(super) fn note(rounds: &Rounds, node: NodeId, note: &Note) -> Explanation {
    let me = rounds.label(node);
    let name = |node: NodeId| rounds.label(node);
    let quietly = |silently: bool| if silently { " It says nothing." } else { "" };
    let (text, source) = match *note {
        Note::Began { ballot, mine } => {
            (format!("{me} begins round {} with {mine} and asks for promises at {ballot}.", ballot.round), PMS_1A)
        }
        Note::Promised { ballot, last: None } => {
            (format!("{me} promises {ballot}: it will refuse anything lower, and every earlier round."), PMS_1B)
        }
        Note::Promised { ballot, last: Some((at, value)) } => (
            format!("{me} promises {ballot} and reports its vote for {value} at {at}, which {ballot} must respect."),
            PMS_1B,
        ),
        Note::Refused { phase, ballot, promised, silently } => {
            let (what, source) = if phase == 1 { ("prepare", PMS_1B) } else { ("propose", PMS_2B) };
            (format!("{me} refuses {what} {ballot}: it has promised {promised}.{}", quietly(silently)), source)
        }
        Note::Failed { phase: 0, ballot, .. } => {
            (format!("{me} fails over a message of {ballot} and does nothing with it."), "")
        }
        Note::Failed { phase, ballot, silently } => {
            (format!("{me} fails in phase {phase} of {ballot}.{}", quietly(silently)), "")
        }
        Note::CountedPromise { ballot, from, count, need, last } => {
            let report = last.map_or(String::new(), |(at, value)| format!(" It reports {value} at {at}."));
            (format!("{me} counts the promise of {} for {ballot}: {count} of {need}.{report}", name(from)), PMS_1B)
        }
        Note::CountedFail { ballot, from, phase, count, bearable } => (
            format!(
                "{me} counts the FAIL of {} in phase {phase} of {ballot}: {count}, and {bearable} can be borne.",
                name(from)
            ),
            PMS_PROGRESS,
        ),
        Note::Proposed { ballot, value, adopted: None } => {
            let why = if rounds.is_off(broken::IGNORE_ACCEPTED) { "whatever they report" } else { "no vote to adopt" };
            (format!("{me} has a quorum of promises, {why}: it proposes its own {value} at {ballot}."), PMS_2A)
        }
        Note::Proposed { ballot, value, adopted: Some(at) } => (
            format!(
                "{me} has a quorum of promises and must adopt {value}, voted for at {at}: it proposes {value} at {ballot}."
            ),
            PMS_2A,
        ),
        Note::Accepted { ballot, value } => (format!("{me} votes for {value} at {ballot}."), PMS_2B),
        Note::CountedVote { ballot, from, count, need } => {
            (format!("{me} counts the vote of {} at {ballot}: {count} of {need}.", name(from)), PMS_LEARN)
        }
        Note::Decided { ballot, value } => {
            (format!("Round {} is decided: a quorum voted for {value} at {ballot}.", ballot.round), PMS_LEARN)
        }
        Note::Learned { ballot, value } => {
            (format!("{me} hears that round {} is decided: {value}.", ballot.round), PMS_LEARN)
        }
        Note::GaveUp { ballot, phase, waits } => {
            let then = if waits { " Another proposer may still decide the round." } else { "" };
            (format!("{me} gives up {ballot}: too many failed in phase {phase} for a quorum.{then}"), PMS_PROGRESS)
        }
        Note::TimedOut { ballot } => {
            (format!("{me} has waited long enough: for it round {} has failed.", ballot.round), PMS_PROGRESS)
        }
        Note::OtherFailed { ballot } => {
            (format!("{me} hears that {} gave up {ballot}. That decides nothing.", name(ballot.owner)), "")
        }
        Note::Left { round, for_round } => {
            (format!("{me} leaves round {round}: round {for_round} is over already."), PMS_PROGRESS)
        }
        Note::Late { ballot } => (format!("{me} no longer waits for this message of {ballot} and ignores it."), ""),
        Note::IsOver { ballot, over } => (
            format!("{me} does not take part in {ballot}: round {} is decided, and it says so.", over.round),
            PMS_LEARN,
        ),
        Note::Asked { value, waiting } => {
            (format!("A client asks {me} for {value}; it is proposed until it is decided. Waiting: {waiting}."), "")
        }
        Note::Full { value } => (format!("{me} turns {value} away: too many values wait."), ""),
        Note::Ready => (format!("{me} is up and begins its next round soon."), PMS_PROGRESS),
    };
    let refusal = matches!(note, Note::Refused { .. } | Note::Failed { .. } | Note::Full { .. } | Note::IsOver { .. });
    Explanation { text, source, refusal }
}

/// The state of a node, field by field.
pub(super) fn fields(rounds: &Rounds, actor: &Actor) -> Vec<Field> {
    match actor {
        Actor::Proposer(proposer) => proposer_fields(rounds, proposer),
        Actor::Acceptor(Acceptor { promised, accepted, over }) => vec![
            field(
                "promised",
                or_none(*promised),
                true,
                "It refuses every ballot below this one, and with it every earlier round.",
            ),
            field("accepted", vote(*accepted), true, "Its vote of the highest ballot. It counts in that round only."),
            field("decided", vote(*over), true, "The latest round that it knows to be decided."),
        ],
    }
}

fn proposer_fields(rounds: &Rounds, proposer: &Proposer) -> Vec<Field> {
    let tally = &proposer.tally;
    let wanted = proposer.wanted.iter().map(Value::as_str).collect::<Vec<_>>().join(", ");
    let mut fields = vec![
        field("round", proposer.round, true, "The latest round it began or heard the end of."),
        field("decided", tally.decided, true, "How many of its rounds were decided."),
        field("failed", tally.over - tally.decided, true, "How many were not, as far as it knows."),
        field("wanted", if wanted.is_empty() { "nothing".into() } else { wanted }, true, "What clients asked for."),
    ];
    let (phase, rest) = match proposer.phase {
        Phase::Resting => ("resting", vec![]),
        Phase::Waiting { .. } => ("waiting for another", vec![]),
        Phase::Prepare { mine, promises, fails, adopt, .. } => (
            "1: prepare",
            vec![
                field("own value", mine, false, "The value it would like to be decided."),
                field("promises", names(rounds, promises.nodes), false, "Who promised its ballot."),
                field("failed here", names(rounds, fails), false, "Who failed or refused."),
                field("to adopt", vote(adopt), false, "The reported vote of the highest ballot."),
            ],
        ),
        Phase::Propose { value, votes, fails, .. } => (
            "2: propose",
            vec![
                field("proposed", value, false, "The value it asks to accept."),
                field("votes", names(rounds, votes.nodes), false, "Who voted for it in its ballot."),
                field("failed here", names(rounds, fails), false, "Who failed or refused."),
            ],
        ),
    };
    fields.push(field("phase", phase, false, "Where its round stands."));
    fields.extend(rest);
    fields
}

/// What the node's circle shows.
pub(super) fn look(rounds: &Rounds, actor: &Actor) -> Look {
    let proposer = match actor {
        Actor::Proposer(proposer) => proposer,
        Actor::Acceptor(acceptor) => {
            let vote = acceptor.accepted.map(|(ballot, value)| (ballot, value.to_string()));
            return Look { ballot: acceptor.promised, vote, ..Look::default() };
        }
    };
    let base = Look { ballot: proposer.ballot(), ..Look::default() };
    match proposer.phase {
        Phase::Resting => {
            let last = proposer.tally.past.back();
            let decided = last.and_then(|past| past.decided).map(|value| value.to_string());
            let failed = last.is_some() && decided.is_none();
            Look { doing: if failed { "failed" } else { "resting" }, decided, ..base }
        }
        Phase::Waiting { .. } => Look { doing: "waiting", ..base },
        Phase::Prepare { promises, .. } => {
            Look { doing: "prepare", count: Some((promises.len(), rounds.quorum)), ..base }
        }
        Phase::Propose { ballot, value, votes, .. } => Look {
            doing: "propose",
            count: Some((votes.len(), rounds.quorum)),
            vote: Some((ballot, value.to_string())),
            ..base
        },
    }
}

/// The latest rounds of a proposer, the running one last.
pub(super) fn table(proposer: &Proposer) -> Table {
    let over = |past: &Past| Row {
        cells: vec![
            past.round.to_string(),
            past.decided.map_or("–".into(), |value| value.to_string()),
            if past.decided.is_some() { "decided" } else { "failed" }.into(),
        ],
        mark: if past.decided.is_some() { RowMark::Done } else { RowMark::Failed },
    };
    let running = match proposer.phase {
        Phase::Prepare { ballot, mine, .. } => Some((ballot, mine.to_string(), "phase 1")),
        Phase::Propose { ballot, value, .. } => Some((ballot, value.to_string(), "phase 2")),
        Phase::Waiting { ballot } => Some((ballot, "–".into(), "given up")),
        Phase::Resting => None,
    };
    let running = running.map(|(ballot, value, stands)| Row {
        cells: vec![ballot.round.to_string(), value, stands.into()],
        mark: RowMark::Pending,
    });
    let rows: Vec<_> = proposer.tally.past.iter().map(over).chain(running).collect();
    Table {
        title: "rounds",
        about: "What became of its latest rounds.",
        columns: &["round", "value", "outcome"],
        before: proposer.tally.over.saturating_sub(proposer.tally.past.len() as u64),
        rows,
    }
}
