//! The engine of Paxos Playground: the same code, bit for bit, on a host and in a browser.
//!
//! | room | what is there |
//! |---|---|
//! | [`paxos`] | the protocols: pure actors, one folder per system |
//! | [`sim`] | a deterministic world: virtual time, chance, network, faults, history |
//! | [`scenario`] | what a run is, and its link and JSON forms |
//! | [`check`] | the properties every run is held to |
//! | [`run`] | a run as people and programs see it, whatever its system |
//!
//! A room may use those above it and none below.

pub mod check;
mod json;
pub mod paxos;
pub mod run;
pub mod scenario;
pub mod sim;
