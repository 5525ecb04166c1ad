//! The panels beside the stage; on a narrow window, under it.

use super::configure::Configure;
use super::hooks::{use_media, use_view};
use super::inspector::Inspector;
use super::log::Log;
use super::metrics::Metrics;
use super::properties::Properties;
use super::session::{Selection, Session};
use super::verdict::Verdict;
use paxos_page::view::{Tab, Turn};
use yew::prelude::*;

const TABS: [(Tab, &str, &str); 5] = [
    (Tab::Inspect, "inspect", "Inspect"),
    (Tab::Log, "log", "Log"),
    (Tab::Properties, "properties", "Properties"),
    (Tab::Metrics, "metrics", "Metrics"),
    (Tab::Configure, "configure", "Configure"),
];

#[derive(Properties, PartialEq)]
pub struct SideProps {
    /// The run.
    pub session: Session,
}

/// The verdict, and the panels as tabs. Where there is room the log is always there, under the other panels.
#[component]
pub fn Side(SideProps { session }: &SideProps) -> Html {
    let view = use_view();
    let roomy = use_media("(min-width: 60rem) and (min-height: 40rem)");
    let selection = use_selection(session);
    let dispatcher = view.dispatcher();
    use_effect_with(selection, move |selection| {
        if *selection != Selection::None {
            dispatcher.dispatch(Turn::Selected);
        }
    });
    let tab = if roomy && view.0.tab == Tab::Log { Tab::Inspect } else { view.0.tab };
    let tabs: Vec<_> = TABS.into_iter().filter(|(tab, ..)| !(roomy && *tab == Tab::Log)).collect();
    let session = session.clone();
    let panel = match tab {
        Tab::Inspect => html! { <Inspector session={session.clone()} /> },
        Tab::Log => html! { <Log session={session.clone()} /> },
        Tab::Properties => html! { <Properties session={session.clone()} /> },
        Tab::Metrics => html! { <Metrics session={session.clone()} /> },
        Tab::Configure => html! { <Configure session={session.clone()} /> },
    };
    let (name, title) =
        tabs.iter().find(|(other, ..)| *other == tab).map_or(("", ""), |(_, name, title)| (name, title));
    html! {
        <aside class="side" aria-label="Panels">
            <Verdict session={session.clone()} />
            <div class="tabs" role="tablist" aria-label="Panels">
                { for tabs.iter().enumerate().map(|(at, _)| tab_button(&tabs, at, tab, &view)) }
            </div>
            <div class="panel" role="tabpanel" id="panel" key={name} tabindex="0" aria-labelledby={format!("tab-{name}")}>
                if tab != Tab::Log {
                    <h2 class="visually-hidden">{ title }</h2>
                }
                { panel }
            </div>
            if roomy && tab != Tab::Configure {
                <section class="panel log-panel" aria-label="Log" tabindex="0"><Log {session} /></section>
            }
        </aside>
    }
}

fn tab_button(
    tabs: &[(Tab, &'static str, &'static str)],
    at: usize,
    current: Tab,
    view: &super::hooks::ViewHandle,
) -> Html {
    let (tab, key, name) = tabs[at];
    let turn = {
        let view = view.clone();
        Callback::from(move |_: MouseEvent| view.dispatch(Turn::Tab(tab)))
    };
    let neighbour = |by: usize| tabs[(at + by) % tabs.len()];
    let (next, previous, first, last) = (neighbour(1), neighbour(tabs.len() - 1), tabs[0], tabs[tabs.len() - 1]);
    let arrows = {
        let view = view.clone();
        Callback::from(move |event: KeyboardEvent| {
            let (tab, key, _) = match event.key().as_str() {
                "ArrowRight" => next,
                "ArrowLeft" => previous,
                "Home" => first,
                "End" => last,
                _ => return,
            };
            event.prevent_default();
            view.dispatch(Turn::Tab(tab));
            super::dom::focus(&format!("tab-{key}"));
        })
    };
    let selected = tab == current;
    html! {
        <button role="tab" id={format!("tab-{key}")} aria-selected={selected.to_string()} aria-controls="panel"
            tabindex={if selected { "0" } else { "-1" }} onclick={turn} onkeydown={arrows}>{ name }</button>
    }
}

/// What is selected; renders again only when that changes.
#[hook]
fn use_selection(session: &Session) -> Selection {
    let state = use_state_eq(|| session.selection());
    let setter = state.setter();
    use_effect_with(session.clone(), move |session| {
        let own = session.clone();
        let subscription = session.on_change(move || setter.set(own.selection()));
        move || drop(subscription)
    });
    *state
}
