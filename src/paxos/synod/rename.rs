//! A synod under other names: see [`Renaming`].

use super::proposer::{Count, Phase};
use super::{Actor, Message, Part};
use crate::paxos::{Ballot, Renaming, Value};

fn vote(vote: &mut Option<(Ballot, Value)>, renaming: &Renaming) {
    if let Some((ballot, _)) = vote {
        *ballot = renaming.ballot(*ballot);
    }
}

fn count(count: &mut Count, renaming: &Renaming) {
    count.nodes = renaming.set(count.nodes);
}

pub(super) fn actor(actor: &mut Actor, renaming: &Renaming) {
    actor.known = renaming.set(actor.known);
    match &mut actor.part {
        Part::Proposer(proposer) => {
            proposer.round = renaming.round(proposer.round);
            proposer.heard = renaming.round(proposer.heard);
            match &mut proposer.phase {
                Phase::Idle => {}
                Phase::Prepare { ballot, promises, adopt } => {
                    *ballot = renaming.ballot(*ballot);
                    count(promises, renaming);
                    vote(adopt, renaming);
                }
                Phase::Accept { ballot, votes, .. } => {
                    *ballot = renaming.ballot(*ballot);
                    count(votes, renaming);
                }
                Phase::Done { ballot, .. } => *ballot = renaming.ballot(*ballot),
            }
        }
        Part::Acceptor(acceptor) => {
            for disk in std::iter::once(&mut acceptor.disk).chain(&mut acceptor.unwritten) {
                disk.promised = disk.promised.map(|ballot| renaming.ballot(ballot));
                vote(&mut disk.accepted, renaming);
            }
        }
        Part::Learner(learner) => {
            let votes = std::mem::take(&mut learner.votes);
            learner.votes = votes.into_iter().map(|(ballot, votes)| (renaming.ballot(ballot), votes)).collect();
            learner.votes.values_mut().for_each(|(_, votes)| count(votes, renaming));
            vote(&mut learner.learned, renaming);
        }
        Part::Nag(_) => {}
    }
}

pub(super) fn message(message: &mut Message, renaming: &Renaming) {
    match message {
        Message::Prepare { ballot }
        | Message::Accept { ballot, .. }
        | Message::Accepted { ballot, .. }
        | Message::Chosen { ballot, .. } => *ballot = renaming.ballot(*ballot),
        Message::Promise { ballot, last } => {
            *ballot = renaming.ballot(*ballot);
            vote(last, renaming);
        }
        Message::Nack { ballot, promised } => {
            *ballot = renaming.ballot(*ballot);
            *promised = renaming.ballot(*promised);
        }
        Message::Query | Message::Period { .. } | Message::Hello | Message::Welcome | Message::Bye => {}
    }
}
