//! Any text is read as a file, and what was read survives being written in every form.
#![no_main]

use libfuzzer_sys::fuzz_target;
use paxos_playground::scenario::Scenario;

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let _ = Scenario::from_text(&text);
    let Ok((read, notices)) = Scenario::from_json(&text) else { return };
    assert!(notices.iter().all(|notice| notice.given.chars().count() <= 61), "a long value must be cut");
    assert_eq!(Scenario::from_link(&read.link()), (read.clone(), Vec::new()));
    assert_eq!(Scenario::from_json(&read.to_json()), Ok((read, Vec::new())));
});
