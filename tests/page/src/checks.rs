//! The Check view by hand.

use crate::hands::*;
use fantoccini::Client;

/// Two acceptors and a proposer on the stage: their states are counted in a moment.
pub const FEW: &str = "#system=synod&acceptors=2&proposers=1&learners=0";

/// A count as the page writes it.
pub fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let parts: Vec<_> = digits.as_bytes().rchunks(3).rev().map(|part| std::str::from_utf8(part).unwrap()).collect();
    parts.join("\u{202f}")
}

/// Goes to the Check view by its tab.
pub async fn checking(client: &Client) {
    desktop(client).await;
    press(client, "Check").await;
    until(client, "!!document.querySelector('.check')").await;
}

/// The value beside a figure's name.
pub fn figure(name: &str) -> String {
    format!(
        "[...document.querySelectorAll('.figures dt')].find(it => it.innerText === '{name}')?.nextSibling.innerText"
    )
}

/// The number of states shown.
pub async fn states(client: &Client) -> u64 {
    text(client, &figure("States")).await.replace('\u{202f}', "").parse().unwrap_or(0)
}

/// What every element reads.
pub async fn texts(client: &Client, selector: &str) -> Vec<String> {
    let texts = read(client, &format!("[...document.querySelectorAll('{selector}')].map(it => it.innerText)")).await;
    texts.as_array().unwrap().iter().map(|text| text.as_str().unwrap().to_owned()).collect()
}

/// Switches a rule off by its name.
pub async fn switch_off(client: &Client, rule: &str) {
    let found =
        format!("[...document.querySelectorAll('.rule')].find(it => it.querySelector('code')?.innerText === '{rule}')");
    until(client, &format!("!!{found}")).await;
    read(client, &format!("{found}.querySelector('input').click()")).await;
    see(client, &format!("off: {rule}")).await;
}
