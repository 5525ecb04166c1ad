//! The Check view, without a browser: what is asked of the worker, how it works there, and what its answers mean.

pub mod advice;
pub mod desk;
pub mod limits;
pub mod map;
pub mod plan;
pub mod post;
pub mod shrink;
pub mod story;
pub mod swarm;
pub mod words;
pub mod work;
