//! The handle on the Check view's state and its worker, which outlive the view.

use super::office::Office;
use crate::app::dom::window;
use crate::app::hooks::ViewState;
use crate::app::session::Session;
use crate::app::subscribers::{Subscribers, Subscription};
use paxos_page::check::desk::{Desk, Phase};
use paxos_page::check::plan::{Edit, Limit, Plan, bare};
use paxos_page::check::post::{Ask, Job, Question, Report};
use paxos_page::view::{Room, Turn};
use paxos_playground::scenario::Scenario;
use std::cell::{Cell, Ref, RefCell};
use std::rc::{Rc, Weak};
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use yew::prelude::UseReducerDispatcher;

/// A handle; clones are the same.
#[derive(Clone)]
pub struct Checker(Rc<Inner>);

impl PartialEq for Checker {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

struct Inner {
    session: Session,
    desk: RefCell<Desk>,
    office: RefCell<Option<Office>>,
    /// A worker that only estimates, and how many answers it owes.
    estimator: RefCell<Option<Office>>,
    owed: Cell<u32>,
    edits: Cell<u32>,
    leads: RefCell<Option<Dispatcher>>,
    ends: RefCell<Vec<End>>,
    /// The stage's scenario when the plan was last made after it.
    adopted: RefCell<Option<Scenario>>,
    opened: RefCell<Option<Opened>>,
    changed: Subscribers<()>,
}

/// Who waits for the end of a check.
type End = Box<dyn FnOnce(&Desk)>;
type Dispatcher = UseReducerDispatcher<ViewState>;

/// How long after an edit its size is estimated: whoever presses again and again is not waited on each time.
const ESTIMATE_AFTER_MS: i32 = 250;

/// A run that was opened on the stage from here.
#[derive(Clone, PartialEq)]
pub struct Opened {
    /// Which opening of the session it was.
    pub opening: u64,
    /// Why it was opened, in a few words.
    pub title: String,
    /// The rules that are off in it.
    pub plan: Plan,
}

impl Checker {
    /// Nothing asked yet.
    pub fn new(session: Session) -> Self {
        Self(Rc::new(Inner {
            session,
            desk: RefCell::default(),
            office: RefCell::default(),
            estimator: RefCell::default(),
            owed: Cell::default(),
            edits: Cell::default(),
            leads: RefCell::default(),
            ends: RefCell::default(),
            adopted: RefCell::default(),
            opened: RefCell::default(),
            changed: Subscribers::new(),
        }))
    }

    /// The run on the stage.
    pub fn session(&self) -> &Session {
        &self.0.session
    }

    /// What it holds.
    pub fn desk(&self) -> Ref<'_, Desk> {
        self.0.desk.borrow()
    }

    /// Calls `callback` whenever it holds something else.
    pub fn on_change(&self, callback: impl Fn() + 'static) -> Subscription {
        self.0.changed.add(move |()| callback())
    }

    fn tell(&self) {
        self.0.changed.tell(());
    }

    /// The view is shown: the plan follows the stage, if the scenario there became another one.
    pub fn enter(&self) {
        if self.opened().is_none() {
            let session = &self.0.session;
            let mut stage = session.scenario();
            stage.knobs = session.with(|run| run.knobs().clone());
            let bare = bare(&stage);
            let mut desk = self.0.desk.borrow_mut();
            if self.0.adopted.borrow().as_ref() != Some(&bare) {
                desk.plan = desk.plan.about(&stage);
            }
            desk.plan.stage = stage;
            self.0.adopted.replace(Some(bare));
        }
        self.edited();
    }

    /// How the view is left for the stage.
    pub fn lead(&self, view: Dispatcher) {
        self.0.leads.replace(Some(view));
    }

    /// Changes the plan.
    pub fn edit(&self, edit: Edit) {
        self.0.desk.borrow_mut().plan.edit(edit);
        self.edited();
    }

    fn edited(&self) {
        self.0.desk.borrow_mut().estimate = None;
        let edits = self.0.edits.get() + 1;
        self.0.edits.set(edits);
        let checker = self.clone();
        let later = Closure::once_into_js(move || {
            if checker.0.edits.get() == edits {
                checker.estimate();
            }
        });
        _ = window().set_timeout_with_callback_and_timeout_and_arguments_0(later.unchecked_ref(), ESTIMATE_AFTER_MS);
        self.tell();
    }

