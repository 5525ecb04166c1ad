//! Lengths and turns. Sine and cosine are the browser's own where there is one: the page need not bring them along.

#[cfg(target_arch = "wasm32")]
pub use js_sys::Math::{cos, sin};

#[cfg(not(target_arch = "wasm32"))]
pub fn cos(turn: f64) -> f64 {
    turn.cos()
}

#[cfg(not(target_arch = "wasm32"))]
pub fn sin(turn: f64) -> f64 {
    turn.sin()
}

/// The length of the line that goes so far across and so far down.
pub fn length(across: f64, down: f64) -> f64 {
    (across * across + down * down).sqrt()
}

/// The number nearest to `value` between the two. Unlike `f64::clamp` it cannot panic, so it needs no words for that.
pub fn within(value: f64, least: f64, most: f64) -> f64 {
    value.max(least).min(most)
}
