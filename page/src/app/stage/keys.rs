//! The stage by keyboard: one node is a stop of the tab key, arrow keys move, Enter opens its menu.

use super::board::Board;
use super::menu::Menu;
use crate::app::dom;
use crate::app::session::Selection;
use paxos_page::curve::{Direction, neighbour};
use paxos_playground::paxos::NodeId;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{Element, FocusEvent, KeyboardEvent, SvgElement};
use yew::prelude::*;

/// Puts the focus on a node.
pub fn focus(field: &NodeRef, node: usize) {
    let element =
        field.cast::<Element>().and_then(|field| field.query_selector(&format!("[data-node=\"{node}\"] .target")).ok());
    if let Some(element) = element.flatten().and_then(|element| element.dyn_into::<SvgElement>().ok()) {
        _ = element.focus();
    }
}

/// The node that an event happened to.
fn node_of(event: &Event) -> Option<usize> {
    let element = dom::target::<Element>(event)?.closest("[data-node]").ok().flatten()?;
    element.get_attribute("data-node")?.parse().ok()
}

/// The node that has the focus is the one that the tab key comes back to.
pub fn follow_focus(tab_stop: &UseStateHandle<usize>) -> Callback<FocusEvent> {
    let tab_stop = tab_stop.clone();
    Callback::from(move |event: FocusEvent| {
        if let Some(node) = node_of(&event).filter(|node| *node != *tab_stop) {
            tab_stop.set(node);
        }
    })
}

/// What keys do on a node.
pub fn handler(
    board: &Rc<Board>,
    field: &NodeRef,
    menu: &UseStateHandle<Option<Menu>>,
    tab_stop: &UseStateHandle<usize>,
) -> Callback<KeyboardEvent> {
    let (board, field, menu, tab_stop) = (board.clone(), field.clone(), menu.clone(), tab_stop.clone());
    Callback::from(move |event: KeyboardEvent| {
        let Some(node) = node_of(&event) else { return };
        let scene = board.scene();
        let toward = |direction| neighbour(&scene.layout.places, node, direction);
        let next = match event.key().as_str() {
            "ArrowLeft" => toward(Direction::Left),
            "ArrowRight" => toward(Direction::Right),
            "ArrowUp" => toward(Direction::Up),
            "ArrowDown" => toward(Direction::Down),
            "Home" => Some(0),
            "End" => Some(scene.nodes.len().saturating_sub(1)),
            "Enter" | " " => {
                let node = NodeId(node as u8);
                board.session().select(Selection::Node(node));
                menu.set(Some(Menu::node(node)));
                None
            }
            "Escape" if scene.selection != Selection::None => {
                board.session().select(Selection::None);
                None
            }
            _ => return,
        };
        // The page has shortcuts of its own for some of these keys.
        event.prevent_default();
        event.stop_propagation();
        if let Some(next) = next {
            tab_stop.set(next);
            focus(&field, next);
        }
    })
}
