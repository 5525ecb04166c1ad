//! Messages as the Paxos dojo wrote them: JSON objects with a time period in place of a ballot.

use super::{Message, Synod};
use crate::paxos::{Ballot, NodeId, System};
use serde_json::{Value as Json, json};

/// The message as the dojo's JSON. A ballot is one number there: time period = round × 100 + the proposer's number,
/// which orders the same way.
pub(super) fn dojo(synod: &Synod, from: NodeId, _to: NodeId, message: &Message) -> String {
    let by = synod.label(from);
    let json: Json = match message {
        Message::Prepare { ballot } => json!({"type": "prepare", "timePeriod": period(*ballot), "by": by}),
        Message::Promise { ballot, last: None } => {
            json!({"type": "promised", "timePeriod": period(*ballot), "by": by, "haveAccepted": false})
        }
        Message::Promise { ballot, last: Some((at, value)) } => json!({
            "type": "promised", "timePeriod": period(*ballot), "by": by, "haveAccepted": true,
            "lastAcceptedTimePeriod": period(*at), "lastAcceptedValue": value.as_str(),
        }),
        Message::Accept { ballot, value } => {
            json!({"type": "proposed", "timePeriod": period(*ballot), "by": by, "value": value.as_str()})
        }
        Message::Accepted { ballot, value } => {
            json!({"type": "accepted", "timePeriod": period(*ballot), "by": by, "value": value.as_str()})
        }
        Message::Nack { ballot, promised } => {
            json!({"type": "nack", "timePeriod": period(*ballot), "by": by, "promisedTimePeriod": period(*promised)})
        }
        Message::Chosen { ballot, value } => {
            json!({"type": "chosen", "timePeriod": period(*ballot), "by": by, "value": value.as_str()})
        }
        Message::Query => json!({"type": "query", "by": by}),
        Message::Period { number } => json!({"type": "period", "number": number, "by": by}),
        Message::Hello => json!({"type": "hello", "by": by}),
        Message::Welcome => json!({"type": "welcome", "by": by}),
        Message::Bye => json!({"type": "bye", "by": by}),
    };
    json.to_string()
}

fn period(ballot: Ballot) -> u64 {
    u64::from(ballot.round) * 100 + u64::from(ballot.owner.0) + 1
}
