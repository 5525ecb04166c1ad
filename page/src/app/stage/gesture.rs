//! Mouse, touch and pen: a tap selects and opens a menu, a line drawn through empty space parts the network.

use super::board::Board;
use super::menu::Menu;
use crate::app::session::Selection;
use paxos_page::curve::Line;
use paxos_page::geometry::Point;
use paxos_playground::paxos::{NodeId, NodeSet};
use paxos_playground::sim::{Action, Letter};
use std::rc::Rc;
use web_sys::{Element, HtmlElement, PointerEvent};
use yew::prelude::*;

/// A pointer that moved farther than this draws a line; one that did not, taps.
const SLOP: f64 = 8.0;

#[derive(Clone, Copy)]
enum Aim {
    Letter(Letter),
    Node(NodeId),
    Empty,
}

/// A pointer that is down.
#[derive(Clone, Copy)]
struct Press {
    pointer: i32,
    from: Point,
    aim: Aim,
    cutting: bool,
}

/// The handlers of the stage's field.
pub struct Gestures {
    /// A pointer goes down.
    pub down: Callback<PointerEvent>,
    /// A pointer moves.
    pub moved: Callback<PointerEvent>,
    /// A pointer goes up.
    pub up: Callback<PointerEvent>,
    /// The browser takes the pointer away, or it leaves.
    pub cancel: Callback<PointerEvent>,
    /// The line that is being drawn.
    pub cutting: Option<(Point, Point)>,
}

/// Where a pointer is on the stage.
fn point(field: &NodeRef, event: &PointerEvent) -> Point {
    let Some(field) = field.cast::<Element>() else { return Point::default() };
    let rectangle = field.get_bounding_client_rect();
    Point::new(f64::from(event.client_x()) - rectangle.left(), f64::from(event.client_y()) - rectangle.top())
}

/// What a pointer at a point means: a letter right under it, then a node, then a letter nearby.
fn aim(board: &Board, at: Point, coarse: bool) -> Aim {
    let (tight, wide) = if coarse { (2.0, 16.0) } else { (0.0, 8.0) };
    let letter = |reach| board.letter_at(at, reach).map(Aim::Letter);
    letter(tight).or_else(|| board.node_at(at).map(Aim::Node)).or_else(|| letter(wide)).unwrap_or(Aim::Empty)
}

fn coarse(event: &PointerEvent) -> bool {
    event.pointer_type() == "touch"
}

/// Follows pointers over `field`.
#[hook]
pub fn use_gestures(board: &Rc<Board>, field: &NodeRef, menu: &UseStateHandle<Option<Menu>>) -> Gestures {
    let press = use_mut_ref(|| None::<Press>);
    let cutting = use_state(|| None::<(Point, Point)>);

    let down = {
        let (board, field, press) = (board.clone(), field.clone(), press.clone());
        Callback::from(move |event: PointerEvent| {
            if event.button() != 0 || press.borrow().is_some() {
                return;
            }
            let from = point(&field, &event);
            let aim = aim(&board, from, coarse(&event));
            *press.borrow_mut() = Some(Press { pointer: event.pointer_id(), from, aim, cutting: false });
        })
    };
    let moved = {
        let (board, field, press, cutting) = (board.clone(), field.clone(), press.clone(), cutting.clone());
        Callback::from(move |event: PointerEvent| {
            let at = point(&field, &event);
            let mut press = press.borrow_mut();
            let Some(press) = press.as_mut().filter(|press| press.pointer == event.pointer_id()) else {
                hover(&board, &field, aim(&board, at, coarse(&event)));
                return;
            };
            if matches!(press.aim, Aim::Empty) && press.from.distance(at) > SLOP {
                if !press.cutting
                    && let Some(field) = field.cast::<Element>()
                {
                    _ = field.set_pointer_capture(press.pointer);
                }
                press.cutting = true;
                cutting.set(Some((press.from, at)));
            }
        })
    };
    let up = {
        let (board, field, press, cutting, menu) =
            (board.clone(), field.clone(), press.clone(), cutting.clone(), menu.clone());
        Callback::from(move |event: PointerEvent| {
            let Some(press) = press.borrow_mut().take() else { return };
            cutting.set(None);
            let at = point(&field, &event);
            if press.cutting {
                part(&board, press.from, at);
            } else if press.from.distance(at) <= 2.0 * SLOP {
                tap(&board, &menu, press.aim);
            }
        })
    };
    let cancel = {
        let (board, cutting) = (board.clone(), cutting.clone());
        Callback::from(move |_: PointerEvent| {
            // A captured pointer does not leave; one that leaves without being down only ends hovering.
            let cut = press.borrow().is_some_and(|press| press.cutting);
            if !cut {
                *press.borrow_mut() = None;
            }
            if cutting.is_some() && !cut {
                cutting.set(None);
            }
            board.hover(None);
        })
    };
    Gestures { down, moved, up, cancel, cutting: *cutting }
}

/// Marks the letter under a pointer that is not down.
fn hover(board: &Board, field: &NodeRef, aim: Aim) {
    let letter = match aim {
        Aim::Letter(letter) => Some(letter),
        _ => None,
    };
    if board.hover(letter) {
        show_hand(field, letter.is_some());
    }
}

/// A hand for the pointer while a message is under it.
fn show_hand(field: &NodeRef, hand: bool) {
    if let Some(field) = field.cast::<HtmlElement>() {
        _ = field.style().set_property("cursor", if hand { "pointer" } else { "" });
    }
}

fn tap(board: &Board, menu: &UseStateHandle<Option<Menu>>, aim: Aim) {
    match aim {
        Aim::Letter(letter) => {
            board.session().select(Selection::Letter(letter));
            menu.set(board.place_of(letter).map(|at| Menu::letter(board.session(), letter, at)));
        }
        Aim::Node(node) => {
            board.session().select(Selection::Node(node));
            menu.set(Some(Menu::node(node)));
        }
        Aim::Empty => {
            board.session().select(Selection::None);
            menu.set(None);
        }
    }
}

/// Parts the network along a line, unless all nodes are on one side of it.
fn part(board: &Board, from: Point, to: Point) {
    let Some(line) = Line::through(from, to) else { return };
    let scene = board.scene();
    let mut sides = [NodeSet::EMPTY; 2];
    for (node, place) in scene.nodes.iter().zip(&scene.layout.places) {
        sides[usize::from(line.side(place.at) > 0.0)].insert(node.id);
    }
    if sides.iter().all(|side| !side.is_empty()) {
        _ = board.session().act(Action::Partition(sides.to_vec()));
    }
}
