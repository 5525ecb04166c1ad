//! Short ways to what every page has.

use wasm_bindgen::JsCast;

/// The window.
pub fn window() -> web_sys::Window {
    web_sys::window().expect("the page runs in a window")
}

/// The document.
pub fn document() -> web_sys::Document {
    window().document().expect("a window of a page has a document")
}

/// Real time in milliseconds, for budgets and frames only.
pub fn performance_now() -> f64 {
    window().performance().map_or(0.0, |performance| performance.now())
}

/// What the event happened to, as a `T`.
pub fn target<T: JsCast>(event: &web_sys::Event) -> Option<T> {
    event.target()?.dyn_into().ok()
}

/// A random seed.
pub fn random_seed() -> u64 {
    // Short enough to read out aloud.
    getrandom::u32().map_or(1, u64::from) % 1_000_000
}

/// What the browser keeps for the page under that name.
pub fn kept(key: &str) -> Option<String> {
    window().local_storage().ok().flatten()?.get_item(key).ok().flatten()
}

/// Has the browser keep something, if it may.
pub fn keep(key: &str, value: &str) {
    if let Ok(Some(storage)) = window().local_storage() {
        _ = storage.set_item(key, value);
    }
}

/// Moves the focus to the element of that id.
pub fn focus(id: &str) {
    if let Some(element) =
        document().get_element_by_id(id).and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok())
    {
        _ = element.focus();
    }
}

/// Moves the focus to the element of that id if what had it is gone.
pub fn catch_focus(id: &str) {
    if document().active_element().is_none_or(|element| element.tag_name() == "BODY") {
        focus(id);
    }
}

/// Brings the element of that id to the top, with the focus in it.
pub fn show(id: &str) {
    focus(id);
    if let Some(element) = document().get_element_by_id(id) {
        element.scroll_into_view();
    }
}
