//! The middle of the stage: acceptors in a bow, in rings or in a grid, whichever lets them be large and clear.

use super::geometry::{Area, Point};
use super::maths::{cos, length, sin};
use std::f64::consts::{FRAC_PI_2, TAU};

/// What is to be placed in the middle.
pub(super) struct Wish {
    /// How many.
    pub count: usize,
    /// Where.
    pub area: Area,
    /// How large at most.
    pub radius: f64,
    /// The room each needs, as a multiple of its radius.
    pub room: f64,
    /// The radius of the server at the centre, if there is one.
    pub hub: Option<f64>,
    /// Whether a single bow is welcome: there is somebody on a side of it.
    pub column: bool,
    /// Whether the stage is narrow, so that the bow lies down.
    pub upright: bool,
}

/// Where the nodes of the middle stand.
pub(super) struct Fit {
    pub points: Vec<Point>,
    pub radius: f64,
    pub hub: Point,
    pub hub_radius: f64,
    pub badge: Option<Point>,
}

/// Half of the width and height of the badge of a chosen value.
const BADGE: (f64, f64) = (54.0, 22.0);

/// The best of a bow, rings and a grid. A clearer shape wins unless it makes the nodes much smaller.
pub(super) fn fit(wish: &Wish) -> Fit {
    let centre = wish.area.centre();
    let hub_radius = wish.hub.map_or(0.0, |hub| hub.min(wish.area.width.min(wish.area.height) / 5.0));
    let hub = centre;
    if wish.column
        && let Some((points, radius)) = bow(wish)
        && radius >= 0.8 * wish.radius.min(30.0)
    {
        let badge = beside_bow(wish, &points, radius);
        return Fit { points, radius, hub, hub_radius, badge };
    }
    if wish.count == 1 && wish.hub.is_none() {
        let radius = wish.radius.min(wish.area.width.min(wish.area.height) / 2.0 / wish.room);
        return Fit { points: vec![centre], radius, hub, hub_radius, badge: None };
    }
    let mut best: (Vec<Point>, f64, bool) = (Vec::new(), 0.0, false);
    for rings in 1..=6 {
        let (points, radius) = largest(wish, |radius| ringed(wish, rings, radius, hub_radius));
        let clear = if rings == 1 && wish.count <= 30 { 1.0 } else { 1.18 };
        if radius > best.1 * clear {
            best = (points, radius, rings == 1);
        }
    }
    if wish.hub.is_none() && wish.count > 12 {
        let (points, radius) = grid(wish);
        if radius > best.1 * 1.12 {
            best = (points, radius, false);
        }
    }
    if wish.hub.is_some() && best.1 < 11.0_f64.min(0.6 * wish.radius) {
        // Rings around the server would be too small: it stands above a grid.
        let hub_radius = hub_radius.min(0.1 * wish.area.height);
        let strip = 2.6 * hub_radius;
        let area = Area { y: wish.area.y + strip, height: wish.area.height - strip, ..wish.area };
        let (points, radius) = grid(&Wish { area, ..*wish });
        if radius > best.1 {
            let hub = Point::new(centre.x, wish.area.y + strip / 2.0);
            return Fit { points, radius, hub, hub_radius, badge: None };
        }
    }
    if best.1 <= 0.0 {
        let (points, radius) = grid(wish);
        best = (points, radius, false);
    }
    let beside = |point: &Point| {
        let across = ((point.x - centre.x).abs() - BADGE.0).max(0.0);
        length(across, ((point.y - centre.y).abs() - BADGE.1).max(0.0))
    };
    let free = best.2 && wish.count > 2 && best.0.iter().all(|point| beside(point) > best.1 + 4.0);
    Fit { points: best.0, radius: best.1, hub, hub_radius, badge: free.then_some(centre) }
}

/// A single line, gently bent so that who stands before it is about equally far from all of it.
fn bow(wish: &Wish) -> Option<(Vec<Point>, f64)> {
    let Area { width, height, .. } = wish.area;
    let (length, depth) = if wish.upright { (width, height) } else { (height, width) };
    let count = wish.count as f64;
    let radius = wish.radius.min(length / count.max(1.0) / 2.0 / wish.room);
    if depth < 6.0 * radius {
        return None;
    }
    let step = (length / count.max(1.0)).min(radius * 4.6);
    let sag = (0.14 * step * (count - 1.0)).min(0.16 * depth);
    let centre = wish.area.centre();
    let points = (0..wish.count).map(|i| {
        let along = (i as f64 - (count - 1.0) / 2.0) * step;
        let part = if wish.count < 2 { 0.0 } else { 2.0 * i as f64 / (count - 1.0) - 1.0 };
        let out = sag * (0.5 - part * part);
        if wish.upright {
            Point::new(centre.x + along, centre.y + out)
        } else {
            Point::new(centre.x + out, centre.y + along)
        }
    });
    Some((points.collect(), radius))
}

/// A spot beside the bow, on the side of those who learn, if there is room for a badge there.
fn beside_bow(wish: &Wish, points: &[Point], radius: f64) -> Option<Point> {
    let centre = wish.area.centre();
    let (length, half) = if wish.upright { (wish.area.height, BADGE.1) } else { (wish.area.width, BADGE.0) };
    let reach = |point: &Point| if wish.upright { point.y - centre.y } else { point.x - centre.x };
    let bow = points.iter().map(reach).fold(f64::NEG_INFINITY, f64::max) + radius;
    // A chip hangs below each node.
    let least = bow + half + if wish.upright { 14.0 } else { 8.0 };
    let out = least.max(0.3 * length).min((length / 2.0 - half + 12.0).max(least));
    let fits = out + half <= length / 2.0 + 14.0;
    let at = if wish.upright { Point::new(centre.x, centre.y + out) } else { Point::new(centre.x + out, centre.y) };
    fits.then_some(at)
}

