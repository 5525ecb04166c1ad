//! Every check there is, in the order in which a failure is cheapest to learn of.

use crate::driver::Driver;
use crate::exec::{cargo, root, run_keeping};
use crate::{Res, server, tools, web};
use std::path::Path;
use std::process::Command;
use std::time::Instant;

type Stage = fn(&mut Report) -> Res;

const STAGES: [(&str, &str, Stage); 7] = [
    ("fmt", "formatting", fmt),
    ("clippy", "lints, for this machine and for the page", clippy),
    ("host", "tests and documentation tests, on this machine", host),
    ("wasm", "tests in WebAssembly, in Chromium or Chrome", wasm),
    ("firefox", "the same in Firefox", firefox),
    ("page", "the finished page, in Chromium or Chrome", page),
    ("page-firefox", "the finished page, in Firefox", page_firefox),
];
const QUICK: [&str; 3] = ["fmt", "clippy", "host"];

/// What the runners themselves said at their ends.
struct Report {
    stage: &'static str,
    lines: Vec<(&'static str, String)>,
}

impl Report {
    /// Run a command of this stage; keep its closing lines as they are.
    fn run(&mut self, command: &mut Command) -> Res {
        let (lines, outcome) = run_keeping(command, |line| line.starts_with("test result: "));
        self.lines.extend(lines.into_iter().map(|line| (self.stage, line)));
        outcome
    }
}

pub fn run(quick: bool, only: &[String]) -> Res {
    if let Some(unknown) = only.iter().find(|name| STAGES.iter().all(|(known, ..)| known != name)) {
        let known = STAGES.map(|(name, ..)| name).join(" ");
        return Err(format!("there is no stage '{unknown}'; there are: {known}").into());
    }
    let wanted = |name: &str| match (only.is_empty(), quick) {
        (false, _) => only.iter().any(|word| word == name),
        (true, true) => QUICK.contains(&name),
        (true, false) => true,
    };

    let mut report = Report { stage: "", lines: Vec::new() };
    let mut failed = None;
    let mut done = Vec::new();
    for (name, what, stage) in STAGES.into_iter().filter(|(name, ..)| wanted(name)) {
        println!("\n=== {name}: {what}");
        let start = Instant::now();
        report.stage = name;
        let outcome = stage(&mut report);
        let seconds = start.elapsed().as_secs();
        match outcome {
            Ok(()) => done.push(format!("{name:<12} passed in {seconds} s")),
            Err(error) => {
                done.push(format!("{name:<12} FAILED after {seconds} s"));
                failed = Some(format!("stage {name} failed: {error}"));
                break;
            }
        }
    }

    println!("\n=== summary");
    for (name, ..) in STAGES {
        let mut lines = report.lines.iter().filter(|(stage, _)| *stage == name).peekable();
        if lines.peek().is_some() {
            println!("{name}:");
        }
        for (_, line) in lines {
            println!("{line}");
        }
    }
    for line in done {
        println!("{line}");
    }
    failed.map_or(Ok(()), |failed| Err(failed.into()))
}

fn fmt(report: &mut Report) -> Res {
    report.run(cargo().args(["fmt", "--all", "--check"]))
}

fn clippy(report: &mut Report) -> Res {
    report.run(cargo().args(["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]))?;
    tools::wasm_target()?;
    for (package, targets) in [("paxos-playground", &["--lib", "--test", "wasm"][..]), ("paxos-page", &["--bins"])] {
        let mut command = cargo();
        command.args(["clippy", "--target", tools::WASM, "--package", package]).args(targets);
        report.run(command.args(["--", "-D", "warnings"]))?;
    }
    Ok(())
}

fn host(report: &mut Report) -> Res {
    // The page tests need a page and a browser; that is the stage `page`.
    report.run(cargo().args(["test", "--workspace", "--exclude", "page-tests"]))
}

fn wasm_tests() -> Res<Command> {
    tools::wasm_target()?;
    let mut command = cargo();
    command
        .args(["test", "--target", tools::WASM, "--package", "paxos-playground", "--test", "wasm"])
        .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", tools::wasm_bindgen()?.join("wasm-bindgen-test-runner"))
        .env("WASM_BINDGEN_TEST_WEBDRIVER_JSON", root().join("webdriver.json"));
    // The runner takes the first driver it is told of.
    for name in ["CHROMEDRIVER", "GECKODRIVER", "SAFARIDRIVER", "MSEDGEDRIVER"] {
        command.env_remove(name).env_remove(format!("{name}_REMOTE"));
    }
    if std::env::var_os("WASM_BINDGEN_TEST_TIMEOUT").is_none() {
        command.env("WASM_BINDGEN_TEST_TIMEOUT", "300");
    }
    Ok(command)
}

fn wasm(report: &mut Report) -> Res {
    report.run(wasm_tests()?.env("CHROMEDRIVER", tools::chromedriver()?))
}

fn firefox(report: &mut Report) -> Res {
    report.run(wasm_tests()?.env("GECKODRIVER", tools::geckodriver()?))
}

fn page(report: &mut Report) -> Res {
    page_in(report, "chrome", &tools::chromedriver()?, None)
}

fn page_firefox(report: &mut Report) -> Res {
    // One geckodriver drives one browser at a time.
    page_in(report, "firefox", &tools::geckodriver()?, Some("--test-threads=1"))
}

fn page_in(report: &mut Report, browser: &str, driver: &Path, threads: Option<&str>) -> Res {
    let axe = tools::axe()?;
    web::build(None)?;
    let dist = root().join("dist");
    let server = server::start(&dist, "/playground/", 0)?;
    // Built before the driver starts, so that the driver does not wait for the compiler.
    report.run(cargo().args(["test", "--package", "page-tests", "--no-run"]))?;
    let driver = Driver::start(driver)?;
    report.run(
        cargo()
            .args(["test", "--package", "page-tests", "--"])
            .args(threads)
            .env("PAGE_URL", &server.url)
            .env("WEBDRIVER_URL", &driver.url)
            .env("BROWSER", browser)
            .env("DIST_DIR", &dist)
            .env("AXE_JS", axe)
            .env("XTASK", std::env::current_exe()?),
    )
}
