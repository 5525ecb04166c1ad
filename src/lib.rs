//! The engine of Paxos Playground.
