//! Where the nodes stand on the stage: a pure function of who there is and how much room there is.
//!
//! Who proposes stands before the acceptors (left, or above on a narrow screen), who learns after them, who drives
//! from outside above, a server in their middle. Nothing here knows a system: a node's place follows from the shape
//! of its role. The layout never depends on what the nodes do, so it stands still while they run.

use super::maths::{cos, length, sin, within};
use super::middle;
use paxos_playground::paxos::Shape;

/// A place on the stage, in CSS pixels from its top left corner.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Point {
    /// To the right.
    pub x: f64,
    /// Down.
    pub y: f64,
}

impl Point {
    /// The point at these coordinates.
    pub const fn new(x: f64, y: f64) -> Self {
        Self { x, y }
    }

    /// How far it is to `other`.
    pub fn distance(self, other: Self) -> f64 {
        length(self.x - other.x, self.y - other.y)
    }

    /// The point on the way to `other` that is `part` of the way there.
    pub fn toward(self, other: Self, part: f64) -> Self {
        Self::new(self.x + (other.x - self.x) * part, self.y + (other.y - self.y) * part)
    }
}

/// How much room there is, in CSS pixels.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Size {
    /// From left to right.
    pub width: f64,
    /// From top to bottom.
    pub height: f64,
}

/// Which part of the stage a node belongs to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Lane {
    /// Left, or above on a narrow stage: who proposes.
    Before,
    /// The middle: who votes.
    Middle,
    /// Right, or below: who learns.
    After,
    /// Above everyone: who drives from outside.
    Above,
    /// The very centre: the server that all messages go through.
    Hub,
}

impl Lane {
    /// The lane of a role of that shape; `None` is the server in the middle.
    pub fn of(shape: Option<Shape>) -> Self {
        match shape {
            Some(Shape::Square) => Lane::Before,
            Some(Shape::Circle) => Lane::Middle,
            Some(Shape::Diamond) => Lane::After,
            Some(Shape::Hexagon) => Lane::Above,
            None => Lane::Hub,
        }
    }
}

/// A node that needs a place.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Seat {
    /// Where it belongs.
    pub lane: Lane,
    /// The machine it runs on; nodes of one machine stand together.
    pub machine: u8,
}

/// A circle on the stage: a node, or the machine that several nodes share.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Place {
    /// Its centre.
    pub at: Point,
    /// Its radius.
    pub radius: f64,
}

/// Where everything stands.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Layout {
    /// The room it was made for.
    pub size: Size,
    /// One place for each seat, in the same order.
    pub places: Vec<Place>,
    /// The machines that several nodes share.
    pub machines: Vec<Place>,
    /// A free spot at which the votes that chose a value can meet.
    pub badge: Option<Point>,
}

impl Layout {
    /// The layout on the way to `goal` that is `part` of the way there, for a calm change of size.
    pub fn toward(&self, goal: &Self, part: f64) -> Self {
        if self.places.len() != goal.places.len() || self.machines.len() != goal.machines.len() {
            return goal.clone();
        }
        let place = |(a, b): (&Place, &Place)| Place {
            at: a.at.toward(b.at, part),
            radius: a.radius + (b.radius - a.radius) * part,
        };
        Self {
            places: self.places.iter().zip(&goal.places).map(place).collect(),
            machines: self.machines.iter().zip(&goal.machines).map(place).collect(),
            ..goal.clone()
        }
    }
}

/// A rectangle that a part of the stage has for itself.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Area {
    pub x: f64,
    pub y: f64,
    pub width: f64,
    pub height: f64,
}

impl Area {
    pub fn centre(self) -> Point {
        Point::new(self.x + self.width / 2.0, self.y + self.height / 2.0)
    }
}

/// Nodes that are placed as one: those of a machine, or a node alone.
struct Unit {
    lane: Lane,
    members: Vec<usize>,
}

/// Room around a node for its chip and its arcs, as a multiple of its radius.
const ROOM: f64 = 1.36;
/// Room kept at the upper edge for the counts above nodes and at the lower edge for the chips below them.
const ABOVE: f64 = 6.0;
const BELOW: f64 = 8.0;

