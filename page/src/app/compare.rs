//! One workload, every system: the same commands and faults for each, side by side. It is worked out in slices, so that
//! the page stays fluid.

use super::dialog::Dialog;
use super::dom::{performance_now, window};
use paxos_page::format;
use paxos_playground::paxos::Micros;
use paxos_playground::run::compare::{Comparison, Standing, Workload};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::HtmlInputElement;
use yew::prelude::*;

/// How long a slice of work takes at most, in milliseconds of real time.
const SLICE: f64 = 6.0;
/// What can be set: the key of the knob, its name, what it is at first.
const SETTINGS: [(&str, &str, &str); 4] =
    [("loss", "Loss", "0"), ("failure", "Failure", "0"), ("delay", "Delay", "500ms"), ("jitter", "Jitter", "300ms")];

/// The comparison.
#[component]
pub fn Compare() -> Html {
    let work = use_memo((), |()| RefCell::new(Comparison::new(Workload::default()).0));
    let problem = use_state_eq(String::new);
    let round = use_state_eq(|| 0u32);
    let update = use_force_update();
    {
        let work = work.clone();
        use_effect_with(*round, move |_| {
            let alive = Rc::new(Cell::new(true));
            go_on(work, alive.clone(), update);
            move || alive.set(false)
        });
    }
    let submit = {
        let (work, problem) = (work.clone(), problem.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let text = |key: &str| field(key).map_or_else(String::new, |input| input.value());
            let commands = text("commands").parse().unwrap_or(20).clamp(1, 500);
            let settings = SETTINGS.iter().map(|(key, ..)| (key.to_string(), text(key))).collect();
            let (fresh, notices) = Comparison::new(Workload { commands, settings, ..Workload::default() });
            problem.set(notices.first().map_or_else(String::new, |notice| notice.to_string()));
            *work.borrow_mut() = fresh;
            round.set(*round + 1);
        })
    };
    let standings = work.borrow().standings();
    let done = standings.iter().all(|standing| standing.done);
    html! {
        <Dialog title="All systems at the same work">
            <p class="muted">{ "A client asks for one command after another, each system gets the same network and the same \
                faults. A system that chooses one value only takes a new instance for each command." }</p>
            <form class="inline compare-form" onsubmit={submit}>
                <label for="compare-commands">{ "Commands" }</label>
                <input id="compare-commands" type="text" inputmode="numeric" size="5" value="20" autocomplete="off" />
                { for SETTINGS.iter().map(|(key, name, value)| html! { <>
                    <label for={format!("compare-{key}")}>{ *name }</label>
                    <input id={format!("compare-{key}")} type="text" size="5" value={*value} autocomplete="off" />
                </> }) }
                <button class="button">{ "Compare" }</button>
            </form>
            if !problem.is_empty() {
                <p class="bad" role="alert">{ &*problem }</p>
            }
            <div class="rows-scroll" tabindex="0">
            <table class="compare" aria-busy={(!done).to_string()}>
                <thead><tr>
                    <th scope="col">{ "System" }</th><th scope="col">{ "answered" }</th>
                    <th scope="col">{ "messages each" }</th><th scope="col">{ "median" }</th>
                    <th scope="col">{ "95 %" }</th><th scope="col">{ "longest" }</th>
                    <th scope="col">{ "quorum up" }</th>
                </tr></thead>
                <tbody>{ rows(&standings) }</tbody>
            </table>
            </div>
            <p class="muted" role="status">{ if done { "Done." } else { "Working…" } }</p>
        </Dialog>
    }
}

fn field(key: &str) -> Option<HtmlInputElement> {
    super::dom::document().get_element_by_id(&format!("compare-{key}"))?.dyn_into().ok()
}

fn rows(standings: &[Standing]) -> Html {
    let costs = || standings.iter().filter_map(Standing::cost);
    let most = costs().max().unwrap_or(1).max(1) as f64;
    html! { <>{ for standings.iter().map(|standing| row(standing, most)) }</> }
}

fn row(standing: &Standing, most: f64) -> Html {
    let time = |time: Micros| if standing.answered > 0 { format::clock(time) } else { "–".into() };
    let cost = standing.cost();
    let bar = cost.map_or(0.0, |cost| cost as f64 / most * 100.0);
    let share = standing.availability();
    html! {
        <tr key={standing.about.key}>
            <th scope="row">{ standing.about.title }
                if let Some(property) = standing.broken {
                    <span class="bad">{ format!(" broke {property}") }</span>
                }
            </th>
            <td>{ format!("{} of {}", standing.answered, standing.asked) }</td>
            <td>
                { cost.map_or("–".into(), |cost| format!("{}.{:02}", cost / 100, cost % 100)) }
                <svg viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
                    <rect width={bar.to_string()} height="4" />
                </svg>
            </td>
            <td>{ time(standing.latency.median) }</td>
            <td>{ time(standing.latency.p95) }</td>
            <td>{ time(standing.latency.max) }</td>
            <td>{ share.map_or("–".into(), |share| format!("{}.{:02} %", share / 10_000, share % 10_000 / 100)) }</td>
        </tr>
    }
}

/// A slice in the next frame, and so on until it is done.
fn go_on(work: Rc<RefCell<Comparison>>, alive: Rc<Cell<bool>>, update: UseForceUpdateHandle) {
    let slice = Closure::once_into_js(move || {
        if !alive.get() || super::failure::failed() {
            return;
        }
        let end = performance_now() + SLICE;
        let mut done = false;
        while !done && performance_now() < end {
            done = work.borrow_mut().go_on(500);
        }
        update.force_update();
        if !done {
            go_on(work, alive, update);
        }
    });
    _ = window().request_animation_frame(slice.unchecked_ref());
}
