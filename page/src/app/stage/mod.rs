//! The stage: nodes, the messages between them, and hands to lay on both.
//!
//! Nodes are SVG and change only when the run says so; what moves is painted on a canvas above them. [`board`] reads
//! the run, [`painter`] paints the canvas, the other files are components and their hooks.

mod board;
mod caption;
mod gesture;
mod keys;
mod legend;
mod marks;
mod menu;
mod node;
mod nodes;
mod painter;
mod satellites;
mod sprites;
pub mod theme;
mod watch;

use super::hooks::use_window_event;
use super::session::Session;
use board::{Board, Scene};
use caption::{Caption, Heal};
use gesture::use_gestures;
use legend::Legend;
use menu::{Menu, StageMenu};
use nodes::Nodes;
use std::rc::Rc;
use web_sys::{HtmlCanvasElement, HtmlElement};
use yew::prelude::*;

/// What the stage shows.
#[derive(Properties, PartialEq)]
pub struct StageProps {
    /// The run.
    pub session: Session,
}

/// The nodes and the messages between them.
#[component]
pub fn Stage(StageProps { session }: &StageProps) -> Html {
    let field = use_node_ref();
    let (canvas, probe) = (use_node_ref(), use_node_ref());
    let scene = use_state(Rc::<Scene>::default);
    let menu = use_state(|| None::<Menu>);
    let tab_stop = use_state(|| 0);
    let board = use_memo(session.clone(), |session| {
        let scene = scene.setter();
        Board::new(session.clone(), Callback::from(move |new| scene.set(new)))
    });
    use_effect_with(board.clone(), {
        let (field, canvas, probe) = (field.clone(), canvas.clone(), probe.clone());
        move |board| {
            let parts = (canvas.cast::<HtmlCanvasElement>(), probe.cast::<HtmlElement>(), field.cast::<HtmlElement>());
            let watch = match parts {
                (Some(canvas), Some(probe), Some(field)) => {
                    board.set_canvas(canvas, probe);
                    Some(watch::Watch::start(board.clone(), &field))
                }
                _ => None,
            };
            move || drop(watch)
        }
    });
    let gestures = use_gestures(&board, &field, &menu);
    let close = {
        let (menu, session, field, tab_stop) = (menu.clone(), session.clone(), field.clone(), tab_stop.clone());
        Callback::from(move |back: bool| {
            if let Some(Menu::Letter(_, _, true)) = *menu {
                session.play();
            }
            // A letter cannot have the focus.
            let node = if let Some(Menu::Node(node)) = *menu { node.index() } else { *tab_stop };
            menu.set(None);
            if back {
                keys::focus(&field, node);
            }
        })
    };
    let (opened, escape) = (menu.is_some(), close.clone());
    use_window_event("keydown", move |event: KeyboardEvent| {
        if opened && event.key() == "Escape" {
            event.prevent_default();
            escape.emit(true);
        }
    });
    let onkeydown = keys::handler(&board, &field, &menu, &tab_stop);
    let onfocusin = keys::follow_focus(&tab_stop);
    html! {
        <div class="stage">
            <div class="stage-bar">
                <Caption scene={(*scene).clone()} />
                <Heal session={session.clone()} parted={scene.parted()} />
                <Legend scene={(*scene).clone()} />
            </div>
            <div class="stage-field" ref={field} onpointerdown={gestures.down} onpointermove={gestures.moved}
                onpointerup={gestures.up} onpointercancel={gestures.cancel.clone()} onpointerleave={gestures.cancel}
                {onkeydown} {onfocusin}>
                <i class="stage-probe" ref={probe}></i>
                <Nodes scene={(*scene).clone()} tab_stop={*tab_stop} cutting={gestures.cutting} />
                <canvas ref={canvas} aria-hidden="true"></canvas>
                if let Some(menu) = *menu {
                    <StageMenu session={session.clone()} scene={(*scene).clone()} {menu} {close} />
                }
            </div>
        </div>
    }
}
