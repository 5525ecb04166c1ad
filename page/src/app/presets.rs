//! Examples to open, and the card that says what to look for in the one that is open, or welcomes who is new.

use super::dialog::Dialog;
use super::hooks::{ViewState, use_changes, use_view};
use super::session::Session;
use super::ui::{icon, on};
use super::{dom, engine};
use paxos_page::view::{self, Turn, View};
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
    let (name, text) = match card.and_then(|(at, _)| PRESETS.get(at)) {
        Some(preset) => ("What to look for", html! { <><strong>{ preset.title }{ ". " }</strong>{ preset.text }</> }),
        None if view.0.welcome && session.openings() == 0 => {
            let view = view.clone();
            let examples = on(move || view.dispatch(Turn::Open(view::Dialog::Presets)));
            let text = html! { <>
                <strong>{ "Welcome. " }</strong>
                { "These nodes agree on one value by real Paxos. Click one to crash it, or begin with " }
                <button class="link" onclick={examples}>{ "an example" }</button>{ "." }
            </> };
            ("Welcome", text)
        }
        None => return html! {},
    };
    let dismiss = on(move || {
        dom::keep(WELCOMED, "yes");
        view.dispatch(Turn::NoCard);
        dom::focus("panel");
    });
    html! {
        <aside class="card" aria-label={name}>
            <p>{ text }</p>
            <button class="button quiet" aria-label="Dismiss the explanation" title="Dismiss" onclick={dismiss}>
                { icon("close") }</button>
        </aside>
    }
}

/// Where the browser keeps that somebody is no newcomer any more.
const WELCOMED: &str = "welcomed";

/// The view at first. Who comes by a link came for what it shows; a newcomer to the page itself is welcomed.
pub fn greet() -> ViewState {
    let hash = dom::window().location().hash().unwrap_or_default();
    ViewState(View { welcome: engine::is_empty(&hash) && dom::kept(WELCOMED).is_none(), ..View::default() })
}
