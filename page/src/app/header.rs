//! The line at the top.

use super::check::{Checker, Rooms};
use super::hooks::use_view;
use super::theme::ThemeButton;
use super::ui::{icon, on};
use paxos_page::view::{Dialog, Turn};
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct HeaderProps {
    /// The checks.
    pub checker: Checker,
}

/// The name, the rooms, the examples, and what concerns the whole page.
#[component]
pub fn Header(HeaderProps { checker }: &HeaderProps) -> Html {
    let view = use_view();
    let open = |dialog| {
        let view = view.clone();
        on(move || view.dispatch(Turn::Open(dialog)))
    };
    html! {
        <header class="top">
            <h1>{ "Paxos" }<span class="wide">{ " Playground" }</span></h1>
            <Rooms checker={checker.clone()} />
            <button class="button" onclick={open(Dialog::Presets)} aria-keyshortcuts="p">
                { icon("list") }<span>{ "Examples" }</span>
            </button>
            <span class="space"></span>
            <button class="button" onclick={open(Dialog::Share)} aria-keyshortcuts="s">
                { icon("share") }<span>{ "Share" }</span>
            </button>
            <ThemeButton />
            <button class="button quiet" aria-label="Help and keys" title="Help and keys (?)" aria-keyshortcuts="?"
                onclick={open(Dialog::Help)}>
                <b aria-hidden="true">{ "?" }</b>
            </button>
        </header>
    }
}
