//! What the page works out without a browser: formats, filters, reducers. It knows no system and no DOM.

pub mod pending;
