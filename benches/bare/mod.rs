//! The bare loop that the engine is measured against: the same message pattern as synod with two proposers, five
//! acceptors and two learners, coded by hand around a binary heap, without faults, history, digest or properties.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

const ACCEPTORS: usize = 5;
const QUORUM: u32 = 3;

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Body {
    Prepare(u32),
    Promise(u32, u32, u8),
    Accept(u32, u8),
    Accepted(u32, u8),
    Nack(u32, u32),
    Retry(u32),
    Resend(u32),
    Ask,
    Query,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Due {
    time: u64,
    order: u64,
    from: u8,
    to: u8,
    body: Body,
}

#[derive(Clone, Copy, Default)]
struct Proposer {
    ballot: u32,
    promises: u32,
    votes: u32,
    best: u32,
    value: u8,
    phase: u8,
    timer: u32,
    resend: u32,
    failures: u32,
}

#[derive(Clone, Copy, Default)]
struct Learner {
    ballots: [(u32, u32); 8],
    known: u8,
}

struct Bare {
    heap: BinaryHeap<Reverse<Due>>,
    time: u64,
    order: u64,
    random: u64,
    proposers: [Proposer; 2],
    acceptors: [(u32, u32, u8); ACCEPTORS],
    learners: [Learner; 2],
}

/// Runs one seed to its end and returns how many events happened.
pub fn run(seed: u64) -> u64 {
    let mut bare = Bare {
        heap: BinaryHeap::new(),
        time: 0,
        order: 0,
        random: seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1,
        proposers: [Proposer::default(); 2],
        acceptors: [(0, 0, 0); ACCEPTORS],
        learners: [Learner::default(); 2],
    };
    for p in 0..2 {
        let wait = bare.up_to(1_000_000);
        bare.proposers[usize::from(p)].timer = 1;
        bare.add(wait, p, p, Body::Retry(1));
    }
    for l in 0..2 {
        bare.add(4_000_000, 7 + l, 7 + l, Body::Ask);
    }
    let mut events = 0;
    while let Some(Reverse(due)) = bare.heap.pop() {
        bare.time = due.time;
        events += u64::from(bare.handle(due));
    }
    events
}

impl Bare {
    fn up_to(&mut self, most: u64) -> u64 {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        self.random % (most + 1)
    }

    fn add(&mut self, wait: u64, from: u8, to: u8, body: Body) {
        self.order += 1;
        self.heap.push(Reverse(Due { time: self.time + wait, order: self.order, from, to, body }));
    }

    fn send(&mut self, from: u8, to: u8, body: Body) {
        let wait = 500_000 + self.up_to(300_000);
        self.add(wait, from, to, body);
    }

    fn ask_acceptors(&mut self, from: u8, body: Body) {
        for a in 0..ACCEPTORS as u8 {
            self.send(from, 2 + a, body);
        }
    }

    fn wait(&mut self, p: u8, least: u64) {
        let failures = self.proposers[usize::from(p)].failures;
        let wait = least + self.up_to(1_000_000 << failures.saturating_sub(1).min(4));
        self.proposers[usize::from(p)].timer += 1;
        let timer = self.proposers[usize::from(p)].timer;
        self.add(wait, p, p, Body::Retry(timer));
    }

    fn wait_to_resend(&mut self, p: u8) {
        self.proposers[usize::from(p)].resend += 1;
        let resend = self.proposers[usize::from(p)].resend;
        self.add(2_500_000, p, p, Body::Resend(resend));
    }

    fn begin(&mut self, p: u8) {
        let me = &mut self.proposers[usize::from(p)];
        me.ballot = (me.ballot / 2 + 1) * 2 + u32::from(p);
        (me.phase, me.promises, me.votes, me.best, me.value) = (1, 0, 0, 0, p + 1);
        let ballot = me.ballot;
        self.ask_acceptors(p, Body::Prepare(ballot));
        self.wait(p, 4_000_000);
        self.wait_to_resend(p);
    }

    fn handle(&mut self, due: Due) -> bool {
        let (from, to) = (due.from, due.to);
        match due.body {
            Body::Prepare(ballot) => {
                let (promised, at, value) = &mut self.acceptors[usize::from(to) - 2];
                let body = if ballot >= *promised {
                    *promised = ballot;
                    Body::Promise(ballot, *at, *value)
                } else {
                    Body::Nack(ballot, *promised)
                };
                self.send(to, from, body);
            }
            Body::Accept(ballot, value) => {
                let state = &mut self.acceptors[usize::from(to) - 2];
                if ballot >= state.0 {
                    *state = (ballot, ballot, value);
                    for to_whom in [from, 7, 8] {
                        self.send(to, to_whom, Body::Accepted(ballot, value));
                    }
                } else {
                    let promised = state.0;
                    self.send(to, from, Body::Nack(ballot, promised));
                }
            }
            Body::Promise(ballot, at, value) => {
                let me = &mut self.proposers[usize::from(to)];
                if me.phase != 1 || ballot != me.ballot {
                    return true;
                }
                me.promises |= 1 << from;
                if at > me.best {
                    (me.best, me.value) = (at, value);
                }
                if me.promises.count_ones() >= QUORUM {
                    me.phase = 2;
                    let value = me.value;
                    self.ask_acceptors(to, Body::Accept(ballot, value));
                    self.wait(to, 4_000_000);
                    self.wait_to_resend(to);
                }
            }
            Body::Accepted(ballot, value) if to >= 7 => self.learn(to - 7, from, ballot, value),
            Body::Accepted(ballot, _) => {
                let me = &mut self.proposers[usize::from(to)];
                if me.phase == 2 && ballot == me.ballot {
                    me.votes |= 1 << from;
                    if me.votes.count_ones() >= QUORUM {
                        me.phase = 3;
                        me.timer += 1;
                        me.resend += 1;
                    }
                }
            }
            Body::Nack(ballot, promised) => {
                let me = &mut self.proposers[usize::from(to)];
                if ballot == me.ballot && me.phase < 3 && me.phase > 0 {
                    me.ballot = me.ballot.max(promised);
                    me.phase = 0;
                    me.failures += 1;
                    me.resend += 1;
                    self.wait(to, 0);
                }
            }
            Body::Retry(timer) => {
                if timer != self.proposers[usize::from(to)].timer {
                    return false;
                }
                self.begin(to);
            }
            Body::Resend(resend) => {
                let me = self.proposers[usize::from(to)];
                if resend != me.resend {
                    return false;
                }
                for a in 0..ACCEPTORS as u8 {
                    let seen = if me.phase == 1 { me.promises } else { me.votes };
                    if seen >> (2 + a) & 1 == 0 {
                        let body =
                            if me.phase == 1 { Body::Prepare(me.ballot) } else { Body::Accept(me.ballot, me.value) };
                        self.send(to, 2 + a, body);
                    }
                }
                self.wait_to_resend(to);
            }
            Body::Ask => {
                if self.learners[usize::from(to) - 7].known != 0 {
                    return false;
                }
                self.ask_acceptors(to, Body::Query);
                self.add(4_000_000, to, to, Body::Ask);
            }
            Body::Query => {
                let (_, ballot, value) = self.acceptors[usize::from(to) - 2];
                if ballot > 0 {
                    self.send(to, from, Body::Accepted(ballot, value));
                }
            }
        }
        true
    }

    fn learn(&mut self, learner: u8, from: u8, ballot: u32, value: u8) {
        let learner = &mut self.learners[usize::from(learner)];
        if learner.known != 0 {
            return;
        }
        let place = learner.ballots.iter_mut().find(|(b, _)| *b == ballot || *b == 0);
        if let Some((b, votes)) = place {
            *b = ballot;
            *votes |= 1 << from;
            if votes.count_ones() >= QUORUM {
                learner.known = value;
            }
        }
    }
}
