//! The run that the page shows, and how it plays: the one thing that every part of the page holds.
//!
//! A [`Session`] is a handle; clones are the same session, and it is a Yew prop. State that changes with every frame
//! lives here and never in a component: whoever draws at frame rate subscribes with [`Session::on_frame`], whoever
//! shows words subscribes with [`Session::on_change`]. No borrow of the run is held while a callback runs.

use super::playback::Playback;
use super::subscribers::{Subscribers, Subscription};
use paxos_page::pending::Pending;
use paxos_playground::paxos::{Knob, Micros, NodeId, Notice};
use paxos_playground::run::Run;
use paxos_playground::scenario::Scenario;
use paxos_playground::sim::{Action, Intervention, Letter};
use std::cell::{Cell, Ref, RefCell};
use std::rc::{Rc, Weak};

/// The slowest and the fastest, in hundredths: 0.05× and 100×.
pub const SPEEDS: std::ops::RangeInclusive<u32> = 5..=10_000;

/// What the inspector shows and the stage highlights.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Selection {
    /// Nothing.
    #[default]
    None,
    /// A node.
    Node(NodeId),
    /// A letter, which may have arrived since.
    Letter(Letter),
}

/// A handle on the run that the page shows.
#[derive(Clone)]
pub struct Session(pub(super) Rc<Inner>);

impl PartialEq for Session {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

pub(super) struct Inner {
    pub(super) run: RefCell<Box<dyn Run>>,
    opened: RefCell<Scenario>,
    pending: RefCell<Pending>,
    notices: RefCell<Vec<Notice>>,
    selection: Cell<Selection>,
    pub(super) playing: Cell<bool>,
    pub(super) speed: Cell<u32>,
    pub(super) generation: Cell<u64>,
    openings: Cell<u64>,
    pub(super) on_frame: Subscribers<Micros>,
    pub(super) on_change: Subscribers<()>,
    pub(super) playback: Playback,
}

impl Session {
    /// Opens `scenario`. It plays, unless the scenario asks to stand at a moment.
    pub fn new(scenario: Scenario, mut notices: Vec<Notice>) -> Self {
        let (run, replaced) = super::engine::open(&scenario);
        notices.extend(replaced);
        let session = Self(Rc::new_cyclic(|weak: &Weak<Inner>| {
            let weak = weak.clone();
            Inner {
                run: RefCell::new(run),
                opened: RefCell::new(scenario.clone()),
                pending: RefCell::default(),
                notices: RefCell::new(notices),
                selection: Cell::default(),
                playing: Cell::new(false),
                speed: Cell::new(100),
                generation: Cell::new(0),
                openings: Cell::new(0),
                on_frame: Subscribers::new(),
                on_change: Subscribers::new(),
                playback: Playback::new(move |now| {
                    if let Some(inner) = weak.upgrade() {
                        super::timing::frame(|| Session(inner).frame(now));
                    }
                }),
            }
        }));
        session.begin(&scenario);
        session
    }

    /// Reads the run. Do not call the session inside.
    pub fn with<T>(&self, read: impl FnOnce(&dyn Run) -> T) -> T {
        read(&**self.0.run.borrow())
    }

    /// Uses the run where reading it takes `&mut`, as [`Run::inspect`] does. To change it, use [`Session::act`].
    pub fn with_mut<T>(&self, work: impl FnOnce(&mut dyn Run) -> T) -> T {
        work(&mut **self.0.run.borrow_mut())
    }

    /// Calls `callback` once per animation frame while something moves or has changed, with the virtual time.
    pub fn on_frame(&self, callback: impl Fn(Micros) + 'static) -> Subscription {
        let subscription = self.0.on_frame.add(callback);
        self.request_frame();
        subscription
    }

    /// Calls `callback` when words may read differently: at once when a person acts, about ten times per second while
    /// the run plays.
    pub fn on_change(&self, callback: impl Fn() + 'static) -> Subscription {
        self.0.on_change.add(move |()| callback())
    }

    /// Whether it plays.
    pub fn playing(&self) -> bool {
        self.0.playing.get()
    }