/// Places every seat in the room there is.
pub fn arrange(seats: &[Seat], size: Size) -> Layout {
    let mut layout = Layout { size, places: vec![Place::default(); seats.len()], ..Layout::default() };
    let units = units(seats);
    let upright = size.width < size.height * 1.05;
    let most = if upright { size.width * 2.0 } else { (size.height * 2.1).max(560.0) };
    let (width, height) = (size.width.min(most), (size.height - ABOVE - BELOW).max(1.0).min(most));
    let top = ABOVE + (size.height - ABOVE - BELOW - height) / 2.0;
    let whole = Area { x: (size.width - width) / 2.0, y: top, width, height };
    let each = (width * height / seats.len().max(1) as f64).sqrt();
    // On a low stage a share of its height would be too small to read.
    let base = within((0.09 * width.min(height)).max(22.0_f64.min(0.3 * each)).min(0.4 * each), 6.0, 36.0);

    let of = |lane| units.iter().filter(|unit| unit.lane == lane).map(|unit| unit.members[0]).collect::<Vec<_>>();
    let (mut before, mut above, after) = (of(Lane::Before), of(Lane::Above), of(Lane::After));
    if upright {
        before.append(&mut above);
    }
    let mut area = whole;
    let length = if upright { whole.width } else { whole.height };
    let strips = [&before, &after].map(|lane| Strip::fit(lane.len(), length, base));
    let thick = strips.map(|strip| strip.thickness());
    if upright {
        area.y += thick[0];
        area.height -= thick[0] + thick[1];
    } else {
        let side = thick[0].max(thick[1]);
        area.x += if before.is_empty() { 0.0 } else { side };
        area.width -= if before.is_empty() { 0.0 } else { side } + if after.is_empty() { 0.0 } else { side };
    }
    let top = Strip::fit(above.len(), area.width, base);
    let top_area = Area { height: top.thickness(), ..area };
    area.y += top.thickness();
    area.height -= top.thickness();
    top.place(&above, top_area, true, &mut layout.places);
    let lane_area = |far: bool, thick: f64| match (upright, far) {
        (true, false) => Area { height: thick, ..whole },
        (true, true) => Area { y: whole.y + whole.height - thick, height: thick, ..whole },
        (false, false) => Area { width: thick, ..whole },
        (false, true) => Area { x: whole.x + whole.width - thick, width: thick, ..whole },
    };
    strips[0].place(&before, lane_area(false, thick[0]), upright, &mut layout.places);
    strips[1].place(&after, lane_area(true, thick[1]), upright, &mut layout.places);

    let hub = seats.iter().position(|seat| seat.lane == Lane::Hub);
    let sided = !before.is_empty() || !after.is_empty();
    place_middle(&units, area, base, Around { hub, sided, upright }, &mut layout);
    layout
}

/// What stands in and around the middle.
#[derive(Clone, Copy)]
struct Around {
    hub: Option<usize>,
    sided: bool,
    upright: bool,
}

/// Places the machines or nodes of the middle, and the hub.
fn place_middle(units: &[Unit], area: Area, base: f64, around: Around, layout: &mut Layout) {
    let middle: Vec<&Unit> = units.iter().filter(|unit| unit.lane == Lane::Middle).collect();
    let most = middle.iter().map(|unit| unit.members.len()).max().unwrap_or(1);
    let share = share(most);
    let wish = middle::Wish {
        count: middle.len(),
        area,
        radius: (base / share).min(0.24 * area.width.min(area.height)),
        room: if most > 1 { 1.12 } else { ROOM },
        hub: around.hub.map(|_| base),
        column: around.sided && around.hub.is_none() && most == 1,
        upright: around.upright,
    };
    let fit = middle::fit(&wish);
    for (unit, &at) in middle.iter().zip(&fit.points) {
        place_unit(unit, Place { at, radius: fit.radius }, share, layout);
    }
    layout.badge = fit.badge;
    if let Some(hub) = around.hub {
        layout.places[hub] = Place { at: fit.hub, radius: fit.hub_radius };
        layout.badge = None;
    }
}

