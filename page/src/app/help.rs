//! What the page is, and its keys.

use super::dialog::Dialog;
use yew::prelude::*;

const KEYS: [(&str, &str); 14] = [
    ("Space", "play or pause"),
    ("→", "let the next event happen"),
    ("←", "take the latest event back"),
    ("r", "restart the same run"),
    ("n", "new seed: the same settings, other chances"),
    ("+ −", "faster, slower"),
    ("1 2 3 4", "inspect, log, properties, configure"),
    ("v", "stage or check"),
    ("p", "examples"),
    ("s", "share"),
    ("c", "copy the link to this moment"),
    ("Esc", "deselect, close"),
    ("Ctrl V", "open a link or a scenario that was copied"),
    ("?", "this help"),
];

/// The help dialog.
#[component]
pub fn Help() -> Html {
    html! {
        <Dialog title="Paxos Playground">
            <p>{ "Real Paxos actors run here, in a simulated network whose time and chance you control. The same settings \
                  and seed give the same run everywhere, so every run is a link." }</p>
            <p>{ "Watch messages travel. Select a node or a message to look inside and to interfere: crash it, delay it, \
                  drop it. Step back, ask why in the log, break a rule under Configure and see which property falls." }</p>
            <h3>{ "Keys" }</h3>
            <dl class="keys">{ for KEYS.iter().map(|(key, what)| html! {
                <div key={*key}><dt>{ for key.split(' ').map(|key| html! { <kbd>{ key.to_string() }</kbd> }) }</dt>
                    <dd>{ *what }</dd></div>
            }) }</dl>
            <h3>{ "From a script" }</h3>
            <p>{ "The object " }<code>{ "window.playground" }</code>{ " loads, plays, steps, interferes and reads; \
                " }<a href="playground.d.ts">{ "its types" }</a>{ "." }</p>
        </Dialog>
    }
}
