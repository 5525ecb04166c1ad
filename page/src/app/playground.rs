//! `window.playground`: the page as scripts drive it, typed by `static/playground.d.ts`. Whatever is wrong with an
//! argument is a JavaScript `Error` that says so.

use super::check::{Checker, check};
use super::dom::window;
use super::session::Session;
use super::{address, engine, failure};
use js_sys::{Error, JSON, Object, Reflect};
use paxos_page::snapshot;
use paxos_playground::paxos::{Kind, Micros, Notice};
use paxos_playground::sim::{Action, At, Intervention};
use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::JsValue;
use wasm_bindgen::closure::Closure;

pub type Answer = Result<JsValue, JsValue>;

/// Puts `playground` into the window.
pub fn install(session: &Session, checker: &Checker) {
    let object = Object::new();
    let add = |name: &str, work: fn(&Session, JsValue) -> Answer| {
        let session = session.clone();
        let call = Closure::<dyn FnMut(JsValue) -> Answer>::new(move |argument| {
            if failure::failed() {
                return fail("the page has broken and has to start again");
            }
            work(&session, argument)
        });
        _ = Reflect::set(&object, &name.into(), call.as_ref());
        call.forget();
    };
    add("load", load);
    add("link", |session, _| Ok(address::address(&session.scenario()).into()));
    add("play", |session, _| {
        session.play();
        DONE
    });
    add("pause", |session, _| {
        session.pause();
        DONE
    });
    add("step", step);
    add("seek", |session, time| {
        session.seek(micros("seek", &time)?);
        DONE
    });
    add("propose", propose);
    add("inject", inject);
    add("snapshot", |session, _| write(&session.with(snapshot::of)));
    let checker = checker.clone();
    let call = Closure::<dyn FnMut(JsValue) -> Answer>::new(move |bounds| check(&checker, &bounds));
    _ = Reflect::set(&object, &"check".into(), call.as_ref());
    call.forget();
    _ = Reflect::set(&window(), &"playground".into(), &object);
}

/// The answer where there is none.
const DONE: Answer = Ok(JsValue::UNDEFINED);

fn fail(why: &str) -> Answer {
    Err(error(why))
}

pub fn error(why: &str) -> JsValue {
    Error::new(&format!("playground: {why}")).into()
}

pub fn told(notice: Notice) -> JsValue {
    error(&notice.to_string())
}

fn write(value: &impl Serialize) -> Answer {
    value.serialize(&Serializer::json_compatible()).map_err(|why| error(&why.to_string()))
}

#[derive(Serialize)]
struct Told {
    key: String,
    given: String,
    problem: String,
}

fn load(session: &Session, what: JsValue) -> Answer {
    let text = match what.as_string() {
        Some(text) => text,
        None if what.is_object() => String::from(JSON::stringify(&what)?),
        None => return fail("load takes a link, or a scenario as JSON text or as an object"),
    };
    let (scenario, notices) = address::read(&text).map_err(told)?;
    session.open(scenario);
    for notice in &notices {
        session.notify(notice.clone());
    }
    let notices = session.notices().into_iter();
    let told = notices.map(|notice| Told { key: notice.key, given: notice.given, problem: notice.problem });
    write(&told.collect::<Vec<_>>())
}

/// A whole number between the two.
pub fn number(name: &str, value: &JsValue, least: i64, most: i64) -> Result<i64, JsValue> {
    match value.as_f64() {
        Some(number) if number.fract() == 0.0 && (least..=most).contains(&(number as i64)) => Ok(number as i64),
        _ => Err(error(&format!("{name} takes a whole number from {least} to {most}"))),
    }
}

fn micros(name: &str, value: &JsValue) -> Result<Micros, JsValue> {
    Ok(Micros(number(name, value, 0, engine::LAST.0 as i64)? as u64))
}

fn step(session: &Session, n: JsValue) -> Answer {
    let n = if n.is_undefined() { 1 } else { number("step", &n, -100_000, 100_000)? };
    if n < 0 {
        session.steps_back(n.unsigned_abs())
    } else {
        session.steps(n as u64)
    }
    DONE
}

fn propose(session: &Session, value: JsValue) -> Answer {
    let Some(value) = value.as_string() else { return fail("propose takes a value as text") };
    let Some(node) = session.with(|run| run.front()) else { return fail("no node that takes requests is up") };
    session.inject(Action::Request(node, value)).map_err(told)?;
    DONE
}

fn inject(session: &Session, what: JsValue) -> Answer {
    const TAKES: &str = "inject takes words such as \"crash A2\", or { at, do } with such words";
    let field = |name: &str| if what.is_object() { Reflect::get(&what, &name.into()) } else { Ok(JsValue::UNDEFINED) };
    let words = what.as_string().or(field("do")?.as_string());
    let Some(words) = words else { return fail(TAKES) };
    let action = engine::action(session, &words).map_err(told)?;
    let at = field("at")?;
    let time = match at.as_string() {
        None if at.is_null_or_undefined() => {
            session.inject(action).map_err(told)?;
            return DONE;
        }
        None => micros("at", &at)?,
        Some(text) => {
            let kind = Kind::Duration { max: engine::LAST.0 as i64 };
            Micros(kind.parse(&text).map_err(|allowed| error(&format!("at={text}: {allowed}")))? as u64)
        }
    };
    session.schedule(Intervention { at: At { time, after: 0 }, action });
    DONE
}
