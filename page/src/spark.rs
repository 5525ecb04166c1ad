//! Small plots: a row of figures as a line, without axes.

use crate::format::px;

/// How wide and how high a plot is, in its own units.
pub const SIZE: (f64, f64) = (120.0, 28.0);

/// The plot of `counts` as an SVG path, from the left to the right edge; the greatest touches the top. Empty without a
/// figure.
pub fn path(counts: &[u64]) -> String {
    let (width, height) = SIZE;
    let top = counts.iter().copied().max().unwrap_or(0).max(1) as f64;
    let step = width / (counts.len().max(2) - 1) as f64;
    let mut path = String::new();
    for (at, count) in counts.iter().enumerate() {
        let y = height - 1.0 - *count as f64 / top * (height - 2.0);
        path += if at == 0 { "M" } else { "L" };
        path += &format!("{} {}", px(at as f64 * step), px(y));
    }
    if counts.len() == 1 {
        path += &format!("L{} {}", px(width), path.split(' ').next_back().unwrap_or_default());
    }
    path
}

/// What the plot says, for who does not see it: `48 in all, at most 12 in 0.5 s`.
pub fn words(counts: &[u64], span: &str) -> String {
    let (all, most) = (counts.iter().sum::<u64>(), counts.iter().max().copied().unwrap_or(0));
    format!("{all} in all, at most {most} in {span}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plot_goes_from_edge_to_edge_and_from_bottom_to_top() {
        assert_eq!(path(&[]), "");
        assert_eq!(path(&[0, 5, 10]), "M0.0 27.0L60.0 14.0L120.0 1.0");
        assert_eq!(path(&[0, 0]), "M0.0 27.0L120.0 27.0", "nothing at all is the bottom line");
        assert_eq!(path(&[3]), "M0.0 1.0L120.0 1.0");
    }

    #[test]
    fn a_plot_is_told_in_words() {
        assert_eq!(words(&[1, 4, 2], "0.5 s"), "7 in all, at most 4 in 0.5 s");
    }
}
