//! The numbers the project holds itself to, measured.

use crate::driver::Driver;
use crate::exec::{cargo, root, run as run_command, run_keeping};
use crate::{Res, server, tools, web, weight};
use serde_json::{Value, json};
use std::ffi::OsStr;
use std::process::Command;

/// Name, and what measures it.
///
/// A bench prints, among whatever else it likes, one line of JSON per number:
/// `{"what": "deliveries per second", "value": 1.2e6, "bar": 1.0e6, "pass": true}`.
/// `value` and `bar` may be numbers or text with a unit; a number without a bar is only reported.
type Bench = (String, Box<dyn Fn() -> Res<Vec<Value>>>);

fn benches() -> Vec<Bench> {
    let mut list: Vec<Bench> = Vec::new();
    let mut folder: Vec<_> = std::fs::read_dir(root().join("benches")).into_iter().flatten().flatten().collect();
    folder.sort_by_key(std::fs::DirEntry::path);
    // Every file in benches/ is a row, with no list to keep.
    for file in folder {
        let path = file.path();
        if path.extension().is_some_and(|extension| extension == "rs")
            && let Some(name) = path.file_stem().and_then(|stem| stem.to_str())
        {
            let name = name.to_owned();
            let bench = name.clone();
            let measure = move || rows(cargo().args(["bench", "--package", "paxos-playground", "--bench", &bench]));
            list.push((name, Box::new(measure)));
        }
    }
    list.push(("browser".to_owned(), Box::new(browser)));
    list.push(("page".to_owned(), Box::new(page)));
    list.push(("memory".to_owned(), Box::new(memory)));
    list.push(("weight".to_owned(), Box::new(weigh)));
    list
}

/// Runs what measures and keeps its numbers.
fn rows(command: &mut Command) -> Res<Vec<Value>> {
    let (lines, outcome) = run_keeping(command, |line| row(line).is_some());
    outcome?;
    Ok(lines.iter().filter_map(|line| row(line)).collect())
}

/// The engine in a browser, against itself on this machine and against plain JavaScript.
fn browser() -> Res<Vec<Value>> {
    tools::wasm_target()?;
    let example = ["build", "--release", "--package", "paxos-playground", "--example", "bench-browser"];
    run_command(cargo().args(example))?;
    run_command(cargo().args(example).args(["--target", tools::WASM]))?;
    let target = root().join("target");
    let folder = target.join("bench-browser");
    let wasm = target.join(tools::WASM).join("release/examples/bench-browser.wasm");
    run_command(
        Command::new(tools::wasm_bindgen()?.join("wasm-bindgen"))
            .args(["--target", "web", "--no-typescript", "--out-name", "bench", "--out-dir"])
            .arg(&folder)
            .arg(wasm),
    )?;
    // Optimised as trunk does it for the page.
    let wasm = folder.join("bench_bg.wasm");
    let html = std::fs::read_to_string(root().join("index.html"))?;
    let switches = html.split("data-wasm-opt-params=\"").nth(1).and_then(|rest| rest.split('"').next());
    run_command(
        Command::new(tools::wasm_opt()?.join("wasm-opt"))
            .arg("-Oz")
            .args(switches.unwrap_or_default().split_whitespace())
            .arg(format!("--output={}", wasm.display()))
            .arg(&wasm),
    )?;
    for (from, to) in [("browser/index.html", "index.html"), ("peer/peer.mjs", "peer.mjs")] {
        std::fs::copy(root().join("benches").join(from), folder.join(to))?;
    }
    let host = target.join("release/examples").join(format!("bench-browser{}", std::env::consts::EXE_SUFFIX));
    let server = server::start(&folder, "/bench/", 0)?;
    in_browser("browser", &[("BENCH_URL", server.url.as_ref()), ("HOST_BENCH", host.as_os_str())])
}

