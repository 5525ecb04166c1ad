//! What a node keeps in rows: a log, a queue, a history.

use paxos_page::format;
use paxos_playground::paxos::{Row, RowMark, Table};
use yew::prelude::*;

/// The tables of a node.
pub fn tables(tables: &[Table]) -> Html {
    html! { <>{ for tables.iter().map(table) }</> }
}

fn table(table: &Table) -> Html {
    html! {
        <section class="rows" key={table.title}>
            <h4 title={table.about}>{ format::capital(table.title) }<small>{ table.about }</small></h4>
            if table.before > 0 {
                <p class="muted">{ format!("{} earlier left out", table.before) }</p>
            }
            if table.rows.is_empty() {
                <p class="muted">{ "Empty." }</p>
            } else {
                <div class="rows-scroll" tabindex="0">
                <table>
                    <thead><tr>
                        { for table.columns.iter().map(|column| html! { <th scope="col">{ *column }</th> }) }
                        <th scope="col"><span class="visually-hidden">{ "stands" }</span></th>
                    </tr></thead>
                    <tbody>{ for table.rows.iter().rev().map(row) }</tbody>
                </table>
                </div>
            }
        </section>
    }
}

fn row(row: &Row) -> Html {
    let (sign, word) = mark(row.mark);
    html! {
        <tr class={word}>
            { for row.cells.iter().enumerate().map(|(at, cell)| if at == 0 {
                html! { <th scope="row">{ cell }</th> }
            } else {
                html! { <td>{ cell }</td> }
            }) }
            <td title={word}><span aria-hidden="true">{ sign }</span><span class="visually-hidden">{ word }</span></td>
        </tr>
    }
}

/// How a row stands, as a sign and as a word.
pub fn mark(mark: RowMark) -> (&'static str, &'static str) {
    match mark {
        RowMark::Plain => ("", ""),
        RowMark::Done => ("✓", "done"),
        RowMark::Pending => ("…", "pending"),
        RowMark::Hole => ("∅", "hole"),
        RowMark::Failed => ("✗", "failed"),
    }
}
