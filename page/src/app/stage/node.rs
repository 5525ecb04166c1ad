//! One node: its shape, what it holds in text and colour, and what has befallen it.

use super::marks::{Badges, Count};
use super::satellites::{helpers, strip, told};
use super::theme::ballot_class;
use paxos_page::format::{px, translate};
use paxos_page::geometry::Place;
use paxos_page::speak;
use paxos_playground::paxos::{Role, Shape};
use paxos_playground::run::{NodeView, Status};
use std::rc::Rc;
use yew::prelude::*;

/// What a node shows.
#[derive(Properties, PartialEq)]
pub struct NodeProps {
    /// The node.
    pub node: Rc<NodeView>,
    /// Its role; `None` is the server in the middle.
    pub role: Option<&'static Role>,
    /// Where it stands.
    pub place: Place,
    /// Whether it is selected.
    pub selected: bool,
    /// Whether the tab key leads to it.
    pub tab_stop: bool,
    /// Its side of a partition.
    pub group: Option<u8>,
}

/// How much there is room for.
#[derive(Clone, Copy, PartialEq, PartialOrd)]
enum Detail {
    /// A label or a value.
    Tiny,
    /// Label, ballot and value.
    Small,
    /// Everything.
    Full,
}

impl Detail {
    fn of(radius: f64) -> Self {
        match radius {
            r if r < 15.0 => Self::Tiny,
            r if r < 25.0 => Self::Small,
            _ => Self::Full,
        }
    }
}

/// A node of the stage.
#[component]
pub fn Node(props: &NodeProps) -> Html {
    let NodeProps { node, role, place, selected, tab_stop, group } = props;
    let radius = place.radius;
    let detail = Detail::of(radius);
    let words = speak::node(node, *role) + &told(node);
    let class = classes!(
        "node",
        node.status.name(),
        ballot_class(node.look.ballot),
        selected.then_some("selected"),
        node.winner.then_some("winner"),
        node.look.decided.is_some().then_some("decided"),
        group.map(|group| format!("group-{}", group % 4)),
    );
    let shape = role.map(|role| role.shape);
    let vote = node.look.vote.as_ref().map(|(ballot, _)| ballot_class(Some(*ballot)));
    html! {
        <g {class} data-node={node.id.0.to_string()} transform={translate(place.at.x, place.at.y)}>
            <title>{ words.clone() }</title>
            <circle class="target" r={px(radius.max(14.0) + 4.0)} role="button" aria-haspopup="menu" aria-label={words}
                tabindex={if *tab_stop { "0" } else { "-1" }} />
            // The name of the button says all of it.
            <g aria-hidden="true">
                if group.is_some() {
                    <circle class="halo" r={px(radius + 9.0)} />
                }
                if node.winner {
                    <circle class={classes!("won", vote.clone(), (detail < Detail::Full).then_some("fine"))} r={px(radius + 4.5)} />
                }
                if node.isolated {
                    <circle class="cut" r={px(radius + 7.0)} />
                }
                if node.status != Status::Absent {
                    <Count count={node.look.count} {radius} written={node.look.ballot.is_some() && node.look.helpers.is_empty()} />
                }
                <g class={classes!("body", vote)}>
                    { outline(shape, radius, if node.look.vote.is_some() { "fill voted" } else { "fill" }) }
                </g>
                { outline(shape, radius, "rim") }
                if *selected {
                    { outline(shape, radius + 4.0, "choice") }
                }
                { text(node, radius, detail) }
                if node.status == Status::Down {
                    <path class="cross" d={format!("M{0} {0}L{1} {1}M{1} {0}L{0} {1}", px(-0.62 * radius), px(0.62 * radius))} />
                }
                { chip(node, radius, detail) }
                { strip(node, radius) }
                { helpers(node, *place) }
                <Badges status={node.status} slow={node.slow} waiting={node.waiting} isolated={node.isolated} {radius} />
            </g>
        </g>
    }
}

