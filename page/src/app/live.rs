//! What a screen reader is told while the run plays.

use super::dom::performance_now;
use super::session::Session;
use paxos_page::announce::Announcer;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct LiveProps {
    /// The run.
    pub session: Session,
}

/// A polite live region that nobody sees.
#[component]
pub fn Live(LiveProps { session }: &LiveProps) -> Html {
    let node = use_node_ref();
    use_effect_with(session.clone(), {
        let node = node.clone();
        move |session| {
            let announcer = std::cell::RefCell::new(Announcer::default());
            let own = session.clone();
            let subscription = session.on_change(move || {
                let mut announcer = announcer.borrow_mut();
                let generation = own.generation();
                own.with(|run| {
                    let end = run.events();
                    let from = announcer.from(generation, end);
                    if from < end {
                        announcer.hear(&run.log(from, end), end);
                    }
                });
                // Standing still, nothing more will come that could be said later.
                let now = if own.playing() { performance_now() } else { f64::INFINITY };
                if let (Some(text), Some(node)) = (announcer.say(now), node.get()) {
                    node.set_text_content(Some(&text));
                }
            });
            move || drop(subscription)
        }
    });
    html! { <div ref={node} class="visually-hidden" aria-live="polite"></div> }
}
