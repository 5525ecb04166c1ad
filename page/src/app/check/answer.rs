//! What is asked, how far the check got, and what came of it.

use super::Checker;
use crate::app::hooks::ViewHandle;
use crate::app::ui::{icon, on};
use paxos_page::check::desk::{Desk, Phase};
use paxos_page::check::plan::{Aim, Edit, Plan};
use paxos_page::check::post::{Answer, Figures, Witness};
use paxos_page::check::story::{Told, Worth};
use paxos_page::check::words;
use paxos_page::format;
use paxos_page::view::{Room, Turn};
use yew::prelude::*;

/// The question, the button, and the answer.
pub fn show(checker: &Checker, view: &ViewHandle) -> Html {
    let desk = checker.desk();
    html! {
        <section class="check-answer" aria-label="Question and answer" tabindex="0">
            <div class="ask">
                { aims(checker, &desk.plan) }
                <p class="covers">{ words::covers(&desk.plan) }
                    { for words::off(&desk.plan).into_iter().map(|rule| html! {
                        <span class="badge bad">{ format!("off: {rule}") }</span>
                    }) }
                </p>
                { buttons(checker, &desk) }
            </div>
            { for desk.notices.iter().map(|notice| html! { <p class="remark">{ notice }</p> }) }
            { outcome(checker, &desk, view) }
        </section>
    }
}

/// What is to be found out: whether something breaks, or one of the goals.
fn aims(checker: &Checker, plan: &Plan) -> Html {
    let goals = plan.scenario.about().goals.iter().enumerate();
    let aims = std::iter::once((Aim::Hold, "Does any run break a property?"));
    let aims = aims.chain(goals.map(|(at, goal)| (Aim::Find(at as u8), goal.about)));
    let choose = {
        let checker = checker.clone();
        Callback::from(move |event: Event| {
            let select = crate::app::dom::target::<web_sys::HtmlSelectElement>(&event);
            let at = select.map_or(0, |select| select.selected_index());
            checker.edit(Edit::Aim(if at > 0 { Aim::Find(at as u8 - 1) } else { Aim::Hold }));
        })
    };
    html! {
        <div class="inline aim">
            <label for="aim">{ "Question" }</label>
            <select id="aim" onchange={choose}>{ for aims.map(|(aim, text)| {
                let text = if aim == Aim::Hold { text.to_owned() } else { format!("Find a run where: {text}") };
                html! { <option selected={aim == plan.aim}>{ text }</option> }
            }) }</select>
        </div>
    }
}

fn buttons(checker: &Checker, desk: &Desk) -> Html {
    let act = |work: fn(&Checker)| {
        let checker = checker.clone();
        on(move || work(&checker))
    };
    let begin = if desk.plan.aim == Aim::Hold { "Check every run" } else { "Find the shortest run" };
    html! {
        <div class="actions">
            if desk.phase == Phase::Working {
                <button class="button primary" onclick={act(Checker::stop_or_go_on)}>
                    { icon("pause") }<span>{ "Stop" }</span></button>
            } else {
                if desk.phase == Phase::Stopped {
                    <button class="button primary" onclick={act(Checker::stop_or_go_on)}>
                        { icon("play") }<span>{ "Go on" }</span></button>
                }
                <button class={classes!("button", (desk.phase != Phase::Stopped).then_some("primary"))}
                    onclick={act(Checker::begin)}>{ icon("check") }<span>{ begin }</span></button>
            }
            if desk.stale() && desk.phase != Phase::Idle {
                <span class="muted">{ "The settings have changed since." }</span>
            }
        </div>
    }
}

fn outcome(checker: &Checker, desk: &Desk, view: &ViewHandle) -> Html {
    let Some(asked) = &desk.asked else { return intro() };
    let figures = &desk.figures;
    let (class, sign, headline, meaning) = match &desk.phase {
        Phase::Idle => return intro(),
        Phase::Working => ("", "", "Trying every run …".into(), words::so_far(asked, figures)),
        Phase::Stopped => ("", "pause", "Stopped".into(), words::so_far(asked, figures)),
        Phase::Answered(answer) => {
            let (class, sign) = match answer {
                Answer::Holds if asked.aim == Aim::Hold => ("ok", "check"),
                Answer::Violated { .. } => ("bad", "close"),
                Answer::Reached(_) => ("ok", "check"),
                Answer::Holds | Answer::Full => ("", ""),
            };
            (class, sign, words::headline(asked, answer), words::meaning(asked, answer, figures))
        }
        Phase::Broke(how) => ("bad", "close", "The worker broke".into(), words::broke(asked, figures, how)),
    };
    html! {
        <>
            <div class={classes!("outcome", class)}>
                <div role="status">
                    <h2>{ icon(sign) }{ headline }</h2>
                    <p>{ if desk.phase == Phase::Working { String::new() } else { meaning.clone() } }</p>
                </div>
                if desk.phase == Phase::Working {
                    <p>{ meaning }</p>
                }
                if let Phase::Answered(answer) = &desk.phase {
                    { next(checker, asked, answer, view) }
                }
            </div>
            { numbers(figures) }
            { levels(figures) }
            { match &desk.phase {
                Phase::Answered(Answer::Violated { witness, .. } | Answer::Reached(witness)) => story(witness),
                _ => html! {},
            } }
            if *asked != desk.plan {
                <p class="muted">{ "Asked was: " }{ words::covers(asked) }
                    { for words::off(asked).into_iter().map(|rule| format!(" Off: {rule}.")) }</p>
            }
        </>
    }
}