/// The outline of a node of that shape.
pub fn outline(shape: Option<Shape>, radius: f64, class: &'static str) -> Html {
    let polygon = |corners: &[(f64, f64)]| {
        let points: Vec<_> = corners.iter().map(|(x, y)| format!("{},{}", px(x * radius), px(y * radius))).collect();
        html! { <polygon {class} points={points.join(" ")} /> }
    };
    let rectangle = |across: f64, down: f64, corner: f64| {
        html! {
            <rect {class} x={px(-across * radius)} y={px(-down * radius)} width={px(2.0 * across * radius)}
                height={px(2.0 * down * radius)} rx={px(corner * radius)} />
        }
    };
    match shape {
        Some(Shape::Circle) => html! { <circle {class} r={px(radius)} /> },
        Some(Shape::Square) => rectangle(0.86, 0.86, 0.2),
        Some(Shape::Diamond) => polygon(&[(0.0, -1.07), (1.07, 0.0), (0.0, 1.07), (-1.07, 0.0)]),
        Some(Shape::Hexagon) => {
            polygon(&[(-0.53, -0.92), (0.53, -0.92), (1.06, 0.0), (0.53, 0.92), (-0.53, 0.92), (-1.06, 0.0)])
        }
        None => rectangle(1.1, 0.72, 0.16),
    }
}

/// Label and ballot in the shape, as far as there is room.
fn text(node: &NodeView, radius: f64, detail: Detail) -> Html {
    let ballot = node.look.ballot.map(|ballot| ballot.to_string());
    let count = node.look.count.map(|(count, need)| format!("{count}/{need}"));
    let line = |y: f64, class: &'static str, text: &str| {
        html! { <text class={class} y={px(y)}>{ text }</text> }
    };
    if detail == Detail::Tiny {
        let held = node.look.decided.as_ref().or(node.look.vote.as_ref().map(|(_, value)| value));
        let shown = held.map_or(node.label.clone(), |value| speak::chip(value, None, 1));
        // A label that does not fit is left to the title.
        let fits = shown.chars().count() as f64 * 6.4 <= 2.3 * radius;
        return if fits {
            line(0.5, "tiny", &shown)
        } else {
            html! {}
        };
    }
    // Three digits after the letter need smaller ones to stay inside.
    let class = if node.label.len() as f64 * 8.6 > 1.5 * radius { "label long" } else { "label" };
    let doing = node.look.doing;
    let up = node.status == Status::Up || node.status == Status::Paused;
    let second = ballot.or(count);
    let third = radius >= 30.0 && !doing.is_empty() && up && node.look.decided.is_none();
    match (second, third) {
        (None, false) => line(0.5, class, &node.label),
        (None, true) => html! { <>{ line(-7.0, class, &node.label) }{ line(9.0, "doing", doing) }</> },
        (Some(ballot), third) if third => html! {
            <>{ line(-13.5, class, &node.label) }{ line(2.0, "ballot", &ballot) }{ line(15.5, "doing", doing) }</>
        },
        (Some(ballot), _) => {
            let (label, below) = if detail == Detail::Full { (-7.5, 8.5) } else { (-6.0, 6.5) };
            html! { <>{ line(label, class, &node.label) }{ line(below, "ballot", &ballot) }</> }
        }
    }
}

/// The value a node holds, below it: its vote, or what it knows to be chosen.
fn chip(node: &NodeView, radius: f64, detail: Detail) -> Html {
    if radius < 17.0 {
        return html! {};
    }
    // Neighbours are near: what is longer says no ballot, which its colour tells too, and is cut.
    let most = ((2.9 * radius - 12.0) / 6.7) as usize;
    let (class, text) = match (&node.look.decided, &node.look.vote) {
        (Some(value), _) => ("chip known".to_owned(), format!("✓ {}", speak::chip(value, None, most))),
        (None, Some((ballot, value))) => {
            let whole = speak::chip(value, (radius >= 19.0).then_some(*ballot), most);
            let fits = whole.chars().count() <= most;
            let text = if fits { whole } else { speak::chip(value, None, most) };
            (format!("chip {}", ballot_class(Some(*ballot))), text)
        }
        (None, None) => return html! {},
    };
    let height = if detail == Detail::Full { 18.0 } else { 15.0 };
    let width = (text.chars().count() as f64 * 6.7 + 12.0).max(height);
    html! {
        <g {class} transform={translate(0.0, radius + if detail == Detail::Full { 1.0 } else { 2.0 })}>
            <rect x={px(-width / 2.0)} y={px(-height / 2.0)} width={px(width)} height={px(height)} rx={px(height / 2.0)} />
            <text y="0.5">{ text }</text>
        </g>
    }
}
