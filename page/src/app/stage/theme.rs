//! The colours of the page as the canvas needs them: custom properties, resolved by the browser.

use crate::app::dom;
use paxos_playground::paxos::Ballot;
use wasm_bindgen::JsCast;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, HtmlElement};

/// How many colours ballots have; ballots that share one differ in their text.
pub const BALLOTS: usize = 8;

/// Which of the colours `--ballot-0` … `--ballot-7` a ballot has: neighbours in round or owner differ.
pub fn ballot_colour(ballot: Ballot) -> usize {
    (ballot.owner.index() + 3 * (ballot.round.max(1) as usize - 1)) % BALLOTS
}

/// The class that gives a node's part the colour of a ballot.
pub fn ballot_class(ballot: Option<Ballot>) -> String {
    ballot.map_or("ballot-none".into(), |ballot| format!("ballot-{}", ballot_colour(ballot)))
}

/// A colour and the one of black and white that is read best on it.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Colour {
    /// As CSS writes it.
    pub css: String,
    /// `#000` or `#fff`.
    pub on: &'static str,
}

/// What the canvas paints with.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Theme {
    /// One for each ballot colour, then the one of what has no ballot.
    pub ballots: Vec<Colour>,
    /// Text.
    pub ink: String,
    /// Timers and other quiet things.
    pub quiet: String,
    /// What lies behind text.
    pub surface: String,
    /// What is lost or refused.
    pub bad: String,
    /// What is selected or under the pointer.
    pub focus: String,
    /// The typeface.
    pub font: String,
}

impl Theme {
    /// Reads the theme by means of `probe`, a hidden element of the stage.
    pub fn read(probe: &HtmlElement) -> Self {
        let resolve = |name: &str| resolve(probe, name);
        let names = (0..BALLOTS).map(|i| format!("--ballot-{i}")).chain(["--stage-no-ballot".into()]);
        let colours: Vec<String> = names.map(|name| resolve(&name)).collect();
        let light = luminances(&colours);
        let colour = |(css, light): (String, f64)| Colour { css, on: if light > 0.36 { "#000" } else { "#fff" } };
        let style = dom::window().get_computed_style(probe).ok().flatten();
        Self {
            ballots: colours.into_iter().zip(light).map(colour).collect(),
            ink: resolve("--stage-ink"),
            quiet: resolve("--stage-quiet"),
            surface: resolve("--stage-surface"),
            bad: resolve("--stage-bad"),
            focus: resolve("--stage-focus"),
            font: style.and_then(|style| style.get_property_value("font-family").ok()).unwrap_or_default(),
        }
    }
}

fn resolve(probe: &HtmlElement, name: &str) -> String {
    _ = probe.style().set_property("color", &format!("var({name})"));
    let style = dom::window().get_computed_style(probe).ok().flatten();
    style.and_then(|style| style.get_property_value("color").ok()).unwrap_or_default()
}

/// The relative luminance of each colour, whatever way CSS writes it.
fn luminances(colours: &[String]) -> Vec<f64> {
    let canvas = dom::document().create_element("canvas").ok().and_then(|canvas| canvas.dyn_into().ok());
    let Some((canvas, context)) =
        canvas.and_then(|canvas: HtmlCanvasElement| Some((canvas.clone(), context(&canvas)?)))
    else {
        return vec![0.0; colours.len()];
    };
    canvas.set_width(colours.len() as u32);
    canvas.set_height(1);
    for (i, css) in colours.iter().enumerate() {
        context.set_fill_style_str(css);
        context.fill_rect(i as f64, 0.0, 1.0, 1.0);
    }
    let image = context.get_image_data(0.0, 0.0, colours.len() as f64, 1.0);
    let bytes = image.map(|image| image.data().0).unwrap_or_default();
    let linear = |byte: u8| {
        let part = f64::from(byte) / 255.0;
        if part <= 0.04045 { part / 12.92 } else { js_sys::Math::pow((part + 0.055) / 1.055, 2.4) }
    };
    let light = |pixel: &[u8]| 0.2126 * linear(pixel[0]) + 0.7152 * linear(pixel[1]) + 0.0722 * linear(pixel[2]);
    let mut found: Vec<f64> = bytes.chunks_exact(4).map(light).collect();
    found.resize(colours.len(), 0.0);
    found
}

/// The 2D context of a canvas.
pub fn context(canvas: &HtmlCanvasElement) -> Option<CanvasRenderingContext2d> {
    canvas.get_context("2d").ok().flatten()?.dyn_into().ok()
}
