//! How a session plays: one frame after the other, virtual time after real time.

use super::session::{SPEEDS, Selection, Session};
use paxos_page::maths::within;
use paxos_playground::paxos::{Micros, Notice};
use paxos_playground::scenario::Scenario;
use std::cell::Cell;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;

/// A frame that took longer than this counts as this long: a tab that was hidden does not jump.
const LONGEST_FRAME_MS: f64 = 100.0;
/// How long the engine may work in one frame; what is left then waits, and the run is slower than asked.
const ENGINE_BUDGET_MS: f64 = 7.0;
/// How often the budget is looked at, in events.
const EVENTS_PER_LOOK: u64 = 256;
/// Panels are told this often at most while the run plays.
const CHANGE_EVERY_MS: f64 = 100.0;
/// When nothing will ever happen again, time goes on for so long, for what still moves on the stage.
const REST: Micros = Micros::millis(1_500);

/// What the frame loop remembers from one frame to the next.
pub(super) struct Playback {
    last_frame: Cell<Option<f64>>,
    last_change: Cell<f64>,
    change_due: Cell<bool>,
    quiet_at: Cell<Option<Micros>>,
    requested: Cell<Option<i32>>,
    frame: Closure<dyn FnMut(f64)>,
}

impl Playback {
    /// A loop that calls `frame` with the real time in milliseconds.
    pub fn new(frame: impl FnMut(f64) + 'static) -> Self {
        Self {
            last_frame: Cell::default(),
            last_change: Cell::default(),
            change_due: Cell::default(),
            quiet_at: Cell::default(),
            requested: Cell::default(),
            frame: Closure::new(frame),
        }
    }

    /// Something may happen again.
    pub fn wake(&self) {
        self.quiet_at.set(None);
    }
}

impl Session {
    /// Begins to play what was opened, or stands at its moment.
    pub(super) fn begin(&self, scenario: &Scenario) {
        self.0.speed.set(scenario.show.speed.clamp(*SPEEDS.start(), *SPEEDS.end()));
        if scenario.show.time == Micros::ZERO {
            self.play();
        } else {
            self.seek(scenario.show.time);
        }
    }

    /// Puts a fresh run of `scenario` in the place of the one there was. What it says is worth telling only once.
    pub(super) fn replace(&self, scenario: &Scenario) -> Vec<Notice> {
        let (run, notices) = super::engine::open(scenario);
        *self.0.run.borrow_mut() = run;
        self.0.generation.set(self.0.generation.get() + 1);
        self.0.playback.wake();
        notices
    }

    /// The same run again until `time`, but only its first `events` events.
    pub(super) fn replay(&self, time: Micros, events: u64) {
        self.replace(&self.scenario());
        self.with_mut(|run| {
            // Watched from the beginning, the selected node shows what its latest event changed.
            if let Selection::Node(node) = self.selection() {
                run.inspect(node);
            }
            run.advance(time, events);
        });
    }

    /// A person did something: everyone is told at once.
    pub(super) fn touch(&self) {
        self.0.playback.change_due.set(false);
        self.request_frame();
        self.0.on_change.tell(());
    }

    pub(super) fn request_frame(&self) {
        if self.0.playback.requested.get().is_none() && !super::failure::failed() {
            let callback = self.0.playback.frame.as_ref().unchecked_ref();
            self.0.playback.requested.set(super::dom::window().request_animation_frame(callback).ok());
        }
    }

    pub(super) fn frame(&self, now: f64) {
        self.0.playback.requested.set(None);
        if super::failure::failed() {
            return;
        }
        let elapsed =
            self.0.playback.last_frame.replace(Some(now)).map_or(0.0, |last| within(now - last, 0.0, LONGEST_FRAME_MS));
        let moving = self.playing() && self.advance(elapsed);
        if moving {
            self.0.playback.change_due.set(true);
            self.request_frame();
        } else {
            self.0.playback.last_frame.set(None);
        }
        self.0.on_frame.tell(self.with(|run| run.time()));
        let due = !moving || now - self.0.playback.last_change.get() >= CHANGE_EVERY_MS;
        if due && self.0.playback.change_due.replace(false) {
            self.0.playback.last_change.set(now);
            self.0.on_change.tell(());
        }
    }

    /// Lets `elapsed` milliseconds pass. False if nothing moves any more.
    fn advance(&self, elapsed: f64) -> bool {
        let clock = super::dom::performance_now;
        let stop = clock() + ENGINE_BUDGET_MS;
        let run = &mut **self.0.run.borrow_mut();
        let step = Micros((elapsed * f64::from(self.speed()) * 10.0) as u64);
        let target = run.time().plus(step);
        if run.next_time().is_some() {
            self.0.playback.quiet_at.set(None);
        } else {
            let since = self.0.playback.quiet_at.get().unwrap_or(run.time());
            self.0.playback.quiet_at.set(Some(since));
            if run.time() >= since.plus(REST) {
                return false;
            }
        }
        while run.advance(target, EVENTS_PER_LOOK) == EVENTS_PER_LOOK && clock() < stop {}
        true
    }
}