    /// Virtual time per real time, in hundredths.
    pub fn speed(&self) -> u32 {
        self.0.speed.get()
    }

    /// Counts the runs that this session has opened: event numbers of different generations do not compare.
    pub fn generation(&self) -> u64 {
        self.0.generation.get()
    }

    /// Counts the scenarios that were opened: whether this is still the one that somebody opened.
    pub fn openings(&self) -> u64 {
        self.0.openings.get()
    }

    /// What is selected.
    pub fn selection(&self) -> Selection {
        self.0.selection.get()
    }

    /// What could not be used as it was given, oldest first.
    pub fn notices(&self) -> Vec<Notice> {
        self.0.notices.borrow().clone()
    }

    /// Settings that wait for a restart.
    pub fn pending(&self) -> Ref<'_, Pending> {
        self.0.pending.borrow()
    }

    /// The scenario as it stands, at the present moment and speed.
    pub fn moment(&self) -> Scenario {
        let mut scenario = self.scenario();
        scenario.show.time = self.with(|run| run.time());
        scenario
    }

    /// The scenario as it stands, from the beginning.
    pub fn scenario(&self) -> Scenario {
        let mut scenario = self.with(|run| run.scenario().clone());
        scenario.show.time = Micros::ZERO;
        scenario.show.speed = self.speed();
        scenario
    }

    // What a person does.

    /// Plays.
    pub fn play(&self) {
        self.0.playing.set(true);
        self.0.playback.wake();
        self.touch();
    }

    /// Stands still.
    pub fn pause(&self) {
        self.0.playing.set(false);
        self.touch();
    }

    /// Plays if it stands still, and the other way round.
    pub fn toggle(&self) {
        if self.playing() { self.pause() } else { self.play() }
    }

    /// Lets the next event happen and stands still. Where everything is held, that is what has waited longest.
    pub fn step(&self) {
        match self.with(|run| run.held().filter(|_| run.next_time().is_none())) {
            Some(action) => {
                self.pause();
                _ = self.act(action);
            }
            None => self.steps(1),
        }
    }

    /// Lets the next `count` events happen and stands still.
    pub fn steps(&self, count: u64) {
        self.0.playing.set(false);
        self.with_mut(|run| {
            for _ in 0..count {
                if !run.step() {
                    break;
                }
            }
        });
        self.touch();
    }

    /// Goes back to just before the latest event and stands still.
    pub fn step_back(&self) {
        self.steps_back(1);
    }

    /// Goes back to before the latest `count` events and stands still.
    pub fn steps_back(&self, count: u64) {
        self.0.playing.set(false);
        let (time, events) = self.with(|run| (run.time(), run.events()));
        if events > 0 {
            self.replay(time, events.saturating_sub(count));
        }
        self.touch();
    }

    /// Goes to `time`, back or forth, and stands still. What was done by hand stays in the plan.
    pub fn seek(&self, time: Micros) {
        self.0.playing.set(false);
        if time < self.with(|run| run.time()) {
            self.replay(time, u64::MAX);
        } else {
            self.with_mut(|run| run.advance(time, u64::MAX));
        }
        self.touch();
    }

    /// Plays the same run again from its beginning, with what was done by hand.
    pub fn restart(&self) {
        let scenario = self.scenario();
        self.replace(&scenario);
        self.play();
    }

    /// Plays the scenario with other chances. What came with it stays, what was done by hand since does not.
    pub fn new_seed(&self, seed: u64) {
        let mut scenario = self.scenario();
        scenario.knobs = self.with(|run| run.knobs().clone());
        scenario.plan.clone_from(&self.0.opened.borrow().plan);
        scenario.seed = seed;
        self.replace(&scenario);
        self.play();
    }

    /// Plays the scenario again without anything that was done by hand.
    pub fn forget_plan(&self) {
        let mut scenario = self.scenario();
        scenario.knobs = self.with(|run| run.knobs().clone());
        scenario.plan.clear();
        self.0.opened.borrow_mut().plan.clear();
        self.replace(&scenario);
        self.play();
    }

