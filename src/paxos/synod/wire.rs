//! Messages as the Paxos dojo wrote them: JSON objects with a time period in place of a ballot.

use super::{Message, Synod};
use crate::paxos::json::Json;
use crate::paxos::{Ballot, NodeId, System};

/// The message as the dojo's JSON. A ballot is one number there: time period = round × 100 + the proposer's number,
/// which orders the same way.
pub(super) fn dojo(synod: &Synod, from: NodeId, _to: NodeId, message: &Message) -> String {
    let (kind, ballot, rest): (_, _, Vec<(&str, Json)>) = match message {
        Message::Prepare { ballot } => ("prepare", Some(*ballot), vec![]),
        Message::Promise { ballot, last: None } => ("promised", Some(*ballot), vec![("haveAccepted", false.into())]),
        Message::Promise { ballot, last: Some((at, value)) } => (
            "promised",
            Some(*ballot),
            vec![
                ("haveAccepted", true.into()),
                ("lastAcceptedTimePeriod", period(*at).into()),
                ("lastAcceptedValue", value.as_str().into()),
            ],
        ),
        Message::Accept { ballot, value } => ("proposed", Some(*ballot), vec![("value", value.as_str().into())]),
        Message::Accepted { ballot, value } => ("accepted", Some(*ballot), vec![("value", value.as_str().into())]),
        Message::Nack { ballot, promised } => {
            ("nack", Some(*ballot), vec![("promisedTimePeriod", period(*promised).into())])
        }
        Message::Chosen { ballot, value } => ("chosen", Some(*ballot), vec![("value", value.as_str().into())]),
        Message::Query => ("query", None, vec![]),
        Message::Period { number } => ("period", None, vec![("number", u64::from(*number).into())]),
        Message::Hello => ("hello", None, vec![]),
        Message::Welcome => ("welcome", None, vec![]),
        Message::Bye => ("bye", None, vec![]),
    };
    let mut fields = vec![("type".into(), kind.into())];
    fields.extend(ballot.map(|ballot| ("timePeriod".into(), period(ballot).into())));
    fields.push(("by".into(), synod.label(from).as_str().into()));
    fields.extend(rest.into_iter().map(|(key, value)| (key.into(), value)));
    Json::Object(fields).to_string()
}

fn period(ballot: Ballot) -> u64 {
    u64::from(ballot.round) * 100 + u64::from(ballot.owner.0) + 1
}
