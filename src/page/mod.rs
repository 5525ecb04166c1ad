//! What the page works out without a browser: geometry, formats, filters, reducers. It knows no system and no DOM.

pub mod curve;
pub mod geometry;
mod middle;
pub mod pending;
pub mod speak;
