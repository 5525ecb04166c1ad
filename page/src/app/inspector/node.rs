//! One node: what it holds, what just changed, what can be done to it.

use super::tables::tables;
use super::{act, heading};
use crate::app::ask::Ask;
use crate::app::dom::target;
use crate::app::hooks::{ViewHandle, use_changes, use_view};
use crate::app::properties::event_button;
use crate::app::session::Session;
use crate::app::ui::{on, term};
use paxos_page::format;
use paxos_playground::paxos::{About, Micros, NodeId, Timer};
use paxos_playground::run::{FieldView, Inspection, LogEntry, NodeView, Status};
use paxos_playground::sim::{Action, Disk};
use web_sys::HtmlSelectElement;
use yew::prelude::*;

/// How late a node is that a person slows down.
const SLOW: Micros = Micros::millis(2_000);
/// How many of a node's latest events are shown.
const RECENT: usize = 6;

#[derive(Properties, PartialEq)]
pub struct NodePanelProps {
    pub session: Session,
    pub node: NodeId,
}

/// Everything about one node.
#[component]
pub fn NodePanel(NodePanelProps { session, node }: &NodePanelProps) -> Html {
    use_changes(session);
    let view = use_view();
    let (about, serves) = session.with(|run| (run.about(), run.serves(*node)));
    let (inspection, rows) = session.with_mut(|run| (run.inspect(*node), run.tables(*node)));
    let shown = &inspection.node;
    let role = shown.role.map(|role| about.roles[usize::from(role)]);
    html! {
        <>
            { heading(session, html! { <>
                { &shown.label }{ " " }<small>{ role.map_or("", |role| role.name) }</small>{ status(shown) }
            </> }) }
            <p class="muted">{ inspection.about }</p>
            { buttons(session, shown) }
            if serves {
                <Ask session={session.clone()} node={*node} />
            }
            { fields(&inspection, true, "Durable", "survives a crash") }
            { fields(&inspection, false, "Volatile", "lost in a crash") }
            { tables(&rows) }
            { timers(session, about, &inspection) }
            { recent(&inspection.recent, &view) }
            <More session={session.clone()} node={*node} />
        </>
    }
}

fn status(node: &NodeView) -> Html {
    let mut text = String::from(node.status.name());
    if node.slow {
        text += ", slow";
    }
    if node.isolated {
        text += ", cut off";
    }
    if node.waiting > 0 {
        text += &format!(", {} waiting", node.waiting);
    }
    html! { <span class={classes!("badge", (node.status != Status::Up).then_some("bad"))}>{ text }</span> }
}

fn buttons(session: &Session, shown: &NodeView) -> Html {
    let node = shown.id;
    let button = |text, title, action| act(session, text, title, action);
    let life = match shown.status {
        Status::Up => html! { <>
            { button("Crash", "Stops the machine: volatile state is lost", Action::Crash(node)) }
            { button("Pause", "Stands still and keeps its state", Action::Pause(node)) }
        </> },
        Status::Paused => html! { <>
            { button("Resume", "Goes on after the pause", Action::Resume(node)) }
            { button("Crash", "Stops the machine: volatile state is lost", Action::Crash(node)) }
        </> },
        Status::Down => button("Restart", "Comes up again with its durable state", Action::Restart(node)),
        Status::Absent => button("Join", "Starts now", Action::Join(node)),
    };
    html! {
        <div class="actions">
            { life }
            if shown.slow {
                { button("Full speed", "Handles messages at once again", Action::Slow(node, Micros::ZERO)) }
            } else {
                { button("Slow", "Handles each message 2 s later", Action::Slow(node, SLOW)) }
            }
            if shown.isolated {
                { button("Rejoin", "Reaches everyone again", Action::Rejoin(node)) }
            } else {
                { button("Cut off", "Nothing gets to it or away from it", Action::Isolate(node)) }
            }
            { button("Wipe", "Erases its durable state: what no acceptor may ever do", Action::Wipe(node)) }
        </div>
    }
}

fn fields(inspection: &Inspection, durable: bool, title: &str, about: &str) -> Html {
    let fields: Vec<_> = inspection.fields.iter().filter(|field| field.durable == durable).collect();
    if fields.is_empty() {
        return html! {};
    }
    html! {
        <section class={classes!("fields", durable.then_some("durable"))}>
            <h4>{ title }<small>{ about }</small></h4>
            <dl>{ for fields.into_iter().map(field) }</dl>
        </section>
    }
}

