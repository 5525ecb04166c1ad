//! Paints what moves on the canvas: messages and timers. Called for every frame; in the long run it allocates nothing.

use super::sprites::{Atlas, Key, TALL, Text, cross};
use super::theme::{BALLOTS, Theme, ballot_colour, context};
use crate::app::{dom, timing};
use paxos_page::curve::{Way, waiting};
use paxos_page::geometry::{Layout, Place, Point};
use paxos_page::maths::{length, within};
use paxos_playground::paxos::Micros;
use paxos_playground::run::{Flight, NodeView, Run, Status};
use paxos_playground::sim::Letter;
use std::f64::consts::{FRAC_PI_2, TAU};
use std::rc::Rc;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, HtmlElement};

/// With less room than this for each letter, in square pixels, they no longer say their ballot in text, and with less
/// than that nothing.
const CROWDS: [f64; 2] = [7_000.0, 2_600.0];
/// A held letter stands so far along its way.
const HELD_AT: f64 = 0.34;
/// A lost letter vanishes here: the run draws it as one that would go all the way.
const VANISHES_AT: f64 = 0.5;
/// Where messages stand when motion is to be reduced.
const STANDS: [f64; 3] = [0.12, 0.5, 0.88];

/// Where a letter was painted.
#[derive(Clone, Copy)]
pub struct Shown {
    /// Which.
    pub letter: Letter,
    /// Its centre.
    pub at: Point,
    /// Half of its width.
    pub half_width: f64,
}

/// A short line behind a letter: it shows where the letter comes from.
struct Tail {
    colour: usize,
    from: Point,
    to: Point,
}

/// What to paint besides the letters themselves.
pub struct Picture<'a> {
    /// Where the nodes stand.
    pub layout: &'a Layout,
    /// The nodes.
    pub nodes: &'a [Rc<NodeView>],
    /// The letter under the pointer.
    pub hovered: Option<Letter>,
    /// The letter that is selected.
    pub selected: Option<Letter>,
}

/// The canvas and what it needs from frame to frame.
pub struct Painter {
    canvas: HtmlCanvasElement,
    context: CanvasRenderingContext2d,
    probe: HtmlElement,
    theme: Theme,
    atlas: Option<Atlas>,
    scale: f64,
    size: (f64, f64),
    still: bool,
    text: Text,
    shown: Vec<Shown>,
    first: Option<Shown>,
    tails: Vec<Tail>,
    held: Vec<u8>,
    queues: Vec<u16>,
}

impl Painter {
    /// A painter on `canvas` that reads the theme by means of `probe`.
    pub fn new(canvas: HtmlCanvasElement, probe: HtmlElement) -> Option<Self> {
        let context = context(&canvas)?;
        let mut painter = Self {
            canvas,
            context,
            probe,
            theme: Theme::default(),
            atlas: None,
            scale: 1.0,
            size: (0.0, 0.0),
            still: false,
            text: Text::Ballot,
            shown: Vec::new(),
            first: None,
            tails: Vec::new(),
            held: Vec::new(),
            queues: Vec::new(),
        };
        painter.restyle();
        Some(painter)
    }

    /// Reads the theme and the wish for less motion again.
    pub fn restyle(&mut self) {
        let query = dom::window().match_media("(prefers-reduced-motion: reduce)").ok().flatten();
        self.still = query.is_some_and(|query| query.matches());
        self.theme = Theme::read(&self.probe);
        self.atlas = None;
    }

    /// The letter at a point, if one is within `reach` of it.
    pub fn letter_at(&self, point: Point, reach: f64) -> Option<Letter> {
        let distance = |shown: &Shown| {
            let beside = ((shown.at.x - point.x).abs() - shown.half_width + TALL / 2.0).max(0.0);
            length(beside, shown.at.y - point.y)
        };
        let nearest = self.shown.iter().min_by(|a, b| distance(a).total_cmp(&distance(b)))?;
        (distance(nearest) <= reach + TALL / 2.0).then_some(nearest.letter)
    }

    /// Where a letter is painted now.
    pub fn place_of(&self, letter: Letter) -> Option<Point> {
        self.shown.iter().find(|shown| shown.letter == letter).map(|shown| shown.at)
    }