/// Which part of a machine's radius each of its `count` nodes gets.
fn share(count: usize) -> f64 {
    if count < 2 {
        return 1.0;
    }
    let half = sin(std::f64::consts::PI / count as f64);
    0.76 * half / (1.0 + half)
}

/// Places the nodes of one machine around its centre.
fn place_unit(unit: &Unit, place: Place, share: f64, layout: &mut Layout) {
    let radius = place.radius * share;
    let count = unit.members.len();
    if count == 1 {
        layout.places[unit.members[0]] = Place { at: place.at, radius };
        return;
    }
    layout.machines.push(place);
    let reach = place.radius * 0.95 - radius * 1.16;
    for (i, &member) in unit.members.iter().enumerate() {
        let turn = std::f64::consts::TAU * i as f64 / count as f64
            - std::f64::consts::PI * if count == 2 { 1.0 } else { 0.75 };
        let at = Point::new(place.at.x + reach * cos(turn), place.at.y + reach * sin(turn));
        layout.places[member] = Place { at, radius };
    }
}

/// What is placed as one. A machine of several nodes stands in the middle; if nobody votes, the largest lane does.
fn units(seats: &[Seat]) -> Vec<Unit> {
    let mut units: Vec<Unit> = Vec::new();
    let mut of_machine = [None; 256];
    for (i, seat) in seats.iter().enumerate().filter(|(_, seat)| seat.lane != Lane::Hub) {
        match of_machine[usize::from(seat.machine)] {
            None => {
                of_machine[usize::from(seat.machine)] = Some(units.len());
                units.push(Unit { lane: seat.lane, members: vec![i] });
            }
            Some(unit) => {
                let unit: &mut Unit = &mut units[unit];
                unit.lane = Lane::Middle;
                unit.members.push(i);
            }
        }
    }
    if units.iter().all(|unit| unit.lane != Lane::Middle) {
        let count = |lane| units.iter().filter(|unit| unit.lane == lane).count();
        let largest = [Lane::Above, Lane::After, Lane::Before].into_iter().max_by_key(|&lane| count(lane));
        for unit in units.iter_mut().filter(|unit| Some(unit.lane) == largest) {
            unit.lane = Lane::Middle;
        }
    }
    units
}

/// A lane beside the middle: `count` nodes in as few rows as let them be of a good size.
#[derive(Clone, Copy)]
struct Strip {
    rows: usize,
    per_row: usize,
    radius: f64,
    base: f64,
}

impl Strip {
    fn fit(count: usize, length: f64, base: f64) -> Self {
        let with = |rows: usize| {
            let per_row = count.div_ceil(rows).max(1);
            Self { rows, per_row, radius: base.min(length / per_row as f64 / 2.0 / ROOM), base }
        };
        if count == 0 {
            return Self { rows: 0, ..with(1) };
        }
        (1..=4).map(with).find(|strip| strip.radius >= (0.85 * base).min(20.0)).unwrap_or_else(|| with(4))
    }

    fn thickness(self) -> f64 {
        if self.rows == 0 { 0.0 } else { self.rows as f64 * 2.0 * ROOM * self.radius + 0.7 * self.base }
    }

    /// Puts the nodes of a lane in its area, in rows from side to side or in columns from top to bottom.
    fn place(self, nodes: &[usize], area: Area, across: bool, places: &mut [Place]) {
        let (start, length) = if across { (area.x, area.width) } else { (area.y, area.height) };
        for (row, chunk) in nodes.chunks(self.per_row).enumerate() {
            let step = (length / chunk.len() as f64).min(self.radius * 5.2);
            let first = start + (length - step * chunk.len() as f64) / 2.0;
            for (i, &node) in chunk.iter().enumerate() {
                let along = first + step * (i as f64 + 0.5);
                let depth = (row as f64 + 0.5) * 2.0 * ROOM * self.radius + 0.35 * self.base;
                let at = if across { Point::new(along, area.y + depth) } else { Point::new(area.x + depth, along) };
                places[node] = Place { at, radius: self.radius };
            }
        }
    }
}
