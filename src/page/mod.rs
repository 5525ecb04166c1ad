//! What the page works out without a browser: formats, scales, filters, reducers. It knows no system and no DOM.

pub mod announce;
pub mod format;
pub mod pending;
pub mod rows;
pub mod scale;
pub mod snapshot;
pub mod view;
