//! Runs in a browser: `cargo xtask test wasm` in Chrome or Chromium, `cargo xtask test firefox` in Firefox.
#![cfg(target_arch = "wasm32")]

use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen_test]
fn a_browser_runs_the_tests() {
    let document = web_sys::window().and_then(|window| window.document());
    assert!(document.is_some(), "these tests are meant for a browser's main thread");
}
