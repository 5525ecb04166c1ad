//! `window.playground`: the contract with slides, embedders and tests, as `static/playground.d.ts` has it.

use page_tests::hands::*;
use page_tests::{run_async, with_page_at};
use serde_json::{Value, json};

const TYPES: &str = include_str!("../../../static/playground.d.ts");

/// The members of an interface of the types, with what each is.
fn members(interface: &str) -> Vec<(String, String)> {
    let start = TYPES.find(&format!("interface {interface} {{")).unwrap_or_else(|| panic!("no {interface}"));
    let body = &TYPES[start..start + TYPES[start..].find("\n}").expect("its end")];
    let lines = body.lines().skip(1).map(str::trim).filter(|line| !line.starts_with(['/', '*']));
    let member = |line: &str| {
        let (name, of) = line.split_once([':', '(']).expect("a member");
        (name.to_owned(), of.trim_end_matches(';').trim().to_owned())
    };
    lines.map(member).collect()
}

/// That a value is what the types say it is.
fn check(value: &Value, of: &str, place: &str) {
    let fits = match of {
        _ if of.ends_with(" | null") => {
            return if value.is_null() {
            } else {
                check(value, of.trim_end_matches(" | null"), place)
            };
        }
        "number" => value.is_number(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        _ if of.ends_with("[]") => {
            let one = of.trim_end_matches("[]");
            let inline = one.strip_prefix('{');
            let items = value.as_array().unwrap_or_else(|| panic!("{place} is no array: {value}"));
            for item in items.iter().filter(|_| inline.is_none()) {
                check(item, one, &format!("{place}[]"));
            }
            true
        }
        _ if of.starts_with('{') => value.is_object(),
        _ if of.starts_with('"') => {
            let written = value.to_string();
            of.split(" | ").any(|word| word == written)
        }
        _ => {
            let members = members(of);
            let mut expected: Vec<_> = members.iter().map(|(name, _)| name.as_str()).collect();
            let mut there: Vec<_> = value.as_object().expect(place).keys().map(String::as_str).collect();
            expected.sort_unstable();
            there.sort_unstable();
            assert_eq!(there, expected, "{place}");
            for (name, of) in &members {
                check(&value[name.as_str()], of, &format!("{place}.{name}"));
            }
            true
        }
    };
    assert!(fits, "{place} is not {of}: {value}");
}

#[tokio::test]
async fn the_object_and_its_answers_are_as_their_types_say() {
    with_page_at(&at(FIVE), async |client| {
        let mut typed: Vec<_> = members("Playground").into_iter().map(|(name, _)| name).collect();
        typed.sort();
        assert_eq!(read(&client, "Object.keys(window.playground).sort()").await, json!(typed));
        playground(&client, "pause()").await;
        for (link, time) in [
            (FIVE, 0),
            (FIVE, 1_200_000),
            (FIVE, 9_000_000),
            ("#transport=server&break=amnesia,no-raise&failure=0.2&disk=forgets&seed=2", 30_000_000),
        ] {
            let told = playground(&client, &format!("load('{link}')")).await;
            assert_eq!(told, json!([]));
            playground(&client, &format!("seek({time})")).await;
            check(&playground(&client, "snapshot()").await, "Snapshot", "snapshot");
        }
        let told = playground(&client, "load('#loss=9&colour=red')").await;
        check(&told, "Notice[]", "notices");
        assert_eq!(told.as_array().unwrap().len(), 2, "{told}");
    })
    .await;
}

#[tokio::test]
async fn a_script_loads_plays_steps_seeks_and_interferes() {
    with_page_at(&at(FIVE), async |client| {
        playground(&client, "pause()").await;
        playground(&client, "seek(0)").await;
        let before = events(&client).await;
        playground(&client, "step(12)").await;
        let (twelve, there) = (digest(&client).await, time(&client).await);
        playground(&client, "step()").await;
        playground(&client, "step(-1)").await;
        assert_eq!((events(&client).await, digest(&client).await), (before + 12, twelve));
        for moment in [5_000_000, 700_000, 2_345_678, 9_000_000, 2_345_678, there] {
            playground(&client, &format!("seek({moment})")).await;
            assert_eq!(time(&client).await, moment);
            assert_eq!(digest(&client).await, digest_here(FIVE, moment), "at {moment}");
        }
        playground(&client, "propose('tea')").await;
        playground(&client, "inject('crash A2')").await;
        playground(&client, "inject({ do: 'cut P1>A3' })").await;
        playground(&client, "inject({ at: '100ms', do: 'pause A1' })").await;
        playground(&client, "inject({ at: 200000, do: 'resume A1' })").await;
        assert_eq!(plan(&client).await, ["pause A1", "resume A1", "request P1 tea", "crash A2", "cut P1>A3"]);
        playground(&client, "seek(8000000)").await;
        assert_eq!(digest(&client).await, digest_here(&link(&client).await, 8_000_000), "what was done is in the link");
        playground(&client, "play()").await;
        until(&client, "window.playground.snapshot().time > 8000000").await;
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_is_an_error_that_says_what_can() {
    with_page_at(&at(FIVE), async |client| {
        playground(&client, "seek(2000000)").await;
        let (here, before) = (digest(&client).await, link(&client).await);
        let wrong = [
            ("load()", "load takes a link"),
            ("load(7)", "load takes a link"),
            ("load('hello')", "neither a link"),
            ("load('{\"system\"')", "no JSON"),
            ("step('x')", "whole number"),
            ("step(1.5)", "whole number"),
            ("step(1e9)", "whole number"),
            ("seek()", "whole number"),
            ("seek(-1)", "whole number"),
            ("seek(NaN)", "whole number"),
            ("propose()", "value as text"),
            ("propose(3)", "value as text"),
            ("inject()", "inject takes words"),
            ("inject({})", "inject takes words"),
            ("inject('crush A2')", "crush"),
            ("inject('crash A99')", "A99"),
            ("inject({ at: 'later', do: 'crash A2' })", "later"),
            ("inject({ at: -5, do: 'crash A2' })", "whole number"),
        ];
        for (call, says) in wrong {
            let thrown = run_async(&client, &format!(
                "try {{ window.playground.{call}; return null }} catch (error) {{ return [Object.prototype.toString.call(error) === '[object Error]', error.message] }}"
            )).await;
            assert_eq!(thrown[0], true, "{call} throws an Error: {thrown}");
            let message = thrown[1].as_str().unwrap();
            assert!(message.starts_with("playground: ") && message.contains(says), "{call}: {message}");
        }
        assert_eq!((digest(&client).await, link(&client).await), (here, before));
        assert_eq!(read(&client, "!!document.querySelector('.failure')").await, json!(false));
    })
    .await;
}

#[tokio::test]
async fn the_page_and_this_machine_have_the_same_runs() {
    with_page_at(&at(FIVE), async |client| {
        let goldens = include_str!("../../goldens.txt").lines().filter(|line| line.contains("system="));
        // Some of every kind; the wasm tests do them all.
        for golden in goldens.step_by(6) {
            let [digest, count, link] = golden.split_whitespace().collect::<Vec<_>>()[..] else { panic!("{golden}") };
            assert_eq!(playground(&client, &format!("load('#{link}')")).await, json!([]), "{link}");
            playground(&client, "seek(60000000)").await;
            let count: u64 = count.parse().unwrap();
            // Goldens end with an event; the page plays whole moments.
            let beyond = events(&client).await as i64 - count as i64;
            if beyond != 0 {
                playground(&client, &format!("step({})", -beyond)).await;
            }
            assert_eq!(text(&client, "window.playground.snapshot().digest").await, digest, "{link}");
        }
    })
    .await;
}
