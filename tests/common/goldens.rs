//! One line of `goldens.txt`: the digest of a run after a minute, how many events it has, and its link.

use paxos_playground::paxos::Micros;
use paxos_playground::run;
use paxos_playground::scenario::Scenario;
use std::fmt;

/// How long a golden run is, of virtual time and of events, whichever ends first.
const LONG: (Micros, u64) = (Micros(60_000_000), 20_000);

/// A run that never changes.
#[derive(Clone, PartialEq, Debug)]
pub struct Golden<'a> {
    pub digest: u64,
    pub events: u64,
    pub link: &'a str,
}

impl fmt::Display for Golden<'_> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{:016x} {:>5} {}", self.digest, self.events, self.link)
    }
}

/// The golden run of a line; comments and empty lines have none.
pub fn read(line: &str) -> Option<Golden<'_>> {
    let mut words = line.split_whitespace();
    let digest = words.next().filter(|word| !word.starts_with('#'))?;
    let events = words.next().and_then(|word| word.parse().ok()).expect("the number of events");
    let link = words.next().expect("a link");
    Some(Golden { digest: u64::from_str_radix(digest, 16).expect("a digest"), events, link })
}

/// What the run of that link comes to here and now.
pub fn measure(link: &str) -> Golden<'_> {
    let (scenario, notices) = Scenario::from_link(link);
    assert!(notices.is_empty(), "{link}: {notices:?}");
    assert_eq!(scenario.link(), link, "a golden link is written as the page writes it");
    let (mut run, notices) = run::open(&scenario);
    assert!(notices.is_empty(), "{link}: {notices:?}");
    run.advance(LONG.0, LONG.1);
    Golden { digest: run.digest(), events: run.events(), link }
}
