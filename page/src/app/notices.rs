//! What could not be used as it was given, and what was used instead.

use super::hooks::use_changes;
use super::session::Session;
use super::ui::{icon, on};
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct NoticesProps {
    /// The run.
    pub session: Session,
}

/// A list that can be dismissed, line by line or at once.
#[component]
pub fn Notices(NoticesProps { session }: &NoticesProps) -> Html {
    use_changes(session);
    let notices = session.notices();
    let all = {
        let session = session.clone();
        on(move || session.dismiss_all())
    };
    html! {
        <div class="notices" role="status">
            { for notices.iter().map(|notice| {
                let (session, gone) = (session.clone(), notice.clone());
                html! {
                    <p key={notice.to_string()}>
                        <span>
                            <code>{ &notice.key }{ if notice.given.is_empty() { "" } else { "=" } }{ &notice.given }</code>
                            { " " }{ &notice.problem }
                        </span>
                        <button class="button quiet" aria-label="Dismiss this notice" onclick={on(move || session.dismiss(&gone))}>
                            { icon("close") }</button>
                    </p>
                }
            }) }
            if notices.len() > 1 {
                <button class="link" onclick={all}>{ format!("Dismiss all {}", notices.len()) }</button>
            }
        </div>
    }
}
