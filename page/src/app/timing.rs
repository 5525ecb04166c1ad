//! Times for benches, in the browser's own list of them.
//!
//! `first-message` is marked once, when a message has moved on the stage. Each frame's time on the main thread is a
//! measure named `frame`, where the page's address asks for it: `?measure`.

use super::dom::window;
use std::cell::Cell;
use wasm_bindgen_futures::spawn_local;

thread_local! {
    static MOVED: Cell<bool> = const { Cell::new(false) };
    static FRAMES: bool = window().location().search().is_ok_and(|search| search == "?measure");
}

/// Whether nothing has moved yet: somebody should call [`moved`] when something has.
pub fn still() -> bool {
    !MOVED.get()
}

/// A message has moved.
pub fn moved() {
    if !MOVED.replace(true)
        && let Some(performance) = window().performance()
    {
        _ = performance.mark("first-message");
    }
}

/// Does the work of a frame, and measures it with what it leaves to microtasks, as components rendered again.
pub fn frame(work: impl FnOnce()) {
    const START: &str = "frame-start";
    let performance = window().performance().filter(|_| FRAMES.with(|asked| *asked));
    if let Some(performance) = &performance {
        _ = performance.mark(START);
    }
    work();
    if let Some(performance) = performance {
        // Behind what the frame has put into the same queue.
        spawn_local(async move {
            _ = performance.measure_with_start_mark("frame", START);
            performance.clear_marks_with_mark_name(START);
        });
    }
}
