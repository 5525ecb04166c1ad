//! How far it is at least from a state to so many preemptions: what a search for them is guided by.
//!
//! Each node is looked at alone, as if it got every message that it could ever get: the steps that it then takes itself
//! until it was preempted so often are a lower bound, and those of several nodes add up. Where a preemption takes a
//! message that only nodes send which are never preempted, and never together with another one (a refusal), sending it is
//! one step more, of somebody else, unless such a message is under way. So no shorter way is ever overlooked.

use super::core::Core;
use super::futures::{Bits, Way, spread};
use super::reaction::Reaction;

/// Goals ask for fewer preemptions than this.
const MOST: usize = 8;
/// It cannot be done.
const NEVER: u8 = u8::MAX;

/// What one node's preemptions take.
#[derive(Debug)]
struct Costs {
    node: usize,
    /// By local state and number of preemptions: the steps that they take at least.
    steps: Vec<[u8; MOST]>,
    /// By local state: the messages that somebody has to take a step to send and that can still preempt it.
    mail: Vec<Bits>,
    /// Those messages, in groups of which one preempts it once.
    groups: Vec<Bits>,
}

/// How far it is to so many preemptions.
#[derive(Debug)]
pub(super) struct Distance(Vec<Costs>);

fn has(bits: &[u64], message: u32) -> bool {
    bits[message as usize / 64] >> (message % 64) & 1 == 1
}

fn meet(one: &[u64], other: &[u64]) -> bool {
    one.iter().zip(other).any(|(one, other)| one & other != 0)
}

impl Distance {
    /// What preemptions take in a space in which everything was tried; `None` if a goal asks for too many.
    pub fn new(core: &Core, starts: &[(usize, Reaction)]) -> Option<Self> {
        if usize::from(core.preemptions) >= MOST {
            return None;
        }
        let preempted: Vec<_> = (0..core.nodes.len()).map(|node| core.is_ever_preempted(node)).collect();
        let charged = core.sent_alone(starts, &preempted);
        let nodes = (0..core.nodes.len()).filter(|node| preempted[*node]);
        Some(Self(nodes.map(|node| Costs::new(core, node, &charged)).collect()))
    }

    /// Bytes in use.
    pub fn bytes(&self) -> usize {
        let one = |costs: &Costs| {
            let mail: usize = costs.mail.iter().map(|bits| size_of_val(&**bits) + size_of::<Bits>()).sum();
            costs.steps.len() * MOST + mail
        };
        self.0.iter().map(one).sum()
    }

    /// How many steps so many preemptions more take at least; `None` if they cannot be.
    pub fn to_go(&self, core: &Core, state: &[u64], left: u8) -> Option<u32> {
        let mut least = [NEVER; MOST];
        least[0] = 0;
        let mut under_way = 0;
        for costs in &self.0 {
            let local = core.local_at(state, costs.node) as usize;
            let own = &costs.steps[local];
            let before = least;
            for (all, least) in least.iter_mut().enumerate().skip(1) {
                let both = (0..=all).map(|one| own[one].saturating_add(before[all - one]));
                *least = both.min().unwrap_or(NEVER);
            }
            let group = |group: &&Bits| {
                let bits = group.iter().zip(&costs.mail[local]).enumerate();
                bits.into_iter()
                    .any(|(word, (group, mail))| group & mail != 0 && group & mail & core.present(state, word) != 0)
            };
            under_way += costs.groups.iter().filter(group).count() as u32;
        }
        let steps = least[usize::from(left)];
        (steps != NEVER).then(|| u32::from(steps).saturating_sub(under_way).max(1))
    }
}