/// The finished page, opened for the first time and with a crowd on its stage.
fn page() -> Res<Vec<Value>> {
    web::build(None)?;
    run_command(cargo().args(["build", "--release", "--package", "paxos-playground", "--bin", "paxos"]))?;
    let host = root().join("target/release").join(format!("paxos{}", std::env::consts::EXE_SUFFIX));
    let server = server::start(&root().join("dist"), "/playground/", 0)?;
    in_browser("page", &[("PAGE_URL", server.url.as_ref()), ("HOST_CLI", host.as_os_str())])
}

/// What the page holds on to in ten minutes.
fn memory() -> Res<Vec<Value>> {
    web::build(None)?;
    let server = server::start(&root().join("dist"), "/playground/", 0)?;
    in_browser("memory", &[("PAGE_URL", server.url.as_ref())])
}

fn in_browser(what: &str, settings: &[(&str, &OsStr)]) -> Res<Vec<Value>> {
    let bench = ["--quiet", "--package", "page-tests", "--bin", "bench"];
    run_command(cargo().arg("build").args(bench))?;
    let driver = Driver::start(&tools::chromedriver()?)?;
    let mut command = cargo();
    command.arg("run").args(bench).args(["--", what]).env("WEBDRIVER_URL", &driver.url).env("BROWSER", "chrome");
    rows(command.envs(settings.iter().copied()))
}

/// The README's picture, of the page as it is.
pub fn picture() -> Res {
    web::build(None)?;
    let server = server::start(&root().join("dist"), "/playground/", 0)?;
    let driver = Driver::start(&tools::chromedriver()?)?;
    let file = root().join("docs/playground.png");
    let mut command = cargo();
    command.args(["run", "--quiet", "--package", "page-tests", "--bin", "picture"]).env("BROWSER", "chrome");
    run_command(command.env("PAGE_URL", &server.url).env("WEBDRIVER_URL", &driver.url).env("PICTURE", &file))?;
    eprintln!("xtask: the picture is in {}", file.display());
    Ok(())
}

/// What a first visit downloads.
fn weigh() -> Res<Vec<Value>> {
    web::build(None)?;
    let (sum, bar) = (weight::measure()?, weight::BAR_KB);
    let what = "everything in dist/, gzip -9 (kB)";
    Ok(vec![
        json!({ "what": what, "value": (sum * 10.0).round() / 10.0, "bar": format!("≤ {bar}"), "pass": sum <= bar }),
    ])
}

pub fn run(only: &[String]) -> Res {
    let mut benches = benches();
    if let Some(unknown) = only.iter().find(|name| benches.iter().all(|(known, _)| known != *name)) {
        let known: Vec<_> = benches.iter().map(|(name, _)| name.as_str()).collect();
        return Err(format!("there is no bench '{unknown}'; there are: {}", known.join(" ")).into());
    }
    benches.retain(|(name, _)| only.is_empty() || only.contains(name));

    let mut rows = Vec::new();
    for (name, measure) in benches {
        eprintln!("\nxtask: bench {name}");
        let measured = measure()?;
        if measured.is_empty() {
            return Err(format!("bench {name} printed no number").into());
        }
        rows.extend(measured);
    }

    let cells: Vec<[String; 4]> = std::iter::once(["what", "value", "bar", ""].map(str::to_owned))
        .chain(rows.iter().map(|row| {
            let verdict = match row["pass"].as_bool() {
                Some(true) => "pass",
                Some(false) => "FAIL",
                None => "",
            };
            [text(&row["what"]), text(&row["value"]), text(&row["bar"]), verdict.to_owned()]
        }))
        .collect();
    let width = |at: usize| cells.iter().map(|row| row[at].chars().count()).max().unwrap_or(0);
    let (what, value, bar) = (width(0), width(1), width(2));
    println!();
    for row in &cells {
        println!("{:what$}  {:>value$}  {:>bar$}  {}", row[0], row[1], row[2], row[3]);
    }
    match rows.iter().filter(|row| row["pass"] == false).count() {
        0 => Ok(()),
        missed => Err(format!("{missed} of {} numbers miss their bar", rows.len()).into()),
    }
}

fn row(line: &str) -> Option<Value> {
    let row: Value = serde_json::from_str(line.strip_prefix('{').map(|_| line)?).ok()?;
    row.get("what").is_some().then_some(row)
}

fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
