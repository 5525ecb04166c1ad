//! Messages as small pictures, painted once for each kind, ballot and theme and then only copied.
//!
//! The outline tells the phase: square corners ask, round ends answer; hollow is phase 1, filled is phase 2. A refusal
//! is crossed, a decision is starred, anything else is a plain label.

use super::theme::{BALLOTS, Colour, Theme, ballot_colour, context};
use paxos_page::format::px;
use paxos_page::maths::{cos, sin};
use paxos_playground::paxos::{Ballot, MessageKind, Phase};
use std::f64::consts::{PI, TAU};
use wasm_bindgen::JsCast;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

/// The size of a cell of the atlas, in CSS pixels.
const CELL: (f64, f64) = (104.0, 30.0);
const COLUMNS: usize = 8;
const ROWS: usize = 24;
/// The height of a message with its ballot, and of a short one.
pub const TALL: f64 = 20.0;
/// The height of a message without its ballot.
pub const SHORT: f64 = 17.0;

/// The height of a message without text.
pub const BARE: f64 = 9.0;

/// How much a message says in text; its outline, filling and colour stay.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Text {
    /// Its kind and ballot.
    Ballot,
    /// Its kind.
    Kind,
    /// Nothing: there are too many to read.
    None,
}

impl Text {
    /// The height of such a message.
    pub fn height(self) -> f64 {
        match self {
            Text::Ballot => TALL,
            Text::Kind => SHORT,
            Text::None => BARE,
        }
    }

    /// About half of the width and half of the height of such a message.
    pub fn half(self) -> (f64, f64) {
        let width = match self {
            Text::Ballot => 28.0,
            Text::Kind => 14.0,
            Text::None => BARE / 2.0,
        };
        (width, self.height() / 2.0)
    }
}

/// What a sprite shows.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Key {
    /// Index into the system's kinds.
    pub kind: u8,
    /// Whose colour it has.
    pub ballot: Option<Ballot>,
    /// How much it says in text.
    pub text: Text,
    /// Whether it is held until somebody acts.
    pub held: bool,
}

/// A sprite in the atlas.
#[derive(Clone, Copy)]
pub struct Sprite {
    cell: usize,
    /// Half of the width of what is painted, in CSS pixels.
    pub half_width: f64,
}

/// The pictures painted so far.
pub struct Atlas {
    canvas: HtmlCanvasElement,
    context: CanvasRenderingContext2d,
    scale: f64,
    /// What was painted, in the order of its cells, with half of its width.
    sprites: Vec<(Key, f64)>,
}

impl Atlas {
    /// An empty atlas for a screen with `scale` device pixels in a CSS pixel.
    pub fn new(scale: f64) -> Option<Self> {
        let canvas: HtmlCanvasElement = crate::app::dom::document().create_element("canvas").ok()?.dyn_into().ok()?;
        canvas.set_width((CELL.0 * COLUMNS as f64 * scale).ceil() as u32);
        canvas.set_height((CELL.1 * ROWS as f64 * scale).ceil() as u32);
        let context = context(&canvas)?;
        context.scale(scale, scale).ok()?;
        Some(Self { canvas, context, scale, sprites: Vec::new() })
    }

    /// The sprite of `key`, painted now if it is needed for the first time.
    pub fn sprite(&mut self, key: Key, kinds: &[MessageKind], theme: &Theme) -> Sprite {
        if let Some(cell) = self.sprites.iter().position(|(painted, _)| *painted == key) {
            return Sprite { cell, half_width: self.sprites[cell].1 };
        }
        if self.sprites.len() >= COLUMNS * ROWS {
            self.sprites.clear();
            self.context.clear_rect(0.0, 0.0, CELL.0 * COLUMNS as f64, CELL.1 * ROWS as f64);
        }
        let cell = self.sprites.len();
        let half_width = kinds.get(usize::from(key.kind)).map_or(0.0, |kind| self.paint(cell, key, kind, theme));
        self.sprites.push((key, half_width));
        Sprite { cell, half_width }
    }

    /// Copies a sprite so that its centre is at a point.
    pub fn draw(&self, sprite: Sprite, to: &CanvasRenderingContext2d, x: f64, y: f64) {
        let left = (sprite.cell % COLUMNS) as f64 * CELL.0 * self.scale;
        let top = (sprite.cell / COLUMNS) as f64 * CELL.1 * self.scale;
        _ = to.draw_image_with_html_canvas_element_and_sw_and_sh_and_dx_and_dy_and_dw_and_dh(
            &self.canvas,
            left,
            top,
            CELL.0 * self.scale,
            CELL.1 * self.scale,
            x - CELL.0 / 2.0,
            y - CELL.1 / 2.0,
            CELL.0,
            CELL.1,
        );
    }

    fn paint(&self, cell: usize, key: Key, kind: &MessageKind, theme: &Theme) -> f64 {
        let centre = (((cell % COLUMNS) as f64 + 0.5) * CELL.0, ((cell / COLUMNS) as f64 + 0.5) * CELL.1);
        paint(&self.context, centre, key, kind, theme)
    }
}

