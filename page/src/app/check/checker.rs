//! The handle on the Check view's state and its worker, which outlive the view.

use super::office::Office;
use crate::app::session::Session;
use crate::app::subscribers::{Subscribers, Subscription};
use paxos_page::check::desk::{Desk, Phase};
use paxos_page::check::plan::{Edit, Plan, bare};
use paxos_page::check::post::Report;
use paxos_playground::scenario::Scenario;
use std::cell::{Ref, RefCell};
use std::rc::{Rc, Weak};

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
    /// The stage's scenario when the plan was last made after it.
    adopted: RefCell<Option<Scenario>>,
    opened: RefCell<Option<Opened>>,
    changed: Subscribers<()>,
}

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
        let session = &self.0.session;
        let mut stage = session.scenario();
        stage.knobs = session.with(|run| run.knobs().clone());
        let stage = bare(&stage);
        let ours = self.opened().is_some();
        if !ours && self.0.adopted.borrow().as_ref() != Some(&stage) {
            let plan = self.desk().plan.about(&stage);
            self.0.desk.borrow_mut().plan = plan;
            self.0.adopted.replace(Some(stage));
            self.tell();
        }
    }

    /// Changes the plan.
    pub fn edit(&self, edit: Edit) {
        self.0.desk.borrow_mut().plan.edit(edit);
        self.tell();
    }

    /// Begins what the plan asks for, in a new worker.
    pub fn begin(&self) {
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

    /// Opens a run on the stage; it plays from its beginning.
    pub fn open(&self, link: &str, title: String) {
        let (scenario, notices) = Scenario::from_link(link);
        let plan = Plan { scenario: scenario.clone(), ..self.desk().asked.clone().unwrap_or_default() };
        super::history::leave(&scenario);
        self.0.session.open(scenario);
        notices.into_iter().for_each(|notice| self.0.session.notify(notice));
        let opening = self.0.session.openings();
        self.0.opened.replace(Some(Opened { opening, title, plan }));
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
        if checker.0.desk.borrow_mut().hear(report) {
            office.close();
        }
    }
    checker.tell();
}
