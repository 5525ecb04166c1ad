//! What a person sees if the page breaks: a notice made of plain elements, outside of Yew, with the link that leads
//! back to where it happened.

use super::dom::{document, window};
use std::cell::{Cell, RefCell};
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::Element;

thread_local! {
    static FAILED: Cell<bool> = const { Cell::new(false) };
    static LINK: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Whether the page has broken: then nothing may run any more.
pub fn failed() -> bool {
    FAILED.get()
}

/// Keeps the link that would reproduce the run as it is now.
pub fn remember(link: String) {
    LINK.with_borrow_mut(|kept| *kept = link);
}

/// The address of the page with the link that was last remembered.
fn address() -> String {
    let location = window().location();
    let base = location.href().unwrap_or_default();
    let link = LINK.try_with(|kept| kept.try_borrow().map(|kept| kept.clone()).unwrap_or_default()).unwrap_or_default();
    match base.split_once('#') {
        Some((page, fragment)) => format!("{page}#{}", if link.is_empty() { fragment } else { &link }),
        None => format!("{base}#{link}"),
    }
}

/// From now on a panic shows the notice.
pub fn install() {
    // Through Yew, which would otherwise put a hook of its own in the place of this one.
    yew::set_custom_panic_hook(Box::new(|info| {
        console_error_panic_hook::hook(info);
        if !FAILED.replace(true) {
            _ = show(&info.to_string());
        }
    }));
}

fn show(what: &str) -> Option<()> {
    let document = document();
    let body = document.body()?;
    let children = body.children();
    for at in 0..children.length() {
        _ = children.item(at)?.set_attribute("inert", "");
    }
    let add = |parent: &Element, tag: &str, class: &str, text: &str| -> Option<Element> {
        let element = document.create_element(tag).ok()?;
        element.set_class_name(class);
        element.set_text_content(Some(text));
        parent.append_child(&element).ok()?;
        Some(element)
    };
    let notice = add(&body, "section", "failure", "")?;
    _ = notice.set_attribute("role", "alertdialog");
    _ = notice.set_attribute("aria-labelledby", "failure-title");
    let title = add(&notice, "h2", "", "The page has broken")?;
    title.set_id("failure-title");
    add(&notice, "p", "", "This is a mistake in the page, not in what you did. The link below leads to the same run.")?;
    let address = address();
    add(&notice, "p", "failure-link", &address)?;
    let row = add(&notice, "p", "row", "")?;
    let copy = add(&row, "button", "button", "Copy the link")?;
    let again = add(&row, "button", "button primary", "Start again")?;
    add(&notice, "pre", "", what)?;

    let status = copy.clone();
    on_click(&copy, move || {
        _ = window().navigator().clipboard().write_text(&address);
        status.set_text_content(Some("Copied"));
    });
    on_click(&again, || {
        let location = window().location();
        _ = location.replace(&self::address());
        _ = location.reload();
    });
    again.unchecked_ref::<web_sys::HtmlElement>().focus().ok()
}

fn on_click(element: &Element, work: impl FnMut() + 'static) {
    let callback = Closure::<dyn FnMut()>::new(work);
    _ = element.add_event_listener_with_callback("click", callback.as_ref().unchecked_ref());
    callback.forget();
}
