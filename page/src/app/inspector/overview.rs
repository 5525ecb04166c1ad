//! Every node and every message, to select without a pointer; and a line to act in words.

use crate::app::ask::Ask;
use crate::app::engine;
use crate::app::hooks::use_changes;
use crate::app::session::{Selection, Session};
use crate::app::ui::on;
use paxos_page::{format, snapshot};
use paxos_playground::paxos::About;
use paxos_playground::run::{Flight, NodeView, Run, Status};
use paxos_playground::sim::Action;
use web_sys::HtmlInputElement;
use yew::prelude::*;

/// So many messages are listed, those that arrive first.
const LETTERS: usize = 24;

#[derive(Properties, PartialEq)]
pub struct OverviewProps {
    pub session: Session,
}

/// What there is when nothing is selected.
#[component]
pub fn Overview(OverviewProps { session }: &OverviewProps) -> Html {
    use_changes(session);
    let (about, nodes, flights, plan) =
        session.with(|run| (run.about(), run.nodes(), flights(run), run.scenario().plan.len()));
    let left_out = flights.len().saturating_sub(LETTERS);
    html! {
        <>
            <p class="muted">{ "Select a node or a message, here or on the stage, to look inside and to interfere." }</p>
            <Ask session={session.clone()} />
            <Command session={session.clone()} />
            if plan > 0 {
                <p class="inline">
                    <span>{ format!("This run has {}.", format::count(plan as u64, "intervention")) }</span>
                    <button class="button" title="The same run without any of them" onclick={forget(session)}>
                        { "Forget them" }</button>
                    <button class="button" title="Ends every partition, cut and clog" onclick={heal(session)}>
                        { "Heal all links" }</button>
                </p>
            }
            <h3>{ "Nodes" }</h3>
            <ul class="list">{ for nodes.iter().map(|shown| node(session, about, shown)) }</ul>
            <h3>{ "Messages under way" }</h3>
            if flights.is_empty() {
                <p class="muted">{ "None." }</p>
            }
            <ul class="list">{ for flights.iter().take(LETTERS).map(|flight| letter(session, flight)) }</ul>
            if left_out > 0 {
                <p class="muted">{ format!("and {left_out} more") }</p>
            }
        </>
    }
}

fn forget(session: &Session) -> Callback<MouseEvent> {
    let session = session.clone();
    on(move || session.forget_plan())
}

fn heal(session: &Session) -> Callback<MouseEvent> {
    let session = session.clone();
    on(move || _ = session.act(Action::Heal))
}

/// Every letter, the next to arrive first.
fn flights(run: &dyn Run) -> Vec<Flight> {
    snapshot::flights(run, |flight| (flight.arrives, flight.letter))
}

fn node(session: &Session, about: &'static About, shown: &NodeView) -> Html {
    let select = {
        let (session, id) = (session.clone(), shown.id);
        on(move || session.select(Selection::Node(id)))
    };
    let role = shown.role.map_or("server", |role| about.roles[usize::from(role)].name);
    html! {
        <li key={shown.id.0}>
            <button onclick={select}>
                <b>{ &shown.label }</b>
                <span class={(shown.status != Status::Up).then_some("bad")}>{ format::state(shown) }</span>
                <small>{ role }</small>
            </button>
        </li>
    }
}

fn letter(session: &Session, flight: &Flight) -> Html {
    let letter = flight.letter;
    let select = {
        let session = session.clone();
        on(move || session.select(Selection::Letter(letter)))
    };
    let (way, text) = session.with(|run| {
        let way = format!("{} → {}", format::label(run, letter.from), format::label(run, letter.to));
        (way, run.letter(letter).map_or_else(String::new, |shown| shown.text))
    });
    html! {
        <li key={format!("{letter:?}")}><button onclick={select}><b>{ way }</b><span>{ text }</span></button></li>
    }
}

/// Acts in the words that links and files use.
#[component]
fn Command(OverviewProps { session }: &OverviewProps) -> Html {
    let input = use_node_ref();
    let submit = {
        let (session, input) = (session.clone(), input.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let Some(input) = input.cast::<HtmlInputElement>() else { return };
            match engine::action(&session, &input.value()) {
                Ok(action) => {
                    if session.act(action).is_ok() {
                        input.set_value("");
                    }
                }
                Err(notice) => session.notify(notice),
            }
        })
    };
    html! {
        <form class="inline" onsubmit={submit}>
            <label for="command">{ "Do" }</label>
            <input id="command" ref={input} type="text" placeholder="crash A2 · cut P1>A3 · heal" autocomplete="off"
                autocapitalize="off" spellcheck="false" />
            <button class="button">{ "Do it" }</button>
        </form>
    }
}
