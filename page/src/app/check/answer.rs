//! What is asked, how far the check got, and what came of it.

use super::map::Atlas;
use super::{Checker, swarm};
use crate::app::dom;
use crate::app::ui::{icon, on};
use paxos_page::check::desk::{Desk, Phase};
use paxos_page::check::plan::{Aim, Edit, Plan};
use paxos_page::check::post::{Answer, Figures, Witness};
use paxos_page::check::story::{Told, Worth};
use paxos_page::check::{advice, words};
use paxos_page::format;
use yew::prelude::*;

/// The question, the button, and the answer.
pub fn show(checker: &Checker) -> Html {
    let desk = checker.desk();
    let plan = &desk.plan;
    html! {
        <section class="check-answer" id="answer" aria-label="Question and answer" tabindex="0">
            <div class="ask">
                { aims(checker, plan) }
                <p class="covers">{ words::covers(plan) }{ off(plan) }</p>
                { buttons(checker, &desk) }
            </div>
            { for desk.notices.iter().map(|notice| html! { <p class="remark">{ notice }</p> }) }
            { outcome(checker, &desk) }
        </section>
    }
}

/// The rules that are off.
fn off(plan: &Plan) -> Html {
    words::off(plan)
        .into_iter()
        .map(|rule| html! { <span class="badge bad">{ format!("off: {rule}") }</span> })
        .collect()
}

/// What is to be found out; of the goals, which one.
fn aims(checker: &Checker, plan: &Plan) -> Html {
    let goals = plan.scenario.about().goals;
    let choice = |aim: Aim, name: &'static str, chosen: bool| radio(checker, "aim", aim, name, chosen);
    let choose = {
        let checker = checker.clone();
        Callback::from(move |event: Event| {
            let select = dom::target::<web_sys::HtmlSelectElement>(&event);
            let at = select.map_or(0, |select| select.selected_index());
            checker.edit(Edit::Aim(Aim::Find(at.max(0) as u8)));
        })
    };
    html! {
        <>
            <div class="segments aims" role="radiogroup" aria-label="What to find out">
                { choice(Aim::Hold, "Can it break?", plan.aim.holds()) }
                if !goals.is_empty() {
                    { choice(Aim::Find(0), "Find a run", matches!(plan.aim, Aim::Find(_))) }
                }
                { choice(Aim::Loop, "Can it loop?", plan.aim == Aim::Loop) }
                { choice(Aim::Map, "All states", plan.aim == Aim::Map) }
                { choice(Aim::Swarm, "Random runs", plan.aim == Aim::Swarm) }
            </div>
            if plan.aim.holds() {
                <div class="inline">
                    <span id="subject">{ "What is checked" }</span>
                    <div class="segments" role="radiogroup" aria-labelledby="subject">
                        { for SUBJECTS.map(|(aim, name)| radio(checker, "subject", aim, name, plan.aim == aim)) }
                    </div>
                </div>
            }
            if let Aim::Find(goal) = plan.aim {
                <div class="inline">
                    <label for="goal">{ "… where" }</label>
                    <select id="goal" onchange={choose}>{ for goals.iter().enumerate().map(|(at, other)| html! {
                        <option selected={at == usize::from(goal)}>{ other.about }</option>
                    }) }</select>
                </div>
            }
        </>
    }
}

/// What may be broken or not.
const SUBJECTS: [(Aim, &str); 3] = [(Aim::Hold, "Actors"), (Aim::Refine, "Refinement"), (Aim::Spec, "Specification")];

/// One of several things to find out.
fn radio(checker: &Checker, of: &'static str, aim: Aim, name: &'static str, chosen: bool) -> Html {
    let checker = checker.clone();
    html! {
        <label>
            <input type="radio" name={of} checked={chosen} onchange={on(move || checker.edit(Edit::Aim(aim)))} />
            <span>{ name }</span>
        </label>
    }
}

/// What the button that begins says.
fn begin(aim: Aim) -> &'static str {
    match aim {
        Aim::Spec => "Check every state",
        Aim::Hold | Aim::Refine => "Check every run",
        Aim::Find(_) => "Find the shortest run",
        Aim::Loop => "Look for a loop",
        Aim::Map => "Draw the map",
        Aim::Swarm => "Run them",
    }
}

/// Begins, stops and goes on, and does `then`. It is one button all the while: who pressed Stop has the focus on Go on,
/// not on what begins anew.
pub fn main_button(checker: &Checker, desk: &Desk, class: &'static str, then: fn()) -> Html {
    let (sign, name, act): (_, _, fn(&Checker)) = match desk.phase {
        Phase::Working => ("pause", "Stop", Checker::stop_or_go_on),
        Phase::Stopped => ("play", "Go on", Checker::stop_or_go_on),
        _ => ("check", begin(desk.plan.aim), Checker::begin),
    };
    let checker = checker.clone();
    let press = on(move || {
        act(&checker);
        then();
    });
    html! { <button {class} onclick={press}>{ icon(sign) }<span>{ name }</span></button> }
}

