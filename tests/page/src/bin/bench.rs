//! What is measured in a browser: `cargo xtask bench browser page memory`. Prints one JSON object a line.
//!
//! `browser` compares speeds: `BENCH_URL` is the bench's page and `HOST_BENCH` the same engine as a program.
//! `page` measures the finished page at `PAGE_URL`, and `memory` what it holds on to while it runs for ten minutes.

use fantoccini::Client;
use page_tests::{browser, drawn, page_url, run_async, setting, wait_for};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// How often the competitors take turns.
const TURNS: usize = 11;
/// How many runs of the engine make a turn: about a tenth of a second.
const RUNS: u32 = 4_000;
/// How often the page is opened in a browser of its own.
const VISITS: usize = 5;

#[tokio::main]
async fn main() {
    match std::env::args().nth(1).as_deref() {
        Some("browser") => speeds().await,
        Some("page") => page().await,
        Some("memory") => memory().await,
        other => panic!("bench browser, page or memory, not {other:?}"),
    }
}

fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}

fn round(figure: f64) -> f64 {
    (figure * 1000.0).round() / 1000.0
}

async fn rate(client: &Client, name: &str, runs: u32) -> f64 {
    let answer = client.execute(&format!("return rate('{name}', {runs})"), vec![]).await;
    answer.expect("the bench runs").as_f64().expect("events a second")
}

