//! What explorations come to, on every platform.

/// Small bounds with their exact counts: states, transitions, depth, terminal, chosen.
pub const COUNTS: &[(&str, &str, [u64; 5])] = &[
    ("acceptors=1&proposers=1&learners=0&resend=0s", "", [8, 8, 6, 1, 4]),
    ("acceptors=3&proposers=1&learners=0&resend=0s", "", [425, 1384, 14, 4, 352]),
    ("acceptors=3&proposers=1&learners=1&resend=0s&catch-up=0s", "once", [936, 2935, 13, 54, 825]),
    ("acceptors=2&proposers=2&learners=0&resend=0s", "", [5556, 26240, 25, 17, 4192]),
    ("acceptors=2&proposers=2&learners=0&resend=0s", "once", [720, 1820, 18, 12, 244]),
    ("acceptors=2&proposers=2&learners=0&refusal=silence", "", [1156, 3204, 22, 12, 832]),
    (
        "acceptors=3&proposers=2&learners=0&resend=0s&refusal=silence&patience=0s",
        "once",
        [51984, 175488, 22, 1476, 47223],
    ),
    (
        "acceptors=2&proposers=1&learners=0&resend=0s&patience=0s",
        "once crashes=1 restarts=1 rounds=2",
        [792, 1713, 20, 19, 260],
    ),
    ("acceptors=2&proposers=1&learners=0&resend=0s", "crashes=1 restarts=1", [171, 444, 13, 4, 80]),
    ("acceptors=2&proposers=1&learners=1&told=proposer", "wipes=1", [610, 2111, 18, 2, 416]),
];

type Broken = (&'static str, &'static str, &'static str, Option<(&'static str, u32)>);

/// A rule switched off: the link, the bounds, and the property that breaks after how many steps; without one, nothing
/// breaks within these bounds. `equal-only` costs progress alone; `string-ballots` takes a tenth round.
pub const BROKEN: &[Broken] = &[
    ("ignore-accepted", TWO, "", Some(("safe proposals", 11))),
    ("promise-broadcast", TWO, "", Some(("safe proposals", 6))),
    ("forget-promise", TWO, "", Some(("promises honoured", 4))),
    ("no-raise", TWO, "rounds=2", Some(("promises honoured", 8))),
    ("small-quorum", TWO, "", Some(("safe proposals", 3))),
    ("count-replies", TWO, "", Some(("safe proposals", 4))),
    ("reuse-ballot", TWO, "crashes=1 restarts=1 rounds=2", Some(("validity", 8))),
    ("amnesia", TWO, "crashes=1 restarts=1", Some(("promises honoured", 6))),
    ("reply-before-write", TWO, "crashes=1 restarts=1", Some(("promises honoured", 6))),
    (
        "count-values",
        "acceptors=3&proposers=1&learners=1&resend=0s&catch-up=0s",
        "rounds=2",
        Some(("sound learners", 14)),
    ),
    ("adopt-latest", THREE, "once symmetry", Some(("safe proposals", 17))),
    ("adopt-lowest", THREE, "once symmetry", Some(("safe proposals", 17))),
    ("equal-only", "acceptors=3&proposers=2&learners=0&resend=0s", "symmetry", None),
    ("string-ballots", "acceptors=3&proposers=2&learners=0&resend=0s", "symmetry", None),
];

const TWO: &str = "acceptors=3&proposers=2&learners=1&resend=0s&catch-up=0s";
const THREE: &str = "acceptors=3&proposers=3&learners=0&resend=0s&refusal=silence&patience=0s";

/// A counterexample, as the link that it is everywhere.
#[allow(dead_code, reason = "each binary uses a part of it")]
pub const COUNTEREXAMPLE: &str = "system=synod&acceptors=3&learners=1&resend=0s&catch-up=0s&break=forget-promise\
    &pace=hand&plan=1.BIDqMAAUAACA6jAAFAEAgOowABABAgAAgOowABAAAgAAN368-w";
