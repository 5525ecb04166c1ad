//! What the page has open: the tab, the dialog, the event looked at, the example that is explained.

/// A panel beside the stage.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Tab {
    /// One node or message, or all of them.
    #[default]
    Inspect,
    /// What happened.
    Log,
    /// What must hold, and what was chosen.
    Properties,
    /// What it costs.
    Metrics,
    /// The knobs.
    Configure,
}

/// A room of the page.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Room {
    /// The run.
    #[default]
    Stage,
    /// Every run.
    Check,
}

/// A dialog over the page.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Dialog {
    /// Choose an example.
    Presets,
    /// Links and files.
    Share,
    /// What there is to know, and the keys.
    Help,
    /// All systems at the same work.
    Compare,
}

/// What the page has open.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct View {
    /// The room.
    pub room: Room,
    /// The panel.
    pub tab: Tab,
    /// The dialog.
    pub dialog: Option<Dialog>,
    /// The event that the log stands at, instead of the latest.
    pub event: Option<u64>,
    /// The preset whose text is shown, and the opening it explains: another scenario needs another text.
    pub card: Option<(usize, u64)>,
    /// Whether a newcomer is welcomed.
    pub welcome: bool,
}

/// What changes it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Turn {
    /// Goes to a room.
    Room(Room),
    /// Shows a panel.
    Tab(Tab),
    /// Opens a dialog.
    Open(Dialog),
    /// Closes the dialog.
    Close,
    /// Shows an event in the log.
    Event(u64),
    /// The log follows the latest event again.
    Latest,
    /// Explains a preset that was opened, as the how-many-th opening; closes the dialog it was chosen in.
    Card(usize, u64),
    /// Takes the explanation or the welcome away.
    NoCard,
    /// Something was selected.
    Selected,
}

impl View {
    /// The view after `turn`.
    pub fn after(self, turn: Turn) -> Self {
        match turn {
            Turn::Room(room) => Self { room, ..self },
            Turn::Tab(tab) => Self { tab, ..self },
            Turn::Open(dialog) => Self { dialog: Some(dialog), ..self },
            Turn::Close => Self { dialog: None, ..self },
            Turn::Event(event) => Self { event: Some(event), tab: Tab::Log, ..self },
            Turn::Latest => Self { event: None, ..self },
            Turn::Card(preset, opening) => Self { card: Some((preset, opening)), dialog: None, event: None, ..self },
            Turn::NoCard => Self { card: None, welcome: false, ..self },
            Turn::Selected if self.tab == Tab::Log => self,
            Turn::Selected => Self { tab: Tab::Inspect, ..self },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn choosing_an_example_closes_the_list_and_explains_it() {
        let view = View::default().after(Turn::Open(Dialog::Presets)).after(Turn::Card(3, 1));
        assert_eq!(view, View { card: Some((3, 1)), ..View::default() });
        assert_eq!(view.after(Turn::NoCard), View::default());
    }

    #[test]
    fn selecting_from_the_log_keeps_the_log() {
        let view = View::default().after(Turn::Tab(Tab::Configure)).after(Turn::Selected);
        assert_eq!(view.tab, Tab::Inspect);
        assert_eq!(view.after(Turn::Event(7)).after(Turn::Selected).tab, Tab::Log);
    }
}
