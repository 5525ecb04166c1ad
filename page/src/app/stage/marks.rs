//! Small marks on a node: how full its quorum is, and what has befallen it.

use paxos_page::format::{px, translate};
use paxos_page::maths::{cos, sin};
use paxos_playground::run::Status;
use std::f64::consts::{FRAC_PI_2, TAU};
use yew::prelude::*;

/// A count that must reach a number.
#[derive(Properties, PartialEq)]
pub struct CountProps {
    /// How far it has come and how far it must go.
    pub count: Option<(usize, usize)>,
    /// The radius of the node.
    pub radius: f64,
    /// Whether the numbers stand on the arc; otherwise the node itself shows them.
    pub written: bool,
}

/// An arc of as many pieces as a quorum needs, filled piece by piece, with the numbers above.
#[component]
pub fn Count(CountProps { count, radius, written }: &CountProps) -> Html {
    let Some((count, need)) = *count else { return html! {} };
    let reach = radius + 4.0;
    let pieces = need.clamp(1, 12);
    let filled = if need <= 12 { count.min(need) } else { count * 12 / need };
    let gap = if pieces == 1 { 0.0 } else { 5.0 / reach };
    let piece = |i: usize| {
        let step = TAU / pieces as f64;
        let (from, to) = (step * i as f64 - FRAC_PI_2 + gap / 2.0, step * (i + 1) as f64 - FRAC_PI_2 - gap / 2.0);
        arc(reach, from, to.min(from + TAU - 0.02))
    };
    let path = |pieces: std::ops::Range<usize>| pieces.map(piece).collect::<Vec<_>>().join("");
    let text = format!("{count}/{need}");
    let width = text.len() as f64 * 6.4 + 8.0;
    html! {
        <g class="count">
            <path class="due" d={path(filled..pieces)} />
            <path class="done" d={path(0..filled)} />
            if *written && *radius >= 15.0 {
                <rect x={px(-width / 2.0)} y={px(-reach - 10.0)} width={px(width)} height="15" rx="4" />
                <text y={px(-reach - 2.0)}>{ text }</text>
            }
        </g>
    }
}

/// An arc around the middle as an SVG path.
fn arc(reach: f64, from: f64, to: f64) -> String {
    let far = u8::from(to - from > TAU / 2.0);
    let (x0, y0, x1, y1) = (reach * cos(from), reach * sin(from), reach * cos(to), reach * sin(to));
    let [x0, y0, x1, y1, reach] = [x0, y0, x1, y1, reach].map(px);
    format!("M{x0} {y0}A{reach} {reach} 0 {far} 1 {x1} {y1}")
}

/// What has befallen a node.
#[derive(Properties, PartialEq)]
pub struct BadgesProps {
    /// Whether it works.
    pub status: Status,
    /// Whether it handles messages late.
    pub slow: bool,
    /// Whether it is cut off.
    pub isolated: bool,
    /// How many messages wait at it.
    pub waiting: usize,
    /// The radius of the node.
    pub radius: f64,
}

/// Words and signs at the upper corners of a node.
#[component]
pub fn Badges(BadgesProps { status, slow, isolated, waiting, radius }: &BadgesProps) -> Html {
    let mut words = vec![];
    match status {
        Status::Paused => words.push(("paused", "‖ paused")),
        Status::Down => words.push(("down", "down")),
        Status::Absent => words.push(("absent", "absent")),
        Status::Up => {}
    }
    if *slow {
        words.push(("slow", "slow"));
    }
    if *isolated {
        words.push(("isolated", "cut off"));
    }
    // Beside small nodes there is no room for words: a sign must do.
    let short = *radius < 18.0;
    let sign = |class: &str| match class {
        "paused" => "‖",
        "slow" => "🐌",
        "isolated" => "⌿",
        _ => "",
    };
    let marks = words.iter().enumerate().filter_map(|(i, (class, word))| {
        let text = if short { sign(class) } else { word };
        (!text.is_empty()).then(|| tag(class, text, -radius - 4.0 - 15.0 * i as f64))
    });
    html! {
        <>
            { for marks }
            if *waiting > 0 {
                <g class="waiting" transform={translate(-radius, -0.3 * radius)}>
                    <circle r="9" />
                    <text y="0.5">{ waiting }</text>
                </g>
            }
        </>
    }
}

fn tag(class: &str, text: &str, y: f64) -> Html {
    let width = text.chars().count() as f64 * 6.2 + 10.0;
    html! {
        <g class={classes!("tag", class.to_owned())} transform={translate(0.0, y)}>
            <rect x={px(-width / 2.0)} y="-7.5" width={px(width)} height="15" rx="4" />
            <text y="0.5">{ text }</text>
        </g>
    }
}
