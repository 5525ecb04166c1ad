//! The Check view: every interleaving of the actors on the stage, tried in a worker.

mod answer;
mod checker;
mod history;
mod map;
mod office;
mod script;
mod settings;
mod swarm;

pub use checker::Checker;
pub use history::use_history;
pub use office::serve;
pub use script::check;

use super::hooks::{ViewHandle, use_changes, use_view};
use super::ui::{icon, on};
use paxos_page::check::desk::Phase;
use paxos_page::check::words;
use paxos_page::view::{Room, Turn};
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct CheckProps {
    /// The checks.
    pub checker: Checker,
}

/// The view.
#[component]
pub fn Check(CheckProps { checker }: &CheckProps) -> Html {
    use_news(checker);
    let view = use_view();
    checker.lead(view.dispatcher());
    // Also where another scenario is opened meanwhile: an example, a link that was pasted.
    let openings = use_state_eq(|| checker.session().openings());
    let latest = openings.clone();
    use_effect_with(checker.clone(), move |checker| {
        let session = checker.session().clone();
        let subscription = checker.session().on_change(move || latest.set(session.openings()));
        move || drop(subscription)
    });
    use_effect_with((checker.clone(), *openings), |(checker, _)| checker.enter());
    use_effect_with((), |()| super::dom::catch_focus("answer"));
    html! {
        <div class="check" id="room-check" role="tabpanel" aria-labelledby="tab-check">
            { answer::show(checker) }
            { settings::show(checker) }
        </div>
    }
}

/// Renders the component again whenever the checker holds something else.
#[hook]
fn use_news(checker: &Checker) {
    let update = use_force_update();
    use_effect_with(checker.clone(), move |checker| {
        let subscription = checker.on_change(move || update.force_update());
        move || drop(subscription)
    });
}

const ROOMS: [(Room, &str, &str); 2] = [(Room::Stage, "stage", "Stage"), (Room::Check, "check", "Check")];

/// The rooms of the page as tabs. A check that goes on is told here too.
#[component]
pub fn Rooms(CheckProps { checker }: &CheckProps) -> Html {
    use_news(checker);
    let view = use_view();
    let desk = checker.desk();
    let busy = desk.phase == Phase::Working;
    html! {
        <div class="rooms" role="tablist" aria-label="Views" title="Stage or check (v)">
            { for ROOMS.into_iter().enumerate().map(|(at, (room, key, name))| {
                let selected = view.0.room == room;
                let other = ROOMS[1 - at];
                let (turn, arrows) = (view.clone(), view.clone());
                let onkeydown = Callback::from(move |event: KeyboardEvent| {
                    if matches!(event.key().as_str(), "ArrowLeft" | "ArrowRight" | "Home" | "End") {
                        event.prevent_default();
                        arrows.dispatch(Turn::Room(other.0));
                        super::dom::focus(&format!("tab-{}", other.1));
                    }
                });
                html! {
                    <button role="tab" id={format!("tab-{key}")} aria-selected={selected.to_string()}
                        aria-controls={selected.then(|| format!("room-{key}"))} aria-keyshortcuts="v"
                        tabindex={if selected { "0" } else { "-1" }}
                        onclick={on(move || turn.dispatch(Turn::Room(room)))} {onkeydown}>
                        { name }
                        if busy && room == Room::Check {
                            <span class="count">{ words::short(desk.figures.states.max(desk.tally.runs.into())) }</span>
                        }
                    </button>
                }
            }) }
        </div>
    }
}

/// What a run on the stage shows that was opened from here, and the way back.
#[component]
pub fn Card(CheckProps { checker }: &CheckProps) -> Html {
    use_changes(checker.session());
    let view = use_view();
    let Some(opened) = checker.opened() else { return html! {} };
    html! {
        <aside class="card found" aria-label="What this run shows">
            <p>
                <strong>{ opened.title.trim_end() }</strong>{ " " }
                { for opened.plan.rules().into_iter().filter(|(_, off)| *off).map(|(rule, _)| html! {
                    <>{ "Switched off: " }<b>{ rule.name }</b>{ ". " }<span class="hint">{ rule.purpose }{ " " }</span></>
                }) }
                <span class="hint">{ "Step through it with → and ←." }</span>
            </p>
            { back(&view) }
        </aside>
    }
}

fn back(view: &ViewHandle) -> Html {
    let view = view.clone();
    html! {
        <button class="button" aria-label="Back to the check" onclick={on(move || view.dispatch(Turn::Room(Room::Check)))}>
            { icon("undo") }<span>{ "Back to the check" }</span>
        </button>
    }
}
