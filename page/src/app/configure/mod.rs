//! The knobs of the system and of the world, generated from their lists.

mod control;

use super::dom::target;
use super::hooks::use_changes;
use super::session::Session;
use super::ui::on;
use control::Control;
use paxos_page::pending::Pending;
use paxos_playground::paxos::registry::{SYSTEMS, about};
use paxos_playground::paxos::{About, Kind, Knob, Knobs};
use paxos_playground::scenario::knobs_of;
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct ConfigureProps {
    /// The run.
    pub session: Session,
}

/// The configure panel.
#[component]
pub fn Configure(ConfigureProps { session }: &ConfigureProps) -> Html {
    use_changes(session);
    let search = use_state(String::new);
    // A group that is open does not close because its last knob is turned back.
    let was_turned = use_mut_ref(Vec::new);
    let (running, knobs) = session.with(|run| (run.about(), run.knobs().clone()));
    let pending = session.pending().clone();
    let shown = pending.system().and_then(about).unwrap_or(running);
    let find = {
        let search = search.clone();
        Callback::from(move |event: InputEvent| {
            search.set(target::<HtmlInputElement>(&event).map_or_else(String::new, |input| input.value()));
        })
    };
    let wanted = search.to_ascii_lowercase();
    html! {
        <div class="panel-body configure">
            { waiting(session, &pending, &knobs) }
            { systems(session, running, shown) }
            <div class="inline">
                <label for="knob-search">{ "Find" }</label>
                <input id="knob-search" type="search" placeholder="loss, delay, quorum …" oninput={find} />
            </div>
            // Apart from the field above: it would be made anew when their number changes with the search.
            <div class="groups">
                { for groups(shown, &wanted).into_iter().enumerate().map(|(at, (name, group))| {
                    let turned = group.iter().filter(|knob| knobs.get(knob) != knob.default).count();
                    // What most people come for is open: the first group, chances, and whatever was searched or changed.
                    let chance = group.iter().any(|knob| matches!(knob.kind, Kind::Probability { .. }));
                    if turned > 0 && !was_turned.borrow().contains(&name) {
                        was_turned.borrow_mut().push(name);
                    }
                    let open = at == 0 || chance || was_turned.borrow().contains(&name) || !wanted.is_empty();
                    html! {
                        <details key={name} {open}>
                            <summary>
                                <h3>{ name }</h3>
                                if turned > 0 {
                                    <span class="badge">{ format!("{turned} changed") }</span>
                                }
                            </summary>
                            { for group.into_iter().map(|knob| html! {
                                <Control key={knob.key} session={session.clone()} {knob} about={shown.key}
                                    value={knobs.get(knob)} waits={pending.get(knob.key)} />
                            }) }
                        </details>
                    }
                }) }
            </div>
        </div>
    }
}

/// The knobs that match, under their headings, in the order of their lists.
fn groups(about: &'static About, wanted: &str) -> Vec<(&'static str, Vec<&'static Knob>)> {
    let mut groups: Vec<(&'static str, Vec<&'static Knob>)> = Vec::new();
    for knob in knobs_of(about) {
        let matches = |text: &str| text.to_ascii_lowercase().contains(wanted);
        if !wanted.is_empty() && ![knob.key, knob.label, knob.help, knob.group].into_iter().any(matches) {
            continue;
        }
        // A set of many boxes has a heading of its own.
        let heading = if matches!(knob.kind, Kind::Set(_)) { knob.label } else { knob.group };
        match groups.iter_mut().find(|(name, _)| *name == heading) {
            Some((_, group)) => group.push(knob),
            None => groups.push((heading, vec![knob])),
        }
    }
    groups
}

/// Which system runs; another one needs a restart.
fn systems(session: &Session, running: &'static About, shown: &'static About) -> Html {
    let choose = {
        let session = session.clone();
        Callback::from(move |event: Event| {
            let key = target::<HtmlSelectElement>(&event).map_or_else(String::new, |select| select.value());
            if let Some(about) = about(&key) {
                session.change_pending(|pending| pending.set_system(about.key, running.key));
            }
        })
    };
    html! {
        <div class="system">
            <div class="inline">
                <label for="system">{ "System" }</label>
                <select id="system" onchange={choose}>{ for SYSTEMS.iter().map(|about| html! {
                    <option value={about.key} selected={about.key == shown.key}>{ about.title }</option>
                }) }</select>
            </div>
            <p class="muted">{ shown.summary }</p>
        </div>
    }
}

/// What waits for a restart, and the restart.
fn waiting(session: &Session, pending: &Pending, knobs: &Knobs) -> Html {
    if pending.is_empty() {
        return html! {};
    }
    let act = |work: fn(&Session)| {
        let session = session.clone();
        on(move || work(&session))
    };
    html! {
        <section class="waiting" aria-label="Settings that need a restart">
            <ul>
                if let Some(about) = pending.system().and_then(about) {
                    <li>{ "System: " }<b>{ about.title }</b></li>
                }
                { for pending.knobs().iter().map(|(knob, value)| html! {
                    <li key={knob.key}>
                        { format!("{}: {} → ", knob.label, knob.kind.format(knobs.get(knob))) }
                        <b>{ knob.kind.format(*value) }</b>
                    </li>
                }) }
            </ul>
            <div class="actions">
                <button class="button primary" onclick={act(Session::restart_with_pending)}>
                    { "Restart with these settings" }</button>
                <button class="button" onclick={act(|session| session.change_pending(Pending::clear))}>
                    { "Leave as it is" }</button>
            </div>
        </section>
    }
}
