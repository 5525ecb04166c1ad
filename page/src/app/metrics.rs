//! What the run costs and how long its clients wait, in small plots and figures.

use super::ask::Ask;
use super::hooks::{ViewHandle, use_changes, use_view};
use super::session::Session;
use super::ui::{on, term};
use paxos_page::format;
use paxos_page::spark::{self, SIZE};
use paxos_page::view::{Dialog, Turn};
use paxos_playground::check::Latency;
use paxos_playground::paxos::{Gauge, Micros};
use paxos_playground::run::{Metrics as Figures, Run};
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct MetricsProps {
    /// The run.
    pub session: Session,
}

/// The metrics panel.
#[component]
pub fn Metrics(MetricsProps { session }: &MetricsProps) -> Html {
    use_changes(session);
    let view = use_view();
    let (figures, plots, gauges) = session.with(|run| (run.metrics(), plots(run), run.gauges()));
    html! {
        <div class="panel-body metrics">
            <Ask session={session.clone()} />
            <div class="plots">{ for plots }</div>
            if !gauges.is_empty() {
                <h3>{ "Measured beside exact" }</h3>
                { for gauges.iter().map(gauge) }
            }
            <h3>{ "From request to answer" }</h3>
            { latencies(&figures) }
            <h3>{ "Cost" }</h3>
            { costs(&figures) }
            { messages(&figures) }
            { compare(view) }
        </div>
    }
}

fn plot(name: &'static str, counts: &[u64], words: String, figure: String) -> Html {
    let (width, height) = SIZE;
    html! {
        <figure key={name} class="plot">
            <figcaption>{ format::capital(name) }<b>{ figure }</b></figcaption>
            <svg viewBox={format!("0 0 {width} {height}")} preserveAspectRatio="none" role="img"
                aria-label={format!("{}: {words}", format::capital(name))}>
                <path d={spark::path(counts)} />
            </svg>
        </figure>
    }
}

fn plots(run: &dyn Run) -> Vec<Html> {
    let trends = run.trends();
    let mut plots: Vec<_> = trends
        .iter()
        .map(|trend| {
            let counts: Vec<u64> = trend.counts.iter().map(|count| u64::from(*count)).collect();
            let words = spark::words(&counts, &format::clock(trend.span));
            plot(trend.name, &counts, words, counts.iter().sum::<u64>().to_string())
        })
        .collect();
    let answers: Vec<u64> = run.answers().into_iter().map(|(_, took)| took).collect();
    let latest = answers.last().map_or("–".into(), |took| format::clock(Micros(*took)));
    let words = format!("{} answers, the latest after {latest}", answers.len());
    plots.push(plot("time to answer", &answers, words, latest));
    plots
}

/// Parts of a million as `98.30 %`.
fn percent(millionths: u64) -> String {
    format!("{}.{:02} %", millionths / 10_000, millionths % 10_000 / 100)
}

fn gauge(gauge: &Gauge) -> Html {
    let share = (gauge.hits * 1_000_000).checked_div(gauge.of);
    let exact = gauge.exact.map(|exact| exact / 1_000);
    let mark = |millionths: u64| format!("{}.{:04}", millionths / 10_000, millionths % 10_000);
    html! {
        <div class="gauge" key={gauge.name}>
            <p><span>{ format::capital(gauge.name) }</span>{ format!("{} of {}", gauge.hits, gauge.of) }</p>
            <svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
                <rect class="track" width="100" height="8" />
                if let Some(share) = share {
                    <rect class="measured" width={mark(share)} height="8" />
                }
                if let Some(exact) = exact {
                    <path class="exact" d={format!("M{} 0v8", mark(exact))} />
                }
            </svg>
            <p><span>{ "Measured" }</span><b>{ share.map_or("nothing yet".into(), percent) }</b>
                if let Some(exact) = exact {
                    <span>{ "exact" }</span><b>{ percent(exact) }</b>
                }
            </p>
            <p class="help">{ gauge.about }</p>
        </div>
    }
}

fn latencies(figures: &Figures) -> Html {
    let row = |(name, latency): (&'static str, Latency)| {
        let time = |time: Micros| if latency.count > 0 { format::clock(time) } else { "–".into() };
        html! {
            <tr key={name}>
                <th scope="row">{ name }</th><td>{ time(latency.median) }</td><td>{ time(latency.p95) }</td>
                <td>{ time(latency.max) }</td><td>{ latency.count }</td>
            </tr>
        }
    };
    let rows = [
        ("chosen", figures.until_chosen),
        ("known to one", figures.until_learned),
        ("answered", figures.until_answered),
    ];
    html! { <>
        <table>
            <thead><tr>
                <th scope="col">{ "Until" }</th><th scope="col">{ "median" }</th><th scope="col">{ "95 %" }</th>
                <th scope="col">{ "longest" }</th><th scope="col">{ "times" }</th>
            </tr></thead>
            <tbody>{ for rows.into_iter().map(row) }</tbody>
        </table>
        <p class="help">{ "Until a quorum had voted for what a client asked for, until the first node knew, and until the \
            client had its answer. Median and 95 % are of the latest 1,024." }</p>
    </> }
}

fn costs(figures: &Figures) -> Html {
    let each = |hundredths: u64| format!("{}.{:02}", hundredths / 100, hundredths % 100);
    let time = |time: Option<_>| time.map_or("–".to_string(), format::clock);
    let row = |name, value: String, about| html! { <div key={name}>{ term(name, about) }<dd>{ value }</dd></div> };
    let count = |name, count: u64, about| row(name, count.to_string(), about);
    html! {
        <dl class="pairs counts">
            { row("Messages per choice", figures.messages_per_decision().map_or("–".into(), each),
                "All messages sent so far, for each value that was chosen.") }
            { row("Quorum up", figures.availability().map_or("–".into(), percent),
                "The share of time in which enough of the first acceptors were up. Partitions do not count.") }
            { count("Ballots begun", figures.rounds, "How often a node began a ballot of its own.") }
            { count("Chosen", figures.decisions, "Values for which a quorum voted in one ballot.") }
            { count("Preempted", figures.preemptions, "Ballots given up because of a higher one.") }
            { count("Retried", figures.retries, "Ballots begun although nothing was chosen since the node's one before.") }
            { count("Crashes", figures.crashes, "Of all nodes, by chance and by hand.") }
            { count("Timers fired", figures.timers, "Of all nodes; one that is set anew does not fire.") }
            { row("First chosen", time(figures.first_chosen), "When the first value was chosen.") }
            { row("First known to all", time(figures.all_learned),
                "When all who should learn knew the value that was learned first; with many slots, of that slot.") }
        </dl>
    }
}

fn messages(figures: &Figures) -> Html {
    html! {
        <table>
            <thead><tr>
                <th scope="col">{ "Message" }</th><th scope="col">{ "sent" }</th>
                <th scope="col">{ "handled" }</th><th scope="col">{ "lost" }</th>
            </tr></thead>
            <tbody>{ for figures.messages.iter().filter(|row| row.1 > 0).map(|(name, sent, handled, lost)| html! {
                <tr key={*name}>
                    <th scope="row">{ *name }</th><td>{ *sent }</td><td>{ *handled }</td><td>{ *lost }</td>
                </tr>
            }) }</tbody>
        </table>
    }
}

fn compare(view: ViewHandle) -> Html {
    html! {
        <button class="button" onclick={on(move || view.dispatch(Turn::Open(Dialog::Compare)))}>
            { "Compare all systems…" }
        </button>
    }
}
