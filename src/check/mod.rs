//! What a run is held to.
