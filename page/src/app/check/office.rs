//! The worker: the page's own program a second time, off the page's thread. It is not downloaded and not compiled
//! again: the page hands it the address of its glue and the module that it runs itself.

use paxos_page::check::post::{self, Ask, Report};
use paxos_page::check::work::Work;
use std::cell::{Cell, RefCell};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{DedicatedWorkerGlobalScope, ErrorEvent, MessageEvent, Worker, WorkerOptions, WorkerType};

#[wasm_bindgen]
extern "C" {
    #[derive(Clone)]
    type ImportMeta;
    #[wasm_bindgen(method, getter)]
    fn url(this: &ImportMeta) -> JsValue;
    #[wasm_bindgen(thread_local_v2, js_namespace = import, js_name = meta)]
    static META: ImportMeta;
}

/// How long the worker works before it looks whether it should stop, in milliseconds.
const TURN_MS: u64 = 80;

/// What is read from a message.
fn read<T: serde::de::DeserializeOwned>(event: &MessageEvent) -> Option<T> {
    post::read(&js_sys::Uint8Array::new(&event.data()).to_vec())
}

/// The bytes of what is to be sent.
fn write(what: &impl serde::Serialize) -> JsValue {
    js_sys::Uint8Array::from(&post::write(what)[..]).into()
}

/// What hears the worker's events, for as long as it is kept.
type Listener = Closure<dyn FnMut(web_sys::Event)>;

/// The page's side: a worker that was started.
pub struct Office {
    worker: Worker,
    ready: Cell<bool>,
    waiting: RefCell<Option<Ask>>,
    listeners: RefCell<Vec<Listener>>,
}

impl Office {
    /// Starts a worker whose reports `hear` takes.
    pub fn open() -> Result<Self, JsValue> {
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let worker = Worker::new_with_options("./worker.js", &options)?;
        let (glue, module) = (META.with(ImportMeta::url), wasm_bindgen::module());
        worker.post_message(&js_sys::Array::of2(&glue, &module))?;
        Ok(Self { worker, ready: Cell::new(false), waiting: RefCell::default(), listeners: RefCell::default() })
    }

    /// Lets `hear` take the worker's reports.
    pub fn listen(&self, hear: impl Fn(Report) + Clone + 'static) {
        let broke = hear.clone();
        let heard = Closure::<dyn FnMut(_)>::new(move |event: web_sys::Event| {
            if let Some(report) = read(event.unchecked_ref()) {
                hear(report);
            }
        });
        let failed = Closure::<dyn FnMut(_)>::new(move |event: web_sys::Event| {
            event.prevent_default();
            // An event without words is one of a script that cannot be loaded.
            let how = event.dyn_ref::<ErrorEvent>().map(ErrorEvent::message).unwrap_or_default();
            broke(Report::Broke(if how.is_empty() { "it could not be started".into() } else { how }));
        });
        let worker = &self.worker;
        worker.set_onmessage(Some(heard.as_ref().unchecked_ref()));
        worker.set_onerror(Some(failed.as_ref().unchecked_ref()));
        self.listeners.replace(vec![heard, failed]);
    }

    /// The worker listens now.
    pub fn ready(&self) {
        self.ready.set(true);
        if let Some(ask) = self.waiting.take() {
            self.ask(ask);
        }
    }

    /// Asks the worker, as soon as it listens. False if it does not listen yet: then only the last ask will be heard.
    pub fn ask(&self, ask: Ask) -> bool {
        match self.ready.get() {
            true => _ = self.worker.post_message(&write(&ask)),
            false => _ = self.waiting.replace(Some(ask)),
        }
        self.ready.get()
    }

    /// Ends the worker and gives its memory back.
    pub fn close(&self) {
        self.worker.terminate();
    }
}

impl Drop for Office {
    fn drop(&mut self) {
        self.close();
    }
}

// The worker's side.

thread_local! {
    static WORK: RefCell<Option<Work>> = const { RefCell::new(None) };
    static GOES: Cell<bool> = const { Cell::new(false) };
    static DUE: Cell<bool> = const { Cell::new(false) };
    static TURN: Closure<dyn FnMut()> = Closure::new(turn);
}

/// The scope of a worker; `None` in a page.
pub fn scope() -> Option<DedicatedWorkerGlobalScope> {
    js_sys::global().dyn_into().ok()
}

/// Works here for a page, if this is a worker.
pub fn serve() -> bool {
    let Some(scope) = scope() else { return false };
    std::panic::set_hook(Box::new(|info| report(&Report::Broke(info.to_string()))));
    let hear = Closure::<dyn FnMut(_)>::new(|event: MessageEvent| {
        if let Some(ask) = read(&event) {
            obey(ask);
        }
    });
    scope.set_onmessage(Some(hear.as_ref().unchecked_ref()));
    hear.forget();
    report(&Report::Ready);
    true
}

fn report(report: &Report) {
    if let Some(scope) = scope() {
        _ = scope.post_message(&write(report));
    }
}

fn obey(ask: Ask) {
    match ask {
        Ask::Begin(job) => {
            let (work, notices) = Work::begin(job);
            notices.into_iter().for_each(|notice| report(&Report::Notice(notice)));
            WORK.set(Some(work));
            GOES.set(true);
        }
        Ask::Stop => GOES.set(false),
        Ask::GoOn => GOES.set(true),
        Ask::Allow(megabytes) => {
            WORK.with_borrow_mut(|work| work.iter_mut().for_each(|work| work.allow(megabytes)));
            GOES.set(true);
        }
    }
    later();
}

/// The next turn comes after whatever the page has asked meanwhile.
fn later() {
    if GOES.get() && !DUE.replace(true) {
        let turn = |turn: &Closure<_>| {
            let set = scope()?.set_timeout_with_callback_and_timeout_and_arguments_0(turn.as_ref().unchecked_ref(), 0);
            set.ok()
        };
        TURN.with(turn);
    }
}

fn turn() {
    DUE.set(false);
    if !GOES.get() {
        return;
    }
    let told = WORK.with_borrow_mut(|work| work.as_mut().map(|work| work.turn(|| js_sys::Date::now() as u64, TURN_MS)));
    if let Some((told, open)) = told {
        GOES.set(open);
        report(&told);
    }
    later();
}
