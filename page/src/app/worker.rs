//! The service worker, which keeps the page for when there is no network.

use super::dom::window;

/// Registers it. A page that is served without one goes on without one.
pub fn register() {
    // Browsers that offer none, as on plain http, have no such property.
    let navigator = window().navigator();
    if js_sys::Reflect::has(&navigator, &"serviceWorker".into()) == Ok(true) {
        let registered = navigator.service_worker().register("./sw.js");
        wasm_bindgen_futures::spawn_local(async move {
            _ = wasm_bindgen_futures::JsFuture::from(registered).await;
        });
    }
}
