//! The page. [`session::Session`] holds the run; everything else shows it or acts on it.

mod address;
mod ask;
mod compare;
mod configure;
mod dialog;
pub mod dom;
mod engine;
mod failure;
mod header;
mod help;
pub mod hooks;
mod inspector;
mod keys;
mod live;
mod log;
mod metrics;
mod notices;
mod playback;
mod playground;
mod presets;
mod properties;
pub mod session;
mod share;
mod side;
mod stage;
pub mod subscribers;
mod theme;
mod timing;
mod transport;
pub mod ui;
mod verdict;
mod worker;

use hooks::ViewState;
use paxos_page::view::Dialog;
use session::Session;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
struct AppProps {
    session: Session,
}

/// The whole page.
#[component]
fn App(AppProps { session }: &AppProps) -> Html {
    let view = use_reducer_eq(ViewState::default);
    keys::use_keys(session, &view);
    address::use_address(session);
    let session = session.clone();
    html! {
        <ContextProvider<hooks::ViewHandle> context={view.clone()}>
            <a class="skip" href="#panel" onclick={Callback::from(skip)}>{ "Skip to the panels" }</a>
            <header::Header />
            <main>
                <div class="left">
                    <presets::Card session={session.clone()} />
                    <div class="stage-frame">
                        <stage::Stage session={session.clone()} />
                        <notices::Notices session={session.clone()} />
                    </div>
                    <transport::Transport session={session.clone()} />
                </div>
                <side::Side session={session.clone()} />
            </main>
            <live::Live session={session.clone()} />
            { match view.0.dialog {
                Some(Dialog::Presets) => html! { <presets::Presets {session} /> },
                Some(Dialog::Share) => html! { <share::Share {session} /> },
                Some(Dialog::Help) => html! { <help::Help /> },
                Some(Dialog::Compare) => html! { <compare::Compare /> },
                None => html! {},
            } }
        </ContextProvider<hooks::ViewHandle>>
    }
}

/// The fragment of the address is the run's: a jump must not change it.
fn skip(event: MouseEvent) {
    event.prevent_default();
    dom::focus("panel");
}

/// Shows the page, with a run that moves already.
pub fn start() {
    failure::install();
    theme::restore();
    let hash = dom::window().location().hash().unwrap_or_default();
    failure::remember(hash.trim_start_matches('#').into());
    let (scenario, notices) = engine::first(&hash);
    let session = Session::new(scenario, notices);
    playground::install(&session);
    yew::Renderer::<App>::with_props(AppProps { session }).render();
    worker::register();
}
