//! The browser's back button leads from a run that was opened on the stage back to the check that found it.

use crate::app::address;
use crate::app::dom::window;
use crate::app::hooks::{ViewHandle, use_window_event};
use paxos_page::view::{Room, Turn};
use paxos_playground::scenario::Scenario;
use web_sys::PopStateEvent;
use yew::prelude::*;

/// What stands in the history with an entry of the Check view.
const HERE: &str = "check";

/// Leaves the Check view for the stage, where `scenario` is opened: the address until now stays behind.
pub fn leave(scenario: &Scenario) {
    if let Ok(history) = window().history() {
        _ = history.replace_state_with_url(&HERE.into(), "", None);
        _ = history.push_state_with_url(&"stage".into(), "", Some(&address::fragment(scenario)));
    }
}

/// Goes to the room that belongs to where the history stands.
#[hook]
pub fn use_history(view: &ViewHandle) {
    let view = view.clone();
    use_window_event("popstate", move |event: PopStateEvent| match event.state().as_string().as_deref() {
        Some(HERE) => view.dispatch(Turn::Room(Room::Check)),
        Some(_) => view.dispatch(Turn::Room(Room::Stage)),
        None => {}
    });
}
