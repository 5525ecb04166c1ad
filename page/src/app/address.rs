//! The run in the address bar, and every way in which one comes from outside: address, clipboard, file.

use super::dom::{target, window};
use super::failure;
use super::hooks::use_window_event;
use super::session::Session;
use paxos_playground::paxos::Notice;
use paxos_playground::scenario::Scenario;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{ClipboardEvent, DragEvent, Element, File, HashChangeEvent};
use yew::prelude::*;

/// Browsers refuse a page that rewrites its address too often.
const WRITE_EVERY_MS: i32 = 400;

/// The address that opens `scenario`.
pub fn address(scenario: &Scenario) -> String {
    let here = window().location().href().unwrap_or_default();
    let page = here.split('#').next().unwrap_or_default();
    format!("{page}{}", fragment(scenario))
}

/// What stands behind the page's own address.
pub fn fragment(scenario: &Scenario) -> String {
    let link = scenario.link();
    if link.starts_with('#') { link } else { format!("#{link}") }
}

/// Keeps the address bar at the scenario, and opens what comes from outside.
#[hook]
pub fn use_address(session: &Session) {
    use_effect_with(session.clone(), |session| {
        let writer = Rc::new(Writer::default());
        let own = session.clone();
        let subscription = session.on_change(move || writer.note(&own));
        move || drop(subscription)
    });
    let own = session.clone();
    use_window_event("hashchange", move |event: HashChangeEvent| {
        // The address itself may have been written again since.
        let address = event.new_url();
        let hash = address.find('#').map_or("", |at| &address[at..]);
        if hash != fragment(&own.scenario()) {
            open_text(&own, hash);
        }
    });
    let own = session.clone();
    use_window_event("paste", move |event: ClipboardEvent| {
        let field = target::<Element>(&event).and_then(|element| element.closest("input, textarea").ok().flatten());
        let text = event.clipboard_data().and_then(|data| data.get_data("text").ok()).unwrap_or_default();
        if field.is_none() && !text.trim().is_empty() {
            event.prevent_default();
            open_text(&own, &text);
        }
    });
    use_window_event("dragover", |event: DragEvent| event.prevent_default());
    let own = session.clone();
    use_window_event("drop", move |event: DragEvent| {
        event.prevent_default();
        let Some(data) = event.data_transfer() else { return };
        match data.files().and_then(|files| files.get(0)) {
            Some(file) => open_file(&own, file),
            None => open_text(&own, &data.get_data("text").unwrap_or_default()),
        }
    });
}

/// Opens a link or JSON; what is neither leaves the run as it is. Notices say what could not be used.
pub fn open_text(session: &Session, text: &str) {
    match read(text) {
        Ok((scenario, notices)) => {
            session.open(scenario);
            notices.into_iter().for_each(|notice| session.notify(notice));
        }
        Err(notice) => session.notify(notice),
    }
}

/// The scenario that a link, a whole address or JSON stands for.
pub fn read(text: &str) -> Result<(Scenario, Vec<Notice>), Notice> {
    let text = text.trim();
    if !text.starts_with(['{', '[', '#']) && !text.contains('=') && !text.contains('#') {
        let problem = "this is neither a link to a run nor a scenario in JSON; nothing was opened";
        return Err(Notice::new("text", text, problem));
    }
    Scenario::from_text(text)
}

/// Opens the scenario in a file.
pub fn open_file(session: &Session, file: File) {
    const MOST: f64 = 4e6;
    if file.size() > MOST {
        return session.notify(Notice::new("file", file.name(), "it is too big to be a scenario; nothing was opened"));
    }
    let session = session.clone();
    spawn_local(async move {
        match JsFuture::from(file.text()).await.ok().and_then(|text| text.as_string()) {
            Some(text) => open_text(&session, &text),
            None => session.notify(Notice::new("file", file.name(), "it cannot be read; nothing was opened")),
        }
    });
}

/// Writes the address bar some time after the scenario changed.
#[derive(Default)]
struct Writer {
    seen: Cell<(u64, usize, u32)>,
    written: RefCell<String>,
    due: Cell<bool>,
}

impl Writer {
    fn note(self: &Rc<Self>, session: &Session) {
        let now = session.with(|run| (session.generation(), run.scenario().plan.len(), session.speed()));
        if self.seen.replace(now) == now {
            return;
        }
        failure::remember(session.scenario().link());
        if self.due.replace(true) {
            return;
        }
        let (writer, session) = (self.clone(), session.clone());
        let later = Closure::once_into_js(move || writer.write(&session));
        _ = window().set_timeout_with_callback_and_timeout_and_arguments_0(later.unchecked_ref(), WRITE_EVERY_MS);
    }

    fn write(&self, session: &Session) {
        self.due.set(false);
        let fragment = fragment(&session.scenario());
        if *self.written.borrow() != fragment
            && let Ok(history) = window().history()
        {
            let state = history.state().unwrap_or(JsValue::NULL);
            _ = history.replace_state_with_url(&state, "", Some(&fragment));
            self.written.replace(fragment);
        }
    }
}
