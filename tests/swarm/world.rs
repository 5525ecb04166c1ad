//! What the world does with actors, looked at event by event.

use super::mix::{Mix, Rules, check, mixes, play};
use super::{MINUTE, MOST};
use paxos_playground::paxos::registry::{self, Visitor};
use paxos_playground::paxos::{Input, Micros, NodeId, Outbox, System};
use paxos_playground::scenario::Scenario;
use paxos_playground::sim::{Action, Event, FaultPoint, Intervention, Place, Status, What, World};

/// Lets the events of a scenario happen in a bare world and looks at each.
struct Look<'a>(&'a Scenario, Rules);

impl Visitor for Look<'_> {
    type Output = Result<u64, String>;

    fn visit<S: System>(self) -> Self::Output {
        let Scenario { knobs, seed, plan, .. } = self.0;
        let system = S::configure(knobs, &mut Vec::new());
        let mut world = World::new(system, knobs.clone(), *seed, plan.clone(), 1 << 20);
        while world.events() < MOST && world.next_time().is_some_and(|next| next <= MINUTE) {
            let first = world.events();
            let before: Vec<S::Actor> = actors(&world);
            let mut statuses = statuses(&world);
            world.step(&mut ());
            let events: Vec<_> = (first..world.events()).filter_map(|event| world.history().get(event)).collect();
            let told = format!("at event {first} ({:?})", events.first().map(|event| &event.what));
            timers_are_those_of_the_actors(&world).map_err(|why| format!("{told}: {why}"))?;
            nothing_is_forgotten(&world).map_err(|why| format!("{told}: {why}"))?;
            for event in &events {
                nodes_come_and_go(&world, &mut statuses, event).map_err(|why| format!("{told}: {why}"))?;
                events_are_explained(&world, event).map_err(|why| format!("{told}: {why}"))?;
            }
            steps_are_pure(&world, &before, &events, self.1).map_err(|why| format!("{told}: {why}"))?;
        }
        Ok(world.digest())
    }
}

fn actors<S: System>(world: &World<S>) -> Vec<S::Actor> {
    (0..world.members().len()).filter_map(|at| Some(world.actor(NodeId(at as u8))?.clone())).collect()
}

fn statuses<S: System>(world: &World<S>) -> Vec<Status> {
    (0..world.members().len()).filter_map(|at| Some(world.node(NodeId(at as u8))?.status)).collect()
}

/// Only who is up goes down, and only who is down or absent comes up; the absent when it is time or when asked to.
fn nodes_come_and_go<S: System>(
    world: &World<S>,
    statuses: &mut [Status],
    event: &Event<S::Message>,
) -> Result<(), String> {
    let Some(node) = event.node.map(NodeId::index).filter(|node| *node < statuses.len()) else { return Ok(()) };
    let before = statuses[node];
    let by_hand = event.cause.event().and_then(|cause| world.history().get(cause));
    let by_hand = by_hand.is_some_and(|cause| matches!(cause.what, What::Hand(_)));
    let in_time = event.what == What::Started && event.time >= world.members()[node].starts;
    let (may, after) = match (&event.what, before) {
        (What::Started | What::Restarted, Status::Absent) => (by_hand || in_time, Status::Up),
        (What::Started | What::Restarted, before) => (before == Status::Down, Status::Up),
        (What::Crashed, before) => (matches!(before, Status::Up | Status::Paused), Status::Down),
        (What::Left, before) => (before == Status::Up, Status::Absent),
        (What::Delivered(..) | What::Failed(..) | What::Fired(_), before) => (before == Status::Up, before),
        (_, before) => (true, before),
    };
    statuses[node] = after;
    if may { Ok(()) } else { Err(format!("{:?} of a node that is {}", event.what, before.name())) }
}

/// A letter is held only by what still holds it, and the mail of who can fetch it is fetched.
fn nothing_is_forgotten<S: System>(world: &World<S>) -> Result<(), String> {
    if world.settings().by_hand {
        return Ok(());
    }
    for (_, letter) in world.letters().iter() {
        let (from, to) = (letter.letter.from, letter.letter.to);
        let status = world.node(to).map(|node| node.status);
        let held = status == Some(Status::Paused) || world.reach().clogs(from, to);
        let may_wait = match (letter.place, world.settings().server) {
            (Place::Waits, _) => held || letter.arrives < Micros::NEVER,
            (Place::Travels | Place::ToServer, _) | (Place::Queued, None) => letter.arrives < Micros::NEVER,
            (Place::Queued, Some(server)) => {
                let since = letter.left;
                let hub = NodeId(world.members().len() as u8);
                let fetches = status == Some(Status::Up) && world.server_up() && !world.reach().blocks(hub, to);
                let delay = server.min_delay.max(server.max_delay).plus(server.poll);
                // Its next turn may come too late.
                let late = server.expires(since) <= world.time().plus(delay);
                let delay =
                    |deed: &Intervention| matches!(deed.action, Action::Delay(delayed, _) if delayed == letter.letter);
                let delayed = world.plan().iter().any(delay);
                !fetches || late || delayed || server.unserved > 0 || letter.arrives < server.expires(since)
            }
        };
        if !may_wait {
            return Err(format!("{letter:?} is forgotten"));
        }
    }
    Ok(())
}

