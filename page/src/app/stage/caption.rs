//! A line above the stage: what was chosen, or what broke; and the button that heals the network.

use super::board::Scene;
use super::theme::ballot_class;
use crate::app::session::Session;
use paxos_page::speak;
use paxos_playground::paxos::NodeId;
use paxos_playground::sim::Action;
use std::rc::Rc;
use yew::prelude::*;

/// What the line tells of.
#[derive(Properties, PartialEq)]
pub struct CaptionProps {
    /// The present scene.
    pub scene: Rc<Scene>,
}

/// What to do where nothing happens by itself.
const BY_HAND: &str = "Paced by hand: click a message to deliver it, a node for its timer, or step.";

/// What was chosen, or what broke.
#[component]
pub fn Caption(CaptionProps { scene }: &CaptionProps) -> Html {
    let chosen = scene.chosen.as_ref();
    let label = |node: NodeId| scene.label(node);
    html! {
        <p class={classes!("stage-caption", scene.broken.as_ref().map(|_| "broken"))}>
            if let Some((name, what)) = &scene.broken {
                <strong>{ format!("✕ {} is broken. ", paxos_page::format::capital(name)) }</strong>
                <span>{ what }</span>
                if scene.more_broken > 0 {
                    <span>{ format!(" And {} more.", scene.more_broken) }</span>
                }
            } else if let Some(chosen) = chosen {
                <strong class={ballot_class(Some(chosen.ballot))}>{ format!("✓ {} chosen ", chosen.value) }</strong>
                <span>
                    if scene.many_slots {
                        { format!("for {} {} ", scene.slot_word, chosen.slot) }
                    }
                    { speak::chosen_by(chosen, label) }
                    if !chosen.learned.is_empty() {
                        { format!(", known to {}", speak::labels(&chosen.learned, 6, label)) }
                    }
                </span>
            } else {
                <span class="quiet">
                    { if scene.by_hand { BY_HAND } else { "Nothing is chosen yet." } }
                </span>
            }
        </p>
    }
}

/// What there is to heal.
#[derive(Properties, PartialEq)]
pub struct HealProps {
    /// The run.
    pub session: Session,
    /// Whether the network is parted.
    pub parted: bool,
}

/// Joins the network again. Its room is kept when there is nothing to heal, so nothing jumps.
#[component]
pub fn Heal(HealProps { session, parted }: &HealProps) -> Html {
    let session = session.clone();
    let onclick = move |_: MouseEvent| _ = session.act(Action::Heal);
    html! {
        <button type="button" class={classes!("stage-heal", (!parted).then_some("idle"))} disabled={!parted} {onclick}>
            { "Heal network" }
        </button>
    }
}