    /// Paints the present moment of the run.
    pub fn paint(&mut self, run: &dyn Run, picture: &Picture) {
        self.fit(picture.layout);
        if self.atlas.is_none() {
            self.atlas = Atlas::new(self.scale);
        }
        let Some(mut atlas) = self.atlas.take() else { return };
        self.context.clear_rect(0.0, 0.0, self.size.0, self.size.1);
        let now = run.time();
        self.paint_timers(picture, now);
        // Counted now: after a jump in time there may be no second frame.
        let mut crowd = 0;
        run.flights(&mut |_| crowd += 1);
        self.text = legible(self.size.0 * self.size.1 / f64::from(crowd.max(1)), self.text);
        self.shown.clear();
        self.tails.clear();
        let nodes = picture.layout.places.len();
        self.held.clear();
        self.held.resize(nodes * nodes, 0);
        self.queues.clear();
        self.queues.resize(nodes, 0);
        // Tails lie below all letters, so letters are painted in a second pass over the same flights.
        run.flights(&mut |flight| self.trace(&flight, now, picture.layout));
        self.paint_tails();
        self.held.fill(0);
        self.queues.fill(0);
        run.flights(&mut |flight| self.paint_letter(&flight, now, run, picture, &mut atlas));
        self.paint_rings(picture);
        self.atlas = Some(atlas);
        if timing::still() {
            self.look_for_motion();
        }
    }

    /// Once a message is painted at another place than in the frame before, the page moves.
    fn look_for_motion(&mut self) {
        let moved = |first: Shown| self.shown.iter().any(|now| now.letter == first.letter && now.at != first.at);
        if self.first.is_some_and(moved) {
            timing::moved();
        }
        self.first = self.shown.first().copied();
    }

    /// Fits the canvas to the stage and to the screen.
    fn fit(&mut self, layout: &Layout) {
        let scale = within(dom::window().device_pixel_ratio(), 1.0, 3.0);
        let size = (layout.size.width, layout.size.height);
        if size == self.size && scale == self.scale {
            return;
        }
        if scale != self.scale {
            self.atlas = None;
        }
        (self.size, self.scale) = (size, scale);
        self.canvas.set_width((size.0 * scale).round() as u32);
        self.canvas.set_height((size.1 * scale).round() as u32);
        _ = self.context.set_transform(scale, 0.0, 0.0, scale, 0.0, 0.0);
    }

    /// The way of a letter and how far along it is, or nothing where a node of it has no place.
    fn progress(&self, flight: &Flight, now: Micros, layout: &Layout) -> Option<(Way, f64)> {
        let place = |index: usize| layout.places.get(index).copied();
        let (from, to) = (place(flight.from.index())?, place(flight.to.index())?);
        let way = Way::between(from, to, flight.letter.copy.min(4), self.text.half());
        if flight.arrives == Micros::NEVER {
            return Some((way, HELD_AT));
        }
        let whole = flight.arrives.0.saturating_sub(flight.left.0).max(1);
        let part = within(now.0.saturating_sub(flight.left.0) as f64 / whole as f64, 0.0, 1.0);
        let nearest = |part: f64| STANDS.into_iter().find(|stand| part <= stand + 0.19).unwrap_or(STANDS[2]);
        Some((way, if self.still { nearest(part) } else { part }))
    }

    fn trace(&mut self, flight: &Flight, now: Micros, layout: &Layout) {
        if flight.waiting || flight.arrives == Micros::NEVER {
            return;
        }
        let Some((way, part)) = self.progress(flight, now, layout) else { return };
        let colour = flight.ballot.map_or(BALLOTS, ballot_colour);
        let (from, to) = (way.at((part - 0.1).max(0.0)), way.at(part));
        self.tails.push(Tail { colour, from, to });
    }

    fn paint_tails(&self) {
        self.context.set_line_width(if self.text == Text::None { 1.0 } else { 2.0 });
        self.context.set_global_alpha(0.4);
        for (colour, paint) in self.theme.ballots.iter().enumerate() {
            let mut any = false;
            for tail in self.tails.iter().filter(|tail| tail.colour == colour) {
                if !any {
                    self.context.begin_path();
                    any = true;
                }
                self.context.move_to(tail.from.x, tail.from.y);
                self.context.line_to(tail.to.x, tail.to.y);
            }
            if any {
                self.context.set_stroke_style_str(&paint.css);
                self.context.stroke();
            }
        }
        self.context.set_global_alpha(1.0);
    }

