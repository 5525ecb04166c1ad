//! What can be done to a node or to a message, in a small menu beside it.

use super::board::Scene;
use crate::app::dom;
use crate::app::session::Session;
use paxos_page::geometry::Point;
use paxos_page::maths::within;
use paxos_page::speak;
use paxos_playground::paxos::{Micros, NodeId, Timer};
use paxos_playground::run::{NodeView, Status};
use paxos_playground::sim::{Action, Letter};
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, HtmlInputElement};
use yew::prelude::*;

/// How much later a slow node handles a message.
const SLOWNESS: Micros = Micros::millis(1_500);
/// How much later a message arrives that is told to.
const DELAY: Micros = Micros::millis(2_000);

/// Whose menu is open.
#[derive(Clone, Copy, PartialEq)]
pub enum Menu {
    /// A node's.
    Node(NodeId),
    /// A letter's: where it was and whether the run goes on when the menu closes.
    Letter(Letter, Point, bool),
}

impl Menu {
    /// The menu of a node.
    pub fn node(node: NodeId) -> Self {
        Menu::Node(node)
    }

    /// The menu of a letter. The run stands still while it is open, or the letter would arrive before one can choose.
    pub fn letter(session: &Session, letter: Letter, at: Point) -> Self {
        let playing = session.playing();
        if playing {
            session.pause();
        }
        Menu::Letter(letter, at, playing)
    }
}

/// One thing that can be done.
#[derive(PartialEq)]
struct Item {
    name: &'static str,
    /// What of it, where there are several.
    of: &'static str,
    action: Action,
}

fn node_items(node: &NodeView) -> Vec<Item> {
    let id = node.id;
    let item = |name, action| Item { name, of: "", action };
    if node.role.is_none() {
        return match node.status {
            Status::Up => vec![item("Crash", Action::Crash(id))],
            _ => vec![item("Restart", Action::Restart(id))],
        };
    }
    let mut items = match node.status {
        Status::Absent => return vec![item("Join now", Action::Join(id))],
        Status::Up => vec![item("Crash", Action::Crash(id)), item("Pause", Action::Pause(id))],
        Status::Down => vec![item("Restart", Action::Restart(id))],
        Status::Paused => vec![item("Resume", Action::Resume(id)), item("Crash", Action::Crash(id))],
    };
    items.push(match node.slow {
        false => item("Make slow", Action::Slow(id, SLOWNESS)),
        true => item("Full speed", Action::Slow(id, Micros::ZERO)),
    });
    items.push(match node.isolated {
        false => item("Cut off", Action::Isolate(id)),
        true => item("Rejoin", Action::Rejoin(id)),
    });
    items.push(item("Wipe disk", Action::Wipe(id)));
    items
}

/// Timers that can be made to fire: all that are set. Where the pace is by hand, nothing else lets them.
fn timer_items(session: &Session, node: &NodeView) -> Vec<Item> {
    if node.role.is_none() || node.status != Status::Up {
        return vec![];
    }
    let names = session.with(|run| run.about().timers);
    let set = session.with_mut(|run| run.inspect(node.id)).timers;
    let timers = set.into_iter().filter_map(|(name, _)| {
        let number = names.iter().position(|other| *other == name)?;
        Some(Item { name: "Fire timer", of: name, action: Action::Fire(node.id, Timer(number as u8)) })
    });
    timers.collect()
}

fn letter_items(letter: Letter) -> Vec<Item> {
    vec![
        Item { name: "Deliver now", of: "", action: Action::Deliver(letter) },
        Item { name: "Delay 2 s", of: "", action: Action::Delay(letter, DELAY) },
        Item { name: "Duplicate", of: "", action: Action::Duplicate(letter) },
        Item { name: "Drop", of: "", action: Action::Drop(letter) },
    ]
}

/// Where and for whom to open a menu.
#[derive(Properties, PartialEq)]
pub struct MenuProps {
    /// The run.
    pub session: Session,
    /// The present scene.
    pub scene: Rc<Scene>,
    /// Whose menu.
    pub menu: Menu,
    /// Called when it is done; true if the focus should go back to the node.
    pub close: Callback<bool>,
}

