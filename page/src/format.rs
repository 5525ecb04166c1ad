//! How the page writes times, speeds and counts.

use paxos_playground::paxos::{Micros, NodeId};
use paxos_playground::run::{NodeView, Run};

/// Virtual time to the millisecond, of even width while it runs: `3.214 s`.
pub fn clock(time: Micros) -> String {
    let millis = time.0 / 1_000;
    format!("{}.{:03} s", millis / 1_000, millis % 1_000)
}

/// A speed in hundredths: `1×`, `0.05×`.
pub fn speed(hundredths: u32) -> String {
    let text = format!("{}.{:02}", hundredths / 100, hundredths % 100);
    format!("{}×", text.trim_end_matches('0').trim_end_matches('.'))
}

/// What a person typed as a speed, in hundredths: `0.5`, `2x`, `10×`.
pub fn parse_speed(text: &str) -> Option<u32> {
    let text = text.trim().trim_end_matches(['x', '×', 'X']).trim().replace(',', ".");
    let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if (whole.is_empty() && part.is_empty()) || !digits(whole) || !digits(part) || whole.len() > 6 {
        return None;
    }
    let mut hundredths = whole.parse::<u32>().unwrap_or(0) * 100;
    for (digit, weight) in part.bytes().zip([10, 1]) {
        hundredths += u32::from(digit - b'0') * weight;
    }
    Some(hundredths)
}

/// A digest, short enough to compare by eye.
pub fn digest(digest: u64) -> String {
    format!("{:08x}", digest >> 32)
}

/// `1 event`, `2 events`.
pub fn count(n: u64, one: &str) -> String {
    format!("{n} {one}{}", if n == 1 { "" } else { "s" })
}

/// Labels joined by commas, as `of` gives them.
pub fn labels(run: &dyn Run, nodes: &[NodeId]) -> String {
    nodes.iter().map(|&node| label(run, node)).collect::<Vec<_>>().join(", ")
}

/// The label of one node.
pub fn label(run: &dyn Run, node: NodeId) -> String {
    run.node(node).label
}

/// What a node is doing, in a few words, for lists: `up, promised 3.1`.
pub fn state(node: &NodeView) -> String {
    let mut text = String::from(node.status.name());
    if node.slow {
        text += ", slow";
    }
    if node.isolated {
        text += ", cut off";
    }
    if !node.look.doing.is_empty() {
        text += ", ";
        text += node.look.doing;
    }
    match (&node.look.decided, &node.look.vote, node.look.ballot) {
        (Some(value), ..) => text += &format!(", knows {value}"),
        (None, Some((ballot, value)), _) => text += &format!(", {value} at {ballot}"),
        (None, None, Some(ballot)) => text += &format!(", ballot {ballot}"),
        (None, None, None) => {}
    }
    text
}

/// `text` with its first letter in upper case, as English has it.
pub fn capital(text: &str) -> String {
    let mut text = text.to_owned();
    if let Some(first) = text.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    text
}

/// A length as SVG reads it, to a tenth.
pub fn px(length: f64) -> String {
    let tenths = (length * 10.0).round_ties_even() as i64;
    let sign = if tenths < 0 { "-" } else { "" };
    format!("{sign}{}.{}", tenths.unsigned_abs() / 10, tenths.unsigned_abs() % 10)
}

/// A shift as SVG reads it.
pub fn translate(x: f64, y: f64) -> String {
    format!("translate({} {})", px(x), px(y))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_keep_one_decimal() {
        let lengths = [(0.0, "0.0"), (-0.04, "0.0"), (-0.06, "-0.1"), (12.34, "12.3"), (-7.98, "-8.0")];
        for (length, text) in lengths {
            assert_eq!(px(length), text);
        }
    }

    #[test]
    fn only_the_first_letter_turns_into_a_capital() {
        for (text, expected) in [("", ""), ("acceptor two", "Acceptor two"), ("élan", "élan")] {
            assert_eq!(capital(text), expected);
        }
    }

    #[test]
    fn speeds_are_written_as_they_are_read() {
        for (hundredths, text) in [(5, "0.05×"), (50, "0.5×"), (100, "1×"), (10_000, "100×"), (125, "1.25×")] {
            assert_eq!(speed(hundredths), text);
            assert_eq!(parse_speed(text), Some(hundredths));
        }
        for nonsense in ["", "fast", "-1", ".", "1e9", "99999999999"] {
            assert_eq!(parse_speed(nonsense), None, "{nonsense}");
        }
        assert_eq!(parse_speed(" 0,5 x"), Some(50));
    }

    #[test]
    fn the_clock_keeps_its_width() {
        assert_eq!(clock(Micros(3_214_999)), "3.214 s");
        assert_eq!(clock(Micros(5)), "0.000 s");
    }
}
