//! One message on its way: what it says, and what can be done to it.

use super::{act, heading};
use crate::app::hooks::{use_changes, use_view};
use crate::app::properties::event_button;
use crate::app::session::Session;
use paxos_page::format;
use paxos_playground::paxos::{About, Micros};
use paxos_playground::run::LetterView;
use paxos_playground::sim::{Action, Letter};
use yew::prelude::*;

/// How much later a message arrives that a person delays.
const LATER: Micros = Micros::millis(2_000);

#[derive(Properties, PartialEq)]
pub struct LetterPanelProps {
    pub session: Session,
    pub letter: Letter,
}

/// Everything about one message.
#[component]
pub fn LetterPanel(LetterPanelProps { session, letter }: &LetterPanelProps) -> Html {
    use_changes(session);
    let view = use_view();
    let last = use_mut_ref(|| None::<(Letter, LetterView)>);
    let (about, way, now) = session.with(|run| {
        let way = format!("{} → {}", format::label(run, letter.from), format::label(run, letter.to));
        (run.about(), way, run.letter(*letter))
    });
    let here = now.is_some();
    if let Some(now) = now {
        *last.borrow_mut() = Some((*letter, now));
    }
    let last = last.borrow();
    let shown = last.as_ref().filter(|(of, _)| of == letter).map(|(_, shown)| shown);
    html! {
        <>
            { heading(session, html! { <>{ "Message " }<small>{ way }</small></> }) }
            if let Some(shown) = shown {
                <p class="says">{ &shown.text }</p>
                <p class="muted">
                    { fate(shown, here) }
                    if let Some(cause) = shown.cause {
                        { " Sent in " }{ event_button(cause, format!("event {cause}"), &view) }{ "." }
                    }
                </p>
            } else {
                <p class="muted">{ "It is not in the network any more." }</p>
            }
            if here {
                <div class="actions">
                    { act(session, "Deliver now", "It arrives now", Action::Deliver(*letter)) }
                    { act(session, "Delay 2 s", "It arrives 2 s later", Action::Delay(*letter, LATER)) }
                    { act(session, "Duplicate", "A second copy sets out", Action::Duplicate(*letter)) }
                    { act(session, "Drop", "It is lost", Action::Drop(*letter)) }
                </div>
            }
            { shown.map_or_else(Html::default, |shown| wires(about, shown)) }
        </>
    }
}

/// Where it is, in a sentence.
fn fate(shown: &LetterView, here: bool) -> String {
    let flight = shown.flight;
    match (here, flight.waiting, flight.arrives) {
        (false, ..) => "It has arrived or was lost.".into(),
        (_, true, _) => "It has come and waits to be handled.".into(),
        (.., Micros::NEVER) => "It is held until you act.".into(),
        (.., arrives) if flight.lost => format!("Chance has it lost before {}.", format::clock(arrives)),
        (.., arrives) => format!("It arrives at {}.", format::clock(arrives)),
    }
}

/// The message as others write it.
fn wires(about: &'static About, shown: &LetterView) -> Html {
    about
        .wires
        .iter()
        .zip(&shown.wires)
        .map(|(name, wire)| html! { <section key={*name}><h4>{ *name }</h4><pre>{ wire }</pre></section> })
        .collect()
}
