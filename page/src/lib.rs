//! What the page works out without a browser: geometry, formats, scales, filters, reducers. It knows no system and no
//! DOM.

pub mod announce;
pub mod check;
pub mod curve;
pub mod format;
pub mod geometry;
pub mod maths;
mod middle;
pub mod pending;
pub mod rows;
pub mod scale;
pub mod snapshot;
pub mod spark;
pub mod speak;
pub mod view;
