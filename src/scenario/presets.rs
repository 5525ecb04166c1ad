//! Ready-made scenarios: what every visitor should have seen. Each text says what to look for, and `tests/presets.rs`
//! runs each and asserts what its text claims.

use super::{Names, Scenario, words};
use crate::paxos::{Micros, Notice};
use crate::sim::{At, Intervention};

/// A ready-made scenario.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Preset {
    /// Its name in scripts and on the command line.
    pub key: &'static str,
    /// Its name for people.
    pub title: &'static str,
    /// What to look for, in two or three sentences.
    pub text: &'static str,
    /// System, knobs and seed, as in a link.
    pub settings: &'static str,
    /// What is done by hand: when, and what, in the words of [`words`].
    pub plan: &'static [(&'static str, &'static str)],
}

impl Preset {
    /// The scenario, or what is wrong with it; a test sees to it that nothing is.
    pub fn read(&self) -> Result<Scenario, Notice> {
        let (mut scenario, notices) = Scenario::from_link(self.settings);
        if let Some(notice) = notices.into_iter().next() {
            return Err(notice);
        }
        let names = Names::of(&scenario);
        for (time, line) in self.plan {
            let time = Micros::parse(time, super::MAX_TIME);
            let time = time.map_err(|misread| Notice::new(self.key, *line, misread.allowed))?;
            let action = words::parse(line, &names)?;
            scenario.plan.push(Intervention { at: At { time, after: 0 }, action });
        }
        Ok(scenario)
    }

    /// The scenario.
    pub fn scenario(&self) -> Scenario {
        self.read().unwrap_or_default()
    }

    /// The fragment of its link.
    pub fn link(&self) -> String {
        self.scenario().link()
    }
}

/// The preset of that key.
pub fn preset(key: &str) -> Option<&'static Preset> {
    PRESETS.iter().find(|preset| preset.key == key)
}

/// The presets that are about the system of that key.
pub fn presets_of(system: &str) -> impl Iterator<Item = &'static Preset> {
    PRESETS.iter().filter(move |preset| preset.scenario().system == system)
}

/// A1 is near to both proposers and the others are far, for the duels.
const A1_IS_NEAR: [(&str, &str); 4] = [
    ("0s", "tune P1>A1 delay 100ms"),
    ("0s", "tune A1>P1 delay 100ms"),
    ("0s", "tune P2>A1 delay 100ms"),
    ("0s", "tune A1>P2 delay 100ms"),
];

