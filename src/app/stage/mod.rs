//! The stage.

use super::session::Session;
use yew::prelude::*;

/// What the stage shows.
#[derive(Properties, PartialEq)]
pub struct StageProps {
    /// The run.
    pub session: Session,
}

/// The nodes and the messages between them.
#[component]
pub fn Stage(_props: &StageProps) -> Html {
    html! { <div class="stage"></div> }
}