fn timers_are_those_of_the_actors<S: System>(world: &World<S>) -> Result<(), String> {
    for at in 0..world.members().len() {
        let id = NodeId(at as u8);
        let (Some(node), Some(actor)) = (world.node(id), world.actor(id)) else { continue };
        let set = node.timers.iter().fold(0u16, |mask, armed| mask | 1 << armed.timer.0);
        let armed = match node.status {
            Status::Up | Status::Paused => world.system().armed(id, actor),
            Status::Down | Status::Absent => 0,
        };
        if set != armed {
            let (label, status) = (world.system().label(id), node.status.name());
            return Err(format!("{label} is {status} with timers {set:b} set; its state says {armed:b}"));
        }
    }
    Ok(())
}

fn events_are_explained<S: System>(world: &World<S>, event: &Event<S::Message>) -> Result<(), String> {
    let (Some(node), What::Delivered(..) | What::Fired(_)) = (event.node, &event.what) else { return Ok(()) };
    let mut words = world.history().notes(event).map(|note| world.system().explain(node, note)).peekable();
    if words.peek().is_none() {
        return Err("nothing says why".into());
    }
    if words.any(|words| words.text.is_empty()) { Err("an explanation is empty".into()) } else { Ok(()) }
}

/// What the actor was told and what it was told it by, if the step was of one node and began with it.
fn steps_are_pure<S: System>(
    world: &World<S>,
    before: &[S::Actor],
    events: &[&Event<S::Message>],
    rules: Rules,
) -> Result<(), String> {
    let system = world.system();
    let mut value = None;
    let by_actor = |what: &What<S::Message>| !matches!(what, What::Hand(_) | What::Lost(..) | What::Queued(..));
    let Some(event) = events.iter().find(|event| by_actor(&event.what)) else { return Ok(()) };
    let Some(node) = event.node else { return Ok(()) };
    if let What::Requested(text) = &event.what {
        value = system.value(text).ok();
    }
    let input = match &event.what {
        What::Started => Input::Start,
        What::Restarted => Input::Restart,
        What::Left => Input::Leave,
        What::Delivered(letter, message) => Input::Message { from: letter.from, message },
        What::Failed(letter, message, FaultPoint::Told) => Input::Fault { from: letter.from, message },
        What::Fired(timer) => Input::Timer(*timer),
        What::Requested(_) => Input::Request(value.as_ref().ok_or("what was requested is no value")?),
        _ => return Ok(()),
    };
    let step = || {
        let (mut actor, mut out) = (before[node.index()].clone(), Outbox::<S>::default());
        system.handle(node, &mut actor, input, &mut out);
        (actor, out)
    };
    let ((actor, one), (again, other)) = (step(), step());
    let equal =
        (&one.sends, &one.timers, &one.facts, &one.notes) == (&other.sends, &other.timers, &other.facts, &other.notes);
    if actor != again || !equal {
        return Err("equal state and equal input had unequal effects".into());
    }
    let now = world.actor(node);
    if events.len() == 1 && now != Some(&actor) {
        return Err(format!("the world made {now:?} of it and the actor {actor:?}"));
    }
    if rules == Rules::Kept {
        let kept = system.recover(node, &actor);
        if system.recover(node, &kept) != kept {
            return Err("what is recovered twice is not what is recovered once".into());
        }
        let durable = |actor| system.fields(node, actor).into_iter().filter(|field| field.durable).collect::<Vec<_>>();
        if durable(&kept) != durable(&actor) {
            return Err(format!("a crash changes durable state: {:?} to {:?}", durable(&actor), durable(&kept)));
        }
    }
    Ok(())
}

fn look(mix: &Mix) -> Result<(), String> {
    let mut run = mix.open();
    play(&mut *run, mix, MOST);
    let scenario = run.scenario().clone();
    let digest = registry::visit(scenario.system, Look(&scenario, mix.rules)).expect("a system")?;
    let (mut run, _) = paxos_playground::run::open(&scenario);
    while run.events() < MOST && run.next_time().is_some_and(|next| next <= MINUTE) {
        run.step();
    }
    if run.digest() == digest { Ok(()) } else { Err("the properties changed the run".into()) }
}

#[test]
fn actors_are_pure_and_the_world_does_what_they_say() {
    check(800, mixes(Rules::Kept), look);
}

#[test]
fn actors_are_pure_with_rules_switched_off_too() {
    check(800, mixes(Rules::Broken), look);
}
