//! What to check next where a check found nothing.

use super::limits::{LIMITS, Limit, Limits};
use super::plan::{Aim, Edit, Plan, roles};
use super::words::{many, some};
use crate::format;
use paxos_playground::paxos::ABOUT_NODES;

/// What to check next where nothing was found: in words, and as a change of the plan.
pub fn suggestions(plan: &Plan, full: bool) -> Vec<(String, Edit)> {
    let limits = &plan.limits;
    let mut next = Vec::new();
    if full {
        let most = LIMITS[4].3.end();
        if limits.megabytes < *most && plan.aim != Aim::Map {
            let more = (limits.megabytes * 2).min(*most);
            next.push((format!("Go on with {more} MB"), Edit::Limit(Limit::Megabytes, more)));
        }
        if plan.aim == Aim::Spec {
            next.extend(sizes(limits, -1));
            return next;
        }
        if !limits.symmetry && plan.aim != Aim::Refine {
            next.push(("With like nodes as one".into(), Edit::Symmetry(true)));
        }
        if plan.aim == Aim::Map && !limits.once {
            next.push(("With each message at most once".into(), Edit::Once(true)));
        }
        for knob in roles(&plan.scenario) {
            let fewer = plan.scenario.knobs.get(knob) - 1;
            // Without work there is nothing to find out.
            if knob.kind.clamp(fewer) == fewer && (fewer > 0 || knob.group == ABOUT_NODES) {
                next.push((format!("With {}", many(knob, fewer)), Edit::Knob(knob, fewer)));
            }
        }
        return next;
    }
    if plan.aim == Aim::Spec {
        return sizes(limits, 1).collect();
    }
    let crashes = u32::from(limits.crashes) + 1;
    next.push((format!("With {}", some(crashes.into(), "crash", "crashes")), Edit::Limit(Limit::Crashes, crashes)));
    let rounds = u32::from(limits.rounds) + 1;
    next.push((format!("With rounds up to {rounds}"), Edit::Limit(Limit::Rounds, rounds)));
    next
}

/// The specification with so much more or less.
fn sizes(limits: &Limits, more: i32) -> impl Iterator<Item = (String, Edit)> {
    let sizes = [(Limit::Ballots, "ballot"), (Limit::Voters, "acceptor"), (Limit::Values, "value")].into_iter();
    sizes.filter_map(move |(limit, name)| {
        let size = limits.get(limit).wrapping_add_signed(more);
        let allowed = limits.range(limit).contains(&size);
        allowed.then(|| (format!("With {}", format::count(size.into(), name)), Edit::Limit(limit, size)))
    })
}
