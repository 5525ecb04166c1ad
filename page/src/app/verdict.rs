//! What is always on screen: whether every property holds, and what was chosen.

use super::hooks::{use_changes, use_view};
use super::session::Session;
use super::ui::{icon, on};
use paxos_page::view::{Tab, Turn};
use paxos_playground::run::{ChosenView, PropertyView};
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct VerdictProps {
    /// The run.
    pub session: Session,
}

/// One line; a click shows all of it.
#[component]
pub fn Verdict(VerdictProps { session }: &VerdictProps) -> Html {
    use_changes(session);
    let view = use_view();
    let (properties, chosen, all) = session.with(|run| (run.properties(), run.chosen(), run.metrics().decisions));
    let broken = properties.iter().any(|property| property.broken.is_some());
    html! {
        <button class={classes!("verdict", broken.then_some("broken"))}
            onclick={on(move || view.dispatch(Turn::Tab(Tab::Properties)))}>
            <span class="marks" aria-hidden="true">{ for marked(&properties).map(mark) }</span>
            <span>{ summary(&properties) }</span>
            <span class="chosen">{ decision(&chosen, all) }</span>
        </button>
    }
}

/// How many properties have a mark each; of more, the first that is broken stands for all.
const MARKS: usize = 8;

fn marked(properties: &[PropertyView]) -> impl Iterator<Item = &PropertyView> {
    let worst = properties.iter().position(|property| property.broken.is_some()).unwrap_or(0);
    let few = properties.len() <= MARKS;
    let shown = if few { properties } else { &properties[worst..=worst] };
    shown.iter()
}

fn mark(property: &PropertyView) -> Html {
    let broken = property.broken.is_some();
    html! {
        <span class={if broken { "bad" } else { "ok" }} title={property.name}>
            { icon(if broken { "close" } else { "check" }) }
        </span>
    }
}

fn summary(properties: &[PropertyView]) -> String {
    let broken: Vec<_> = properties.iter().filter(|property| property.broken.is_some()).collect();
    match broken[..] {
        [] => format!("All {} hold", properties.len()),
        [one] => format!("Broken: {}", one.name),
        [one, ..] => format!("Broken: {} +{}", one.name, broken.len() - 1),
    }
}

/// The last of all that was chosen. A long run lists only the latest.
fn decision(chosen: &[ChosenView], all: u64) -> Html {
    match chosen {
        [] => html! { "Nothing chosen" },
        [one] => html! { <>{ "Chosen: " }<b>{ &one.value }</b></> },
        [.., last] => html! { <>{ format!("{all} chosen, last: ") }<b>{ &last.value }</b></> },
    }
}