/// Every preset, in the order in which the page offers them.
pub const PRESETS: &[Preset] = &[
    Preset {
        key: "happy",
        title: "When nothing goes wrong",
        text: "One proposer and nobody in its way: prepare and promise, accept and accepted. Two round trips, and X \
               is chosen the moment the third of five acceptors votes for it. The learner knows only later: it has to \
               hear of three votes first.",
        settings: "system=synod&proposers=1&learners=1",
        plan: &[],
    },
    Preset {
        key: "duel",
        title: "Duelling proposers",
        text: "Each refusal makes a proposer try a higher ballot at once, and each higher ballot ruins the other \
               proposer's. A1 is near and refuses so early that this never ends: ballot after ballot, and nothing is \
               chosen. Nothing wrong is chosen either: Paxos gives up progress, never agreement.",
        settings: "system=synod&jitter=0s&seed=3",
        plan: &[A1_IS_NEAR[0], A1_IS_NEAR[1], A1_IS_NEAR[2], A1_IS_NEAR[3], ("1s", "set backoff 0s")],
    },
    Preset {
        key: "backoff",
        title: "The duel, settled by patience",
        text: "The same duel, seed and network, but a refused proposer waits a random while before its next ballot. \
               After a few ballots one of them is left alone for long enough, and a value is chosen.",
        settings: "system=synod&jitter=0s&seed=3",
        plan: &A1_IS_NEAR,
    },
    Preset {
        key: "crash-between-phases",
        title: "A proposer dies between its phases",
        text: "P1 crashes while its promises are on their way back, so it never asks for a vote. A promise only rules \
               out lower ballots: P2 comes with a higher one, and Y is chosen. When P1 is back, its new promises report \
               Y, and it proposes Y and not its own X.",
        settings: "system=synod&learners=1",
        plan: &[("1ms", "pause P2"), ("1.9s", "crash P1"), ("4s", "resume P2"), ("10s", "restart P1")],
    },
    Preset {
        key: "chosen-unknown",
        title: "Chosen, and nobody knows",
        text: "P1's accept reaches A1, A2 and A3, and it crashes before it hears of their votes. X is chosen, though \
               no node can know it. P2 comes with a higher ballot and would rather have Y: its promises tell it of X, \
               and X it must propose.",
        settings: "system=synod&learners=0",
        plan: &[
            ("1ms", "pause P2"),
            ("2.2s", "drop P1>A4#1"),
            ("2.2s", "drop P1>A5#1"),
            ("2.3s", "crash P1"),
            ("4s", "resume P2"),
        ],
    },
    Preset {
        key: "partition",
        title: "A minority is cut off, and heals",
        text: "P1 and L1 are left with two of five acceptors: P1 tries and tries, and cannot have anything chosen. The \
               other side has a quorum and chooses Y. After the network heals at 9 s, P1 and L1 find Y as well.",
        settings: "system=synod",
        plan: &[("1ms", "partition P1,A1,A2,L1 | P2,A3,A4,A5,L2"), ("9s", "heal")],
    },
    Preset {
        key: "lost-votes",
        title: "Lost votes and a late learner",
        text: "X is chosen, but three of the five votes never reach L1, and two are no quorum: L1 must not guess. It \
               asks until it has heard of three. L2 joins long after everything is over, and asks as well.",
        settings: "system=synod&proposers=1",
        plan: &[
            ("1ms", "cut A1>L1"),
            ("1ms", "cut A2>L1"),
            ("1ms", "cut A3>L1"),
            ("1ms", "leave L2"),
            ("6s", "heal"),
            ("9s", "join L2"),
        ],
    },
    Preset {
        key: "amnesia",
        title: "A disk that forgets",
        text: "A1, A2 and A3 choose X. Then A3's disk forgets everything in a crash, and A3 comes back on the other \
               side of the partition, where P2, A4 and A5 never heard of X. Three acceptors without a memory are a \
               quorum: Y is chosen too, and agreement is broken.",
        settings: "system=synod",
        plan: &[
            ("1ms", "partition P1,A1,A2,A3,L1 | P2,A4,A5,L2"),
            ("6s", "disk A3 forgets"),
            ("6s", "crash A3"),
            ("7s", "partition P1,A1,A2,L1 | P2,A3,A4,A5,L2"),
            ("7s", "restart A3"),
        ],
    },
    Preset {
        key: "even",
        title: "Four acceptors are no better than three",
        text: "A majority of four is three, so two on each side of a partition can choose nothing, whoever proposes. \
               Three acceptors bear the loss of one, and so do four; it takes five to bear the loss of two. At 10 s \
               the network heals, and a value is chosen.",
        settings: "system=synod&acceptors=4",
        plan: &[("1ms", "partition P1,A1,A2,L1 | P2,A3,A4,L2"), ("10s", "heal")],
    },
    Preset {
        key: "flexible",
        title: "Two votes are enough",
        text: "Quorums need not be majorities; they only have to meet. Here phase 1 takes four of five and phase 2 only \
               two, so the proposer gets X chosen although three acceptors crash once they have promised.",
        settings: "system=synod&proposers=1&learners=1&q1=4&q2=2",
        plan: &[("2.3s", "crash A3"), ("2.3s", "crash A4"), ("2.3s", "crash A5")],
    },
    Preset {
        key: "dojo",
        title: "As in the dojo",
        text: "Messages wait in the mailboxes of a server until they are polled, and a nag starts a new period every \
               six seconds. The proposers never start by themselves, and still they get in each other's way; the \
               value that is chosen first stays the only one.",
        settings: "system=synod&start=nag&transport=server&learners=1",
        plan: &[],
    },
    Preset {
        key: "storm",
        title: "A hundred and one acceptors in a storm",
        text: "Three messages in ten are lost, one in five arrives twice, and acceptors crash all the time and come \
               back. Three proposers push on through it. A value is chosen and every learner finds out, and no \
               property breaks on the way.",
        settings: "system=synod&acceptors=101&proposers=3&learners=3&failure=0.05&loss=0.3&duplicate=0.2&reorder=0.2\
                   &jitter=1s",
        plan: &[],
    },
    Preset {
        key: "peers",
        title: "Five equals",
        text: "Nobody is appointed: at each tick a node may propose, and N4 happens to be the first. All others hear of \
               it in time and keep still. Acceptances go to everyone, so each of the five finds out for itself that v4 \
               is agreed on.",
        settings: "system=peers",
        plan: &[],
    },
    Preset {
        key: "peers-at-once",
        title: "Everyone proposes at once",
        text: "At the first tick all five propose in cycle 1, under the numbers 1.1 to 1.5. The higher number is \
               promised and the lower refused with a nack, so four of them step back. What is agreed on is v5, the \
               value of the highest number.",
        settings: "system=peers&x=1",
        plan: &[],
    },
    Preset {
        key: "peers-minority",
        title: "Two proposers in the dark",
        text: "N4 and N5 are cut off and propose in ever higher cycles, always without a majority, while the other \
               three agree on v3. At 12 s the network heals. The next proposal of N5 has to adopt v3, and only then \
               do both know.",
        settings: "system=peers",
        plan: &[("1ms", "partition N1,N2,N3 | N4,N5"), ("12s", "heal")],
    },
    Preset {
        key: "leader-ids",
        title: "One leader, one id after another",
        text: "N1 leads: it gives each integer the next id, runs prepare and accept for it, three ids at a time, and \
               tells everyone to learn it; the rest waits in its queue. One request in ten takes six seconds longer. \
               No id has to wait for such a one: three of five answers are enough.",
        settings: "system=leader&commands=20",
        plan: &[],
    },
    Preset {
        key: "leader-dies",
        title: "The leader dies, and another takes over",
        text: "N1 crashes before it can tell anyone to learn, though a majority has voted. The others hear nothing for a \
               while, and one of them leads with a higher ballot: the promises report the votes, so it must ask for the \
               very same integers under the same ids. When N1 is back, it follows, and is told what it missed.",
        settings: "system=leader&failure=0",
        plan: &[("2.2s", "crash N1"), ("25s", "restart N1")],
    },
    Preset {
        key: "leader-gap",
        title: "A gap, filled by a no-op",
        text: "The requests for id 1 are lost on their way, while ids 2 and 3 are chosen; then N1 crashes. Its successor \
               hears of ids 2 and 3, and that nobody has voted for id 1. So it asks for a no-op there, and the history \
               has no gap; the client that asked for 42 has to ask again.",
        settings: "system=leader&failure=0",
        plan: &[
            ("1ms", "drop N1>N2#1"),
            ("1ms", "drop N1>N3#1"),
            ("1ms", "drop N1>N4#1"),
            ("1ms", "drop N1>N5#1"),
            ("2.5s", "crash N1"),
        ],
    },
    Preset {
        key: "rounds-rate",
        title: "How many rounds are decided?",
        text: "One round after another, each with an emoji of its own, and every acceptor fails at one message in ten. \
               Two failures in a phase can be borne, three cannot. The formula says that 98.3 rounds in a hundred are \
               decided; watch the measured share come near.",
        settings: "system=rounds",
        plan: &[],
    },
    Preset {
        key: "rounds-silence",
        title: "Silence costs time, not safety",
        text: "Every acceptor fails at three messages in ten and says nothing. The share of decided rounds is what it \
               would be with FAIL replies, 70 in a hundred. But whenever three fail in a phase, the proposer has to \
               wait for its time-out to know.",
        settings: "system=rounds&failure=0.3&style=silence",
        plan: &[],
    },
    Preset {
        key: "rounds-three",
        title: "Three proposers in every round",
        text: "In every round three proposers ask the same acceptors. A promise to a higher ballot makes an acceptor \
               refuse the lower ones, and who hears of a vote proposes that emoji and not its own. Many rounds fail \
               for one proposer or another; no round is ever decided twice.",
        settings: "system=rounds&proposers=3&failure=0.05&jitter=2s",
        plan: &[],
    },
    Preset {
        key: "log",
        title: "A log of commands",
        text: "Two clients change one account. Each leader sends a scout, once for all slots; L2 has the higher ballot, so \
               its commanders have six commands decided, one slot each, while L1 is preempted and leaves it alone. Both \
               replicas perform the slots in order and come to the same account.",
        settings: "system=pmmc",
        plan: &[],
    },
    Preset {
        key: "hole",
        title: "A hole in the log",
        text: "What L1 asks the acceptors for slot 1 is lost three times, and slot 2 is decided without it. The replicas \
               learn of it and must wait: slots are decided in any order and performed in order. The commander of slot 1 \
               asks again, and both slots are performed at once.",
        settings: "system=pmmc&leaders=1&commands=1&think=100ms&jitter=0s",
        plan: &[("2.1s", "drop L1>A1#1"), ("2.1s", "drop L1>A2#1"), ("2.1s", "drop L1>A3#1")],
    },
    Preset {
        key: "lone-leader",
        title: "A leader dies",
        text: "L2 leads and crashes. L1 was preempted by it and only pings it now and then; when no pong comes, it takes a \
               higher ballot. Its scout reports what was accepted in every slot, so nothing that was decided is lost, and \
               every client gets its answers.",
        settings: "system=pmmc&commands=5",
        plan: &[("6s", "crash L2")],
    },
    Preset {
        key: "reconfiguration",
        title: "Other acceptors, by a command",
        text: "At 2 s a client asks for A3, A4 and A5 to vote. That is a command like any other: decided in slot 1, it \
               governs slot 1 + 4, and the replicas fill the slots before with no-ops. A1 and A2 are switched off at \
               20 s; for the next command the leader goes through phase 1 with the new acceptors, and the log goes on.",
        settings: "system=pmmc&leaders=1&clients=1&spares=2&commands=0",
        plan: &[
            ("2s", "request C1 config A3 A4 A5"),
            ("20s", "crash A1"),
            ("20s", "crash A2"),
            ("21s", "request C1 +5"),
        ],
    },
    Preset {
        key: "stale-read",
        title: "A read that is too old",
        text: "R2 hears nothing of leaders and replicas. C1 adds 5 and has its answer; after that C2 reads at R2 alone and \
               is told 0. Its second read goes through the log, waits for its slot, and is told 5.",
        settings: "system=pmmc&leaders=1&commands=0&catch-up=0s",
        plan: &[
            ("0s", "cut L1>R2"),
            ("0s", "cut R1>R2"),
            ("2s", "request C1 +5"),
            ("8s", "request C2 read local"),
            ("10s", "request C2 read"),
        ],
    },
];
