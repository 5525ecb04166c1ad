//! One node or message in full, with everything that can be done to it; or the list of all of them.

mod letter;
mod node;
mod overview;
mod tables;

use super::hooks::use_changes;
use super::session::{Selection, Session};
use super::ui::{icon, on};
use paxos_playground::sim::Action;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct InspectorProps {
    /// The run.
    pub session: Session,
}

/// The inspect panel.
#[component]
pub fn Inspector(InspectorProps { session }: &InspectorProps) -> Html {
    use_changes(session);
    let session = session.clone();
    html! {
        <div class="panel-body">{
            match session.selection() {
                Selection::None => html! { <overview::Overview {session} /> },
                Selection::Node(node) => html! { <node::NodePanel key={node.0} {session} {node} /> },
                Selection::Letter(letter) => html! { <letter::LetterPanel {session} {letter} /> },
            }
        }</div>
    }
}

/// The heading of what is selected, and the way back to the list.
fn heading(session: &Session, title: Html) -> Html {
    let session = session.clone();
    html! {
        <div class="panel-head">
            <h3>{ title }</h3>
            <button class="button quiet" onclick={on(move || session.select(Selection::None))}
                aria-label="Back to the list of nodes and messages" title="Back to the list (Esc)">{ icon("close") }</button>
        </div>
    }
}

/// A button that acts on the run.
fn act(session: &Session, text: &'static str, title: &'static str, action: Action) -> Html {
    let session = session.clone();
    let click = on(move || _ = session.act(action.clone()));
    html! { <button class="button" {title} onclick={click}>{ text }</button> }
}
