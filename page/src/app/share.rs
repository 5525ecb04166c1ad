//! Links and files of the run.

use super::address;
use super::dialog::Dialog;
use super::dom::{document, target, window};
use super::hooks::use_view;
use super::session::Session;
use super::ui::on;
use paxos_page::format;
use paxos_page::view::Turn;
use paxos_playground::paxos::Micros;
use qrcodegen::{QrCode, QrCodeEcc};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Blob, BlobPropertyBag, HtmlAnchorElement, HtmlInputElement, Url};
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct ShareProps {
    /// The run.
    pub session: Session,
}

/// The share dialog.
#[component]
pub fn Share(ShareProps { session }: &ShareProps) -> Html {
    let view = use_view();
    let moment = use_state_eq(|| false);
    let copied = use_state_eq(|| "");
    // The run may play on meanwhile: the moment is the one at which the dialog was opened.
    let opened = use_memo((), |()| session.moment());
    let now = opened.show.time;
    let mut scenario = (*opened).clone();
    if !*moment {
        scenario.show.time = Micros::ZERO;
    }
    let link = address::address(&scenario);
    let copy = {
        let (link, copied) = (link.clone(), copied.clone());
        on(move || {
            let (link, copied) = (link.clone(), copied.clone());
            spawn_local(async move {
                let done = JsFuture::from(window().navigator().clipboard().write_text(&link)).await;
                copied.set(if done.is_ok() {
                    "Copied."
                } else {
                    "The browser does not allow it: copy it from the field."
                });
            });
        })
    };
    let at = |value: bool| {
        let (moment, copied) = (moment.clone(), copied.clone());
        on(move || {
            moment.set(value);
            copied.set("");
        })
    };
    let json = scenario.to_json();
    let file = {
        let (session, view) = (session.clone(), view.clone());
        Callback::from(move |event: Event| {
            if let Some(file) = target::<HtmlInputElement>(&event).and_then(|input| input.files()?.get(0)) {
                address::open_file(&session, file);
                view.dispatch(Turn::Close);
            }
        })
    };
    html! {
        <Dialog title="Share this run">
            <div class="segments" role="radiogroup" aria-label="Where the link begins">
                <label><input type="radio" name="moment" checked={!*moment} onchange={at(false)} />
                    <span>{ "From the beginning" }</span></label>
                <label><input type="radio" name="moment" checked={*moment} onchange={at(true)} />
                    <span>{ format!("At this moment, {}", format::clock(now)) }</span></label>
            </div>
            <div class="inline">
                <label for="link">{ "Link" }</label>
                <input id="link" type="text" readonly=true value={link.clone()} />
                <button class="button primary" onclick={copy}>{ "Copy" }</button>
            </div>
            <p class="muted" role="status">{ *copied }</p>
            { code(&link) }
            <div class="actions">
                <button class="button" onclick={on(move || _ = download(&json))}>{ "Download as JSON" }</button>
                <label class="button file">{ "Open a file" }
                    <input class="visually-hidden" type="file" accept=".json,application/json,text/plain" onchange={file} />
                </label>
            </div>
            <p class="muted">{ "Or paste a link or JSON anywhere on the page, or drop a file on it." }</p>
        </Dialog>
    }
}

/// The link as a QR code; one that is too long has none.
fn code(link: &str) -> Html {
    let Ok(code) = QrCode::encode_text(link, QrCodeEcc::Low) else {
        return html! { <p class="muted">{ "This link is too long for a QR code." }</p> };
    };
    let mut path = String::new();
    for y in 0..code.size() {
        let mut x = 0;
        while x < code.size() {
            let start = x;
            while code.get_module(x, y) {
                x += 1;
            }
            if x > start {
                path += &format!("M{start} {y}h{}v1H{start}z", x - start);
            }
            x += 1;
        }
    }
    let size = code.size() + 8;
    html! {
        <svg class="qr" viewBox={format!("-4 -4 {size} {size}")} role="img" aria-label="QR code of the link"
            shape-rendering="crispEdges"><path d={path} /></svg>
    }
}

fn download(json: &str) -> Result<(), JsValue> {
    let options = BlobPropertyBag::new();
    options.set_type("application/json");
    let blob = Blob::new_with_str_sequence_and_options(&js_sys::Array::of1(&json.into()), &options)?;
    let url = Url::create_object_url_with_blob(&blob)?;
    let anchor: HtmlAnchorElement = document().create_element("a")?.unchecked_into();
    anchor.set_href(&url);
    anchor.set_download("paxos-run.json");
    anchor.click();
    Url::revoke_object_url(&url)
}
