//! The Check view, without a browser: what is asked of the worker, how it works there, and what its answers mean.

pub mod desk;
pub mod plan;
pub mod post;
pub mod story;
pub mod words;
pub mod work;
