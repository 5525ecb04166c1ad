//! Light, dark, or as the system has it.

use super::dom::{self, document};
use super::ui::{icon, on};
use yew::prelude::*;

const KEY: &str = "theme";
const THEMES: [&str; 3] = ["auto", "light", "dark"];

fn kept() -> &'static str {
    let kept = dom::kept(KEY);
    THEMES.into_iter().find(|theme| kept.as_deref() == Some(theme)).unwrap_or(THEMES[0])
}

fn apply(theme: &str) {
    if let Some(root) = document().document_element() {
        _ = root.set_attribute("data-theme", theme);
    }
}

/// Shows the theme that was chosen last; before the first paint.
pub fn restore() {
    apply(kept());
}

/// Turns to the next theme.
#[component]
pub fn ThemeButton() -> Html {
    let theme = use_state_eq(kept);
    let current = *theme;
    let next = THEMES[(THEMES.iter().position(|theme| *theme == current).unwrap_or(0) + 1) % THEMES.len()];
    let turn = move || {
        apply(next);
        dom::keep(KEY, next);
        theme.set(next);
    };
    let label = format!("Theme: {current}. Change to {next}");
    html! {
        <button class="button quiet" aria-label={label.clone()} title={label} onclick={on(turn)}>{ icon(current) }</button>
    }
}
