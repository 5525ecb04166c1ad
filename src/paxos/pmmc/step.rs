//! The invariants that one step of one node can break, whatever the others do (PMMC, section 2; named as there): judged
//! from the state before the step and after it.

use super::acceptor::Acceptor;
use super::audit::{A1, A2, A3, ONCE, R2, R3, R4, R5};
use super::command::{self, Op};
use super::replica::Replica;
use super::{Actor, Command, Pmmc};
use crate::paxos::{Ballot, Fact, Map, Slot};

pub(super) type Broken = Vec<(usize, String)>;

/// What an acceptor was at: its ballot, how many pvalues it held, and below which slot it had forgotten them.
pub(super) type Held = (Option<Ballot>, usize, Slot);

/// All that the step breaks.
pub(super) fn breaches(pmmc: &Pmmc, before: &Actor, after: &Actor, facts: &[Fact<Command>]) -> Broken {
    let mut broken = Vec::new();
    match (before, after) {
        (Actor::Replica(before), Actor::Replica(after)) => {
            let mut latest = Map::new();
            for (client, (id, _)) in before.done.clients.iter() {
                latest.insert(*client, *id);
            }
            for fact in facts {
                if let Fact::Performed(slot, command) = fact {
                    once(latest.get_or_insert(command.client, 0), *slot, *command, &mut broken);
                }
            }
            replica(pmmc, before.done.slot_out, after, &mut broken);
            // Where it has forgotten nothing, what it knows tells what the account should be.
            if after.done.slot_out > before.done.slot_out && after.base == Slot(1) {
                let (mut latest, mut expected) = (Map::new(), 0);
                let performed = after.decisions.range(..after.done.slot_out);
                performed.for_each(|(_, command)| expected = carry(&mut latest, expected, *command));
                account(after, Some(expected), &mut broken);
            }
        }
        (Actor::Acceptor(before), Actor::Acceptor(after)) => acceptor(held(before), after, facts, &mut broken),
        _ => {}
    }
    broken
}

/// What the acceptor is at.
pub(super) fn held(acceptor: &Acceptor) -> Held {
    (acceptor.ballot, acceptor.accepted.len(), acceptor.collected)
}

/// A1 to A3.
pub(super) fn acceptor(before: Held, after: &Acceptor, facts: &[Fact<Command>], broken: &mut Broken) {
    let (ballot, held, collected) = before;
    let text = |ballot: Option<Ballot>| ballot.map_or("none".into(), |ballot| ballot.to_string());
    if after.ballot < ballot {
        broken.push((A1, format!("The ballot falls from {} to {}.", text(ballot), text(after.ballot))));
    }
    for fact in facts {
        if let Fact::Voted(slot, at, command) = fact
            && after.ballot != Some(*at)
        {
            let own = text(after.ballot);
            broken.push((A2, format!("{command} is accepted for slot {} at {at}, in ballot {own}.", slot.0)));
        }
    }
    if after.collected == collected && after.accepted.len() < held {
        broken.push((A3, format!("Of {held} pvalues, {} are left.", after.accepted.len())));
    }
}

/// R2, R4 and R5 of a replica whose slot_out was `before`.
pub(super) fn replica(pmmc: &Pmmc, before: Slot, after: &Replica, broken: &mut Broken) {
    let out = after.done.slot_out;
    if out < before {
        broken.push((R4, format!("slot_out falls from {} to {}.", before.0, out.0)));
    }
    let missing = (before.0.max(after.base.0)..out.0).find(|slot| !after.decisions.contains_key(&Slot(*slot)));
    if let Some(slot) = missing {
        broken.push((R2, format!("slot_out is {}, but slot {slot} is not known.", out.0)));
    }
    if let Some((slot, command)) = after.proposals.last_key_value()
        && slot.0 >= out.0.saturating_add(pmmc.window)
    {
        let what = format!("{command} is proposed for slot {}, and slot_out is {}.", slot.0, out.0);
        broken.push((R5, what));
    }
}

/// R3: `expected` is what the decided commands come to.
pub(super) fn account(replica: &Replica, expected: Option<i64>, broken: &mut Broken) {
    let (out, account) = (replica.done.slot_out, replica.done.account);
    if expected != Some(account) {
        let expected = expected.map_or("unknown".into(), |account| account.to_string());
        broken.push((R3, format!("The account before slot {} is {account}, and should be {expected}.", out.0)));
    }
}

/// The account after the command, which counts once. `latest` is, by client, the latest command so far.
pub(super) fn carry(latest: &mut Map<u8, u32>, account: i64, command: Command) -> i64 {
    let latest = latest.get_or_insert(command.client, 0);
    if command.op == Op::Noop || command.id <= *latest {
        return account;
    }
    *latest = command.id;
    command::perform(command.op, account).0
}

/// At most once: `latest` is the latest command of the same client that the replica performed.
pub(super) fn once(latest: &mut u32, slot: Slot, command: Command, broken: &mut Broken) {
    if command.id <= *latest {
        broken.push((ONCE, format!("{command} is performed in slot {}, for the second time.", slot.0)));
    }
    *latest = command.id.max(*latest);
}
