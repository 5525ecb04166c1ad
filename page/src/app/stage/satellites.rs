//! What stands at a node for a while: its short-lived helpers as satellites, and the latest rows of its table as a strip.

use super::theme::ballot_class;
use paxos_page::format::{px, translate};
use paxos_page::geometry::Place;
use paxos_page::maths::{cos, sin};
use paxos_playground::paxos::{Helper, RowMark};
use paxos_playground::run::NodeView;
use yew::prelude::*;

/// So many satellites fit round a node; more are told as a number.
const MOST: usize = 7;
/// From one satellite to the next, in radians.
const APART: f64 = 0.62;

/// The helpers of a node, on an arc above it, or beside it where the stage ends. They say what they are when they are
/// pointed at.
pub fn helpers(node: &NodeView, Place { at, radius }: Place) -> Html {
    let helpers = &node.look.helpers;
    if helpers.is_empty() || radius < 15.0 {
        return html! {};
    }
    let shown = helpers.len().min(MOST);
    let reach = radius + 15.0;
    let middle = if at.y > reach + 10.0 { -std::f64::consts::FRAC_PI_2 } else { 0.0 };
    let at = |i: usize| {
        let angle = middle + (i as f64 - (shown - 1) as f64 / 2.0) * APART;
        translate(reach * cos(angle), reach * sin(angle))
    };
    html! {
        <g class="helpers">
            { for helpers.iter().take(shown).enumerate().map(|(i, helper)| satellite(helper, at(i))) }
            if helpers.len() > shown {
                <text class="more" transform={translate(0.0, -reach - 14.0)}>{ format!("+{}", helpers.len() - shown) }</text>
            }
        </g>
    }
}

fn satellite(helper: &Helper, at: String) -> Html {
    let (count, need) = helper.count;
    html! {
        <g class={classes!("helper", ballot_class(helper.ballot))} transform={at} key={helper.label.clone()}>
            <title>{ format!("{}: {count} of {need}", helper.label) }</title>
            <circle r="9" />
            <text class="tally">{ format!("{count}/{need}") }</text>
            <text class="name" y="-14">{ &helper.label }</text>
        </g>
    }
}

/// The helpers in words.
pub fn told(node: &NodeView) -> String {
    let told = node.look.helpers.iter().map(|helper| {
        let (count, need) = helper.count;
        format!(", {} {count} of {need}", helper.label)
    });
    told.collect()
}

/// The latest rows of a node's table, one small square each: full is done, open is pending, dashed is a hole.
pub fn strip(node: &NodeView, radius: f64) -> Html {
    // A small voter has its vote below it, and the next one below that.
    let crowded = radius < 34.0 && node.look.vote.is_some() && node.look.decided.is_none();
    if node.strip.is_empty() || radius < 22.0 || crowded {
        return html! {};
    }
    let left = -4.5 * node.strip.len() as f64;
    html! {
        <g class="strip" transform={translate(left, radius + 13.0)}>
            { for node.strip.iter().enumerate().map(|(i, mark)| {
                let class = match mark {
                    RowMark::Plain => "plain",
                    RowMark::Done => "done",
                    RowMark::Pending => "pending",
                    RowMark::Hole => "hole",
                    RowMark::Failed => "failed",
                };
                html! { <rect {class} x={px(9.0 * i as f64 + 1.0)} width="7" height="7" rx="1.5" /> }
            }) }
        </g>
    }
}
