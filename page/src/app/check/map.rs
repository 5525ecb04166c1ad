//! The map of all states, drawn; and, in words beside it, the state that one stands at and the steps from it.

use super::Checker;
use crate::app::ui::on;
use js_sys::Math;
use paxos_page::check::map::{ASPECT, Camera, Layout};
use paxos_page::check::post::{Map, Spot};
use paxos_page::format::{self, px};
use paxos_page::maths::within;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Element, WheelEvent};
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct AtlasProps {
    /// The checks.
    pub checker: Checker,
    /// What is drawn.
    pub map: Rc<Map>,
}

/// A finger or the mouse on the map: which, and where.
type Touch = (i32, f64, f64);

/// Where an event is, in parts of the element's width and height.
fn part(element: &Element, x: i32, y: i32) -> (f64, f64) {
    let frame = element.get_bounding_client_rect();
    ((f64::from(x) - frame.x()) / frame.width().max(1.0), (f64::from(y) - frame.y()) / frame.height().max(1.0))
}

/// The map.
#[component]
pub fn Atlas(AtlasProps { checker, map }: &AtlasProps) -> Html {
    let layout = use_memo(map.clone(), |map| Layout::of(map));
    let camera = use_state_eq(|| Camera::on(&layout));
    let at = use_state_eq(|| 0usize);
    let touches = use_mut_ref(Vec::<Touch>::new);
    let dragged = use_mut_ref(|| 0.0);
    let field = use_node_ref();
    use_wheel(&field, &camera);
    let place = {
        let field = field.clone();
        move |event: &PointerEvent| {
            let (x, y) =
                field.cast::<Element>().map_or((0.0, 0.0), |field| part(&field, event.client_x(), event.client_y()));
            (event.pointer_id(), x, y)
        }
    };
    let down = {
        let (touches, dragged, place, field) = (touches.clone(), dragged.clone(), place.clone(), field.clone());
        Callback::from(move |event: PointerEvent| {
            if let Some(field) = field.cast::<Element>() {
                _ = field.set_pointer_capture(event.pointer_id());
            }
            *dragged.borrow_mut() = 0.0;
            touches.borrow_mut().push(place(&event));
        })
    };
    let moved = {
        let (touches, dragged, place, camera) = (touches.clone(), dragged.clone(), place.clone(), camera.clone());
        Callback::from(move |event: PointerEvent| {
            let now = place(&event);
            let mut touches = touches.borrow_mut();
            let Some(which) = touches.iter().position(|touch| touch.0 == now.0) else { return };
            let before = std::mem::replace(&mut touches[which], now);
            *dragged.borrow_mut() += (now.1 - before.1).hypot(now.2 - before.2);
            let other = touches.iter().find(|touch| touch.0 != now.0);
            camera.set(match other {
                None => camera.moved(now.1 - before.1, now.2 - before.2),
                Some((_, x, y)) => {
                    let (far, near) = ((now.1 - x).hypot(now.2 - y), (before.1 - x).hypot(before.2 - y));
                    camera.zoomed(far / near.max(0.001), *x, *y)
                }
            });
        })
    };
    let up = {
        let (layout, camera, at) = (layout.clone(), camera.clone(), at.clone());
        Callback::from(move |event: PointerEvent| {
            touches.borrow_mut().retain(|touch| touch.0 != event.pointer_id());
            // A click, not the end of a drag.
            if *dragged.borrow() < 0.01 && event.type_() == "pointerup" {
                let (_, x, y) = place(&event);
                let (x, y) = camera.point(x, y);
                if let Some(state) = layout.nearest(x, y) {
                    at.set(state);
                }
            }
        })
    };
    let go = {
        let (layout, camera, at) = (layout.clone(), camera.clone(), at.clone());
        Callback::from(move |state: usize| {
            camera.set(camera.showing(layout.places[state]));
            at.set(state);
        })
    };
    let onkeydown = {
        let (layout, camera, at, go) = (layout.clone(), camera.clone(), at.clone(), go.clone());
        let (checker, map) = (checker.clone(), map.clone());
        Callback::from(move |event: KeyboardEvent| {
            match event.key().as_str() {
                "+" | "=" => camera.set(camera.zoomed(1.5, 0.5, 0.5)),
                "-" => camera.set(camera.zoomed(1.0 / 1.5, 0.5, 0.5)),
                "Enter" => open(&checker, &map, *at),
                key if key.starts_with("Arrow") || key == "Home" => {
                    layout.walk(&map, *at, key).iter().for_each(|state| go.emit(*state));
                }
                _ => return,
            }
            event.prevent_default();
        })
    };
    let at = (*at).min(map.states.len().saturating_sub(1));
    let ondblclick = {
        let (checker, map) = (checker.clone(), map.clone());
        on(move || open(&checker, &map, at))
    };
    html! {
        <div class="atlas">
            <div class="atlas-field" ref={field} tabindex="0" role="application"
                aria-label={format!("Map of all {} states. Arrow keys walk from state to state, Enter opens one on the stage, plus and minus zoom.", map.states.len())}
                onpointerdown={down} onpointermove={moved} onpointerup={up.clone()} onpointercancel={up} {onkeydown} {ondblclick}>
                { drawing(map, &layout, &camera, at) }
            </div>
            { zooms(&layout, &camera) }
            { standing(checker, map, at, &go) }
        </div>
    }
}

