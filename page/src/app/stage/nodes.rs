//! Everything of the stage that is SVG: machines, the nodes, the votes that chose, and lines that part the network.

use super::board::Scene;
use super::node::Node;
use super::theme::ballot_class;
use crate::app::session::Selection;
use paxos_page::curve::{Line, between_groups};
use paxos_page::format::{px, translate};
use paxos_page::geometry::{Place, Point};
use paxos_page::maths::within;
use paxos_playground::run::NodeView;
use std::rc::Rc;
use yew::prelude::*;

/// The most votes that are drawn as lines; more are told by the rings of their nodes alone.
const MOST_SPOKES: usize = 13;

/// What the drawing shows.
#[derive(Properties, PartialEq)]
pub struct NodesProps {
    /// The present scene.
    pub scene: Rc<Scene>,
    /// The node that the tab key leads to.
    pub tab_stop: usize,
    /// The line that is being drawn to part the network.
    pub cutting: Option<(Point, Point)>,
}

/// The nodes and what connects or parts them.
#[component]
pub fn Nodes(NodesProps { scene, tab_stop, cutting }: &NodesProps) -> Html {
    let size = scene.layout.size;
    if size.width <= 0.0 {
        return html! {};
    }
    let line = cutting.and_then(|(from, to)| Line::through(from, to));
    let preview: Option<Vec<u8>> =
        line.map(|line| scene.layout.places.iter().map(|place| u8::from(line.side(place.at) > 0.0)).collect());
    let groups = preview.as_ref().or(scene.groups.as_ref()).map(|groups| sides(groups));
    let groups = groups.as_ref();
    let node = |(i, node): (usize, &Rc<NodeView>)| {
        html! {
            <Node key={i} node={node.clone()} role={scene.role(node)} place={scene.layout.places[i]}
                selected={scene.selection == Selection::Node(node.id)} tab_stop={i == *tab_stop}
                group={groups.and_then(|groups| groups.get(i).copied())} />
        }
    };
    html! {
        <svg class="stage-nodes" viewBox={format!("0 0 {} {}", px(size.width), px(size.height))} role="group"
            aria-label="Nodes: arrow keys move among them, Enter opens what can be done">
            { for scene.layout.machines.iter().map(machine) }
            if let Some((line, class)) = line.map(|line| (line, "parting preview")).or_else(|| {
                let groups = scene.groups.as_ref()?;
                between_groups(&scene.layout.places, groups).map(|line| (line, "parting"))
            }) {
                { parting(line, class) }
            }
            { spokes(scene) }
            { for scene.nodes.iter().enumerate().map(node) }
            { badge(scene) }
        </svg>
    }
}

/// The groups numbered in the order in which they appear, so that a preview looks like what comes of it.
fn sides(groups: &[u8]) -> Vec<u8> {
    let mut seen: Vec<u8> = Vec::new();
    let side = |group: &u8| {
        let known = seen.iter().position(|other| other == group);
        known.unwrap_or_else(|| {
            seen.push(*group);
            seen.len() - 1
        }) as u8
    };
    groups.iter().map(side).collect()
}

fn machine(place: &Place) -> Html {
    html! { <circle class="machine" cx={px(place.at.x)} cy={px(place.at.y)} r={px(place.radius)} /> }
}

fn parting(line: Line, class: &'static str) -> Html {
    let (from, to) = line.ends();
    html! { <line {class} x1={px(from.x)} y1={px(from.y)} x2={px(to.x)} y2={px(to.y)} /> }
}

/// The lines from the votes that chose the value to the spot where they meet.
fn spokes(scene: &Scene) -> Html {
    let (Some(chosen), Some(badge)) = (&scene.chosen, scene.layout.badge) else { return html! {} };
    if chosen.quorum.len() > MOST_SPOKES {
        return html! {};
    }
    let spoke = |place: &Place| {
        let part = (place.radius + 4.5) / place.at.distance(badge).max(1.0);
        let from = place.at.toward(badge, part.min(1.0));
        html! { <line x1={px(from.x)} y1={px(from.y)} x2={px(badge.x)} y2={px(badge.y)} /> }
    };
    let places = chosen.quorum.iter().filter_map(|node| scene.layout.places.get(node.index()));
    html! {
        <g class={classes!("spokes", ballot_class(Some(chosen.ballot)))} key={format!("spokes{}", chosen.event)}>
            { for places.map(spoke) }
        </g>
    }
}

/// The chosen value where its votes meet.
fn badge(scene: &Scene) -> Html {
    let (Some(chosen), Some(at)) = (&scene.chosen, scene.layout.badge) else { return html! {} };
    let text = paxos_page::speak::chip(&chosen.value, None, 9);
    let what = if scene.many_slots { format!("{} {}", scene.slot_word, chosen.slot) } else { "chosen".into() };
    let below = format!("{what} in {}", chosen.ballot);
    let width = (text.chars().count() as f64 * 10.0 + 34.0).max(below.len() as f64 * 6.2 + 14.0);
    let x = within(at.x, width / 2.0 + 4.0, scene.layout.size.width - width / 2.0 - 4.0);
    html! {
        <g class={classes!("badge", ballot_class(Some(chosen.ballot)))} key={format!("badge{}", chosen.event)}
            transform={translate(x, at.y)} aria-hidden="true">
            <rect x={px(-width / 2.0)} y="-20" width={px(width)} height="40" rx="10" />
            <text class="value" y="-6">{ format!("✓ {text}") }</text>
            <text class="at" y="10">{ below }</text>
        </g>
    }
}
