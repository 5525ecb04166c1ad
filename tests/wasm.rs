//! Runs in a browser: `cargo xtask test wasm` in Chrome or Chromium, `cargo xtask test firefox` in Firefox.
#![cfg(target_arch = "wasm32")]

#[path = "common/goldens.rs"]
mod goldens;

use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen_test]
fn golden_runs_are_the_same_as_on_a_host() {
    let goldens: Vec<_> = include_str!("goldens.txt").lines().filter_map(goldens::read).collect();
    assert!(goldens.len() >= 25);
    for golden in goldens {
        assert_eq!(goldens::measure(golden.link), golden);
    }
}
