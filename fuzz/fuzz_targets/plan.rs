//! Any bytes behind a right checksum are read as a plan. Without this, the checksum would keep the fuzzer out.
#![no_main]

use libfuzzer_sys::fuzz_target;
use paxos_playground::scenario::{Names, Scenario, decode_plan_bytes, words};

fuzz_target!(|data: &[u8]| {
    let Some(plan) = decode_plan_bytes(data) else { return };
    let names = Names::of(&Scenario::default());
    for step in &plan {
        let line = words::write(&step.action, &names);
        if names.check(&step.action).is_ok() {
            assert_eq!(words::parse(&line, &names).as_ref(), Ok(&step.action), "{line}");
        }
    }
    let (read, _) = Scenario::from_link(&Scenario { plan, ..Scenario::default() }.link());
    assert_eq!(Scenario::from_link(&read.link()), (read.clone(), Vec::new()));
    assert_eq!(Scenario::from_json(&read.to_json()), Ok((read, Vec::new())));
});
