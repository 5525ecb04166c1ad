//! What a person does, in words: `crash A2`, `cut P1>A2`, `deliver P1>A2#3`. Files, scripts, the command line and the
//! log use the same ones, and reading what was written gives the same action back.

use super::names::{CLOCK, Names, cut, tunable};
use super::{MAX_SPAN, Micros};
use crate::paxos::{NodeId, NodeSet, Notice, Timer, decimal};
use crate::sim::{Action, Disk, Letter};

type OfNode = fn(NodeId) -> Action;
type OfPair = fn(NodeId, NodeId) -> Action;
type OfLetter = fn(Letter) -> Action;

/// Actions that name one node.
const NODE_WORDS: [(&str, OfNode); 9] = [
    ("crash", Action::Crash),
    ("restart", Action::Restart),
    ("pause", Action::Pause),
    ("resume", Action::Resume),
    ("wipe", Action::Wipe),
    ("isolate", Action::Isolate),
    ("rejoin", Action::Rejoin),
    ("join", Action::Join),
    ("leave", Action::Leave),
];

/// Actions that name one direction of a link.
const PAIR_WORDS: [(&str, OfPair); 4] =
    [("cut", Action::Cut), ("mend", Action::Mend), ("clog", Action::Clog), ("unclog", Action::Unclog)];

/// Actions that name one letter.
const LETTER_WORDS: [(&str, OfLetter); 3] =
    [("deliver", Action::Deliver), ("duplicate", Action::Duplicate), ("drop", Action::Drop)];

/// Actions with a form of their own, for a message.
const OTHER_WORDS: &str = "slow, skew, disk, partition, heal, delay, fire, request, set, tune";

const DISKS: [(&str, Disk); 3] = [("sound", Disk::Sound), ("loses-last", Disk::LosesLast), ("forgets", Disk::Forgets)];

/// `action` in words.
pub fn write(action: &Action, names: &Names) -> String {
    let pair = |from: &NodeId, to: &NodeId| format!("{}>{}", names.label(*from), names.label(*to));
    let node = |word: &str, node: &NodeId| format!("{word} {}", names.label(*node));
    match action {
        Action::Crash(it) => node("crash", it),
        Action::Restart(it) => node("restart", it),
        Action::Pause(it) => node("pause", it),
        Action::Resume(it) => node("resume", it),
        Action::Slow(it, span) => format!("{} {span}", node("slow", it)),
        Action::Skew(it, rate) => format!("{} {}", node("skew", it), decimal::unscaled(u64::from(*rate), 6)),
        Action::Wipe(it) => node("wipe", it),
        Action::Disk(it, disk) => {
            let word = DISKS.iter().find(|(_, known)| known == disk).map_or("sound", |(word, _)| word);
            format!("{} {word}", node("disk", it))
        }
        Action::Isolate(it) => node("isolate", it),
        Action::Rejoin(it) => node("rejoin", it),
        Action::Cut(from, to) => format!("cut {}", pair(from, to)),
        Action::Mend(from, to) => format!("mend {}", pair(from, to)),
        Action::Clog(from, to) => format!("clog {}", pair(from, to)),
        Action::Unclog(from, to) => format!("unclog {}", pair(from, to)),
        Action::Partition(groups) => format!("partition {}", write_groups(groups, names)),
        Action::Heal => "heal".into(),
        Action::Deliver(letter) => format!("deliver {}", write_letter(letter, names)),
        Action::Delay(letter, span) => format!("delay {} {span}", write_letter(letter, names)),
        Action::Duplicate(letter) => format!("duplicate {}", write_letter(letter, names)),
        Action::Drop(letter) => format!("drop {}", write_letter(letter, names)),
        Action::Fire(it, timer) => format!("{} {}", node("fire", it), names.timer(*timer)),
        Action::Request(it, text) => format!("{} {}", node("request", it), quote(text)),
        Action::Join(it) => node("join", it),
        Action::Leave(it) => node("leave", it),
        Action::Set(key, value) => format!("set {}", write_setting(key, *value, names)),
        Action::Tune(from, to, key, value) => {
            format!("tune {} {}", pair(from, to), write_setting(key, *value, names))
        }
    }
}