/// A menu at a node or a letter.
#[component]
pub fn StageMenu(MenuProps { session, scene, menu, close }: &MenuProps) -> Html {
    let element = use_node_ref();
    let (at, gap) = match menu {
        Menu::Node(node) => {
            scene.layout.places.get(node.index()).map_or_else(Default::default, |p| (p.at, p.radius + 14.0))
        }
        Menu::Letter(_, at, _) => (*at, 30.0),
    };
    let size = scene.layout.size;
    use_place_and_focus(element.clone(), at, gap, (size.width, size.height), *menu);
    let (title, items, proposes) = match menu {
        Menu::Node(node) => {
            let Some(node) = scene.nodes.get(node.index()) else { return html! {} };
            let role = scene.role(node);
            let asks = node.status == Status::Up && session.with(|run| run.serves(node.id));
            let mut items = node_items(node);
            items.extend(timer_items(session, node));
            (speak::node(node, role), items, asks.then_some(node.id))
        }
        Menu::Letter(letter, ..) => {
            let Some(view) = session.with(|run| run.letter(*letter)) else { return html! {} };
            let way = format!("{} → {}: {}", scene.label(letter.from), scene.label(letter.to), view.text);
            (way, letter_items(*letter), None)
        }
    };
    let choose = |item: Item| {
        let (session, close) = (session.clone(), close.clone());
        let Item { name, of, action } = item;
        let onclick = move |_: MouseEvent| {
            _ = session.act(action.clone());
            close.emit(true);
        };
        html! {
            <button type="button" role="menuitem" tabindex="-1" {onclick}>
                { name }
                if !of.is_empty() {
                    <small>{ format!(": {of}") }</small>
                }
            </button>
        }
    };
    let stop = |event: PointerEvent| event.stop_propagation();
    html! {
        <div class="stage-menu" ref={element.clone()} onpointerdown={stop} onpointerup={stop} onpointermove={stop}
            onkeydown={keys(element.clone(), close.clone())} onfocusout={leave(element.clone(), close.clone())}>
            <p>{ &title }</p>
            <div role="menu" aria-label={title.clone()}>{ for items.into_iter().map(choose) }</div>
            if let Some(node) = proposes {
                <Propose session={session.clone()} {node} close={close.clone()} />
            }
        </div>
    }
}

/// Puts the menu beside its target, inside the stage, and the focus on its first item.
#[hook]
fn use_place_and_focus(element: NodeRef, at: Point, gap: f64, size: (f64, f64), menu: Menu) {
    use_effect_with((menu, at.x as i32, at.y as i32), {
        let element = element.clone();
        move |_| {
            let Some(element) = element.cast::<HtmlElement>() else { return };
            let (width, height) = (f64::from(element.offset_width()), f64::from(element.offset_height()));
            let right = at.x + gap;
            let left = if right + width > size.0 { (at.x - gap - width).max(4.0) } else { right };
            let top = within(at.y - height / 2.0, 4.0, (size.1 - height - 4.0).max(4.0));
            _ = element.style().set_property("left", &format!("{}px", left as i32));
            _ = element.style().set_property("top", &format!("{}px", top as i32));
        }
    });
    use_effect_with(menu, move |_| {
        let first = element.cast::<HtmlElement>().and_then(|element| element.query_selector("button").ok().flatten());
        if let Some(first) = first.and_then(|first| first.dyn_into::<HtmlElement>().ok()) {
            _ = first.focus();
        }
    });
}

/// Whoever goes on elsewhere is done with the menu.
fn leave(element: NodeRef, close: Callback<bool>) -> Callback<FocusEvent> {
    Callback::from(move |event: FocusEvent| {
        let next = event.related_target().and_then(|next| next.dyn_into::<Element>().ok());
        if let (Some(next), Some(menu)) = (next, element.get())
            && !menu.contains(Some(&next))
        {
            close.emit(false);
        }
    })
}

/// Arrow keys move among the items, Escape closes, Tab leaves.
fn keys(element: NodeRef, close: Callback<bool>) -> Callback<KeyboardEvent> {
    Callback::from(move |event: KeyboardEvent| {
        event.stop_propagation();
        let step = match event.key().as_str() {
            "Escape" => {
                event.prevent_default();
                return close.emit(true);
            }
            "ArrowDown" => 1,
            "ArrowUp" => -1,
            _ => return,
        };
        event.prevent_default();
        let Some(element) = element.cast::<HtmlElement>() else { return };
        let Ok(items) = element.query_selector_all("button, input") else { return };
        let focused = dom::document().active_element();
        let items: Vec<HtmlElement> = (0..items.length()).filter_map(|i| items.item(i)?.dyn_into().ok()).collect();
        let here =
            items.iter().position(|item| focused.as_ref().is_some_and(|focused| item.is_same_node(Some(focused))));
        let next = (here.map_or(0, |here| here as isize + step)).rem_euclid(items.len().max(1) as isize);
        if let Some(item) = items.get(next as usize) {
            _ = item.focus();
        }
    })
}

#[derive(Properties, PartialEq)]
struct ProposeProps {
    session: Session,
    node: NodeId,
    close: Callback<bool>,
}

/// A line to type a value that a client asks the node for.
#[component]
fn Propose(ProposeProps { session, node, close }: &ProposeProps) -> Html {
    let input = use_node_ref();
    let onsubmit = {
        let (session, node, close, input) = (session.clone(), *node, close.clone(), input.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let value = input.cast::<HtmlInputElement>().map(|input| input.value()).unwrap_or_default();
            let value = value.trim();
            if !value.is_empty() && session.act(Action::Request(node, value.into())).is_ok() {
                close.emit(true);
            }
        })
    };
    let ask = &session.with(|run| run.about()).ask;
    html! {
        <form {onsubmit}>
            <input ref={input} type="text" placeholder={ask.example} aria-label={ask.what} autocomplete="off"
                autocapitalize="off" spellcheck="false" />
            <button type="submit">{ paxos_page::format::capital(ask.verb) }</button>
        </form>
    }
}
