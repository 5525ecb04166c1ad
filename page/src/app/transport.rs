//! Play, pause, step, rewind, speed; where the run stands.

use super::dom::{random_seed, target};
use super::hooks::use_changes;
use super::session::Session;
use super::ui::{icon, on};
use paxos_page::{format, scale};
use web_sys::HtmlInputElement;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct TransportProps {
    /// The run.
    pub session: Session,
}

/// The bar under the stage.
#[component]
pub fn Transport(TransportProps { session }: &TransportProps) -> Html {
    use_changes(session);
    let act = |work: fn(&Session)| {
        let session = session.clone();
        on(move || work(&session))
    };
    let button = |class: &'static str, label: &'static str, key: &'static str, sign: &str, work: fn(&Session)| {
        html! {
            <button class={classes!("button", class)} aria-label={label} title={format!("{label} ({key})")}
                aria-keyshortcuts={key} onclick={act(work)}>{ icon(sign) }</button>
        }
    };
    let playing = session.playing();
    let (main, sign) = if playing { ("Pause", "pause") } else { ("Play", "play") };
    html! {
        <section class="transport" aria-label="Playback">
            <div class="buttons">
                { button("quiet", "Restart", "r", "restart", Session::restart) }
                { button("quiet", "Step back", "←", "back", Session::step_back) }
                { button("primary round", main, "space", sign, Session::toggle) }
                { button("quiet", "Step forward", "→", "step", Session::step) }
                { button("quiet", "New seed: other chances", "n", "dice", |session| session.new_seed(random_seed())) }
            </div>
            <Clock session={session.clone()} />
            <Speed session={session.clone()} hundredths={session.speed()} />
        </section>
    }
}

/// Virtual time, at frame rate, past Yew; beside it what changes less often.
#[component]
fn Clock(TransportProps { session }: &TransportProps) -> Html {
    use_changes(session);
    let node = use_node_ref();
    {
        let node = node.clone();
        use_effect_with(session.clone(), move |session| {
            let subscription = session.on_frame(move |time| {
                if let Some(node) = node.get() {
                    node.set_text_content(Some(&format::clock(time)));
                }
            });
            move || drop(subscription)
        });
    }
    let (events, digest, seed, quiet) = session
        .with(|run| (run.events(), run.digest(), run.scenario().seed, run.next_time().is_none() && run.events() > 0));
    html! {
        <div class="where">
            <span class="clock" ref={node} title="Virtual time"></span>
            <span class="facts">
                <span>{ format::count(events, "event") }</span>
                <span>{ format!("seed {seed}") }</span>
                <span class="wide" title={format!("Digest {digest:016x}: equal for equal runs, on every machine")}>
                    { format::digest(digest) }
                </span>
                if quiet {
                    <span title="Nothing more happens by itself">{ "at rest" }</span>
                }
            </span>
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct SpeedProps {
    session: Session,
    hundredths: u32,
}

/// A slider with stops, and a number to type.
#[component]
fn Speed(SpeedProps { session, hundredths }: &SpeedProps) -> Html {
    let slide = {
        let session = session.clone();
        Callback::from(move |event: InputEvent| {
            let stop = target::<HtmlInputElement>(&event).map_or(0, |input| input.value_as_number() as usize);
            session.set_speed(scale::SPEEDS[stop.min(scale::SPEEDS.len() - 1)] as u32);
        })
    };
    let typed = {
        let session = session.clone();
        Callback::from(move |event: Event| {
            if let Some(input) = target::<HtmlInputElement>(&event) {
                if let Some(speed) = format::parse_speed(&input.value()) {
                    session.set_speed(speed);
                }
                input.set_value(&format::speed(session.speed()));
            }
        })
    };
    let text = format::speed(*hundredths);
    html! {
        <div class="speed">
            <span class="label" id="speed-label">{ "Speed" }</span>
            <input type="range" min="0" max={(scale::SPEEDS.len() - 1).to_string()} step="1"
                aria-labelledby="speed-label" aria-valuetext={text.clone()} oninput={slide}
                value={scale::nearest(&scale::SPEEDS, i64::from(*hundredths)).to_string()} />
            <input class="number" type="text" inputmode="decimal" aria-label="Speed as a number" value={text}
                onchange={typed} />
        </div>
    }
}
