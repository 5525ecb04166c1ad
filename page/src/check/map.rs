//! The map of all states: where each is drawn, what is seen of it, and how one walks from one to the next.

use super::post::Map;
use crate::maths::within;

/// From layer to layer at least, and from state to state within one.
const APART: (i32, i32) = (48, 20);
/// Height by width of what is seen.
pub const ASPECT: f64 = 0.6;

/// Where the states are drawn: a layer for each depth, from left to right.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Layout {
    /// The place of each state.
    pub places: Vec<(i32, i32)>,
    /// The states of each layer, from top to bottom.
    pub layers: Vec<Vec<usize>>,
}

impl Layout {
    /// States stand near those that they come from.
    pub fn of(map: &Map) -> Self {
        let mut layers: Vec<Vec<usize>> = Vec::new();
        for (at, state) in map.states.iter().enumerate() {
            let depth = state.depth as usize;
            layers.resize(layers.len().max(depth + 1), Vec::new());
            layers[depth].push(at);
        }
        let mut before = vec![Vec::new(); map.states.len()];
        for (from, to, _) in &map.steps {
            if map.states[*from as usize].depth < map.states[*to as usize].depth {
                before[*to as usize].push(*from as usize);
            }
        }
        // About as wide as it is seen.
        let rows = layers.iter().map(Vec::len).max().unwrap_or(0) as i32;
        let apart = APART.0.max(rows * APART.1 * 5 / 3 / layers.len().max(1) as i32);
        let mut places = vec![(0, 0); map.states.len()];
        for (depth, layer) in layers.iter_mut().enumerate() {
            // The mean height of the states before, in twelfths to keep the order among whole numbers.
            layer.sort_unstable_by_key(|&at| {
                let sum: i32 = before[at].iter().map(|&other| places[other].1).sum();
                (sum * 12 / before[at].len().max(1) as i32, at)
            });
            let half = APART.1 * (layer.len() as i32 - 1) / 2;
            for (row, &at) in layer.iter().enumerate() {
                places[at] = (depth as i32 * apart, row as i32 * APART.1 - half);
            }
        }
        Self { places, layers }
    }

    /// The state nearest to a point, if it is near enough to be meant.
    pub fn nearest(&self, x: f64, y: f64) -> Option<usize> {
        let far = |at: &usize| {
            let (left, top) = self.places[*at];
            (f64::from(left) - x).hypot(f64::from(top) - y)
        };
        let nearest = (0..self.places.len()).min_by(|one, other| far(one).total_cmp(&far(other)))?;
        (far(&nearest) < f64::from(APART.0) / 2.0).then_some(nearest)
    }

    /// The state that an arrow key leads to: right and left along a step, up and down within the layer.
    pub fn walk(&self, map: &Map, at: usize, key: &str) -> Option<usize> {
        let (_, row) =
            self.layers.iter().find_map(|layer| Some((layer, layer.iter().position(|other| *other == at)?)))?;
        let layer = &self.layers[map.states[at].depth as usize];
        let deeper = |from: usize, to: usize| map.states[from].depth < map.states[to].depth;
        let steps = || map.steps.iter().map(|(from, to, _)| (*from as usize, *to as usize));
        match key {
            "ArrowUp" => layer.get(row.checked_sub(1)?).copied(),
            "ArrowDown" => layer.get(row + 1).copied(),
            "ArrowRight" => steps().find(|&(from, to)| from == at && deeper(from, to)).map(|step| step.1),
            "ArrowLeft" => steps().find(|&(from, to)| to == at && deeper(from, to)).map(|step| step.0),
            "Home" => Some(0),
            _ => None,
        }
    }
}

/// What is seen: the left upper corner and the width; the height is [`ASPECT`] of it.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Camera {
    /// Left edge.
    pub x: f64,
    /// Upper edge.
    pub y: f64,
    /// Width.
    pub width: f64,
}

