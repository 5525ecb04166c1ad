//! What is checked and how far: nodes, network, limits, rules.

use super::Checker;
use super::answer::main_button;
use crate::app::dom;
use crate::app::ui::{self, on};
use paxos_page::check::plan::{Aim, Described, EXPLORING, Edit, LIMITS, Limit, Plan, SPECIFIED, others, roles, waits};
use paxos_page::check::words;
use paxos_playground::paxos::Kind;
use yew::prelude::*;

const STORM: &str = "Messages are lost, doubled and reordered, and acceptors fail, where the stage has no such trouble of \
    its own.";
const ALIKE: &str = "States that differ only in which of several like nodes is which count once: far fewer states, the \
    same verdict.";
const FORGET: &str = "Messages that no node can act on any more, whatever comes, are taken for gone: fewer states, the \
    same verdict.";
const EXACT: &str = "Whole states are compared, not 64-bit fingerprints of them: no doubt is left, and it takes more \
    memory.";

/// The settings of the plan.
pub fn show(checker: &Checker) -> Html {
    let desk = checker.desk();
    let plan = &desk.plan;
    let others = others(&plan.scenario);
    html! {
        <section class="check-settings panel" aria-labelledby="settings-title" tabindex="0">
            <h2 id="settings-title" tabindex="-1">{ "What is tried" }</h2>
            if plan.aim == Aim::Swarm {
                { switch(checker, "A storm", STORM, plan.limits.storm, Edit::Storm(!plan.limits.storm)) }
                { limits(checker, plan, &LIMITS[EXPLORING..SPECIFIED]) }
            } else if plan.aim == Aim::Spec {
                { limits(checker, plan, &LIMITS[SPECIFIED..]) }
                <p class="help">{ "Every Q1 has to meet every Q2, so one follows the other. Each ballot more multiplies the states." }</p>
                { limits(checker, plan, &LIMITS[EXPLORING - 1..EXPLORING]) }
                { exact(checker, plan) }
            } else {
                <div class="steppers">
                    { for roles(&plan.scenario).into_iter().map(|knob| {
                        let Kind::Count { min, max } = knob.kind else { return html! {} };
                        let value = plan.scenario.knobs.get(knob);
                        stepper(checker, knob.label, "", value as u32, min as u32..=max as u32, 1, &|value| {
                            Edit::Knob(knob, value.into())
                        })
                    }) }
                </div>
                <p class="help">{ "Each node more multiplies the states. Three acceptors are enough for quorums that meet." }</p>
                if !others.is_empty() {
                    <p class="help">{ format!("As on the stage: {}.", others.join(", ")) }</p>
                }
                if plan.aim == Aim::Loop {
                    { for waits(&plan.scenario).map(|knob| {
                        let value = plan.scenario.knobs.get(knob);
                        let turned = if value == 0 { knob.default.max(1) } else { 0 };
                        let help = knob.help.trim_end_matches(" 0 turns it off.");
                        switch(checker, knob.label, help, value != 0, Edit::Knob(knob, turned))
                    }) }
                } else {
                    { network(checker, plan) }
                }
                { limits(checker, plan, &LIMITS[..EXPLORING]) }
                if plan.aim != Aim::Refine {
                    { switch(checker, "Like nodes are one", ALIKE, plan.limits.symmetry,
                        Edit::Symmetry(!plan.limits.symmetry)) }
                }
                { switch(checker, "Forget dead messages", FORGET, plan.limits.forget, Edit::Forget(!plan.limits.forget)) }
                { exact(checker, plan) }
            }
            { rules(checker, plan) }
            // Where the answer is out of sight, the way back to it.
            { main_button(checker, &desk, "button primary lead", || dom::show("answer")) }
        </section>
    }
}

fn exact(checker: &Checker, plan: &Plan) -> Html {
    switch(checker, "Exact", EXACT, plan.limits.exact, Edit::Exact(!plan.limits.exact))
}

fn limits(checker: &Checker, plan: &Plan, limits: &'static [Described]) -> Html {
    html! {
        <div class="steppers">
            { for limits.iter().map(|(limit, name, help, _, step)| {
                // What cannot come back after no crash is not asked for.
                if *limit == Limit::Restarts && plan.limits.crashes == 0 {
                    return html! {};
                }
                let value = plan.limits.get(*limit);
                stepper(checker, name, help, value, plan.limits.range(*limit), *step, &|value| Edit::Limit(*limit, value))
            }) }
        </div>
    }
}

/// Something that is on or off.
fn switch(checker: &Checker, name: &'static str, help: &'static str, on_now: bool, edit: Edit) -> Html {
    let checker = checker.clone();
    html! {
        <label class="rule">
            <span class="switch">
                <input type="checkbox" role="switch" checked={on_now} onchange={on(move || checker.edit(edit))} />
            </span>
            <span><b>{ name }</b><small>{ help }</small></span>
        </label>
    }
}

/// A whole number with a button on each side.
fn stepper(
    checker: &Checker,
    name: &'static str,
    help: &'static str,
    value: u32,
    range: std::ops::RangeInclusive<u32>,
    step: u32,
    edit: &dyn Fn(u32) -> Edit,
) -> Html {
    let button = |label: &str, sign: &'static str, to: u32| {
        let (checker, edit) = (checker.clone(), edit(to.clamp(*range.start(), *range.end())));
        html! {
            <button class="button" aria-label={format!("{name}: {label}")} disabled={!range.contains(&to)}
                onclick={on(move || checker.edit(edit))}>{ sign }</button>
        }
    };
    html! {
        <div class="stepper" role="group" aria-label={name} key={name}>
            <span><b>{ name }</b>if !help.is_empty() { <small>{ help }</small> }</span>
            { button("less", "−", value.wrapping_sub(step)) }
            <output>{ words::grouped(value.into()) }</output>
            { button("more", "+", value + step) }
        </div>
    }
}

fn network(checker: &Checker, plan: &Plan) -> Html {
    let choice = |once: bool, name: &'static str| {
        let checker = checker.clone();
        html! {
            <label>
                <input type="radio" name="network" checked={plan.limits.once == once}
                    onchange={on(move || checker.edit(Edit::Once(once)))} />
                <span>{ name }</span>
            </label>
        }
    };
    html! {
        <div class="network">
            <b id="network-title">{ "A message arrives" }</b>
            <div class="segments" role="radiogroup" aria-labelledby="network-title" aria-describedby="network-help">
                { choice(false, "any number of times") }{ choice(true, "at most once") }
            </div>
            <p class="help" id="network-help">{ "In any order, or never, either way: loss and reordering are always \
                tried, doubled messages with the first." }</p>
        </div>
    }
}

/// The rules of the protocol, each with what it is for.
fn rules(checker: &Checker, plan: &Plan) -> Html {
    let rules = plan.rules();
    let off = rules.iter().filter(|(_, off)| *off).count();
    let all = {
        let checker = checker.clone();
        on(move || checker.edit(Edit::Rules))
    };
    html! {
        <fieldset class="rules">
            <legend><h3>{ if plan.aim == Aim::Spec { "Rules of the specification" } else { "Rules of the protocol" } }</h3></legend>
            <p class="help">
                { "Switch one off and let the check find out what it is for. " }
                if off > 0 {
                    <button class="link" onclick={all}>{ "Switch all on" }</button>
                }
            </p>
            { for rules.iter().enumerate().map(|(at, (rule, off))| {
                let checker = checker.clone();
                ui::rule(rule, *off, on(move || checker.edit(Edit::Rule(at))))
            }) }
        </fieldset>
    }
}