fn buttons(checker: &Checker, desk: &Desk) -> Html {
    let anew = checker.clone();
    html! {
        <div class="actions">
            { main_button(checker, desk, "button primary", || {}) }
            if desk.phase == Phase::Stopped {
                <button class="button" onclick={on(move || anew.begin())}>
                    { icon("check") }<span>{ begin(desk.plan.aim) }</span></button>
            }
            <button class="button lead" onclick={on(|| dom::show("settings-title"))}>{ "Settings" }</button>
            // Its line is kept while nothing is known, so that nothing below it jumps.
            if desk.plan.aim != Aim::Swarm && !desk.is_counted() {
                <span class="muted guess">
                    { desk.estimate.map(|states| words::estimate(states, desk.rate(), &desk.plan)).unwrap_or_default() }
                </span>
            }
        </div>
    }
}

fn outcome(checker: &Checker, desk: &Desk) -> Html {
    let Some(asked) = desk.asked.as_ref().filter(|asked| desk.is_under_way() || asked.aim.is_like(desk.plan.aim))
    else {
        return intro(desk.plan.aim);
    };
    let figures = &desk.figures;
    let (class, sign) = match &desk.phase {
        Phase::Answered(Answer::Holds) if asked.aim.holds() => ("ok", "check"),
        Phase::Answered(Answer::Reached(_) | Answer::NeedsTimers(true)) => ("ok", "check"),
        Phase::Answered(Answer::Violated { .. } | Answer::Loops { .. }) | Phase::Broke(_) => ("bad", "close"),
        Phase::Swarmed if desk.tally.broken > 0 => ("bad", "close"),
        _ => ("", ""),
    };
    let (headline, meaning) = words::outcome(desk, asked);
    // What changes with every turn is not read out.
    let (now, settled) = if desk.phase == Phase::Working { (meaning, String::new()) } else { (String::new(), meaning) };
    html! {
        <>
            <div class={classes!("outcome", class)}>
                <div role="status"><h2>if !sign.is_empty() { { icon(sign) } }{ headline }</h2><p>{ settled }</p></div>
                <p>{ now }</p>
                { match &desk.phase {
                    Phase::Answered(answer) => next(checker, asked, answer),
                    Phase::Mapped(None) => suggestions(checker, asked, true),
                    _ => html! {},
                } }
            </div>
            if desk.stale() {
                <p class="muted">{ "The settings have changed since. Asked was: " }{ words::covers(asked) }{ off(asked) }</p>
            }
            { match (asked.aim, &desk.phase) {
                (Aim::Swarm, _) => swarm::show(checker, &desk.tally),
                (Aim::Map, Phase::Mapped(Some(map))) => html! { <Atlas checker={checker.clone()} map={map.clone()} /> },
                (Aim::Map, _) => html! {},
                (Aim::Loop, _) => numbers(asked, figures),
                _ => html! { <>{ numbers(asked, figures) }{ levels(figures) }</> },
            } }
            { match &desk.phase {
                Phase::Answered(Answer::Violated { witness, .. } | Answer::Reached(witness)) => story(witness, usize::MAX),
                Phase::Answered(Answer::Loops { stem, witness, .. }) => story(witness, *stem as usize),
                _ => html! {},
            } }
        </>
    }
}

/// Before anything was asked.
fn intro(aim: Aim) -> Html {
    let (title, text, hint) = words::intro(aim);
    html! {
        <div class="outcome intro"><h2>{ title }</h2><p>{ text }</p><p>{ hint }</p></div>
    }
}

/// What to do next.
fn next(checker: &Checker, asked: &Plan, answer: &Answer) -> Html {
    let (witness, title) = match answer {
        Answer::Violated { property, witness, what } => {
            let of = if asked.aim == Aim::Spec { " of Paxos.tla" } else { "" };
            let after = format::count(witness.steps.len() as u64, words::steps(asked));
            // What the stage does not judge by itself is told with it.
            let what = if asked.aim == Aim::Refine { what } else { "" };
            (witness, format!("Broken after {after}{of}: {property}. {what}"))
        }
        Answer::Reached(witness) => (witness, format!("{} It takes {}.", asked.goal(), steps(witness))),
        Answer::Loops { stem, witness, .. } => {
            (witness, format!("Livelock: after {} it goes round and round.", format::count((*stem).into(), "step")))
        }
        Answer::NeedsTimers(_) => return html! {},
        Answer::Holds | Answer::Full => return suggestions(checker, asked, *answer == Answer::Full),
    };
    let open = {
        let (checker, link) = (checker.clone(), witness.link.clone());
        on(move || checker.show(&link, title.clone()))
    };
    if witness.link.is_empty() {
        return html! { <p class="muted">{ "The actors of a synod cannot do this schedule; see below where they stop." }</p> };
    }
    html! {
        <div class="actions">
            <button class="button primary" onclick={open}>{ icon("play") }<span>{ "Open on the stage" }</span></button>
            <a class="button" href={format!("#{}", witness.link)} target="_blank" rel="noopener">{ "In a new tab" }</a>
        </div>
    }
}