fn write_groups(groups: &[NodeSet], names: &Names) -> String {
    let group = |group: &NodeSet| group.iter().map(|node| names.label(node)).collect::<Vec<_>>().join(",");
    groups.iter().map(group).collect::<Vec<_>>().join(" | ")
}

/// `P1>A2#3`, or `P1>A2#3.1` for its first duplicate.
pub fn write_letter(letter: &Letter, names: &Names) -> String {
    let Letter { from, to, number, copy } = *letter;
    let original = format!("{}>{}#{number}", names.label(from), names.label(to));
    if copy == 0 { original } else { format!("{original}.{copy}") }
}

fn write_setting(key: &str, value: i64, names: &Names) -> String {
    let text = names.knob(key).map_or_else(|| value.to_string(), |knob| knob.kind.format(value));
    format!("{key} {text}")
}

/// A value is written as it is, unless reading it would cut something off.
fn quote(text: &str) -> String {
    if text.trim() == text && !text.starts_with('"') { text.into() } else { format!("\"{text}\"") }
}

fn unquote(text: &str) -> &str {
    let text = text.trim();
    let inner = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    inner.unwrap_or(text)
}

/// The action that `line` describes, checked against the scenario, or what is wrong with it.
pub fn parse(line: &str, names: &Names) -> Result<Action, Notice> {
    let action = read(line, names).and_then(|action| names.check(&action).map(|()| action));
    action.map_err(|problem| Notice::new("do", line.trim(), problem))
}

fn read(line: &str, names: &Names) -> Result<Action, String> {
    let (verb, rest) = first_word(line);
    let verb = verb.to_ascii_lowercase();
    if let Some((_, action)) = NODE_WORDS.iter().find(|(word, _)| *word == verb) {
        return Ok(action(names.node(rest)?));
    }
    if let Some((_, action)) = PAIR_WORDS.iter().find(|(word, _)| *word == verb) {
        let (from, to, rest) = read_pair(rest, names)?;
        return nothing_more(rest, action(from, to));
    }
    if let Some((_, action)) = LETTER_WORDS.iter().find(|(word, _)| *word == verb) {
        let (letter, rest) = read_letter(rest, names)?;
        return nothing_more(rest, action(letter));
    }
    match verb.as_str() {
        "heal" => nothing_more(rest, Action::Heal),
        "partition" => read_groups(rest, names).map(Action::Partition),
        "delay" => {
            let (letter, rest) = read_letter(rest, names)?;
            Ok(Action::Delay(letter, read_span(rest)?))
        }
        "set" => read_setting(rest, names).map(|(key, value)| Action::Set(key, value)),
        "tune" => {
            let (from, to, rest) = read_pair(rest, names)?;
            let (key, value) = read_setting(rest, names)?;
            tunable(&key)?;
            Ok(Action::Tune(from, to, key, value))
        }
        "slow" | "skew" | "disk" | "fire" | "request" => read_node_and_more(&verb, rest, names),
        _ => Err(unknown_verb(&verb)),
    }
}

fn read_node_and_more(verb: &str, rest: &str, names: &Names) -> Result<Action, String> {
    let (label, rest) = first_word(rest);
    let node = names.node(label)?;
    match verb {
        "slow" => Ok(Action::Slow(node, read_span(rest)?)),
        "skew" => match decimal::scaled(rest, 1_000_000) {
            Some((rate, true)) if u32::try_from(rate).is_ok_and(|rate| (CLOCK.0..=CLOCK.1).contains(&rate)) => {
                Ok(Action::Skew(node, rate as u32))
            }
            _ => Err("a clock runs at a rate from 0.1 to 10, 1 being true".into()),
        },
        "disk" => match DISKS.iter().find(|(word, _)| word.eq_ignore_ascii_case(rest)) {
            Some((_, disk)) => Ok(Action::Disk(node, *disk)),
            None => Err(format!("a disk is {}", DISKS.map(|(word, _)| word).join(", "))),
        },
        "fire" => match names.timer_named(rest) {
            Some(timer) => Ok(Action::Fire(node, timer)),
            None => Err(format!("there is no timer {}; there are {}", cut(rest), names.timers())),
        },
        _ => Ok(Action::Request(node, unquote(rest).into())),
    }
}

