//! Examples to open, and the card that says what to look for in the one that is open.

use super::dialog::Dialog;
use super::hooks::{use_changes, use_view};
use super::session::Session;
use super::ui::{icon, on};
use paxos_page::view::Turn;
use paxos_playground::scenario::presets::PRESETS;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct PresetsProps {
    /// The run.
    pub session: Session,
}

/// The list of examples.
#[component]
pub fn Presets(PresetsProps { session }: &PresetsProps) -> Html {
    let view = use_view();
    let current = view.0.card.filter(|card| card.1 == session.openings()).map(|card| card.0);
    html! {
        <Dialog title="Examples">
            <ul class="presets">{ for PRESETS.iter().enumerate().map(|(at, preset)| {
                let (session, view) = (session.clone(), view.clone());
                let open = on(move || {
                    session.open(preset.scenario());
                    view.dispatch(Turn::Card(at, session.openings()));
                });
                html! {
                    <li key={preset.key}>
                        <button onclick={open} aria-current={(current == Some(at)).then_some("true")}>
                            <b>{ preset.title }</b><span>{ preset.text }</span>
                        </button>
                    </li>
                }
            }) }</ul>
        </Dialog>
    }
}

/// What to look for, until it is dismissed.
#[component]
pub fn Card(PresetsProps { session }: &PresetsProps) -> Html {
    use_changes(session);
    let view = use_view();
    let card = view.0.card.filter(|card| card.1 == session.openings());
    let Some(preset) = card.and_then(|(at, _)| PRESETS.get(at)) else {
        return html! {};
    };
    html! {
        <aside class="card" aria-label="What to look for">
            <p><strong>{ preset.title }{ ". " }</strong>{ preset.text }</p>
            <button class="button quiet" aria-label="Dismiss the explanation" title="Dismiss"
                onclick={on(move || view.dispatch(Turn::NoCard))}>{ icon("close") }</button>
        </aside>
    }
}
