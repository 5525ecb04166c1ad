//! What a first visit costs to download.

use crate::Res;
use crate::exec::root;
use crate::web::files_under;
use std::io::Write;

/// Kilobytes (of 1000 bytes), gzipped, for everything in dist/.
pub const BAR_KB: f64 = 380.0;

pub fn run() -> Res {
    if measure()? > BAR_KB { Err("the page is over its bar".into()) } else { Ok(()) }
}

/// Prints every file and gives the sum.
pub fn measure() -> Res<f64> {
    let dist = root().join("dist");
    let mut rows = Vec::new();
    for path in files_under(&dist).map_err(|error| format!("{error} (run `cargo xtask build` first)"))? {
        let bytes = std::fs::read(&path)?;
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        gzip.write_all(&bytes)?;
        rows.push((gzip.finish()?.len(), bytes.len(), path.strip_prefix(&dist)?.display().to_string()));
    }
    rows.sort_by_key(|row| std::cmp::Reverse(row.0));
    println!("{:>10}  {:>10}  file", "gzip", "plain");
    for (gzipped, plain, name) in &rows {
        println!("{gzipped:>10}  {plain:>10}  {name}");
    }
    let sum = rows.iter().map(|row| row.0).sum::<usize>() as f64 / 1000.0;
    println!("{sum:>7.1} kB  of {BAR_KB} kB, gzip -9, every file in dist/");
    Ok(sum)
}