/// Before anything was asked.
fn intro() -> Html {
    html! {
        <div class="outcome intro">
            <h2>{ "One run shows that something can happen. This shows what can never happen." }</h2>
            <p>{ "The very actors of the stage are put into every state that they can reach together: each message and \
                timer at every possible moment, within the limits that you set. Either every property holds in all of \
                them, or you get the shortest run that breaks one, to play on the stage." }</p>
            <p>{ "To see a rule at work, switch it off and check." }</p>
        </div>
    }
}

/// What to do next.
fn next(checker: &Checker, asked: &Plan, answer: &Answer, view: &ViewHandle) -> Html {
    let (witness, title) = match answer {
        Answer::Violated { property, witness, .. } => {
            (witness, format!("{} breaks in {}.", format::capital(property), steps(witness)))
        }
        Answer::Reached(witness) => {
            let Aim::Find(goal) = asked.aim else { return html! {} };
            let goal = asked.scenario.about().goals.get(usize::from(goal)).map_or("", |goal| goal.about);
            (witness, format!("{goal} It takes {}.", steps(witness)))
        }
        Answer::Holds | Answer::Full => return suggestions(checker, asked, *answer == Answer::Full),
    };
    let open = {
        let (checker, view, link) = (checker.clone(), view.clone(), witness.link.clone());
        on(move || {
            checker.open(&link, title.clone());
            view.dispatch(Turn::Room(Room::Stage));
        })
    };
    html! {
        <div class="actions">
            <button class="button primary" onclick={open}>{ icon("play") }<span>{ "Open on the stage" }</span></button>
            <a class="button" href={format!("#{}", witness.link)}>{ "Its link" }</a>
        </div>
    }
}

/// Checks worth doing after one that found nothing.
fn suggestions(checker: &Checker, asked: &Plan, full: bool) -> Html {
    html! {
        <div class="actions next">
            <span class="muted">{ "Next:" }</span>
            { for words::suggestions(asked, full).into_iter().map(|(name, edit)| {
                let checker = checker.clone();
                html! {
                    <button class="button" key={name.clone()} onclick={on(move || {
                        checker.edit(edit);
                        checker.begin();
                    })}>{ name }</button>
                }
            }) }
        </div>
    }
}

fn steps(witness: &Witness) -> String {
    format::count(witness.steps.len() as u64, "step")
}

/// The figures, of even width while they change.
fn numbers(figures: &Figures) -> Html {
    let seconds = format!("{}.{} s", figures.millis / 1000, figures.millis % 1000 / 100);
    let pairs = [
        ("States", words::grouped(figures.states)),
        ("Depth", format::count(figures.depth.into(), "step")),
        ("Waiting", words::grouped(figures.frontier)),
        ("A second", words::short(figures.rate())),
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
            <figcaption>{ format!("States by depth, at most {} in one", words::short(most)) }</figcaption>
        </figure>
    }
}

/// The steps of a run that was found.
fn story(witness: &Witness) -> Html {
    html! {
        <section class="story" aria-labelledby="story-title">
            <h3 id="story-title">{ "Step by step" }</h3>
            <ol>{ for witness.steps.iter().map(step) }</ol>
        </section>
    }
}

fn step(told: &Told) -> Html {
    html! {
        <li class={classes!(matches!(told.mark, Some(Worth::Broken(..))).then_some("broken"))}>
            <p>{ &told.text }</p>
            <p class="muted">{ &told.why }</p>
            { match &told.mark {
                Some(Worth::Chosen(value)) => html! { <p class="ok">{ format!("{value} is chosen.") }</p> },
                Some(Worth::Broken(name, what)) => html! { <p class="bad"><b>{ format!("{}: ", format::capital(name)) }</b>{ what }</p> },
                None => html! {},
            } }
        </li>
    }
}
