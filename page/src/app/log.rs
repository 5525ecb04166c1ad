//! What happened, newest first, with the rules that fired or refused and the paper that says so.

use super::dom::target;
use super::hooks::{ViewHandle, use_changes, use_view};
use super::session::{Selection, Session};
use super::ui::on;
use paxos_page::format;
use paxos_page::rows::{Filter, Rows};
use paxos_page::view::Turn;
use paxos_playground::paxos::Explanation;
use paxos_playground::run::{LogEntry, LogKind, Mark};
use std::rc::Rc;
use web_sys::HtmlSelectElement;
use yew::prelude::*;

/// So many rows at first, and so many more each time.
const PAGE: usize = 40;
/// An event that is looked at has so many later ones above it.
const AFTER: u64 = 6;

#[derive(Properties, PartialEq)]
pub struct LogProps {
    /// The run.
    pub session: Session,
}

/// The log panel.
#[component]
pub fn Log(LogProps { session }: &LogProps) -> Html {
    use_changes(session);
    let view = use_view();
    let filter = use_state_eq(|| "all");
    let want = use_state_eq(|| PAGE);
    let rows = use_mut_ref(Rows::default);
    let at = view.0.event;

    let node = match session.selection() {
        Selection::Node(node) => Some(node),
        _ => None,
    };
    let wanted = match (*filter, node, at) {
        (_, _, Some(_)) => Filter::All,
        ("refusals", ..) => Filter::Refusals,
        ("decisions", ..) => Filter::Decisions,
        ("trouble", ..) => Filter::Trouble,
        ("node", Some(node), _) => Filter::Node(node),
        _ => Filter::All,
    };
    let generation = session.generation();
    session.with(|run| {
        let end = at.map_or(run.events(), |event| run.events().min(event + 1 + AFTER));
        // Standing at an event is another reading than following the latest.
        let reading = generation * 2 + u64::from(at.is_some());
        rows.borrow_mut().read(reading, wanted, (run.log_start(), end), *want, &mut |from, to| run.log(from, to));
    });
    let rows = rows.borrow();
    let more = {
        let want = want.clone();
        on(move || want.set(*want + PAGE))
    };
    html! {
        <div class="panel-body log">
            <div class="log-head">
                <h2>{ "Log" }</h2>
                { tools(*filter, filter.setter(), node.map(|node| session.with(|run| format::label(run, node))), at, &view) }
            </div>
            <ol reversed=true>{ for rows.rows.iter().map(|entry| html! {
                <Row key={entry.event.to_string()} session={session.clone()} entry={entry.clone()}
                    here={at == Some(entry.event)} {generation} />
            }) }</ol>
            if rows.rows.is_empty() {
                <p class="muted">{ "Nothing of this kind yet." }</p>
            }
            if rows.more.is_some() {
                <button class="button" onclick={more}>{ "Show earlier" }</button>
            }
        </div>
    }
}

fn tools(
    filter: &'static str,
    set: UseStateSetter<&'static str>,
    node: Option<String>,
    at: Option<u64>,
    view: &ViewHandle,
) -> Html {
    if let Some(event) = at {
        let view = view.clone();
        return html! {
            <p class="inline">
                <span>{ format!("Around event {event}") }</span>
                <button class="button" onclick={on(move || view.dispatch(Turn::Latest))}>{ "Back to the latest" }</button>
            </p>
        };
    }
    let mut filters = vec![
        ("all", "Everything".to_string()),
        ("refusals", "Refusals".into()),
        ("decisions", "Decisions".into()),
        ("trouble", "Faults and your hand".into()),
    ];
    if let Some(label) = node {
        filters.push(("node", format!("Only {label}")));
    }
    let choose = Callback::from(move |event: Event| {
        let value = target::<HtmlSelectElement>(&event).map_or_else(String::new, |select| select.value());
        let known = ["all", "refusals", "decisions", "trouble", "node"];
        set.set(known.into_iter().find(|known| *known == value).unwrap_or("all"));
    });
    html! {
        <p class="inline">
            <label class="visually-hidden" for="log-filter">{ "Show in the log" }</label>
            <select id="log-filter" onchange={choose}>{ for filters.into_iter().map(|(key, name)| html! {
                <option value={key} selected={key == filter}>{ name }</option>
            }) }</select>
        </p>
    }
}

#[derive(Properties)]
struct RowProps {
    session: Session,
    entry: Rc<LogEntry>,
    here: bool,
    generation: u64,
}

impl PartialEq for RowProps {
    /// An event of one run never changes.
    fn eq(&self, other: &Self) -> bool {
        self.generation == other.generation && self.entry.event == other.entry.event && self.here == other.here
    }
}

#[component]
fn Row(RowProps { session, entry, here, .. }: &RowProps) -> Html {
    let view = use_view();
    let node = use_node_ref();
    use_effect_with((*here, entry.event), {
        let node = node.clone();
        move |(here, _)| {
            if let (true, Some(row)) = (*here, node.cast::<web_sys::Element>()) {
                row.scroll_into_view();
            }
        }
    });
    let select = entry.node.map(|node| {
        let session = session.clone();
        on(move || session.select(Selection::Node(node)))
    });
    let explained = !entry.explanations.is_empty();
    html! {
        <li ref={node} class={classes!(kind(entry.kind), here.then_some("here"))} aria-current={here.then_some("true")}>
            <div class="line">
                <span class="time">{ format::clock(entry.time) }</span>
                if let Some(select) = select {
                    <button class="link text" onclick={select}>{ &entry.text }</button>
                } else {
                    <span class="text">{ &entry.text }</span>
                }
                { tag(entry) }
            </div>
            if explained {
                { for entry.explanations.iter().map(explanation) }
            }
            if let Some(cause) = entry.cause {
                <p class="cause">{ super::properties::event_button(cause, format!("because of event {cause}"), &view) }
                    <span class="muted">{ format!("event {}", entry.event) }</span></p>
            }
        </li>
    }
}

fn kind(kind: LogKind) -> &'static str {
    match kind {
        LogKind::Delivered => "delivered",
        LogKind::Lost => "lost",
        LogKind::Timer => "timer",
        LogKind::Node => "node",
        LogKind::Hand => "hand",
    }
}

fn tag(entry: &LogEntry) -> Html {
    let refusal = entry.explanations.iter().any(|explanation| explanation.refusal);
    let (class, text) = match (entry.mark, entry.kind) {
        (Some(Mark::Violation), _) => ("bad", "violation"),
        (Some(Mark::Chosen), _) => ("ok", "chosen"),
        (Some(Mark::Learned), _) => ("ok", "learned"),
        (None, _) if refusal => ("warn", "refused"),
        (None, LogKind::Hand) => ("", "by hand"),
        (None, LogKind::Lost) => ("", "lost"),
        (None, LogKind::Node | LogKind::Timer | LogKind::Delivered) => return html! {},
    };
    html! { <span class={classes!("badge", class)}>{ text }</span> }
}

fn explanation(explanation: &Explanation) -> Html {
    html! {
        <p class={classes!("explanation", explanation.refusal.then_some("refusal"))}>
            { &explanation.text }
            if !explanation.source.is_empty() {
                { " " }<cite>{ explanation.source }</cite>
            }
        </p>
    }
}
