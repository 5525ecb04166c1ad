//! The ways that messages take, and lines that part the nodes.

use super::geometry::{Place, Point};
use super::maths::{cos, length, sin, within};

/// The way of a message from rim to rim: a gentle bend to the right, so that both directions of a link stay apart.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Way {
    from: Point,
    bend: Point,
    to: Point,
}

impl Way {
    /// The way from one node to another of a message of that half width and height, so that it covers neither node.
    /// `track` 0 is the plain way, 1 the one beside it for a duplicate, and so on.
    pub fn between(from: Place, to: Place, track: u8, half: (f64, f64)) -> Self {
        let (dx, dy) = (to.at.x - from.at.x, to.at.y - from.at.y);
        let distance = length(dx, dy).max(1.0);
        let (ux, uy) = (dx / distance, dy / distance);
        let free = (distance - from.radius - to.radius).max(0.0);
        let gap = (3.0 + half.0 * ux.abs() + half.1 * uy.abs()).min(free / 3.0);
        let bend = within(distance * 0.09, 6.0, 34.0) + 2.0 * 11.0 * f64::from(track);
        let side = 2.5 + 9.0 * f64::from(track);
        let at = |place: Place, along: f64| {
            Point::new(place.at.x + ux * along - uy * side, place.at.y + uy * along + ux * side)
        };
        let (start, end) = (at(from, from.radius + gap), at(to, -(to.radius + gap)));
        let mid = start.toward(end, 0.5);
        Self { from: start, bend: Point::new(mid.x - uy * bend, mid.y + ux * bend), to: end }
    }

    /// The part of the way after which a second message of that half width and height is clear of the first.
    pub fn clearance(&self, half: (f64, f64)) -> f64 {
        let (dx, dy) = ((self.to.x - self.from.x).abs(), (self.to.y - self.from.y).abs());
        let length = length(dx, dy).max(1.0);
        (length / dx.max(1.0) * (2.0 * half.0 + 3.0)).min(length / dy.max(1.0) * (2.0 * half.1 + 3.0)) / length
    }

    /// Where the message is when `part` of its way is behind it.
    pub fn at(&self, part: f64) -> Point {
        self.from.toward(self.bend, part).toward(self.bend.toward(self.to, part), part)
    }
}

/// The place of the `rank`-th of the messages that wait at a node: rows of a fan around it.
pub fn waiting(place: Place, rank: usize, size: f64) -> Point {
    let (mut ring, mut rank) = (0, rank);
    loop {
        let reach = place.radius + size * (0.95 + ring as f64 * 1.1);
        let step = (size * 1.45 / reach).min(1.2);
        let fits = ((std::f64::consts::PI * 1.2 / step) as usize).max(1);
        if rank < fits || ring > 6 {
            let turn = -std::f64::consts::FRAC_PI_4 + step * rank as f64;
            return Point::new(place.at.x + reach * cos(turn), place.at.y + reach * sin(turn));
        }
        rank -= fits;
        ring += 1;
    }
}

/// A straight line across the stage.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Line {
    /// A point on it.
    pub at: Point,
    /// The direction square to it, of length 1.
    pub normal: Point,
}

impl Line {
    /// The line through two points; nothing if they are too close to mean one.
    pub fn through(a: Point, b: Point) -> Option<Self> {
        let length = a.distance(b);
        (length > 1.0).then(|| Self { at: a, normal: Point::new((a.y - b.y) / length, (b.x - a.x) / length) })
    }

    /// How far `point` is from the line; negative on one side of it.
    pub fn side(&self, point: Point) -> f64 {
        (point.x - self.at.x) * self.normal.x + (point.y - self.at.y) * self.normal.y
    }

    /// Two points of the line that are farther apart than any stage is wide.
    pub fn ends(&self) -> (Point, Point) {
        let far = 10_000.0;
        let end = |far: f64| Point::new(self.at.x - self.normal.y * far, self.at.y + self.normal.x * far);
        (end(-far), end(far))
    }
}

/// The line with the most room on both sides that parts two groups of nodes, if a straight line can.
pub fn between_groups(places: &[Place], groups: &[u8]) -> Option<Line> {
    let (first, second) = (*groups.first()?, *groups.iter().find(|group| **group != groups[0])?);
    if groups.iter().any(|group| *group != first && *group != second) {
        return None;
    }
    let mut best: Option<(f64, Line)> = None;
    for step in 0..90 {
        let turn = std::f64::consts::TAU * f64::from(step) / 90.0;
        let normal = Point::new(cos(turn), sin(turn));
        let along = |place: &Place| place.at.x * normal.x + place.at.y * normal.y;
        let (mut low, mut high) = (f64::NEG_INFINITY, f64::INFINITY);
        for (place, group) in places.iter().zip(groups) {
            if *group == first {
                low = low.max(along(place) + place.radius);
            } else {
                high = high.min(along(place) - place.radius);
            }
        }
        let (gap, middle) = (high - low, (high + low) / 2.0);
        if gap > best.map_or(0.0, |(gap, _)| gap) {
            best = Some((gap, Line { at: Point::new(normal.x * middle, normal.y * middle), normal }));
        }
    }
    let (_, line) = best?;
    let centre = places.iter().fold(Point::default(), |sum, place| Point::new(sum.x + place.at.x, sum.y + place.at.y));
    let centre = Point::new(centre.x / places.len() as f64, centre.y / places.len() as f64);
    let off = line.side(centre);
    Some(Line { at: Point::new(centre.x - line.normal.x * off, centre.y - line.normal.y * off), ..line })
}

/// Where an arrow key leads.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Direction {
    /// To the left.
    Left,
    /// To the right.
    Right,
    /// Upwards.
    Up,
    /// Downwards.
    Down,
}

/// The node that an arrow key leads to from node `from`: the nearest in that direction, straight ahead preferred.
pub fn neighbour(places: &[Place], from: usize, direction: Direction) -> Option<usize> {
    let here = places.get(from)?.at;
    let cost = |place: &Place| {
        let (dx, dy) = (place.at.x - here.x, place.at.y - here.y);
        let (ahead, aside) = match direction {
            Direction::Left => (-dx, dy),
            Direction::Right => (dx, dy),
            Direction::Up => (-dy, dx),
            Direction::Down => (dy, dx),
        };
        (ahead > 1.0).then(|| ahead + 2.2 * aside.abs())
    };
    let ahead = places.iter().enumerate().filter_map(|(i, place)| Some((i, cost(place)?)));
    ahead.min_by(|a, b| a.1.total_cmp(&b.1)).map(|(i, _)| i)
}
