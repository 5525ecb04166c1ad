//! The page. [`session::Session`] holds the run; everything else shows it or acts on it.

mod address;
mod ask;
mod check;
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

use check::Checker;
use paxos_page::view::{Dialog, Room};
use session::Session;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
struct AppProps {
    session: Session,
    checker: Checker,
}

/// The whole page.
#[component]
fn App(AppProps { session, checker }: &AppProps) -> Html {
    let view = use_reducer_eq(presets::greet);
    keys::use_keys(session, &view);
    address::use_address(session);
    check::use_history(&view);
    let room = view.0.room;
    let session = session.clone();
    html! {
        <ContextProvider<hooks::ViewHandle> context={view.clone()}>
            <a class="skip" href="#panel" onclick={Callback::from(skip)}>{ "Skip to the panels" }</a>
            <header::Header checker={checker.clone()} />
            <main>
            <div class="room" id="room-stage" role="tabpanel" aria-labelledby="tab-stage" hidden={room != Room::Stage}>
                <div class="left">
                    <presets::Card session={session.clone()} />
                    <check::Card checker={checker.clone()} />
                    <div class="stage-frame">
                        <stage::Stage session={session.clone()} />
                        <notices::Notices session={session.clone()} />
                    </div>
                    <transport::Transport session={session.clone()} />
                </div>
                <side::Side session={session.clone()} />
            </div>
            if room == Room::Check {
                <check::Check checker={checker.clone()} />
            }
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
    if check::serve() {
        return;
    }
    failure::install();
    theme::restore();
    let hash = dom::window().location().hash().unwrap_or_default();
    failure::remember(hash.trim_start_matches('#').into());
    let (scenario, notices) = engine::first(&hash);
    let session = Session::new(scenario, notices);
    if engine::is_empty(&hash) {
        // Nobody asked for the beginning, in which every node waits for its timer.
        session.with_mut(engine::skip_silence);
    }
    let checker = Checker::new(session.clone());
    playground::install(&session, &checker);
    yew::Renderer::<App>::with_props(AppProps { session, checker }).render();
    worker::register();
}