/// The largest radius for which `place` finds points, with those points.
fn largest(wish: &Wish, place: impl Fn(f64) -> Option<Vec<Point>>) -> (Vec<Point>, f64) {
    let mut found = (Vec::new(), 0.0);
    let (mut low, mut high) = (0.0, wish.radius);
    if let Some(points) = place(high) {
        return (points, high);
    }
    for _ in 0..9 {
        let radius = (low + high) / 2.0;
        match place(radius) {
            Some(points) => {
                found = (points, radius);
                low = radius;
            }
            None => high = radius,
        }
    }
    found
}

/// `count` nodes of `radius` in `rings` concentric ellipses, the outermost filled first; nothing if they do not fit.
fn ringed(wish: &Wish, rings: usize, radius: f64, hub: f64) -> Option<Vec<Point>> {
    let need = 2.0 * wish.room * radius;
    let across = wish.area.width / 2.0 - wish.room * radius;
    let down = wish.area.height / 2.0 - wish.room * radius;
    let (across, down) = (across.min(down * 1.7), down.min(across * 1.7));
    let least = if hub > 0.0 { 1.5 * hub + wish.room * radius } else { 0.0 };
    let axes: Vec<(f64, f64)> =
        (0..rings).map(|ring| (across - ring as f64 * need * 1.04, down - ring as f64 * need * 1.04)).collect();
    let ellipses = axes.iter().map(|&(a, b)| (a.min(b) > least.max(0.0)).then(|| Ellipse::new(a, b)));
    let ellipses: Vec<Ellipse> = ellipses.collect::<Option<_>>()?;
    let whole: f64 = ellipses.iter().map(|ellipse| ellipse.length).sum();
    let centre = wish.area.centre();
    let mut points = Vec::with_capacity(wish.count);
    let mut left = wish.count;
    for (ring, ellipse) in ellipses.iter().enumerate() {
        let rest: f64 = whole - ellipses[..ring].iter().map(|ellipse| ellipse.length).sum::<f64>();
        let here = if ring + 1 == rings { left } else { (left as f64 * ellipse.length / rest).round() as usize };
        left -= here;
        let phase = if ring % 2 == 1 { 0.5 } else { 0.0 };
        points.extend((0..here).map(|i| ellipse.at(centre, (i as f64 + phase) / here as f64)));
    }
    (closest(&points) >= need).then_some(points)
}

/// An ellipse whose points are found by the way along it.
struct Ellipse {
    across: f64,
    down: f64,
    /// The way from the top to each of the equally spaced angles.
    ways: Vec<f64>,
    length: f64,
}

impl Ellipse {
    const ANGLES: usize = 180;

    fn new(across: f64, down: f64) -> Self {
        let corner = |i: usize| {
            let turn = TAU * i as f64 / Self::ANGLES as f64 - FRAC_PI_2;
            Point::new(across * cos(turn), down * sin(turn))
        };
        let mut length = 0.0;
        let mut ways = vec![0.0];
        for i in 0..Self::ANGLES {
            length += corner(i).distance(corner(i + 1));
            ways.push(length);
        }
        Self { across, down, ways, length }
    }

    /// The point `part` of the way around, clockwise from the top.
    fn at(&self, centre: Point, part: f64) -> Point {
        let way = part * self.length;
        let after = self.ways.partition_point(|&w| w < way).clamp(1, Self::ANGLES);
        let (from, to) = (self.ways[after - 1], self.ways[after]);
        let angle = (after - 1) as f64 + (way - from) / (to - from).max(1e-9);
        let turn = TAU * angle / Self::ANGLES as f64 - FRAC_PI_2;
        Point::new(centre.x + self.across * cos(turn), centre.y + self.down * sin(turn))
    }
}

/// Rows and columns, read like a page; the last row is centred.
fn grid(wish: &Wish) -> (Vec<Point>, f64) {
    let Area { width, height, .. } = wish.area;
    let count = wish.count.max(1);
    let radius = |columns: usize| {
        let rows = count.div_ceil(columns);
        (width / columns as f64).min(height / rows as f64) / 2.0 / wish.room
    };
    let most = (1..=count).map(radius).fold(0.0, f64::max);
    let empty = |columns: usize| count.div_ceil(columns) * columns - count;
    let good = (1..=count).filter(|&columns| radius(columns) >= 0.94 * most);
    let columns = good.min_by_key(|&columns| empty(columns)).unwrap_or(1);
    let rows = count.div_ceil(columns);
    let radius = radius(columns).min(wish.radius);
    let step = |length: f64, count: usize| (length / count as f64).min(radius * wish.room * 2.5);
    let (step_x, step_y) = (step(width, columns), step(height, rows));
    let centre = wish.area.centre();
    let points = (0..wish.count).map(|i| {
        let (row, column) = (i / columns, i % columns);
        let in_row = columns.min(wish.count - row * columns);
        Point::new(
            centre.x + (column as f64 - (in_row as f64 - 1.0) / 2.0) * step_x,
            centre.y + (row as f64 - (rows as f64 - 1.0) / 2.0) * step_y,
        )
    });
    (points.collect(), radius)
}

/// The least distance between two of the points.
fn closest(points: &[Point]) -> f64 {
    let mut least = f64::INFINITY;
    for (i, a) in points.iter().enumerate() {
        for b in &points[i + 1..] {
            least = least.min(a.distance(*b));
        }
    }
    least
}