    fn paint_letter(&mut self, flight: &Flight, now: Micros, run: &dyn Run, picture: &Picture, atlas: &mut Atlas) {
        let layout = picture.layout;
        let held = flight.arrives == Micros::NEVER && !flight.waiting;
        let emphasised = picture.hovered == Some(flight.letter) || picture.selected == Some(flight.letter);
        let text = if emphasised { Text::Ballot } else { self.text };
        let key = Key { kind: flight.kind, ballot: flight.ballot, text, held };
        let sprite = atlas.sprite(key, run.about().kinds, &self.theme);
        let mut fading = 1.0;
        let at = if flight.waiting {
            let Some(&place) = layout.places.get(flight.to.index()) else { return };
            let rank = &mut self.queues[flight.to.index()];
            *rank += 1;
            waiting(
                place,
                usize::from(*rank - 1),
                self.text.height() * if self.text == Text::Ballot { 1.5 } else { 1.2 },
            )
        } else {
            let Some((way, part)) = self.progress(flight, now, layout) else { return };
            let rank = &mut self.held[flight.from.index() * layout.places.len() + flight.to.index()];
            let shift = if held { f64::from(*rank) * way.clearance(self.text.half()) } else { 0.0 };
            *rank = rank.saturating_add(u8::from(held));
            if flight.lost {
                fading = within((VANISHES_AT - part) / (0.45 * VANISHES_AT), 0.0, 1.0);
            }
            let at = way.at((part + shift).min(0.94));
            Point::new(at.x, at.y + 12.0 * (1.0 - fading))
        };
        if fading < 1.0 {
            self.context.set_global_alpha(0.15 + 0.85 * fading);
        }
        atlas.draw(sprite, &self.context, at.x, at.y);
        if fading < 1.0 {
            self.context.set_global_alpha(1.0);
            self.paint_cross(at, sprite.half_width);
        }
        self.shown.push(Shown { letter: flight.letter, at, half_width: sprite.half_width });
    }

    /// The cross on a letter that is being lost.
    fn paint_cross(&self, at: Point, half_width: f64) {
        self.context.begin_path();
        cross(&self.context, at.x, at.y, half_width.min(8.0));
        self.context.set_line_width(2.4);
        self.context.set_stroke_style_str(&self.theme.bad);
        self.context.stroke();
    }

    /// Rings around the letter under the pointer and the selected one.
    fn paint_rings(&self, picture: &Picture) {
        for (letter, width) in [(picture.hovered, 1.5), (picture.selected, 2.5)] {
            let Some(shown) = letter.and_then(|letter| self.shown.iter().find(|shown| shown.letter == letter)) else {
                continue;
            };
            self.context.begin_path();
            let (across, down) = (shown.half_width + 6.0, TALL / 2.0 + 6.0);
            _ = self.context.ellipse(shown.at.x, shown.at.y, across, down, 0.0, 0.0, TAU);
            self.context.set_line_width(width);
            self.context.set_stroke_style_str(&self.theme.focus);
            self.context.stroke();
        }
    }

    /// Thin arcs that fill as timers run.
    fn paint_timers(&self, picture: &Picture, now: Micros) {
        self.context.begin_path();
        for (node, place) in picture.nodes.iter().zip(&picture.layout.places) {
            let Some((set, fires)) = node.timer.filter(|_| node.status == Status::Up) else { continue };
            let part = now.0.saturating_sub(set.0) as f64 / fires.0.saturating_sub(set.0).max(1) as f64;
            let Place { at, radius } = *place;
            let reach = radius + if radius < 15.0 { 3.0 } else { 8.0 };
            let end = TAU * within(part, 0.0, 1.0) - FRAC_PI_2;
            self.context.move_to(at.x, at.y - reach);
            _ = self.context.arc(at.x, at.y, reach, -FRAC_PI_2, end);
        }
        self.context.set_line_width(1.5);
        self.context.set_stroke_style_str(&self.theme.quiet);
        self.context.stroke();
    }
}

/// How much letters say when each has so much room. What they say does not flicker when their number does.
fn legible(room: f64, before: Text) -> Text {
    let scarce = |limit: f64, already: bool| room < if already { limit * 1.25 } else { limit };
    if scarce(CROWDS[1], before == Text::None) {
        Text::None
    } else if scarce(CROWDS[0], before != Text::Ballot) {
        Text::Kind
    } else {
        Text::Ballot
    }
}
