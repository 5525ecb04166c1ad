//! Every knob of a system as an argument, with help, and the list of them all.

use crate::cli::{Failure, bad};
use clap::{Arg, ArgMatches, Command};
use paxos_playground::paxos::registry::{self, SYSTEMS};
use paxos_playground::paxos::{About, Knob};
use paxos_playground::scenario::aliases::{Alias, aliases};
use paxos_playground::scenario::knobs_of;
use std::io::{self, Write};

/// The system that the arguments speak of: `--system KEY`, else the one of a link among them, else the first.
pub fn system_of(arguments: &[String]) -> &'static About {
    let key = arguments.iter().enumerate().find_map(|(at, argument)| match argument.as_str() {
        "--system" => arguments.get(at + 1).map(String::as_str),
        other => other.strip_prefix("--system="),
    });
    let in_link = || {
        let parts = arguments.iter().flat_map(|argument| argument.split(['#', '&', '?', '=']));
        let follows = parts.clone().zip(parts.skip(1)).find(|(key, _)| *key == "system");
        follows.map(|(_, system)| system)
    };
    key.or_else(in_link).and_then(registry::about).unwrap_or(SYSTEMS[0])
}

/// `command` with an argument for each knob that the systems in `systems` have.
pub fn with_knobs(mut command: Command, systems: &[&'static About]) -> Command {
    let taken: Vec<String> = command.get_arguments().map(|arg| arg.get_id().to_string()).collect();
    let mut seen: Vec<&str> = Vec::new();
    for about in systems {
        for knob in knobs_of(about) {
            if seen.contains(&knob.key) || taken.iter().any(|id| id == knob.key) {
                continue;
            }
            seen.push(knob.key);
            let names = aliases(about).filter(|alias| alias.key == knob.key && !alias.percent).map(|alias| alias.name);
            command = command.arg(argument(knob).visible_aliases(names));
        }
        for alias in aliases(about).filter(|alias| alias.percent) {
            if seen.contains(&alias.name) {
                continue;
            }
            seen.push(alias.name);
            let help = format!("The same as --{}, in percent", alias.key);
            command = command.arg(Arg::new(alias.name).long(alias.name).value_name("PERCENT").help(help));
        }
    }
    command
}

fn argument(knob: &'static Knob) -> Arg {
    let help = format!("{} [{}; default {}]", knob.help, knob.kind.allowed(), knob.kind.format(knob.default));
    Arg::new(knob.key).long(knob.key).value_name("VALUE").help(help).help_heading(knob.group).allow_hyphen_values(true)
}

/// The knobs that were given, as `KEY=VALUE`.
pub fn given(matches: &ArgMatches, systems: &[&'static About]) -> Vec<String> {
    let text = |id: &str| matches.try_get_one::<String>(id).ok().flatten().cloned();
    let mut sets: Vec<String> = Vec::new();
    let mut add = |key: &str, value: String| {
        let set = format!("{key}={value}");
        if !sets.contains(&set) {
            sets.push(set);
        }
    };
    for about in systems {
        for knob in knobs_of(about) {
            if let Some(value) = text(knob.key) {
                add(knob.key, value);
            }
        }
        for alias in aliases(about).filter(|alias: &Alias| alias.percent) {
            if let Some(value) = text(alias.name) {
                add(alias.key, alias.value(&value));
            }
        }
    }
    sets
}

/// The system of that key.
pub fn named(key: &str) -> Result<&'static About, Failure> {
    let known = || SYSTEMS.iter().map(|about| about.key).collect::<Vec<_>>().join(", ");
    registry::about(key).ok_or_else(|| bad(format!("--system {key}: there is no such system; there are {}", known())))
}

/// Prints the knobs of one system or of all.
pub fn print(only: Option<&str>) -> Result<(), Failure> {
    let only = only.map(named).transpose()?;
    let mut out = io::stdout().lock();
    for about in SYSTEMS.iter().filter(|about| only.is_none_or(|only| only.key == about.key)) {
        writeln!(out, "system={}  {}\n{}", about.key, about.title, about.summary)?;
        for each in knobs_of(about) {
            let default = each.kind.format(each.default);
            writeln!(out, "  {:12} {:28} default {default}", each.key, each.label)?;
            writeln!(out, "  {:12} {}", "", each.help)?;
            let spelt: Vec<_> = aliases(about).filter(|alias| alias.key == each.key).map(|alias| alias.name).collect();
            if !spelt.is_empty() {
                writeln!(out, "  {:12} also --{}", "", spelt.join(", --"))?;
            }
        }
    }
    Ok(())
}