async fn speeds() {
    let mut host = Command::new(setting("HOST_BENCH"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the host's bench starts");
    let mut ask = host.stdin.take().expect("its input");
    let mut answers = BufReader::new(host.stdout.take().expect("its output")).lines();
    let mut host_rate = move || -> f64 {
        writeln!(ask, "{RUNS}").expect("the host's bench listens");
        answers.next().expect("an answer").expect("a line").parse().expect("events a second")
    };

    let client = browser().await;
    client.goto(&setting("BENCH_URL")).await.expect("the bench's page opens");
    wait_for(&client, "the bench to be ready", "return !!window.rate").await;
    let mut rates = [vec![], vec![], vec![], vec![]];
    let (mut against_host, mut against_peer, mut against_rewinding) = (vec![], vec![], vec![]);
    // The first turn is for the compilers.
    for turn in 0..=TURNS {
        let host = host_rate();
        let engine = rate(&client, "engine", RUNS).await;
        let peer = rate(&client, "peer", RUNS).await;
        let rewinding = rate(&client, "rewinding", RUNS / 10).await;
        if turn > 0 {
            against_host.push(engine / host);
            against_peer.push(engine / peer);
            against_rewinding.push(engine / rewinding);
            for (rates, rate) in rates.iter_mut().zip([host, engine, peer, rewinding]) {
                rates.push(rate / 1e6);
            }
        }
    }
    client.close().await.expect("the browser closes");
    drop(host_rate);
    host.wait().expect("the host's bench ends");

    let [host, engine, peer, rewinding] = rates.map(median);
    eprintln!(
        "M events/s: host {host:.2}, browser {engine:.2}, plain JavaScript {peer:.2}, with states {rewinding:.3}"
    );
    at_least("wasm in the browser against host, same scenario, same run (events/s)", median(against_host), 0.75);
    // A tool that lets one go back records the state after each event, as RaftScope does; ours runs again.
    at_least(
        "engine (wasm) against plain JavaScript that records states to go back in time, same browser",
        median(against_rewinding),
        5.0,
    );
    let ratio = round(median(against_peer));
    println!("{}", json!({ "what": "the same, the JavaScript recording events only", "value": ratio }));
}

async fn page() {
    let mut starts = Vec::new();
    for _ in 0..VISITS {
        let client = browser().await;
        client.goto(&page_url()).await.expect("the page opens");
        let mark = run_async(
            &client,
            "for (let tries = 0; tries < 100; tries += 1) {
                 const [mark] = performance.getEntriesByName('first-message');
                 if (mark) return mark.startTime;
                 await new Promise(done => setTimeout(done, 50));
             }",
        )
        .await;
        starts.push(mark.as_f64().map_or(f64::INFINITY, |milliseconds| milliseconds / 1000.0));
        client.close().await.expect("the browser closes");
    }
    at_most("first message moving after navigation (s)", median(starts), 0.5);

    let client = browser().await;
    client.goto(&format!("{}?measure#{CROWD}", page_url())).await.expect("the page opens");
    drawn(&client).await;
    let frames = run_async(
        &client,
        "await new Promise(done => setTimeout(done, 3000));
         performance.clearMeasures('frame');
         await new Promise(done => setTimeout(done, 4000));
         return performance.getEntriesByName('frame').map(({ startTime, duration }) => [startTime, duration]);",
    )
    .await;
    client.close().await.expect("the browser closes");
    let frames: Vec<(f64, f64)> = frames
        .as_array()
        .map_or(&[][..], Vec::as_slice)
        .iter()
        .filter_map(|frame: &Value| Some((frame[0].as_f64()?, frame[1].as_f64()?)))
        .collect();
    let durations: Vec<f64> = frames.iter().map(|(_, duration)| *duration).collect();
    let gaps: Vec<f64> = frames.windows(2).map(|pair| pair[1].0 - pair[0].0).collect();
    let duration = if durations.is_empty() { f64::INFINITY } else { median(durations) };
    let rate = if gaps.is_empty() { 0.0 } else { 1000.0 / median(gaps) };
    at_most("main-thread time of a frame with 101 acceptors and 500 messages in flight (ms)", duration, 4.0);
    // A display of 60 Hz is rarely one of exactly 60.
    at_least("frames a second with 101 acceptors and 500 messages in flight", rate.round(), 60.0);
    exploring().await;
}

/// More than five million states: two proposers, three acceptors and a learner that the proposers tell.
const EXPLORED: &str = "system=synod&acceptors=3&learners=1&told=proposer";
/// How often host and page explore in turns.
const EXPLORATIONS: usize = 3;

/// The same exploration on this machine and in the page, whose stage goes on.
async fn exploring() {
    let client = browser().await;
    client.goto(&format!("{}#seed=3", page_url())).await.expect("the page opens");
    drawn(&client).await;
    let (mut ratios, mut rates, mut bytes, mut states) = (vec![], vec![], vec![], 0.0);
    for _ in 0..EXPLORATIONS {
        let host =
            Command::new(setting("HOST_CLI")).args(["check", EXPLORED, "--json"]).output().expect("the host checks");
        let host: Value = serde_json::from_slice(&host.stdout).expect("JSON");
        let begin = format!(
            "let last = 0, gaps = [], over = false;
             requestAnimationFrame(function next(now) {{
                 if (last) gaps.push(now - last);
                 last = now;
                 if (!over) requestAnimationFrame(next);
             }});
             playground.play();
             window.checked = null;
             playground.check({{ scenario: '#{EXPLORED}' }}).then(result => {{
                 over = true;
                 gaps.sort((one, other) => one - other);
                 window.checked = {{ ...result, frame: gaps[gaps.length >> 1] }};
             }})"
        );
        client.execute(&begin, vec![]).await.expect("the check begins");
        // However slow the machine: longer than a script may take.
        let answer = loop {
            let answer = client.execute("return window.checked", vec![]).await.expect("the page answers");
            if !answer.is_null() {
                break answer;
            }
            tokio::time::sleep(Duration::from_millis(500)).await;
        };
        let figure = |name: &str| answer[name].as_f64().unwrap_or(f64::NAN);
        assert_eq!(answer["verdict"], "holds", "{answer}");
        assert_eq!(answer["states"], host["states"]);
        states = figure("states");
        let rate = states / figure("milliseconds") * 1000.0;
        ratios.push(rate / host["states_per_second"].as_f64().expect("a rate"));
        rates.push(1000.0 / figure("frame"));
        bytes.push(mebibytes(figure("bytes")));
    }
    client.close().await.expect("the browser closes");
    at_least("wasm in the page against host, same exploration (states/s)", median(ratios), 0.55);
    let what = format!("while the page explores {:.1} M states:", states / 1e6);
    at_least(&format!("{what} frames a second on the stage"), median(rates).round(), 60.0);
    at_most(&format!("{what} memory of the worker (MiB)"), median(bytes), 600.0);
}

/// How long the endless rounds run, by the clock on the wall.
const RUNNING: Duration = Duration::from_secs(600);
/// The events that a history keeps, and some more.
const HISTORY: f64 = 210_000.0;

/// The memory of the page while rounds go by at 100 times the speed of time: once the history is full, nothing grows.
async fn memory() {
    let client = browser().await;
    client.goto(&format!("{}#system=rounds&speed=100", page_url())).await.expect("the page opens");
    drawn(&client).await;
    client.execute("playground.play()", vec![]).await.expect("it plays");
    let held = "const { memory } = await window.wasmBindings.default();
                return [playground.snapshot().events, memory.buffer.byteLength, document.querySelectorAll('*').length]";
    let start = Instant::now();
    let (mut full, mut last) = (None, [0.0; 3]);
    while start.elapsed() < RUNNING {
        tokio::time::sleep(Duration::from_secs(5)).await;
        let figures = run_async(&client, held).await;
        last = [0, 1, 2].map(|at| figures[at].as_f64().expect("a number"));
        full = full.or((last[0] > HISTORY).then_some(last));
        eprint!("\r{:.0} s: {} events, {:.1} MiB", start.elapsed().as_secs_f64(), last[0], mebibytes(last[1]));
    }
    eprintln!();
    client.close().await.expect("the browser closes");
    let what = "ten minutes of rounds at 100×:";
    let [full_at, full_bytes, full_elements] = full.unwrap_or([f64::NAN; 3]);
    println!("{}", json!({ "what": format!("{what} events"), "value": last[0] }));
    println!(
        "{}",
        json!({ "what": format!("{what} memory of the engine and the page's code (MiB)"), "value": round(mebibytes(last[1])) })
    );
    let since = format!("{what} memory grown since the history was full, at {full_at} events (MiB)");
    at_most(&since, mebibytes(last[1] - full_bytes), 0.0);
    // A few come and go with what happens at the moment.
    let more = (last[2] - full_elements).max(0.0);
    at_most(&format!("{what} elements of the page more than then"), more, 30.0);
}

fn mebibytes(bytes: f64) -> f64 {
    bytes / f64::from(1 << 20)
}

/// Five proposers ask 101 acceptors at once, and the messages take half a minute.
const CROWD: &str = "system=synod&acceptors=101&proposers=5&learners=0&patience=0s&backoff=0s&resend=0s&delay=30s";

fn at_least(what: &str, value: f64, bar: f64) {
    println!("{}", json!({ "what": what, "value": round(value), "bar": format!("≥ {bar}"), "pass": value >= bar }));
}

/// A value that could not be had is none.
fn at_most(what: &str, value: f64, bar: f64) {
    let shown = if value.is_finite() { json!(round(value)) } else { json!("not there") };
    println!("{}", json!({ "what": what, "value": shown, "bar": format!("≤ {bar}"), "pass": value <= bar }));
}
