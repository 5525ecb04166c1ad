//! One knob: what it means, and a control that fits its kind.

use crate::app::dom::target;
use crate::app::session::Session;
use crate::app::ui::{self, on};
use paxos_page::scale;
use paxos_playground::paxos::registry::about;
use paxos_playground::paxos::{Kind, Knob, Notice};
use web_sys::HtmlInputElement;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct ControlProps {
    pub session: Session,
    pub knob: &'static Knob,
    /// The key of the system that it belongs to.
    pub about: &'static str,
    /// Its value in the run.
    pub value: i64,
    /// Its value after the next restart, if another.
    pub waits: Option<i64>,
}

/// A row of the configure panel.
#[component]
pub fn Control(props: &ControlProps) -> Html {
    let ControlProps { session, knob, about, value, waits } = props;
    let knob = *knob;
    let draft = use_state_eq(|| None::<i64>);
    let value = draft.or(*waits).unwrap_or(*value);
    let commit = {
        let (session, draft) = (session.clone(), draft.clone());
        Callback::from(move |value: i64| {
            draft.set(None);
            session.set_knob(knob, value);
        })
    };
    let slide = Callback::from(move |value: i64| draft.set(Some(value)));
    let control = match knob.kind {
        Kind::Count { .. } | Kind::Probability { .. } | Kind::Duration { .. } => {
            number(knob, value, session, &slide, &commit)
        }
        Kind::Choice(words) => choice(knob, words, value, &commit),
        Kind::Flag => flag(knob, value, &commit),
        Kind::Set(words) => set(knob, words, about, value, &commit),
    };
    let help = html! { <p class="help" id={format!("h-{}", knob.key)}>{ knob.help }</p> };
    let back = {
        let commit = commit.clone();
        on(move || commit.emit(knob.default))
    };
    html! {
        <div class={classes!("knob", (value != knob.default).then_some("turned"))}>
            <div class="knob-head">
                { label(knob) }
                if waits.is_some() {
                    <span class="badge warn">{ "after restart" }</span>
                } else if !knob.live {
                    <span class="badge soft">{ "needs a restart" }</span>
                }
                if value != knob.default {
                    <button class="link" onclick={back} title={format!("Back to {}", knob.kind.format(knob.default))}
                        aria-label={format!("Reset {} to {}", knob.label, knob.kind.format(knob.default))}>
                        { "reset" }</button>
                }
            </div>
            // Many switches are explained before the first of them.
            if matches!(knob.kind, Kind::Set(_)) {
                { help }{ control }
            } else {
                { control }{ help }
            }
        </div>
    }
}

/// The knob's name: a label of its control where that is one element, else the heading of several.
fn label(knob: &'static Knob) -> Html {
    let id = format!("l-{}", knob.key);
    match knob.kind {
        Kind::Choice(_) => html! { <span class="label" {id}>{ knob.label }</span> },
        // Its group is named after it.
        Kind::Set(_) => html! { <span class="visually-hidden" {id}>{ knob.label }</span> },
        _ => html! { <label class="label" {id} for={format!("k-{}", knob.key)}>{ knob.label }</label> },
    }
}

/// A slider and a field to type in.
fn number(knob: &'static Knob, value: i64, session: &Session, slide: &Callback<i64>, commit: &Callback<i64>) -> Html {
    let stops = scale::stops(knob.kind);
    let last = stops.len().saturating_sub(1);
    let at = scale::nearest(&stops, value);
    let stop = move |event: &web_sys::Event| {
        let at = target::<HtmlInputElement>(event).map_or(0, |input| input.value_as_number() as usize);
        stops.get(at).copied()
    };
    let sliding = {
        let (slide, stop) = (slide.clone(), stop.clone());
        Callback::from(move |event: InputEvent| _ = stop(&event).map(|value| slide.emit(value)))
    };
    let slid = {
        let commit = commit.clone();
        Callback::from(move |event: Event| _ = stop(&event).map(|value| commit.emit(value)))
    };
    let typed = {
        let (commit, session) = (commit.clone(), session.clone());
        Callback::from(move |event: Event| {
            let Some(input) = target::<HtmlInputElement>(&event) else { return };
            match knob.kind.parse(&input.value()) {
                Ok(value) => commit.emit(value),
                Err(allowed) => {
                    let problem = format!("{allowed}; it stays as it was");
                    session.notify(Notice::new(knob.key, input.value(), problem));
                }
            }
            input.set_value(&knob.kind.format(value));
        })
    };
    let text = knob.kind.format(value);
    html! {
        <div class="slide">
            if last > 0 {
                <input type="range" min="0" max={last.to_string()} step="1" value={at.to_string()}
                    id={format!("k-{}", knob.key)} aria-describedby={format!("h-{}", knob.key)}
                    aria-valuetext={text.clone()} oninput={sliding} onchange={slid} />
            }
            <input class="number" type="text" value={text} aria-label={format!("{}, typed", knob.label)} onchange={typed}
                autocomplete="off" spellcheck="false" />
        </div>
    }
}

/// Words side by side.
fn choice(knob: &'static Knob, words: &'static [&'static str], value: i64, commit: &Callback<i64>) -> Html {
    html! {
        <div class="segments" role="radiogroup" aria-labelledby={format!("l-{}", knob.key)}
            aria-describedby={format!("h-{}", knob.key)}>
            { for words.iter().enumerate().map(|(at, word)| {
                let commit = commit.clone();
                html! {
                    <label key={*word}>
                        <input type="radio" name={knob.key} checked={at as i64 == value}
                            onchange={on(move || commit.emit(at as i64))} />
                        <span>{ *word }</span>
                    </label>
                }
            }) }
        </div>
    }
}

/// A switch.
fn flag(knob: &'static Knob, value: i64, commit: &Callback<i64>) -> Html {
    let commit = commit.clone();
    html! {
        <div class="switch">
            <input type="checkbox" role="switch" checked={value == 1} id={format!("k-{}", knob.key)}
                aria-describedby={format!("h-{}", knob.key)} onchange={on(move || commit.emit(1 - value))} />
            <span aria-hidden="true">{ if value == 1 { "on" } else { "off" } }</span>
        </div>
    }
}

/// The rules of the protocol, each with what it is for and what goes on without it.
fn set(knob: &'static Knob, words: &'static [&'static str], system: &str, value: i64, commit: &Callback<i64>) -> Html {
    let rules = about(system).map_or(&[][..], |about| about.rules);
    let rule = |(at, word): (usize, &&'static str)| {
        let rule = rules.iter().find(|rule| rule.name == *word)?;
        let (commit, bit) = (commit.clone(), 1 << at);
        Some(ui::rule(rule, value & bit != 0, on(move || commit.emit(value ^ bit))))
    };
    html! {
        <fieldset aria-labelledby={format!("l-{}", knob.key)} aria-describedby={format!("h-{}", knob.key)}>
            { for words.iter().enumerate().filter_map(rule) }
        </fieldset>
    }
}
