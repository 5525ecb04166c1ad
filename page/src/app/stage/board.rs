//! What is on the stage now: read from the run once per frame, handed to the components only when it changed.

use super::painter::{Painter, Picture};
use crate::app::session::{Selection, Session};
use paxos_page::geometry::{Lane, Layout, Point, Seat, Size, arrange};
use paxos_playground::paxos::{MessageKind, NodeId, Role};
use paxos_playground::run::{ChosenView, NodeView, Run};
use paxos_playground::sim::Letter;
use paxos_playground::sim::settings::PACE;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use web_sys::{HtmlCanvasElement, HtmlElement};
use yew::Callback;

/// What the components show. Parts that did not change are shared with the scene before.
#[derive(Clone, PartialEq, Default)]
pub struct Scene {
    /// The roles of the system.
    pub roles: &'static [Role],
    /// The kinds of message of the system.
    pub kinds: &'static [MessageKind],
    /// The nodes in the order of their ids.
    pub nodes: Vec<Rc<NodeView>>,
    /// Where they stand.
    pub layout: Rc<Layout>,
    /// The side of a partition that each node is on.
    pub groups: Option<Vec<u8>>,
    /// The value that was chosen last.
    pub chosen: Option<Rc<ChosenView>>,
    /// Whether more than one slot has a chosen value.
    pub many_slots: bool,
    /// What the system calls a slot.
    pub slot_word: &'static str,
    /// The weightiest property that is broken and what happened.
    pub broken: Option<(&'static str, String)>,
    /// How many more are.
    pub more_broken: usize,
    /// Whether everything waits until somebody acts.
    pub by_hand: bool,
    /// What is selected.
    pub selection: Selection,
}

impl Scene {
    /// The role of a node; `None` is the server in the middle.
    pub fn role(&self, node: &NodeView) -> Option<&'static Role> {
        node.role.and_then(|role| self.roles.get(usize::from(role)))
    }

    /// The label of a node.
    pub fn label(&self, node: NodeId) -> String {
        self.nodes.get(node.index()).map_or_else(String::new, |node| node.label.clone())
    }

    /// Whether anything in the network is parted that healing would join.
    pub fn parted(&self) -> bool {
        self.groups.is_some() || self.nodes.iter().any(|node| node.isolated)
    }
}

/// The stage behind its components.
pub struct Board {
    session: Session,
    changed: Callback<Rc<Scene>>,
    scene: RefCell<Rc<Scene>>,
    goal: RefCell<Rc<Layout>>,
    versions: RefCell<Vec<u64>>,
    judged: Cell<Option<(u64, u64)>>,
    size: Cell<Size>,
    painter: RefCell<Option<Painter>>,
    hovered: Cell<Option<Letter>>,
}

impl PartialEq for Board {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self, other)
    }
}

impl Board {
    /// The stage of `session`; `changed` is told each new scene.
    pub fn new(session: Session, changed: Callback<Rc<Scene>>) -> Self {
        Self {
            session,
            changed,
            scene: RefCell::default(),
            goal: RefCell::default(),
            versions: RefCell::default(),
            judged: Cell::default(),
            size: Cell::default(),
            painter: RefCell::default(),
            hovered: Cell::default(),
        }
    }

    /// The run.
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// The present scene.
    pub fn scene(&self) -> Rc<Scene> {
        self.scene.borrow().clone()
    }

    /// Paints on `canvas` from now on.
    pub fn set_canvas(&self, canvas: HtmlCanvasElement, probe: HtmlElement) {
        *self.painter.borrow_mut() = Painter::new(canvas, probe);
        self.frame();
    }

    /// The theme changed.
    pub fn restyle(&self) {
        if let Some(painter) = &mut *self.painter.borrow_mut() {
            painter.restyle();
        }
        self.paint();
    }

    /// The room changed. True if the nodes should move to new places calmly, by [`Board::ease`].
    pub fn resize(&self, size: Size) -> bool {
        let first = self.size.replace(size) == Size::default();
        if !first && !self.goal.borrow().places.is_empty() {
            *self.goal.borrow_mut() = self.layout_of(&self.scene().nodes);
            return true;
        }
        self.versions.borrow_mut().clear();
        self.frame();
        false
    }

    /// Moves all nodes `part` of the way that is left to their places.
    pub fn ease(&self, part: f64) {
        let goal = self.goal.borrow().clone();
        let layout = if part >= 1.0 { goal } else { Rc::new(self.scene().layout.toward(&goal, part)) };
        self.tell(Scene { layout, ..(*self.scene()).clone() });
        self.paint();
    }

    /// Reads the run and paints it.
    pub fn frame(&self) {
        if self.size.get() == Size::default() {
            return;
        }
        if let Some(scene) = self.session.with(|run| self.read(run)) {
            self.tell(scene);
        }
        self.paint();
    }