/// Zooms by the wheel; the page does not scroll then.
#[hook]
fn use_wheel(field: &NodeRef, camera: &UseStateHandle<Camera>) {
    let latest = use_mut_ref(|| None);
    *latest.borrow_mut() = Some(camera.clone());
    let field = field.clone();
    use_effect_with((), move |()| {
        let element = field.cast::<Element>();
        let own = element.clone();
        let zoom = Closure::<dyn FnMut(WheelEvent)>::new(move |event: WheelEvent| {
            if let (Some(camera), Some(field)) = (&*latest.borrow(), &own) {
                event.prevent_default();
                let (x, y) = part(field, event.client_x(), event.client_y());
                camera.set(camera.zoomed(Math::pow(2.0, within(-event.delta_y(), -200.0, 200.0) / 400.0), x, y));
            }
        });
        if let Some(element) = &element {
            _ = element.add_event_listener_with_callback("wheel", zoom.as_ref().unchecked_ref());
        }
        move || {
            if let Some(element) = element {
                _ = element.remove_event_listener_with_callback("wheel", zoom.as_ref().unchecked_ref());
            }
        }
    });
}

/// States as signs of few paths: circles, filled where something is chosen, squares where something is broken.
fn drawing(map: &Map, layout: &Layout, camera: &Camera, at: usize) -> Html {
    let mut signs = [String::new(), String::new(), String::new()];
    for (state, (x, y)) in map.states.iter().zip(&layout.places) {
        match state {
            Spot { broken: Some(_), .. } => signs[2] += &format!("M{} {}h14v14h-14z", x - 7, y - 7),
            Spot { chosen, .. } => {
                signs[usize::from(!chosen.is_empty())] += &format!("M{} {y}a6 6 0 1 0 12 0a6 6 0 1 0-12 0", x - 6);
            }
        }
    }
    let mut lines = [String::new(), String::new()];
    for (from, to, _) in &map.steps {
        let ((x, y), (right, below)) = (layout.places[*from as usize], layout.places[*to as usize]);
        let middle = (x + right) / 2;
        lines[usize::from(*from as usize == at || *to as usize == at)] +=
            &format!("M{x} {y}C{middle} {y} {middle} {below} {right} {below}");
    }
    let [lines, near] = lines;
    let [plain, chosen, broken] = signs;
    let (x, y) = layout.places[at];
    html! {
        <svg viewBox={[camera.x, camera.y, camera.width, camera.width * ASPECT].map(px).join(" ")} aria-hidden="true">
            <path class="lines" d={lines} /><path class="lines near" d={near} />
            <path class="plain" d={plain} /><path class="chosen" d={chosen} /><path class="broken" d={broken} />
            <circle class="here" cx={x.to_string()} cy={y.to_string()} r="11" />
        </svg>
    }
}

fn zooms(layout: &Rc<Layout>, camera: &UseStateHandle<Camera>) -> Html {
    let button = |name: &'static str, sign: &'static str, to: Camera| {
        let camera = camera.clone();
        html! { <button class="button" aria-label={name} title={name} onclick={on(move || camera.set(to))}>{ sign }</button> }
    };
    html! {
        <div class="actions">
            { button("Zoom in", "+", camera.zoomed(1.5, 0.5, 0.5)) }
            { button("Zoom out", "−", camera.zoomed(1.0 / 1.5, 0.5, 0.5)) }
            { button("Show all", "all", Camera::on(layout)) }
            <span class="muted">{ "Left to right: one step more. Filled: a value is chosen. Square: a property is broken. \
                A double click opens a state on the stage." }</span>
        </div>
    }
}

/// Opens a state on the stage.
fn open(checker: &Checker, map: &Map, at: usize) {
    if let Some(state) = map.states.get(at) {
        checker.show(&state.link, format!("A state after {}.", format::count(state.depth.into(), "step")));
    }
}

/// The state that one stands at, and the ways from it and to it.
fn standing(checker: &Checker, map: &Rc<Map>, at: usize, go: &Callback<usize>) -> Html {
    let Some(state) = map.states.get(at) else { return html! {} };
    let ways = |name: &'static str, forth: bool| {
        let steps =
            map.steps.iter().filter(|(from, to, _)| if forth { *from as usize == at } else { *to as usize == at });
        let list = steps.map(|(from, to, words)| {
            let (go, other) = (go.clone(), if forth { *to } else { *from } as usize);
            html! { <li><button class="link" onclick={on(move || go.emit(other))}>{ words }</button></li> }
        });
        let list: Vec<_> = list.collect();
        html! { <div><h4>{ format!("{name} ({})", list.len()) }</h4><ul>{ list }</ul></div> }
    };
    let opening = {
        let (checker, map) = (checker.clone(), map.clone());
        on(move || open(&checker, &map, at))
    };
    html! {
        <section class="standing" aria-label="The selected state">
            <div aria-live="polite">
                <h3>{ format!("State {} of {}, after {}", at + 1, map.states.len(), format::count(state.depth.into(), "step")) }</h3>
                <p>{ if state.words.is_empty() { "Nothing has happened yet." } else { &state.words } }</p>
                if !state.chosen.is_empty() { <p class="ok">{ format!("Chosen: {}", state.chosen.join(", ")) }</p> }
                if let Some(broken) = &state.broken { <p class="bad">{ format!("Broken: {broken}") }</p> }
            </div>
            <div class="actions"><button class="button primary" onclick={opening}>{ "Open on the stage" }</button></div>
            <div class="ways">{ ways("What can happen", true) }{ ways("How it came", false) }</div>
        </section>
    }
}