/// Checks worth doing after one that found nothing.
fn suggestions(checker: &Checker, asked: &Plan, full: bool) -> Html {
    let suggestions = advice::suggestions(asked, full);
    if suggestions.is_empty() {
        return html! {};
    }
    html! {
        <div class="actions next">
            <span class="muted">{ "Next:" }</span>
            { for suggestions.into_iter().map(|(name, edit)| {
                let checker = checker.clone();
                html! {
                    <button class="button" key={name.clone()} onclick={on(move || checker.again(edit))}>{ name }</button>
                }
            }) }
        </div>
    }
}

fn steps(witness: &Witness) -> String {
    format::count(witness.steps.len() as u64, "step")
}

/// The figures, of even width while they change.
fn numbers(asked: &Plan, figures: &Figures) -> Html {
    let seconds = format!("{}.{} s", figures.millis / 1000, figures.millis % 1000 / 100);
    let pairs = [
        ("States", words::grouped(figures.states)),
        ("Depth", format::count(figures.depth.into(), words::steps(asked))),
        ("Frontier", words::grouped(figures.frontier)),
        ("States a second", words::short(figures.rate())),
        ("Memory", words::megabytes(figures.bytes)),
        ("Time", seconds),
    ];
    html! {
        <dl class="figures">{ for pairs.iter().map(|(name, value)| html! { <div><dt>{ *name }</dt><dd>{ value }</dd></div> }) }</dl>
    }
}

/// How many states were found at each depth, as bars: the space swells and shrinks again.
fn levels(figures: &Figures) -> Html {
    let levels = &figures.levels;
    let most = levels.iter().copied().max().unwrap_or(0);
    if levels.len() < 3 {
        return html! {};
    }
    let label = format!("States by depth: {} levels, the widest of {} states", levels.len(), words::grouped(most));
    let bars: String = levels
        .iter()
        .enumerate()
        .map(|(at, states)| {
            let height = (states * 400 / most.max(1)).max(1);
            format!("M{} 40v-{}.{}h8v{}.{}z", at * 10 + 1, height / 10, height % 10, height / 10, height % 10)
        })
        .collect();
    html! {
        <figure class="levels">
            <svg viewBox={format!("0 0 {} 40", (levels.len() * 10).max(200))} role="img" aria-label={label}
                preserveAspectRatio="none"><path d={bars} /></svg>
            <figcaption>{ format!("States by depth, at most {} in one. Frontier: found, their next steps not tried yet.",
                words::short(most)) }</figcaption>
        </figure>
    }
}

/// The steps of a run that was found; from `lap` on they come again and again.
fn story(witness: &Witness, lap: usize) -> Html {
    html! {
        <section class="story" aria-labelledby="story-title">
            <h3 id="story-title">{ "Step by step" }</h3>
            <ol>{ for witness.steps.iter().enumerate().map(|(at, told)| step(told, at == lap)) }</ol>
            if lap < witness.steps.len() {
                <p class="muted">{ format!("And again from step {}, in later rounds.", lap + 1) }</p>
            }
        </section>
    }
}

fn step(told: &Told, lap: bool) -> Html {
    html! {
        <li class={classes!(matches!(told.mark, Some(Worth::Broken(..))).then_some("broken"))}>
            if lap { <p><b>{ "Here the loop begins." }</b></p> }
            <p>{ match told.text.split_once(": ").filter(|(name, _)| name.starts_with("Phase")) {
                Some((action, does)) => html! { <><code>{ action }</code>{ format!(": {does}") }</> },
                None => told.text.as_str().into(),
            } }</p>
            <p class="muted">{ &told.why }</p>
            { match &told.mark {
                Some(Worth::Chosen(value)) => html! { <p class="ok">{ format!("{value} is chosen.") }</p> },
                Some(Worth::Broken(name, what)) => html! { <p class="bad"><b>{ format!("{}: ", format::capital(name)) }</b>{ what }</p> },
                None => html! {},
            } }
        </li>
    }
}
