//! The properties and how they stand, and what was chosen.

use super::hooks::{ViewHandle, use_changes, use_view};
use super::session::Session;
use super::ui::{icon, on};
use paxos_page::format;
use paxos_page::view::Turn;
use paxos_playground::run::{ChosenView, PropertyView, Run};
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct PropertiesProps {
    /// The run.
    pub session: Session,
}

/// The properties panel.
#[component]
pub fn Properties(PropertiesProps { session }: &PropertiesProps) -> Html {
    use_changes(session);
    let view = use_view();
    session.with(|run| {
        html! {
            <div class="panel-body">
                <h3>{ "Chosen" }</h3>
                { chosen(run, &view) }
                <h3>{ "What must hold" }</h3>
                <ul class="properties">{ for run.properties().iter().map(|property| line(property, &view)) }</ul>
            </div>
        }
    })
}

/// A button that shows an event in the log.
pub fn event_button(event: u64, text: String, view: &ViewHandle) -> Html {
    let view = view.clone();
    html! { <button class="link" onclick={on(move || view.dispatch(Turn::Event(event)))}>{ text }</button> }
}

fn line(property: &PropertyView, view: &ViewHandle) -> Html {
    let broken = property.broken.is_some();
    html! {
        <li key={property.name} class={if broken { "bad" } else { "ok" }}>
            { icon(if broken { "close" } else { "check" }) }
            <div>
                <strong>{ format::capital(property.name) }</strong>
                <span class="visually-hidden">{ if broken { " is broken" } else { " holds" } }</span>
                <p>{ property.about }</p>
                if let Some((event, what)) = &property.broken {
                    <p class="what">{ what }{ " " }{ event_button(*event, format!("See event {event}"), view) }</p>
                }
            </div>
        </li>
    }
}

/// The latest chosen values: a long run has thousands.
const SHOWN: usize = 12;

fn chosen(run: &dyn Run, view: &ViewHandle) -> Html {
    let all = run.chosen();
    if all.is_empty() {
        return html! {
            <p class="muted">{ "Nothing yet. A value is chosen when a quorum of acceptors votes for it in one ballot." }</p>
        };
    }
    let left_out = run.metrics().decisions.saturating_sub(SHOWN as u64);
    let slots = all.iter().any(|chosen| chosen.slot > 0);
    html! {
        <>
            <ul class="chosen-list">{ for all.iter().rev().take(SHOWN).map(|chosen| decision(run, chosen, slots, view)) }</ul>
            if left_out > 0 {
                <p class="muted">{ format!("and {left_out} earlier") }</p>
            }
        </>
    }
}

fn decision(run: &dyn Run, chosen: &ChosenView, slots: bool, view: &ViewHandle) -> Html {
    let learned = if chosen.learned.is_empty() { "nobody yet".into() } else { format::labels(run, &chosen.learned) };
    html! {
        <li key={format!("{} {}", chosen.slot, chosen.event)}>
            <p>
                if slots {
                    <span class="muted">{ format!("{} {} ", run.about().slot, chosen.slot) }</span>
                }
                <strong class="value">{ &chosen.value }</strong>
                { format!(" at ballot {}, ", chosen.ballot) }
                { event_button(chosen.event, format::clock(chosen.time), view) }
            </p>
            <dl class="pairs">
                <dt>{ "Quorum" }</dt><dd>{ format::labels(run, &chosen.quorum) }</dd>
                <dt>{ "Learned by" }</dt><dd>{ learned }</dd>
            </dl>
        </li>
    }
}
