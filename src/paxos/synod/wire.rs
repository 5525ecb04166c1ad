//! Messages as the Paxos dojo wrote them: JSON objects with a time period in place of a ballot.

use super::{Message, Synod};
use crate::json::Value as Json;
use crate::paxos::{Ballot, NodeId, System, Value};

/// The message as the dojo's JSON. A ballot is one number there: time period = round × 100 + the proposer's number,
/// which orders the same way.
pub(super) fn dojo(synod: &Synod, from: NodeId, _to: NodeId, message: &Message) -> String {
    let with = |value: &Value| vec![("value", value.as_str().into())];
    let (kind, ballot, more): (&str, Option<&Ballot>, Vec<(&str, Json)>) = match message {
        Message::Prepare { ballot } => ("prepare", Some(ballot), vec![]),
        Message::Promise { ballot, last: None } => ("promised", Some(ballot), vec![("haveAccepted", false.into())]),
        Message::Promise { ballot, last: Some((at, value)) } => {
            let at = ("lastAcceptedTimePeriod", period(*at).into());
            let accepted = vec![("haveAccepted", true.into()), at, ("lastAcceptedValue", value.as_str().into())];
            ("promised", Some(ballot), accepted)
        }
        Message::Accept { ballot, value } => ("proposed", Some(ballot), with(value)),
        Message::Accepted { ballot, value } => ("accepted", Some(ballot), with(value)),
        Message::Nack { ballot, promised } => {
            ("nack", Some(ballot), vec![("promisedTimePeriod", period(*promised).into())])
        }
        Message::Chosen { ballot, value } => ("chosen", Some(ballot), with(value)),
        Message::Query => ("query", None, vec![]),
        Message::Period { number } => ("period", None, vec![("number", u64::from(*number).into())]),
        Message::Hello => ("hello", None, vec![]),
        Message::Welcome => ("welcome", None, vec![]),
        Message::Bye => ("bye", None, vec![]),
    };
    let ballot = ballot.map(|ballot| ("timePeriod", period(*ballot).into()));
    let by = ("by", synod.label(from).as_str().into());
    Json::from_iter([("type", kind.into())].into_iter().chain(ballot).chain([by]).chain(more)).to_string()
}

fn period(ballot: Ballot) -> u64 {
    u64::from(ballot.round) * 100 + u64::from(ballot.owner.0) + 1
}
