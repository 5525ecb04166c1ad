//! How random runs went: what broke, and which runs stand out.

use super::Checker;
use crate::app::ui::on;
use paxos_page::check::swarm::{Failure, Outlier, Tally};
use paxos_page::check::words;
use paxos_page::format;
use paxos_playground::paxos::Micros;
use yew::prelude::*;

/// The figures and the lists.
pub fn show(checker: &Checker, tally: &Tally) -> Html {
    let time = |micros: u64| if micros == 0 { "–".into() } else { format::clock(Micros(micros)) };
    let pairs = [
        ("Runs", words::grouped(tally.runs.into())),
        ("Events", words::short(tally.events)),
        ("Nothing chosen", words::grouped(tally.undecided.into())),
        ("Half chose by", time(tally.chosen_by[0])),
        ("95 in 100 by", time(tally.chosen_by[1])),
        ("All that did by", time(tally.chosen_by[2])),
    ];
    html! {
        <>
            <progress max={tally.of.to_string()} value={tally.runs.to_string()} aria-label="Runs done"></progress>
            <dl class="figures">{ for pairs.iter().map(|(name, value)| html! { <div><dt>{ *name }</dt><dd>{ value }</dd></div> }) }</dl>
            if !tally.failures.is_empty() {
                <section class="runs" aria-labelledby="failures-title">
                    <h3 id="failures-title">{ "Runs that break a property" }</h3>
                    if tally.broken > tally.failures.len() as u32 {
                        <p class="hint">{ "A few for each property. Runs that are the same once they are made smaller are listed once." }</p>
                    }
                    <ul>{ for tally.failures.iter().map(|failure| failing(checker, failure)) }</ul>
                </section>
            }
            <div class="ranks">
                { outliers(checker, "Slowest to choose", &tally.slowest, |value| format::clock(Micros(value))) }
                { outliers(checker, "Most messages", &tally.busiest, |value| format::count(value, "message")) }
            </div>
        </>
    }
}

/// A button that opens a run on the stage.
fn opening(checker: &Checker, text: String, link: &str, title: String) -> Html {
    let (checker, link) = (checker.clone(), link.to_owned());
    html! { <button class="link" onclick={on(move || checker.show(&link, title.clone()))}>{ text }</button> }
}

fn failing(checker: &Checker, failure: &Failure) -> Html {
    let Failure { seed, property, what, link, small, without } = failure;
    let title = format!("Seed {seed} breaks: {property}.");
    html! {
        <li key={*seed}>
            <p><b class="bad">{ format::capital(property) }</b>{ format!(": {what}") }</p>
            <p>
                { opening(checker, format!("Open seed {seed}"), link, title.clone()) }
                if !without.is_empty() {
                    { " · " }{ opening(checker, "open it made smaller".into(), small, title) }
                    <small>{ format!(" {without}") }</small>
                }
            </p>
        </li>
    }
}

fn outliers(checker: &Checker, name: &'static str, list: &[Outlier], write: fn(u64) -> String) -> Html {
    html! {
        <section class="runs" aria-label={name}>
            <h3>{ name }</h3>
            <ul>{ for list.iter().map(|Outlier { seed, value, link }| {
                let title = format!("Seed {seed}: {}.", write(*value));
                html! { <li key={*seed}>{ opening(checker, format!("Seed {seed}"), link, title) }<span>{ write(*value) }</span></li> }
            }) }</ul>
        </section>
    }
}
