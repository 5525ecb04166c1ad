//! `window.playground.check`: a check as scripts begin it and wait for its end.

use super::Checker;
use crate::app::address;
use crate::app::playground::{Answer as Given, error, number, told};
use js_sys::{Function, Object, Promise, Reflect};
use paxos_page::check::desk::{Desk, Phase};
use paxos_page::check::plan::{Aim, Edit, LIMITS, Limit};
use paxos_page::check::post::Answer;
use wasm_bindgen::JsValue;

/// Begins the check that `bounds` asks for; what is left out is as the view has it. The answer is a promise of what it
/// comes to.
pub fn check(checker: &Checker, bounds: &JsValue) -> Given {
    let field = |name: &str| match bounds.is_object() {
        true => Reflect::get(bounds, &name.into()),
        false => Ok(JsValue::UNDEFINED),
    };
    checker.enter();
    let mut plan = checker.desk().plan.clone();
    if let Some(link) = field("scenario")?.as_string() {
        let (scenario, _) = address::read(&link).map_err(told)?;
        plan.scenario = scenario;
    }
    let goal = field("goal")?.as_string();
    let known = |name: &String| plan.scenario.about().goals.iter().position(|goal| goal.name == name);
    plan.aim = match &goal {
        None => Aim::Hold,
        Some(name) => Aim::Find(known(name).ok_or_else(|| error("check knows no such goal"))? as u8),
    };
    let names = ["rounds", "crashes", "restarts", "wipes", "megabytes"];
    for (name, (limit, .., range, _)) in names.into_iter().zip(LIMITS) {
        let value = field(name)?;
        if !value.is_undefined() {
            let value = number(name, &value, (*range.start()).into(), (*range.end()).into())?;
            plan.edit(Edit::Limit(limit, value as u32));
        } else if limit == Limit::Restarts {
            plan.edit(Edit::Limit(limit, plan.limits.get(Limit::Crashes)));
        }
    }
    plan.limits.once = field("network")?.as_string().as_deref() == Some("once");
    plan.limits.exact = field("exact")?.is_truthy();
    plan.limits.symmetry = field("symmetry")?.is_truthy();
    plan.limits.forget = field("forget")?.is_truthy();
    checker.ask(plan);
    Ok(promise(checker).into())
}

/// A promise of what the present check comes to.
fn promise(checker: &Checker) -> Promise {
    Promise::new(&mut |resolve: Function, _| {
        checker.at_end(move |desk| _ = resolve.call1(&JsValue::NULL, &result(desk)))
    })
}

/// What a check came to.
fn result(desk: &Desk) -> JsValue {
    let result = Object::new();
    let put = |name: &str, value: JsValue| _ = Reflect::set(&result, &name.into(), &value);
    let (verdict, witness) = match &desk.phase {
        Phase::Answered(Answer::Holds) => ("holds", None),
        Phase::Answered(Answer::Violated { property, witness, .. }) => {
            put("property", property.into());
            ("violated", Some(witness))
        }
        Phase::Answered(Answer::Reached(witness)) => ("reached", Some(witness)),
        Phase::Answered(Answer::Loops { witness, .. }) => ("livelock", Some(witness)),
        Phase::Answered(Answer::Full) => ("full", None),
        Phase::Broke(_) => ("broke", None),
        _ => ("stopped", None),
    };
    put("verdict", verdict.into());
    put("link", witness.map_or(JsValue::NULL, |witness| format!("#{}", witness.link).into()));
    let figures = &desk.figures;
    let counts = [
        ("states", figures.states),
        ("transitions", figures.transitions),
        ("depth", figures.depth.into()),
        ("milliseconds", figures.millis),
        ("bytes", figures.bytes),
    ];
    counts.into_iter().for_each(|(name, count)| put(name, (count as f64).into()));
    result.into()
}