/// Paints a message around `centre` and returns half of its width.
pub fn paint(to: &CanvasRenderingContext2d, centre: (f64, f64), key: Key, kind: &MessageKind, theme: &Theme) -> f64 {
    let colour = &theme.ballots[key.ballot.map_or(BALLOTS, ballot_colour)];
    let height = key.text.height();
    if key.text == Text::None {
        return paint_bare(to, centre, kind.phase, colour, theme);
    }
    let detailed = key.text == Text::Ballot;
    let size = if detailed { 12.0 } else { 11.0 };
    let ballot = key.ballot.filter(|_| detailed).map(|ballot| ballot.to_string());
    let measure = |font: &str, text: &str| {
        to.set_font(font);
        to.measure_text(text).map_or(24.0, |metrics| metrics.width())
    };
    let bold = format!("700 {}px {}", px(size), theme.font);
    let plain = format!("500 {}px {}", px(size - 0.5), theme.font);
    let name_width = measure(&bold, kind.short);
    let ballot_width = ballot.as_deref().map_or(0.0, |text| measure(&plain, text) + 4.0);
    let mark = if matches!(kind.phase, Phase::Refusal | Phase::Decision) { 12.0 } else { 0.0 };
    let padding = if detailed { 15.0 } else { 11.0 };
    let width = (mark + name_width + ballot_width + padding).max(height + 4.0).min(CELL.0 - 6.0);
    let (x, y) = (centre.0 - width / 2.0, centre.1 - height / 2.0);

    outline(to, kind.phase, (x, y, width, height));
    let filled = filled(kind.phase);
    to.set_fill_style_str(if filled { &colour.css } else { &theme.surface });
    to.fill();
    to.set_stroke_style_str(if kind.phase == Phase::Refusal { &theme.bad } else { &colour.css });
    to.set_line_width(if kind.phase == Phase::Other { 1.0 } else { 2.0 });
    if key.held {
        dash(to, &[3.0, 2.5]);
        if filled {
            to.set_stroke_style_str(&theme.ink);
        }
    }
    to.stroke();
    dash(to, &[]);

    let ink = if filled { colour.on } else { theme.ink.as_str() };
    let mut left = centre.0 - (mark + name_width + ballot_width) / 2.0;
    if mark > 0.0 {
        paint_mark(to, kind.phase, (left + 4.0, centre.1), (colour, theme));
        left += mark;
    }
    to.set_fill_style_str(ink);
    to.set_text_baseline("middle");
    to.set_text_align("left");
    to.set_font(&bold);
    _ = to.fill_text(kind.short, left, centre.1 + 0.7);
    if let Some(ballot) = ballot {
        to.set_font(&plain);
        _ = to.fill_text(&ballot, left + name_width + 4.0, centre.1 + 0.7);
    }
    width / 2.0
}

/// Whether messages of the phase are filled.
fn filled(phase: Phase) -> bool {
    matches!(phase, Phase::Accept | Phase::Accepted | Phase::Decision)
}

/// Paints a message without text: its outline, filling and colour, or its mark.
fn paint_bare(to: &CanvasRenderingContext2d, (x, y): (f64, f64), phase: Phase, colour: &Colour, theme: &Theme) -> f64 {
    let half = BARE / 2.0;
    if phase == Phase::Refusal {
        paint_mark(to, phase, (x, y), (colour, theme));
        return half;
    }
    outline(to, phase, (x - half, y - half, BARE, BARE));
    to.set_fill_style_str(if filled(phase) { &colour.css } else { &theme.surface });
    to.fill();
    to.set_stroke_style_str(if filled(phase) { &theme.surface } else { &colour.css });
    to.set_line_width(if filled(phase) { 1.0 } else { 2.0 });
    to.stroke();
    half
}

/// The outline of a phase as the current path.
fn outline(to: &CanvasRenderingContext2d, phase: Phase, (x, y, width, height): (f64, f64, f64, f64)) {
    let radius = match phase {
        Phase::Prepare | Phase::Accept => 2.0,
        Phase::Promise | Phase::Accepted => height / 2.0,
        Phase::Refusal => 2.0,
        Phase::Decision => 6.0_f64.min(height / 3.0),
        Phase::Other => 5.0_f64.min(height / 3.0),
    };
    to.begin_path();
    _ = to.arc(x + radius, y + radius, radius, PI, 1.5 * PI);
    _ = to.arc(x + width - radius, y + radius, radius, 1.5 * PI, TAU);
    _ = to.arc(x + width - radius, y + height - radius, radius, 0.0, 0.5 * PI);
    _ = to.arc(x + radius, y + height - radius, radius, 0.5 * PI, PI);
    to.close_path();
}

/// The cross of a refusal or the star of a decision.
fn paint_mark(to: &CanvasRenderingContext2d, phase: Phase, (x, y): (f64, f64), (colour, theme): (&Colour, &Theme)) {
    to.begin_path();
    if phase == Phase::Refusal {
        cross(to, x, y, 3.6);
        to.set_stroke_style_str(&theme.bad);
        to.set_line_width(2.2);
        to.stroke();
        return;
    }
    for corner in 0..10 {
        let reach = if corner % 2 == 0 { 5.6 } else { 2.4 };
        let turn = TAU * f64::from(corner) / 10.0 - PI / 2.0;
        to.line_to(x + reach * cos(turn), y + reach * sin(turn));
    }
    to.close_path();
    to.set_fill_style_str(colour.on);
    to.fill();
}

/// Adds a cross to the current path.
pub fn cross(to: &CanvasRenderingContext2d, x: f64, y: f64, reach: f64) {
    to.move_to(x - reach, y - reach);
    to.line_to(x + reach, y + reach);
    to.move_to(x + reach, y - reach);
    to.line_to(x - reach, y + reach);
}

/// Sets the dashes of lines.
pub fn dash(to: &CanvasRenderingContext2d, lengths: &[f64]) {
    let list: js_sys::Array = lengths.iter().map(|&length| wasm_bindgen::JsValue::from_f64(length)).collect();
    _ = to.set_line_dash(&list);
}
