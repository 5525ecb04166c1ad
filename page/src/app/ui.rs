//! Small pieces that the whole page uses.

use paxos_playground::paxos::Rule;
use yew::prelude::*;

/// A drawn sign, 20 by 20, in the colour of the text around it. It says nothing to a screen reader.
pub fn icon(name: &str) -> Html {
    let path = match name {
        "play" => "M6 3.5v13l11-6.5z",
        "pause" => "M5 3.5h3.5v13H5zM11.5 3.5H15v13h-3.5z",
        "step" => "M4 4v12l8-6zM13.5 4H16v12h-2.5z",
        "back" => "M16 4v12l-8-6zM4 4h2.5v12H4z",
        "undo" => "M8 3v4h4a5 5 0 0 1 0 10H6v-2h6a3 3 0 0 0 0-6H8v4L2 8z",
        "restart" => "M10 3a7 7 0 1 1-6.7 5h2.2A5 5 0 1 0 10 5v3L5.5 4 10 0z",
        "dice" => "M3 3h14v14H3zM5 5v10h10V5zM6.5 6.5h2v2h-2zM11.5 6.5h2v2h-2zM6.5 11.5h2v2h-2zM11.5 11.5h2v2h-2z",
        "share" => "M10 1l5 5-1.4 1.4L11 4.8V13H9V4.8L6.4 7.4 5 6zM3 10h2v7h10v-7h2v9H3z",
        "light" => {
            "M10 6a4 4 0 1 1 0 8 4 4 0 0 1 0-8zM9 1h2v3H9zM9 16h2v3H9zM1 9h3v2H1zM16 9h3v2h-3z\
                    M4.3 2.9l2.1 2.1L5 6.4 2.9 4.3zM15 13.6l2.1 2.1-1.4 1.4-2.1-2.1zM13.6 5l2.1-2.1 1.4 1.4L15 6.4z\
                    M2.9 15.7L5 13.6 6.4 15l-2.1 2.1z"
        }
        "dark" => "M8 2a8 8 0 1 0 10 10A7 7 0 0 1 8 2z",
        "auto" => "M10 2a8 8 0 1 1 0 16 8 8 0 0 1 0-16zM10 4v12a6 6 0 0 0 0-12z",
        "list" => "M3 4h2v2H3zM7 4h10v2H7zM3 9h2v2H3zM7 9h10v2H7zM3 14h2v2H3zM7 14h10v2H7z",
        "close" => "M4.6 3.2L10 8.6l5.4-5.4 1.4 1.4L11.4 10l5.4 5.4-1.4 1.4L10 11.4l-5.4 5.4-1.4-1.4L8.6 10 3.2 4.6z",
        "check" => "M7.5 15.6L2.4 10.500l1.6-1.6 3.500 3.500L15.900 4l1.600 1.600z",
        _ => "",
    };
    html! {
        <svg class="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false">
            <path d={path.to_string()} fill-rule="evenodd" />
        </svg>
    }
}

/// A term that says what it means when it is opened, by whatever means.
pub fn term(name: &'static str, about: &'static str) -> Html {
    html! { <dt><details class="term"><summary>{ name }</summary><p>{ about }</p></details></dt> }
}

/// A rule of a protocol as a switch: what it is for, and what goes on without it.
pub fn rule(rule: &Rule, off: bool, turn: Callback<Event>) -> Html {
    html! {
        <label key={rule.name} class={classes!("rule", off.then_some("off"))}>
            <span class="switch">
                <input type="checkbox" role="switch" checked={!off} onchange={turn} />
            </span>
            <span>
                <b>{ rule.purpose }</b>
                <small><code>{ rule.name }</code>{ if off { " Off: " } else { " Without it: " } }{ rule.off }</small>
            </span>
        </label>
    }
}

/// A callback that ignores what it is called with.
pub fn on<T>(work: impl Fn() + 'static) -> Callback<T> {
    Callback::from(move |_| work())
}
