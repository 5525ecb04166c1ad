//! What the stage listens to besides its own elements: frames of the run, its size, the theme.

use super::board::Board;
use crate::app::dom;
use crate::app::subscribers::Subscription;
use paxos_page::geometry::Size;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{HtmlElement, MediaQueryList, MutationObserver, MutationObserverInit, ResizeObserver};

/// How long nodes take to their new places when the stage changes its size.
const EASE_MS: f64 = 220.0;

/// Everything that is listened to, until it is dropped.
pub struct Watch {
    _frames: Subscription,
    resize: ResizeObserver,
    theme: MutationObserver,
    queries: Vec<MediaQueryList>,
    _on_resize: Closure<dyn FnMut()>,
    on_theme: Closure<dyn FnMut()>,
}

impl Watch {
    /// Listens on behalf of `board`, whose element is `field`.
    pub fn start(board: Rc<Board>, field: &HtmlElement) -> Self {
        let frames = {
            let board = board.clone();
            board.clone().session().on_frame(move |_| board.frame())
        };
        let on_resize = {
            let (board, field, ease) = (board.clone(), field.clone(), Ease::new(board.clone()));
            Closure::<dyn FnMut()>::new(move || {
                let size = Size { width: f64::from(field.client_width()), height: f64::from(field.client_height()) };
                if size.width > 0.0 && size.height > 0.0 && board.resize(size) {
                    ease.start();
                }
            })
        };
        let resize = ResizeObserver::new(on_resize.as_ref().unchecked_ref()).expect("browsers have resize observers");
        resize.observe(field);

        let on_theme = Closure::<dyn FnMut()>::new(move || board.restyle());
        let theme = MutationObserver::new(on_theme.as_ref().unchecked_ref()).expect("browsers have mutation observers");
        let init = MutationObserverInit::new();
        init.set_attributes(true);
        if let Some(root) = dom::document().document_element() {
            _ = theme.observe_with_options(&root, &init);
        }
        let media = ["(prefers-color-scheme: dark)", "(prefers-reduced-motion: reduce)", "(forced-colors: active)"];
        let queries: Vec<_> =
            media.iter().filter_map(|query| dom::window().match_media(query).ok().flatten()).collect();
        for query in &queries {
            _ = query.add_event_listener_with_callback("change", on_theme.as_ref().unchecked_ref());
        }
        Self { _frames: frames, resize, theme, queries, _on_resize: on_resize, on_theme }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.resize.disconnect();
        self.theme.disconnect();
        for query in &self.queries {
            _ = query.remove_event_listener_with_callback("change", self.on_theme.as_ref().unchecked_ref());
        }
    }
}

/// A callback that asks for itself again.
type Frame = RefCell<Option<Closure<dyn FnMut(f64)>>>;

/// Moves the nodes to their new places over a few frames.
struct Ease {
    from: Rc<Cell<Option<f64>>>,
    frame: Rc<Frame>,
}

impl Ease {
    fn new(board: Rc<Board>) -> Self {
        let from = Rc::new(Cell::new(None));
        let frame: Rc<Frame> = Rc::default();
        let callback = {
            let (from, frame) = (from.clone(), Rc::downgrade(&frame));
            Closure::<dyn FnMut(f64)>::new(move |now: f64| {
                let Some(start): Option<f64> = from.get() else { return };
                let left = 1.0 - (now - start) / EASE_MS;
                let still = dom::window().match_media("(prefers-reduced-motion: reduce)").ok().flatten();
                if left <= 0.05 || still.is_some_and(|still| still.matches()) {
                    from.set(None);
                    board.ease(1.0);
                } else {
                    board.ease(0.3);
                    if let Some(frame) = frame.upgrade() {
                        request(&frame);
                    }
                }
            })
        };
        *frame.borrow_mut() = Some(callback);
        Self { from, frame }
    }

    fn start(&self) {
        if self.from.replace(Some(dom::performance_now())).is_none() {
            request(&self.frame);
        }
    }
}

fn request(frame: &Frame) {
    if let Some(frame) = &*frame.borrow() {
        _ = dom::window().request_animation_frame(frame.as_ref().unchecked_ref());
    }
}
