//! Numbers for things: equal things have the same.

use crate::sim::Digest;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hash};

/// Things, each with a number: its position.
#[derive(Debug)]
pub(super) struct Pool<T> {
    things: Vec<T>,
    numbers: Numbers,
}

impl<T> Default for Pool<T> {
    fn default() -> Self {
        Self { things: Vec::new(), numbers: Numbers::default() }
    }
}

impl<T: Eq + Hash> Pool<T> {
    /// The number of the thing, if it has one.
    pub fn find(&self, thing: &T) -> Option<u32> {
        self.numbers.find(Digest::of(thing), &|number| self.things[number as usize] == *thing).ok()
    }

    /// The number of the thing, and whether it is new.
    pub fn number(&mut self, thing: T) -> (u32, bool) {
        let things = &self.things;
        match self.numbers.find(Digest::of(&thing), &|number| things[number as usize] == thing) {
            Ok(number) => (number, false),
            Err(free) => {
                let number = self.things.len() as u32;
                self.numbers.0.insert(free, number);
                self.things.push(thing);
                (number, true)
            }
        }
    }

    /// The thing of that number.
    pub fn get(&self, number: u32) -> &T {
        &self.things[number as usize]
    }
}

/// Numbers by digest. One whose digest is taken by another has the next that is free. Looked up by key only, never
/// iterated, so the order of hashing shows nowhere.
#[derive(Debug, Default)]
struct Numbers(HashMap<u64, u32, BuildHasherDefault<Digest>>);

impl Numbers {
    /// The number that `is` it, else the key under which it can be kept.
    fn find(&self, digest: u64, is: &dyn Fn(u32) -> bool) -> Result<u32, u64> {
        let mut key = digest;
        loop {
            match self.0.get(&key) {
                None => return Err(key),
                Some(number) if is(*number) => return Ok(*number),
                Some(_) => key = key.wrapping_add(1),
            }
        }
    }
}
