//! Any text is read as a link, and what was read survives being written in every form.
#![no_main]

use libfuzzer_sys::fuzz_target;
use paxos_playground::scenario::{Names, Scenario, decode_plan, words};

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let _ = decode_plan(&text);
    let (read, notices) = Scenario::from_link(&text);
    assert!(notices.iter().all(|notice| notice.given.chars().count() <= 61), "a long value must be cut");
    assert_eq!(Scenario::from_link(&read.link()), (read.clone(), Vec::new()));
    let (again, notices) = Scenario::from_json(&read.to_json()).expect("what we write is JSON");
    assert_eq!((&again, notices), (&read, Vec::new()));
    let names = Names::of(&read);
    for step in &read.plan {
        let line = words::write(&step.action, &names);
        assert_eq!(words::parse(&line, &names).as_ref(), Ok(&step.action), "{line}");
    }
});
