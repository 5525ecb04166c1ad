//! What the page works out without a browser: pure functions, tested on the host.

pub mod curve;
pub mod geometry;
mod middle;
