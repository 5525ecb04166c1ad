//! `window.playground.check`: a check as scripts begin it and wait for its end.

use super::Checker;
use crate::app::address;
use crate::app::playground::{Answer as Given, error, number, told};
use js_sys::{Function, Object, Promise, Reflect};
use paxos_page::check::desk::{Desk, Phase};
use paxos_page::check::plan::{Aim, Edit, LIMITS, Limit, Limits, Plan, SPECIFIED};
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
    if field("refines")?.is_truthy() {
        plan.aim = Aim::Refine;
    }
    for (name, (limit, ..)) in ["rounds", "crashes", "restarts", "wipes", "megabytes"].into_iter().zip(LIMITS) {
        if !set(&mut plan, name, limit, &field(name)?)? && limit == Limit::Restarts {
            plan.edit(Edit::Limit(limit, plan.limits.get(Limit::Crashes)));
        }
    }
    let spec = field("spec")?;
    if spec.is_object() {
        specify(&mut plan, &spec)?;
    }
    plan.limits.once = field("network")?.as_string().as_deref() == Some("once");
    plan.limits.exact = field("exact")?.is_truthy();
    plan.limits.symmetry = field("symmetry")?.is_truthy();
    plan.limits.forget = field("forget")?.is_truthy();
    checker.ask(plan);
    Ok(promise(checker).into())
}

/// Sets a limit that is given; false if it is not.
fn set(plan: &mut Plan, name: &str, limit: Limit, value: &JsValue) -> Result<bool, JsValue> {
    if value.is_undefined() {
        return Ok(false);
    }
    let range = plan.limits.range(limit);
    let value = number(name, value, (*range.start()).into(), (*range.end()).into())?;
    plan.edit(Edit::Limit(limit, value as u32));
    Ok(true)
}

/// Asks for the specification: its bounds, and the rules that are off in it.
fn specify(plan: &mut Plan, spec: &JsValue) -> Result<(), JsValue> {
    let field = |name: &str| Reflect::get(spec, &name.into());
    plan.aim = Aim::Spec;
    plan.limits.spec = Limits::default().spec;
    // Whether quorums have to meet, a rule says.
    for name in field("break")?.as_string().unwrap_or_default().split(',').filter(|name| !name.is_empty()) {
        let at = plan.rules().iter().position(|(rule, off)| rule.name == name && !off);
        plan.edit(Edit::Rule(at.ok_or_else(|| error("the specification knows no such rule"))?));
    }
    for (name, (limit, ..)) in ["acceptors", "values", "ballots", "q1", "q2"].into_iter().zip(&LIMITS[SPECIFIED..]) {
        set(plan, name, *limit, &field(name)?)?;
    }
    Ok(())
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
    let link = witness.filter(|witness| !witness.link.is_empty());
    put("link", link.map_or(JsValue::NULL, |witness| format!("#{}", witness.link).into()));
    let steps = witness.into_iter().flat_map(|witness| &witness.steps);
    put("steps", steps.map(|told| JsValue::from(&told.text)).collect::<js_sys::Array>().into());
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
