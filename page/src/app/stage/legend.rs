//! What the shapes and colours mean, made from what the system says of itself.

use super::board::Scene;
use super::node::outline;
use super::sprites::{Key, SHORT, Text, paint};
use super::theme::{Theme, context};
use crate::app::dom;
use paxos_playground::paxos::{Ballot, MessageKind, NodeId, Role};
use std::rc::Rc;
use web_sys::{Element, HtmlCanvasElement, HtmlElement};
use yew::prelude::*;

/// What the legend explains.
#[derive(Properties, PartialEq)]
pub struct LegendProps {
    /// The present scene.
    pub scene: Rc<Scene>,
}

/// A legend that opens on demand.
#[component]
pub fn Legend(LegendProps { scene }: &LegendProps) -> Html {
    let open = use_state(|| false);
    let ontoggle = {
        let open = open.clone();
        move |event: Event| {
            let details = dom::target::<HtmlElement>(&event);
            open.set(details.is_some_and(|details| details.has_attribute("open")));
        }
    };
    // The key is the legend's: it must not deselect as well.
    let onkeydown = |event: KeyboardEvent| {
        let details = dom::target::<Element>(&event).and_then(|element| element.closest("[open]").ok().flatten());
        if let (Some(details), "Escape") = (details, event.key().as_str()) {
            event.stop_propagation();
            _ = details.remove_attribute("open");
            dom::focus("legend");
        }
    };
    html! {
        <details class="stage-legend" {ontoggle} {onkeydown}>
            <summary id="legend">{ "Legend" }</summary>
            if *open {
                <div role="group" aria-label="Legend" tabindex="0">
                    <ul>{ for scene.roles.iter().map(role) }</ul>
                    <ul class="kinds">
                        { for scene.kinds.iter().enumerate().map(|(i, kind)| html! { <Kind kind={*kind} index={i as u8} /> }) }
                    </ul>
                    <ul class="words">
                        <li>{ "Message: square corners ask, round ends answer; hollow is phase 1, filled is phase 2." }</li>
                        <li>{ "Colour is a ballot. An acceptor's rim: what it promised; its filling and chip: its vote." }</li>
                        <li>{ "Thin arc: a timer running. Pieces of a ring: a quorum filling up." }</li>
                        <li>{ "Tap a node or a message to act on it. Draw a line through empty space to part the network." }</li>
                    </ul>
                </div>
            }
        </details>
    }
}

fn role(role: &Role) -> Html {
    html! {
        <li>
            <svg viewBox="-16 -16 32 32" width="26" height="26" aria-hidden="true">{ outline(Some(role.shape), 13.0, "rim") }</svg>
            <span><b>{ role.name }</b>{ " " }{ role.about }</span>
        </li>
    }
}

#[derive(Properties, PartialEq)]
struct KindProps {
    kind: MessageKind,
    index: u8,
}

/// A kind of message as the stage paints it.
#[component]
fn Kind(KindProps { kind, index }: &KindProps) -> Html {
    let canvas = use_node_ref();
    let probe = use_node_ref();
    use_effect_with((*kind, *index), {
        let (canvas, probe) = (canvas.clone(), probe.clone());
        move |(kind, index)| {
            let (Some(canvas), Some(probe)) = (canvas.cast::<HtmlCanvasElement>(), probe.cast::<HtmlElement>()) else {
                return;
            };
            let Some(context) = context(&canvas) else { return };
            let scale = dom::window().device_pixel_ratio().max(1.0);
            canvas.set_width((60.0 * scale) as u32);
            canvas.set_height(((SHORT + 8.0) * scale) as u32);
            let theme = Theme::read(&probe);
            _ = context.scale(scale, scale);
            let ballot = Some(Ballot { round: 1, owner: NodeId(0) });
            let key = Key { kind: *index, ballot, text: Text::Kind, held: false };
            paint(&context, (30.0, SHORT / 2.0 + 4.0), key, kind, &theme);
        }
    });
    html! {
        <li><canvas ref={canvas} aria-hidden="true"></canvas><i class="stage-probe" ref={probe}></i><span>{ kind.name }</span></li>
    }
}
