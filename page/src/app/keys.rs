//! Keyboard shortcuts of the whole page.

use super::dom::{document, random_seed, window};
use super::hooks::{ViewHandle, use_window_event};
use super::session::{Selection, Session};
use paxos_page::scale;
use paxos_page::view::{Dialog, Room, Tab, Turn};
use wasm_bindgen::JsCast;
use web_sys::{Element, KeyboardEvent};
use yew::prelude::*;

/// Listens for them.
#[hook]
pub fn use_keys(session: &Session, view: &ViewHandle) {
    let (session, view) = (session.clone(), view.clone());
    use_window_event("keydown", move |event: KeyboardEvent| {
        if event.default_prevented() || event.ctrl_key() || event.meta_key() || event.alt_key() || taken(&event) {
            return;
        }
        if press(&event.key(), &session, &view) {
            event.prevent_default();
        }
    });
}

/// Whether the key belongs to what has the focus, or to a dialog.
fn taken(event: &KeyboardEvent) -> bool {
    if matches!(document().query_selector("dialog[open]"), Ok(Some(_))) {
        return true;
    }
    let Some(element) = event.target().and_then(|target| target.dyn_into::<Element>().ok()) else { return false };
    let inside = |selector: &str| matches!(element.closest(selector), Ok(Some(_)));
    let key = event.key();
    match key.as_str() {
        _ if inside(
            "input:not([type=checkbox]):not([type=range]):not([type=radio]), select, textarea, [contenteditable]",
        ) =>
        {
            true
        }
        " " => inside("button, summary, a, input, [role=button]"),
        "ArrowLeft" | "ArrowRight" => inside("input, [role=tablist], [role=menu]"),
        _ => false,
    }
}

/// Does what the key stands for; false if it stands for nothing.
fn press(key: &str, session: &Session, view: &ViewHandle) -> bool {
    match key {
        " " => session.toggle(),
        "ArrowRight" => session.step(),
        "ArrowLeft" => session.step_back(),
        "r" => session.restart(),
        "n" => session.new_seed(random_seed()),
        "+" | "=" => faster(session, 1),
        "-" => faster(session, -1),
        "v" => view.dispatch(Turn::Room(if view.0.room == Room::Stage { Room::Check } else { Room::Stage })),
        "p" => view.dispatch(Turn::Open(Dialog::Presets)),
        "s" => view.dispatch(Turn::Open(Dialog::Share)),
        "?" => view.dispatch(Turn::Open(Dialog::Help)),
        "c" => _ = window().navigator().clipboard().write_text(&super::address::address(&session.moment())),
        "1" => view.dispatch(Turn::Tab(Tab::Inspect)),
        "2" => view.dispatch(Turn::Tab(Tab::Log)),
        "3" => view.dispatch(Turn::Tab(Tab::Properties)),
        "4" => view.dispatch(Turn::Tab(Tab::Configure)),
        "Escape" => session.select(Selection::None),
        _ => return false,
    }
    true
}

fn faster(session: &Session, stops: isize) {
    let at = scale::nearest(&scale::SPEEDS, i64::from(session.speed()));
    let at = at.saturating_add_signed(stops).min(scale::SPEEDS.len() - 1);
    session.set_speed(scale::SPEEDS[at] as u32);
}