impl Camera {
    /// All of the layout, with a margin.
    pub fn on(layout: &Layout) -> Self {
        let right = layout.places.iter().map(|place| place.0).max().unwrap_or(0);
        let bottom = layout.places.iter().map(|place| place.1.abs()).max().unwrap_or(0);
        let width = f64::from(right + APART.0).max(f64::from(2 * bottom + APART.0) / ASPECT).max(240.0);
        Self { x: (f64::from(right) - width) / 2.0, y: -width * ASPECT / 2.0, width }
    }

    /// The point at these parts of the width and of the height.
    pub fn point(&self, across: f64, down: f64) -> (f64, f64) {
        (self.x + across * self.width, self.y + down * self.width * ASPECT)
    }

    /// So many times as near; the point at these parts stays where it is.
    pub fn zoomed(&self, times: f64, across: f64, down: f64) -> Self {
        let (x, y) = self.point(across, down);
        let width = within(self.width / times, 80.0, 40_000.0);
        Self { x: x - across * width, y: y - down * width * ASPECT, width }
    }

    /// Moved by these parts of the width and of the height.
    pub fn moved(&self, across: f64, down: f64) -> Self {
        let (x, y) = self.point(-across, -down);
        Self { x, y, ..*self }
    }

    /// Moved as little as shows the place.
    pub fn showing(&self, (x, y): (i32, i32)) -> Self {
        let into = |low: f64, length: f64, at: i32| {
            let margin = length.min(f64::from(2 * APART.0)) / 2.0;
            within(low, f64::from(at) - length + margin, f64::from(at) - margin)
        };
        Self { x: into(self.x, self.width, x), y: into(self.y, self.width * ASPECT, y), ..*self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::post::Spot;

    /// A fork: 0 → 1 → 3, 0 → 2 → 4, and 3 → 1 back.
    fn fork() -> Map {
        let states = [0, 1, 1, 2, 2].map(|depth| Spot { depth, ..Spot::default() }).to_vec();
        let steps = [(0, 1), (0, 2), (1, 3), (2, 4), (3, 1)].map(|(from, to)| (from, to, String::new())).to_vec();
        Map { states, steps }
    }

    #[test]
    fn states_stand_in_layers_near_those_they_come_from() {
        let map = fork();
        let layout = Layout::of(&map);
        assert_eq!(layout.layers, [vec![0], vec![1, 2], vec![3, 4]]);
        assert_eq!(layout.places[0], (0, 0));
        assert!(layout.places[3].1 == layout.places[1].1 && layout.places[4].1 == layout.places[2].1);
        assert_eq!(layout.nearest(47.0, 8.0), Some(2));
        assert_eq!(layout.nearest(400.0, 0.0), None);
    }

    #[test]
    fn arrows_walk_along_steps_and_layers() {
        let map = fork();
        let layout = Layout::of(&map);
        let walk = |at, key| layout.walk(&map, at, key);
        assert_eq!([walk(0, "ArrowRight"), walk(1, "ArrowDown"), walk(2, "ArrowRight")], [Some(1), Some(2), Some(4)]);
        assert_eq!([walk(4, "ArrowLeft"), walk(1, "ArrowUp"), walk(3, "ArrowRight")], [Some(2), None, None]);
    }

    #[test]
    fn the_camera_sees_everything_and_keeps_the_point_it_zooms_at() {
        let layout = Layout::of(&fork());
        let camera = Camera::on(&layout);
        for (x, y) in &layout.places {
            let (x, y) = (f64::from(*x), f64::from(*y));
            assert!(x > camera.x && x < camera.x + camera.width && y.abs() < camera.width * ASPECT / 2.0);
        }
        let near = camera.zoomed(2.0, 0.25, 0.75);
        assert_eq!(near.width, camera.width / 2.0);
        assert_eq!(near.point(0.25, 0.75), camera.point(0.25, 0.75));
        let away = near.moved(5.0, 5.0);
        let back = away.showing(layout.places[0]);
        assert!(back.x < 0.0 && back.x + back.width > 0.0 && back.y < 0.0);
        assert_eq!(camera.showing(layout.places[0]), camera);
    }
}