fn field(field: &FieldView) -> Html {
    html! {
        <div key={field.name} class={classes!(field.changed.is_some().then_some("changed"))}>
            { term(field.name, field.about) }
            <dd>
                if let Some(old) = &field.changed {
                    <del aria-label={format!("was {old}")}>{ old }</del>{ " " }
                }
                <span>{ &field.value }</span>
            </dd>
        </div>
    }
}

fn timers(session: &Session, about: &'static About, inspection: &Inspection) -> Html {
    if inspection.timers.is_empty() {
        return html! {};
    }
    let node = inspection.node.id;
    html! {
        <section class="fields">
            <h4>{ "Timers" }<small>{ "when they fire" }</small></h4>
            <dl>{ for inspection.timers.iter().map(|(name, at)| {
                let timer = about.timers.iter().position(|timer| timer == name);
                html! {
                    <div key={*name}>
                        <dt>{ *name }</dt>
                        <dd>
                            { if *at == Micros::NEVER { "when you say so".into() } else { format::clock(*at) } }
                            if let Some(timer) = timer {
                                { act(session, "Fire now", "The timer fires now", Action::Fire(node, Timer(timer as u8))) }
                            }
                        </dd>
                    </div>
                }
            }) }</dl>
        </section>
    }
}

fn recent(entries: &[LogEntry], view: &ViewHandle) -> Html {
    if entries.is_empty() {
        return html! {};
    }
    html! {
        <section>
            <h4>{ "Latest here" }</h4>
            <ol class="recent">{ for entries.iter().take(RECENT).map(|entry| html! {
                <li key={entry.event.to_string()}>{ event_button(entry.event, format::clock(entry.time), view) }
                    <span>{ entry.explanations.first().map_or(&entry.text, |explanation| &explanation.text) }</span></li>
            }) }</ol>
        </section>
    }
}

/// What is done less often: single links, disk, clock, leaving.
#[component]
fn More(NodePanelProps { session, node }: &NodePanelProps) -> Html {
    let other = use_state_eq(|| None::<u8>);
    let nodes: Vec<_> = session.with(|run| run.nodes()).into_iter().filter(|other| other.id != *node).collect();
    let Some(to) = nodes.iter().find(|shown| Some(shown.id.0) == *other).or(nodes.first()).map(|shown| shown.id) else {
        return html! {};
    };
    let choose = Callback::from(move |event: Event| {
        other.set(target::<HtmlSelectElement>(&event).and_then(|select| select.value().parse().ok()));
    });
    let node = *node;
    let disk = |text, title, disk| act(session, text, title, Action::Disk(node, disk));
    let leave = {
        let session = session.clone();
        on(move || _ = session.act(Action::Leave(node)))
    };
    html! {
        <details class="more">
            <summary>{ "Links, disk and clock" }</summary>
            <p class="inline">
                <label for="other">{ "Link to" }</label>
                <select id="other" onchange={choose}>{ for nodes.iter().map(|shown| html! {
                    <option value={shown.id.0.to_string()} selected={shown.id == to}>{ &shown.label }</option>
                }) }</select>
            </p>
            <div class="actions">
                { act(session, "Cut", "Nothing gets there from here", Action::Cut(node, to)) }
                { act(session, "Mend", "Ends the cut", Action::Mend(node, to)) }
                { act(session, "Clog", "What is sent there waits", Action::Clog(node, to)) }
                { act(session, "Unclog", "What waited arrives", Action::Unclog(node, to)) }
            </div>
            <h4>{ "Disk" }</h4>
            <div class="actions">
                { disk("Sound", "Every write is kept", Disk::Sound) }
                { disk("Loses last", "A crash loses the last write", Disk::LosesLast) }
                { disk("Forgets", "A crash loses everything", Disk::Forgets) }
            </div>
            <h4>{ "Clock" }</h4>
            <div class="actions">
                { act(session, "Half", "Its clock runs at half the true rate", Action::Skew(node, 500_000)) }
                { act(session, "True", "Its clock runs true", Action::Skew(node, 1_000_000)) }
                { act(session, "Double", "Its clock runs at twice the true rate", Action::Skew(node, 2_000_000)) }
                <button class="button" title="Leaves in good order" onclick={leave}>{ "Leave" }</button>
            </div>
        </details>
    }
}