    /// Has the size of the plan estimated.
    fn estimate(&self) {
        let ask = Ask::Begin(Job::Estimate(Question::of(&self.desk().plan)));
        if self.0.estimator.borrow().is_none() {
            let weak = Rc::downgrade(&self.0);
            let hear = move |report| {
                let Some(checker) = weak.upgrade().map(Checker) else { return };
                match report {
                    Report::Ready => checker.0.estimator.borrow().iter().for_each(Office::ready),
                    Report::Estimated(..) => {
                        checker.0.owed.set(checker.0.owed.get().saturating_sub(1));
                        // Of several that were asked for, only the last one is of this plan.
                        if checker.0.owed.get() == 0 {
                            checker.0.desk.borrow_mut().hear(report);
                            checker.tell();
                        }
                    }
                    _ => {}
                }
            };
            if let Ok(office) = Office::open() {
                office.listen(hear);
                self.0.estimator.replace(Some(office));
            }
        }
        if let Some(office) = &*self.0.estimator.borrow() {
            // One that waits for the worker to listen is replaced by the next.
            self.0.owed.set(if office.ask(ask) { self.0.owed.get() + 1 } else { 1 });
        }
    }

    /// Makes the plan another one and begins it.
    pub fn ask(&self, plan: Plan) {
        self.0.desk.borrow_mut().plan = plan;
        self.edited();
        self.begin();
    }

    /// Calls `end` when what goes on has come to an end, or something else is begun in its place.
    pub fn at_end(&self, end: impl FnOnce(&Desk) + 'static) {
        self.0.ends.borrow_mut().push(Box::new(end));
    }

    fn end(&self) {
        let ends = self.0.ends.take();
        ends.into_iter().for_each(|end| end(&self.desk()));
    }

    /// Begins what the plan asks for, in a new worker.
    pub fn begin(&self) {
        self.end();
        let ask = self.0.desk.borrow_mut().begin();
        match Office::open() {
            Ok(office) => {
                let weak = Rc::downgrade(&self.0);
                office.listen(move |report| hear(&weak, report));
                office.ask(ask);
                self.0.office.replace(Some(office));
            }
            Err(_) => self.0.desk.borrow_mut().phase = Phase::Broke("this browser starts no workers".into()),
        }
        self.tell();
    }

    /// Stops what goes on, or goes on with what was stopped.
    pub fn stop_or_go_on(&self) {
        let ask = self.0.desk.borrow_mut().turn();
        if let (Some(ask), Some(office)) = (ask, &*self.0.office.borrow()) {
            office.ask(ask);
        }
        self.tell();
    }

    /// Makes the change and begins again; if it is more memory and nothing else, it goes on where it was.
    pub fn again(&self, edit: Edit) {
        let more = match edit {
            Edit::Limit(Limit::Megabytes, megabytes) => self.0.desk.borrow_mut().allow(megabytes),
            _ => None,
        };
        if let Some(ask) = more {
            self.0.office.borrow().iter().for_each(|office| _ = office.ask(ask.clone()));
            return self.tell();
        }
        self.edit(edit);
        self.begin();
    }

    /// Opens a run on the stage; it plays from its beginning.
    pub fn show(&self, link: &str, title: String) {
        let (scenario, notices) = Scenario::from_link(link);
        let plan = Plan { scenario: scenario.clone(), ..self.desk().asked.clone().unwrap_or_default() };
        super::history::leave(&scenario);
        self.0.session.open(scenario);
        notices.into_iter().for_each(|notice| self.0.session.notify(notice));
        let opening = self.0.session.openings();
        self.0.opened.replace(Some(Opened { opening, title, plan }));
        if let Some(view) = &*self.0.leads.borrow() {
            view.dispatch(Turn::Room(Room::Stage));
        }
        self.tell();
    }

    /// The run on the stage, if it was opened from here.
    pub fn opened(&self) -> Option<Opened> {
        self.0.opened.borrow().clone().filter(|opened| opened.opening == self.0.session.openings())
    }
}

fn hear(checker: &Weak<Inner>, report: Report) {
    let Some(checker) = checker.upgrade().map(Checker) else { return };
    if let Some(office) = &*checker.0.office.borrow() {
        if report == Report::Ready {
            office.ready();
        }
        let over = checker.0.desk.borrow_mut().hear(report);
        if over {
            // One that came to its limit may be allowed more.
            if !checker.desk().is_full() {
                office.close();
            }
            checker.end();
        }
    }
    checker.tell();
}