fn unknown_verb(verb: &str) -> String {
    let node = NODE_WORDS.iter().map(|(word, _)| *word);
    let known: Vec<_> = node
        .chain(PAIR_WORDS.iter().map(|(word, _)| *word))
        .chain(LETTER_WORDS.iter().map(|(word, _)| *word))
        .chain([OTHER_WORDS])
        .collect();
    format!("{} is no action; actions are {}", cut(verb), known.join(", "))
}

/// The first word and what follows it, both without the space around them.
fn first_word(text: &str) -> (&str, &str) {
    let text = text.trim();
    let (word, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    (word, rest.trim_start())
}

fn nothing_more(rest: &str, action: Action) -> Result<Action, String> {
    if rest.is_empty() { Ok(action) } else { Err(format!("{} is too much", cut(rest))) }
}

/// The two nodes of `P1>A2` and what follows. An arrow may be written `->` or `→`, with space around it.
fn read_pair<'a>(text: &'a str, names: &Names) -> Result<(NodeId, NodeId, &'a str), String> {
    let (from, rest) = split_arrow(text)?;
    let (to, rest) = first_word(rest);
    Ok((names.node(from)?, names.node(to)?, rest))
}

fn split_arrow(text: &str) -> Result<(&str, &str), String> {
    let (from, rest) = text.split_once(['>', '→']).ok_or("two nodes are needed, as in P1>A2")?;
    Ok((from.trim_end_matches('-').trim(), rest))
}

/// The letter that `P1>A2#3` names and what follows.
fn read_letter<'a>(text: &'a str, names: &Names) -> Result<(Letter, &'a str), String> {
    let (from, rest) = split_arrow(text)?;
    let (to, rest) = first_word(rest);
    let (to, number) = to.split_once('#').ok_or("the number of the letter is missing, as in P1>A2#3")?;
    let (number, copy) = number.split_once('.').unwrap_or((number, "0"));
    let number = number.parse().map_err(|_| format!("{} is no number of a letter", cut(number)))?;
    let copy = copy.parse().map_err(|_| format!("{} is no number of a copy", cut(copy)))?;
    Ok((Letter { from: names.node(from)?, to: names.node(to)?, number, copy }, rest))
}

fn read_groups(text: &str, names: &Names) -> Result<Vec<NodeSet>, String> {
    let mut groups = Vec::new();
    for group in text.split('|') {
        let mut set = NodeSet::EMPTY;
        for label in group.split([',', ' ']).filter(|label| !label.trim().is_empty()) {
            let node = names.node(label.trim())?;
            if !set.insert(node) {
                return Err(format!("{} is named twice", names.label(node)));
            }
        }
        groups.push(set);
    }
    Ok(groups)
}

fn read_span(text: &str) -> Result<Micros, String> {
    Micros::parse(text, MAX_SPAN).map_err(|misread| format!("expected {}", misread.allowed))
}

/// The knob that `loss 0.3` names and its value.
fn read_setting(text: &str, names: &Names) -> Result<(String, i64), String> {
    let (key, value) = first_word(text);
    let key = key.to_ascii_lowercase();
    let knob = names.knob(&key).ok_or_else(|| format!("there is no knob {}", cut(&key)))?;
    let value = knob.kind.parse(value).map_err(|problem| format!("{key}: {problem}"))?;
    Ok((key, value))
}

/// The timer of that name or number, for scripts.
pub fn parse_timer(word: &str, names: &Names) -> Option<Timer> {
    names.timer_named(word)
}