    /// Opens another scenario. Notices of the one before go with it.
    pub fn open(&self, scenario: Scenario) {
        self.0.openings.set(self.0.openings.get() + 1);
        self.0.notices.borrow_mut().clear();
        self.reopen(scenario);
    }

    fn reopen(&self, scenario: Scenario) {
        self.0.pending.borrow_mut().clear();
        self.0.selection.set(Selection::None);
        self.0.opened.replace(scenario.clone());
        for notice in self.replace(&scenario) {
            self.notify(notice);
        }
        self.begin(&scenario);
    }

    /// Does `action` now. If it cannot be done, a notice says so, and is the result too.
    pub fn act(&self, action: Action) -> Result<Intervention, Notice> {
        let done = self.inject(action);
        if let Err(notice) = &done {
            self.notify(notice.clone());
        }
        done
    }

    /// As [`Session::act`], without the notice on the page.
    pub fn inject(&self, action: Action) -> Result<Intervention, Notice> {
        let done = self.with_mut(|run| run.act(action));
        self.0.playback.wake();
        self.touch();
        done
    }

    /// Puts something into the plan, whenever it acts, and comes back to the present moment.
    pub fn schedule(&self, intervention: Intervention) {
        let mut scenario = self.scenario();
        let place = scenario.plan.partition_point(|other| other.at <= intervention.at);
        scenario.plan.insert(place, intervention);
        let now = self.with(|run| run.time());
        self.replace(&scenario);
        self.with_mut(|run| run.advance(now, u64::MAX));
        self.touch();
    }

    /// Turns a knob: at once if it is live, else when the run is next restarted. Before anything happened, a live
    /// knob is part of the scenario; later, turning it is something done by hand.
    pub fn set_knob(&self, knob: &'static Knob, value: i64) {
        let value = knob.kind.clamp(value);
        if !knob.live {
            let now = self.with(|run| run.knobs().get(knob));
            self.0.pending.borrow_mut().set(knob, value, now);
            self.touch();
        } else if self.with(|run| run.knobs().get(knob)) != value {
            if self.with(|run| run.time() > Micros::ZERO) {
                _ = self.act(Action::Set(knob.key.into(), value));
            } else {
                let mut scenario = self.scenario();
                scenario.knobs.set(knob, value);
                self.replace(&scenario);
                self.with_mut(|run| run.advance(Micros::ZERO, u64::MAX));
                self.touch();
            }
        }
    }

    /// Changes what waits for a restart.
    pub fn change_pending(&self, change: impl FnOnce(&mut Pending)) {
        change(&mut self.0.pending.borrow_mut());
        self.touch();
    }

    /// Restarts with the settings that wait for it.
    pub fn restart_with_pending(&self) {
        let mut scenario = self.scenario();
        scenario.knobs = self.with(|run| run.knobs().clone());
        scenario.plan.clone_from(&self.0.opened.borrow().plan);
        self.0.pending.borrow_mut().apply(&mut scenario);
        self.reopen(scenario);
        self.play();
    }

    /// Sets the speed, in hundredths.
    pub fn set_speed(&self, hundredths: u32) {
        self.0.speed.set(hundredths.clamp(*SPEEDS.start(), *SPEEDS.end()));
        self.touch();
    }

    /// Selects something; selecting what is gone is allowed.
    pub fn select(&self, selection: Selection) {
        if self.0.selection.replace(selection) != selection {
            self.touch();
        }
    }

    /// Shows a notice.
    pub fn notify(&self, notice: Notice) {
        let mut notices = self.0.notices.borrow_mut();
        if !notices.contains(&notice) {
            notices.push(notice);
        }
        drop(notices);
        self.touch();
    }

    /// Takes a notice away.
    pub fn dismiss(&self, notice: &Notice) {
        self.0.notices.borrow_mut().retain(|other| other != notice);
        self.touch();
    }

    /// Takes all notices away.
    pub fn dismiss_all(&self) {
        self.0.notices.borrow_mut().clear();
        self.touch();
    }
}
