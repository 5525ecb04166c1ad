//! A client asks for a value, or for a whole stream of them.

use super::hooks::use_changes;
use super::session::Session;
use super::ui::on;
use paxos_page::format;
use paxos_playground::paxos::NodeId;
use paxos_playground::sim::Action;
use web_sys::HtmlInputElement;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct AskProps {
    /// The run.
    pub session: Session,
    /// Whom the client asks; otherwise whoever takes requests.
    #[prop_or_default]
    pub node: Option<NodeId>,
}

/// A box for a value and, where the system has a stream of values, a button that asks for all of them.
#[component]
pub fn Ask(AskProps { session, node }: &AskProps) -> Html {
    // Another system asks in other words.
    use_changes(session);
    let input = use_node_ref();
    let about = session.with(|run| run.about());
    let whom = *node;
    let ask = {
        let session = session.clone();
        move |text: &str| match whom.or_else(|| session.with(|run| run.front())) {
            Some(node) => session.act(Action::Request(node, text.into())).is_ok(),
            None => {
                let problem = "no node that takes requests is up; nothing was asked for";
                session.notify(paxos_playground::paxos::Notice::new("request", text, problem));
                false
            }
        }
    };
    let submit = {
        let (input, ask) = (input.clone(), ask.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            if let Some(input) = input.cast::<HtmlInputElement>()
                && ask(&input.value())
            {
                input.set_value("");
            }
        })
    };
    let verb = format::capital(about.ask.verb);
    html! {
        <form class="inline ask" onsubmit={submit}>
            <label for="propose">{ verb }</label>
            <input id="propose" ref={input} type="text" autocomplete="off" autocapitalize="off" spellcheck="false"
                placeholder={format!("such as {}", about.ask.example)} aria-describedby="ask-help" />
            <button class="button">{ "Ask for it" }</button>
            if let Some(many) = about.ask.many {
                <button type="button" class="button" title={format!("Asks for {} values in a stream", many.values.len())}
                    onclick={on(move || _ = many.values.iter().all(|value| ask(value)))}>{ format::capital(many.verb) }</button>
            }
            <p class="help" id="ask-help">{ format::capital(about.ask.what) }</p>
        </form>
    }
}
