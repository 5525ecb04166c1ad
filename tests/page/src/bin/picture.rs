//! The README's picture, taken of the finished page: `cargo xtask picture`.

use page_tests::{browser, drawn, page_url, setting, wait_for};

/// A run in which a value has just been chosen, with messages on their way.
const LINK: &str = "#system=synod&seed=12";
const MOMENT: u64 = 3_350_000;

#[tokio::main]
async fn main() {
    let client = browser().await;
    client.set_window_size(1280, 940).await.expect("the window takes a size");
    client.goto(&format!("{}{LINK}", page_url())).await.expect("the page opens");
    drawn(&client).await;
    wait_for(&client, "the script interface", "return !!window.playground").await;
    let go = format!("playground.seek({MOMENT})");
    client.execute(&go, vec![]).await.expect("the page goes to the moment");
    // The badge of the chosen value eases in.
    tokio::time::sleep(std::time::Duration::from_secs(2)).await;
    let picture = client.screenshot().await.expect("a picture");
    std::fs::write(setting("PICTURE"), picture).expect("the picture is written");
    client.close().await.expect("the browser closes");
}