impl Costs {
    fn new(core: &Core, node: usize, charged: &[u64]) -> Self {
        let locals = core.nodes[node].rows.len();
        let mut leads: Vec<Vec<(u32, u8, u8)>> = Vec::new();
        let mut mail: Vec<Bits> = (0..locals).map(|_| vec![0; charged.len()].into()).collect();
        for (local, mail) in mail.iter_mut().enumerate() {
            let mut next = Vec::new();
            for Way { reaction, message, fault } in core.ways(node, local) {
                let preempting = core.preempting[reaction.facts as usize];
                let sent = message.filter(|message| preempting > 0 && has(charged, *message));
                if let Some(message) = sent {
                    mail[message as usize / 64] |= 1 << (message % 64);
                }
                // One fault can strike several nodes.
                let steps = u8::from(!fault) + u8::from(sent.is_some());
                next.push((reaction.local, preempting, steps));
            }
            next.sort_unstable();
            next.dedup();
            leads.push(next);
        }
        let groups = group(&mail);
        spread(&mut mail, &leads.iter().map(|next| next.iter().map(|(to, ..)| *to).collect()).collect::<Vec<_>>());
        // Where a second message of a group could preempt it again, nobody knows how many are needed.
        let once = (0..locals).all(|local| {
            core.ways(node, local).all(|way| {
                let group = way.message.and_then(|message| groups.iter().find(|group| has(group, message)));
                let preempts = core.preempting[way.reaction.facts as usize];
                preempts == 0
                    || group.is_none_or(|group| preempts == 1 && !meet(group, &mail[way.reaction.local as usize]))
            })
        });
        if !once && charged.iter().any(|bits| *bits != 0) {
            return Self::new(core, node, &vec![0; charged.len()]);
        }
        Self { node, steps: steps(&leads), mail, groups }
    }
}

/// Messages that can preempt in one and the same local state, together.
fn group(mail: &[Bits]) -> Vec<Bits> {
    let mut groups: Vec<Bits> = Vec::new();
    for bits in mail.iter().filter(|bits| bits.iter().any(|bits| *bits != 0)) {
        let mut whole = bits.clone();
        groups.retain(|group| {
            let joins = meet(group, &whole);
            if joins {
                whole.iter_mut().zip(group).for_each(|(whole, bits)| *whole |= *bits);
            }
            !joins
        });
        groups.push(whole);
    }
    groups
}

/// By local state and number of preemptions: the least steps. `leads` tells where each state leads, how often the node is
/// preempted on the way, and how many steps that takes.
fn steps(leads: &[Vec<(u32, u8, u8)>]) -> Vec<[u8; MOST]> {
    let mut steps = vec![[NEVER; MOST]; leads.len()];
    steps.iter_mut().for_each(|steps| steps[0] = 0);
    let mut changes = true;
    while std::mem::take(&mut changes) {
        for at in (0..leads.len()).rev() {
            for (to, preempting, taken) in &leads[at] {
                for count in 1..MOST {
                    let rest = steps[*to as usize][count.saturating_sub(usize::from(*preempting))];
                    let all = rest.saturating_add(*taken);
                    changes |= all < steps[at][count];
                    steps[at][count] = steps[at][count].min(all);
                }
            }
        }
    }
    steps
}

impl Core {
    fn is_ever_preempted(&self, node: usize) -> bool {
        let locals = 0..self.nodes[node].rows.len();
        locals
            .into_iter()
            .any(|local| self.ways(node, local).any(|way| self.preempting[way.reaction.facts as usize] > 0))
    }

    /// The messages that only nodes send which are never preempted, each by a step of its own.
    fn sent_alone(&self, starts: &[(usize, Reaction)], preempted: &[bool]) -> Vec<u64> {
        let mut alone = vec![u64::MAX; self.receivers.len().div_ceil(64)];
        let mut strike = |reaction: Reaction| {
            self.sent(reaction).iter().for_each(|message| alone[*message as usize / 64] &= !(1 << (message % 64)));
        };
        starts.iter().for_each(|(_, start)| strike(*start));
        for (node, preempted) in preempted.iter().enumerate() {
            for way in (0..self.nodes[node].rows.len()).flat_map(|local| self.ways(node, local)) {
                if *preempted || way.fault || self.sent(way.reaction).len() > 1 {
                    strike(way.reaction);
                }
            }
        }
        alone
    }
}