    /// The scene, if anything in it is new.
    fn read(&self, run: &dyn Run) -> Option<Scene> {
        let before = self.scene();
        let mut versions = self.versions.borrow_mut();
        let generation = self.session.generation();
        let judged = (generation, run.properties_version());
        let again = self.judged.get() != Some(judged);
        let other = self.judged.get().is_none_or(|judged| judged.0 != generation);
        self.judged.set(Some(judged));
        let nodes = if other || versions.is_empty() {
            versions.clear();
            let nodes: Vec<_> = run.nodes().into_iter().map(Rc::new).collect();
            versions.extend(nodes.iter().map(|node| run.node_version(node.id)));
            Some(nodes)
        } else {
            refreshed(run, &before.nodes, &mut versions)
        };
        let selection = self.session.selection();
        let groups = run.groups();
        let by_hand = run.knobs().get(&PACE) == 1;
        let again = again || by_hand != before.by_hand;
        if nodes.is_none() && !again && selection == before.selection && groups == before.groups {
            return None;
        }
        let mut scene = Scene { selection, groups, by_hand, ..(*before).clone() };
        if let Some(nodes) = nodes {
            let moved = nodes.len() != scene.nodes.len() || scene.layout.places.len() != nodes.len();
            let seat = |node: &NodeView| (node.role, node.machine);
            if moved || nodes.iter().zip(&scene.nodes).any(|(a, b)| seat(a) != seat(b)) {
                scene.roles = run.about().roles;
                scene.kinds = run.about().kinds;
                scene.slot_word = run.about().slot;
                scene.layout = layout(scene.roles, &nodes, self.size.get());
                *self.goal.borrow_mut() = scene.layout.clone();
            }
            scene.nodes = nodes;
        }
        if again {
            let latest = run.chosen().into_iter().max_by_key(|chosen| (chosen.event, chosen.slot));
            // A log counts its slots from 1; what chooses once has slot 0, whatever is chosen there.
            scene.many_slots = latest.as_ref().is_some_and(|chosen| chosen.slot > 0) && run.metrics().decisions > 1;
            scene.chosen = latest.map(Rc::new);
            // In the order of the properties: what people came for before what it rests on.
            let mut broken =
                run.properties().into_iter().filter_map(|property| Some((property.name, property.broken?.1)));
            scene.broken = broken.next();
            scene.more_broken = broken.count();
        }
        Some(scene)
    }

    fn layout_of(&self, nodes: &[Rc<NodeView>]) -> Rc<Layout> {
        layout(self.scene().roles, nodes, self.size.get())
    }

    fn tell(&self, scene: Scene) {
        let scene = Rc::new(scene);
        *self.scene.borrow_mut() = scene.clone();
        self.changed.emit(scene);
    }

    /// Paints the canvas.
    pub fn paint(&self) {
        let scene = self.scene();
        let selected = match scene.selection {
            Selection::Letter(letter) => Some(letter),
            _ => None,
        };
        let picture = Picture { layout: &scene.layout, nodes: &scene.nodes, hovered: self.hovered.get(), selected };
        if let Some(painter) = &mut *self.painter.borrow_mut() {
            self.session.with(|run| painter.paint(run, &picture));
        }
    }

    /// The letter within `reach` of a point.
    pub fn letter_at(&self, point: Point, reach: f64) -> Option<Letter> {
        self.painter.borrow().as_ref()?.letter_at(point, reach)
    }

    /// Where a letter is.
    pub fn place_of(&self, letter: Letter) -> Option<Point> {
        self.painter.borrow().as_ref()?.place_of(letter)
    }

    /// The node under a point.
    pub fn node_at(&self, point: Point) -> Option<NodeId> {
        let scene = self.scene();
        let inside = |index: &usize| {
            let place = scene.layout.places[*index];
            place.at.distance(point) <= place.radius.max(14.0) + 4.0
        };
        let nearest = (0..scene.layout.places.len()).filter(inside).min_by(|&a, &b| {
            let distance = |index: usize| scene.layout.places[index].at.distance(point);
            distance(a).total_cmp(&distance(b))
        });
        nearest.map(|index| NodeId(index as u8))
    }

    /// Marks the letter under the pointer. True if it is another one than before.
    pub fn hover(&self, letter: Option<Letter>) -> bool {
        let other = self.hovered.replace(letter) != letter;
        if other {
            self.paint();
        }
        other
    }
}

/// The nodes with those that changed read again, or nothing if none did.
fn refreshed(run: &dyn Run, before: &[Rc<NodeView>], versions: &mut [u64]) -> Option<Vec<Rc<NodeView>>> {
    let mut nodes: Option<Vec<Rc<NodeView>>> = None;
    for (i, version) in versions.iter_mut().enumerate() {
        let id = NodeId(i as u8);
        let now = run.node_version(id);
        if std::mem::replace(version, now) == now {
            continue;
        }
        let node = run.node(id);
        if *before[i] != node {
            nodes.get_or_insert_with(|| before.to_vec())[i] = Rc::new(node);
        }
    }
    nodes
}

/// Where the nodes stand: a matter of their roles and machines only.
fn layout(roles: &[Role], nodes: &[Rc<NodeView>], size: Size) -> Rc<Layout> {
    let seat = |node: &Rc<NodeView>| Seat {
        lane: Lane::of(node.role.and_then(|role| roles.get(usize::from(role))).map(|role| role.shape)),
        machine: node.machine,
    };
    Rc::new(arrange(&nodes.iter().map(seat).collect::<Vec<_>>(), size))
}
