//! The page. [`session::Session`] holds the run; everything else shows it or acts on it.

pub mod dom;
mod engine;
mod failure;
mod playback;
pub mod session;
mod stage;
pub mod subscribers;

use session::Session;
use stage::Stage;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
struct AppProps {
    session: Session,
}

#[component]
fn App(AppProps { session }: &AppProps) -> Html {
    html! { <Stage session={session.clone()} /> }
}

/// Shows the page.
pub fn start() {
    failure::install();
    let scenario = paxos_playground::scenario::Scenario {
        system: "synod",
        knobs: Default::default(),
        seed: dom::random_seed(),
        plan: vec![],
        show: paxos_playground::scenario::Show { time: paxos_playground::paxos::Micros::ZERO, speed: 100 },
    };
    let session = Session::new(scenario, vec![]);
    yew::Renderer::<App>::with_props(AppProps { session }).render();
}
