//! A modal dialog: the browser's own, which keeps the focus inside and gives it back.

use super::dom::target;
use super::hooks::use_view;
use super::ui::{icon, on};
use paxos_page::view::Turn;
use web_sys::HtmlDialogElement;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct DialogProps {
    /// Its heading.
    pub title: AttrValue,
    /// What is in it.
    pub children: Html,
}

/// Open as long as it is rendered. Escape, the cross and a click beside it close it.
#[component]
pub fn Dialog(props: &DialogProps) -> Html {
    let view = use_view();
    let node = use_node_ref();
    {
        let node = node.clone();
        use_effect_with((), move |()| {
            let dialog = node.cast::<HtmlDialogElement>();
            if let Some(dialog) = &dialog {
                _ = dialog.show_modal();
            }
            // What is taken away while it is open does not give the focus back.
            move || {
                if let Some(dialog) = dialog {
                    dialog.close();
                }
            }
        });
    }
    let close = {
        let node = node.clone();
        move || {
            if let Some(dialog) = node.cast::<HtmlDialogElement>() {
                dialog.close();
            }
        }
    };
    let beside = {
        let (node, close) = (node.clone(), close.clone());
        Callback::from(move |event: MouseEvent| {
            if target::<web_sys::Node>(&event).is_some_and(|hit| Some(hit) == node.get()) {
                close();
            }
        })
    };
    html! {
        <dialog ref={node} aria-labelledby="dialog-title" onclick={beside}
            onclose={on(move || view.dispatch(Turn::Close))}>
            <div class="dialog-body">
                <header>
                    <h2 id="dialog-title">{ &props.title }</h2>
                    <button class="button quiet" aria-label="Close" onclick={on(close)}>{ icon("close") }</button>
                </header>
                { props.children.clone() }
            </div>
        </dialog>
    }
}
