//! The explorer's own count of its memory, against that of the allocator; and searches that go on after a limit.

mod common;

use common::naive::{scenario, to_the_end};
use paxos_playground::check::explore::{Bounds, Exploration, Network, Progress, Verdict, explore};
use paxos_playground::paxos::registry;
use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// Counts what is held, and the most that ever was.
struct Counting;

static HELD: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);
/// One test at a time.
static ALONE: Mutex<()> = Mutex::new(());

// SAFETY: everything is the system's allocator's; only counted beside it. What is moved as it grows is there twice.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let held = HELD.fetch_add(layout.size(), Relaxed) + layout.size();
        PEAK.fetch_max(held, Relaxed);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        HELD.fetch_sub(layout.size(), Relaxed);
        unsafe { System.dealloc(at, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn of(link: &str, bounds: Bounds) -> Box<dyn Exploration> {
    explore(&scenario(link), bounds).0
}

/// The explorer's count and the allocator's, at the most, in KiB.
fn peaks(link: &str, bounds: Bounds) -> (Progress, u64, u64) {
    let before = HELD.load(Relaxed);
    PEAK.store(before, Relaxed);
    let mut exploration = of(link, bounds);
    while exploration.go_on(20_000) == Verdict::Open {}
    let progress = exploration.progress();
    (progress, progress.peak >> 10, (PEAK.load(Relaxed) - before) as u64 >> 10)
}

#[test]
fn the_memory_it_counts_is_what_it_takes() {
    let _alone = ALONE.lock();
    let plain = Bounds { most_states: 1_500_000, rounds: 2, ..Bounds::default() };
    let goals = registry::about("synod").expect("synod").goals;
    let duel = goals.iter().position(|goal| goal.preemptions > 0);
    let mut wrong = Vec::new();
    for (link, bounds) in [
        ("acceptors=3&proposers=2&learners=0", plain),
        ("acceptors=3&proposers=2&learners=0", Bounds { most_states: 500_000, exact: true, ..plain }),
        ("acceptors=3&proposers=2&learners=0", Bounds { network: Network::Once, forget: true, ..plain }),
        ("acceptors=3&proposers=2&learners=1", Bounds { symmetry: true, crashes: 1, most_states: 400_000, ..plain }),
        ("acceptors=3&proposers=2&learners=0", Bounds { goal: duel, rounds: 5, symmetry: true, ..plain }),
        ("system=leader&nodes=3&commands=1", Bounds { most_states: 400_000, ..plain }),
        ("system=pmmc&replicas=1&leaders=2&clients=2", Bounds { most_states: 400_000, ..plain }),
    ] {
        let (progress, counted, taken) = peaks(link, bounds);
        let told = format!("{link} {}: {counted} KiB counted, {taken} KiB taken", progress.states);
        println!("{told}");
        let within = taken * 85 / 100..=taken * 115 / 100;
        wrong.extend((!within.contains(&counted)).then_some(told));
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn a_full_search_goes_on_where_it_was_once_it_may_take_more() {
    let _alone = ALONE.lock();
    let link = "acceptors=3&proposers=2&learners=0&resend=0s";
    let goals = registry::about("synod").expect("synod").goals;
    let duel = goals.iter().position(|goal| goal.preemptions > 0);
    let plain = Bounds { network: Network::Once, ..Bounds::default() };
    for bounds in [
        plain,
        Bounds { exact: true, ..plain },
        Bounds { threads: 3, ..plain },
        Bounds { network: Network::Set, goal: duel, rounds: 5, symmetry: true, ..plain },
    ] {
        let (whole, verdict) = to_the_end(link, bounds);
        let least = of(link, bounds).progress().bytes;
        let mut parts = of(link, Bounds { most_bytes: least + (1 << 20), ..bounds });
        let (mut most, mut full) = (least + (1 << 20), 0);
        let same = loop {
            match parts.go_on(u64::MAX) {
                Verdict::Full => {
                    let progress = parts.progress();
                    assert!(progress.peak <= most + (1 << 20), "{} of {most} bytes", progress.peak);
                    assert_eq!(parts.go_on(1), Verdict::Full, "nothing goes on without leave");
                    assert_eq!(parts.progress(), progress);
                    (most, full) = (most * 3 / 2, full + 1);
                    parts.allow(most, u64::MAX);
                }
                verdict => break verdict,
            }
        };
        assert!(full >= 2, "{full}");
        let counts = |p: Progress| (p.states, p.transitions, p.depth, p.terminal, p.chosen, p.frontier);
        assert_eq!((same, counts(parts.progress())), (verdict, counts(whole.progress())));
        assert_eq!(parts.witness(), whole.witness());
    }
}
