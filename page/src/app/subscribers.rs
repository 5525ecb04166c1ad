//! Lists of callbacks that outlive neither their owner nor their subscriber.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

type List<T> = Rc<RefCell<Vec<(u64, Rc<dyn Fn(T)>)>>>;

/// Whoever wants to be told something.
pub struct Subscribers<T> {
    list: List<T>,
    next: Cell<u64>,
}

impl<T: Copy + 'static> Subscribers<T> {
    /// Nobody yet.
    pub fn new() -> Self {
        Self { list: Rc::default(), next: Cell::new(0) }
    }

    /// Adds `callback` until the subscription is dropped.
    pub fn add(&self, callback: impl Fn(T) + 'static) -> Subscription {
        let id = self.next.replace(self.next.get() + 1);
        self.list.borrow_mut().push((id, Rc::new(callback)));
        let list = Rc::downgrade(&self.list);
        Subscription(Some(Box::new(move || {
            if let Some(list) = list.upgrade() {
                list.borrow_mut().retain(|(other, _)| *other != id);
            }
        })))
    }

    /// Tells everyone. Whoever is called may subscribe, unsubscribe and act.
    pub fn tell(&self, what: T) {
        let list: Vec<_> = self.list.borrow().iter().map(|(_, callback)| callback.clone()).collect();
        for callback in list {
            callback(what);
        }
    }
}

/// Ends its subscription when it is dropped.
#[must_use]
pub struct Subscription(Option<Box<dyn FnOnce()>>);

impl Drop for Subscription {
    fn drop(&mut self) {
        if let Some(end) = self.0.take() {
            end();
        }
    }
}
