//! Hooks of the page.

use super::dom::window;
use super::session::Session;
use paxos_page::view::{Turn, View};
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use yew::prelude::*;

/// What the page has open, as a Yew reducer.
#[derive(Clone, Copy, PartialEq, Default)]
pub struct ViewState(pub View);

impl Reducible for ViewState {
    type Action = Turn;
    fn reduce(self: Rc<Self>, turn: Turn) -> Rc<Self> {
        Rc::new(Self(self.0.after(turn)))
    }
}

/// What the page has open, and how to change it; every component finds it in its context.
pub type ViewHandle = UseReducerHandle<ViewState>;

/// What the page has open.
#[hook]
pub fn use_view() -> ViewHandle {
    use_context::<ViewHandle>().expect("the page provides its view")
}

/// Renders the component again whenever the session's words may read differently.
#[hook]
pub fn use_changes(session: &Session) {
    let update = use_force_update();
    use_effect_with(session.clone(), move |session| {
        let subscription = session.on_change(move || update.force_update());
        move || drop(subscription)
    });
}

/// Calls `handle` with every `name` event of the window.
#[hook]
pub fn use_window_event<T: JsCast + 'static>(name: &'static str, handle: impl Fn(T) + 'static) {
    let latest = use_mut_ref(|| None::<Box<dyn Fn(T)>>);
    *latest.borrow_mut() = Some(Box::new(handle));
    use_effect_with((), move |()| {
        let callback = Closure::<dyn FnMut(web_sys::Event)>::new(move |event: web_sys::Event| {
            // A page that has broken is left alone.
            if !super::failure::failed()
                && let Some(handle) = &*latest.borrow()
            {
                handle(event.unchecked_into());
            }
        });
        let function: js_sys::Function = callback.as_ref().clone().unchecked_into();
        _ = window().add_event_listener_with_callback(name, &function);
        move || {
            _ = window().remove_event_listener_with_callback(name, &function);
            drop(callback);
        }
    });
}

/// Whether the window matches the media query, now and after every change.
#[hook]
pub fn use_media(query: &'static str) -> bool {
    let matches = move || window().match_media(query).ok().flatten().is_some_and(|list| list.matches());
    let state = use_state_eq(matches);
    let current = *state;
    use_window_event("resize", move |_: web_sys::Event| state.set(matches()));
    current
}
