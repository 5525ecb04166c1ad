//! Links, QR codes and files: out of the page, and into it again, with the same run; and what is no link.

use fantoccini::key::Key;
use fantoccini::{Client, Locator};
use page_tests::hands::*;
use page_tests::{complaints, drawn, emulate, in_firefox, run_async, wait_for, with_page_at};
use serde_json::json;

/// A run with something done by hand, standing at a moment.
async fn eventful(client: &Client) -> (u64, String) {
    desktop(client).await;
    playground(client, "seek(1200000)").await;
    for words in ["crash A2", "set loss 0.2"] {
        playground(client, &format!("inject('{words}')")).await;
    }
    playground(client, "seek(3456789)").await;
    (time(client).await, digest(client).await)
}

/// Opens a link as somebody else would: from nowhere.
async fn visit(client: &Client, link: &str) {
    client.goto("about:blank").await.unwrap();
    client.goto(link).await.unwrap();
    drawn(client).await;
    until(client, "!!window.playground").await;
}

#[tokio::test]
async fn the_copied_link_opens_the_same_run_at_the_same_moment() {
    with_page_at(&at(FIVE), async |client| {
        let (stood, here) = eventful(&client).await;
        press(&client, "Share").await;
        control(&client, "", "At this moment, 3.456 s").await;
        read(&client, "document.querySelectorAll('input[name=moment]')[1].click()").await;
        press(&client, "Copy").await;
        see(&client, "Copied.").await;
        let link = if in_firefox() {
            // Firefox asks a person before a script may read the clipboard.
            text(&client, "document.querySelector('#link').value").await
        } else {
            let grant = json!({ "permission": { "name": "clipboard-read" }, "setting": "granted" });
            emulate(&client, "Browser.setPermission", grant).await;
            run_async(&client, "return await navigator.clipboard.readText()").await.as_str().unwrap().to_owned()
        };
        assert!(link.contains("t=3.456"), "{link}");
        visit(&client, &link).await;
        assert_eq!((time(&client).await, digest(&client).await), (stood, here.clone()));
        assert_eq!(digest_here(&link, stood), here);
        assert_eq!(plan(&client).await, ["crash A2", "set loss 0.2"]);
    })
    .await;
}

/// The text in the QR code that the page shows, read from its drawing as a camera would.
async fn scanned(client: &Client) -> String {
    let drawing =
        "[document.querySelector('.qr').viewBox.baseVal.width, document.querySelector('.qr path').getAttribute('d')]";
    let drawing = read(client, drawing).await;
    let size = drawing[0].as_f64().unwrap() as usize;
    let mut dark = vec![false; size * size];
    for run in drawing[1].as_str().unwrap().split('M').skip(1) {
        let numbers: Vec<usize> = run.split([' ', 'h', 'v']).take(3).map(|number| number.parse().unwrap()).collect();
        let [x, y, length] = numbers[..] else { panic!("{run}") };
        dark[(y + 4) * size + x + 4..][..length].fill(true);
    }
    const PIXELS: usize = 4;
    let shade = |x: usize, y: usize| if dark[y / PIXELS * size + x / PIXELS] { 0 } else { 255 };
    let mut image = rqrr::PreparedImage::prepare_from_greyscale(size * PIXELS, size * PIXELS, shade);
    let grids = image.detect_grids();
    grids.first().expect("a QR code").decode().expect("a text").1
}

#[tokio::test]
async fn the_qr_code_says_the_link() {
    with_page_at(&at(FIVE), async |client| {
        eventful(&client).await;
        press(&client, "Share").await;
        until(&client, "!!document.querySelector('.qr path')").await;
        let shown = text(&client, "document.querySelector('#link').value").await;
        assert_eq!(scanned(&client).await, shown);
        assert_eq!(shown, link(&client).await);
    })
    .await;
}

#[tokio::test]
async fn a_saved_file_opens_again_in_every_way() {
    with_page_at(&at(FIVE), async |client| {
        let (stood, here) = eventful(&client).await;
        read(
            &client,
            "(() => { const make = URL.createObjectURL;
            URL.createObjectURL = blob => { window.saved = blob; return make(blob) } })()",
        )
        .await;
        press(&client, "Share").await;
        press(&client, "Download as JSON").await;
        let json = run_async(&client, "return await window.saved.text()").await.as_str().unwrap().to_owned();
        key(&client, Key::Escape).await;
        assert!(json.contains("crash A2"), "{json}");

        let folder = std::env::temp_dir().join(format!("paxos-page-{}.json", std::process::id()));
        std::fs::write(&folder, &json).unwrap();
        let file = format!("new File([{}], 'run.json')", json!(json));
        let ways = [
            ("load", format!("window.playground.load({})", json!(json))),
            ("load an object", format!("window.playground.load({json})")),
            (
                "paste",
                format!(
                    "const data = new DataTransfer(); data.setData('text/plain', {});
                document.body.dispatchEvent(new ClipboardEvent('paste', {{ clipboardData: data, bubbles: true }}))",
                    json!(json)
                ),
            ),
            (
                "drop",
                format!(
                    "const data = new DataTransfer(); data.items.add({file});
                document.body.dispatchEvent(new DragEvent('drop', {{ dataTransfer: data, bubbles: true }}))"
                ),
            ),
            ("choose", String::new()),
        ];
        for (name, way) in ways {
            playground(&client, "load('#seed=9')").await;
            if way.is_empty() {
                press(&client, "Share").await;
                let input = client.find(Locator::Css("input[type=file]")).await.unwrap();
                input.send_keys(folder.to_str().unwrap()).await.unwrap();
            } else {
                client.execute(&way, vec![]).await.unwrap_or_else(|error| panic!("{name}: {error}"));
            }
            wait_for(&client, name, "return window.playground.link().includes('plan=')").await;
            playground(&client, &format!("seek({stood})")).await;
            assert_eq!(digest(&client).await, here, "{name}");
            assert_eq!(read(&client, "document.querySelectorAll('.notices p').length").await, json!(0), "{name}");
        }
        std::fs::remove_file(folder).unwrap();
    })
    .await;
}

async fn notices(client: &Client) -> Vec<String> {
    let notices = read(client, "[...document.querySelectorAll('.notices code')].map(it => it.innerText)").await;
    notices.as_array().unwrap().iter().map(|notice| notice.as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn nonsense_is_named_and_the_page_goes_on() {
    let hostile = "#acceptors=<script>alert(1)</script>&loss=9&plan=1.zzzz&seed=4";
    with_page_at(&at(hostile), async |client| {
        until(&client, "document.querySelectorAll('.notices p').length >= 3").await;
        let told = notices(&client).await;
        for part in ["acceptors=<script>alert(1)</script>", "loss=9", "plan=1.zzzz"] {
            assert!(told.iter().any(|notice| notice == part), "{part} in {told:?}");
        }
        assert_eq!(read(&client, "document.querySelectorAll('.notices script, main script').length").await, json!(0));
        until(&client, "window.playground.snapshot().events > 3").await;

        let paste = |text: &str| {
            format!(
                "const data = new DataTransfer(); data.setData('text/plain', {text});
             document.body.dispatchEvent(new ClipboardEvent('paste', {{ clipboardData: data, bubbles: true }}))"
            )
        };
        let garbage = [
            "'hello there'",
            "'{\"system\":'",
            "'[1,2]'",
            "'a=b'.repeat(1e6)",
            "'x'.repeat(5e6)",
            "'{'.repeat(1e5)",
            "'\\u0000\\uffff<img src=x onerror=alert(1)>'",
            "'#system=nothing&seed=-1&t=later&speed=0&=&&'",
            "'#plan=' + '1.'.repeat(1e5)",
        ];
        for text in garbage {
            press(&client, "Dismiss this notice").await;
            client.execute("window.playground.seek(0)", vec![]).await.unwrap();
            client.execute(&paste(text), vec![]).await.unwrap();
            until(&client, "document.querySelectorAll('.notices p').length > 0").await;
            assert!(notices(&client).await.iter().all(|notice| notice.len() < 200), "{text}");
            press(&client, "Restart").await;
            until(&client, "window.playground.snapshot().events > 0").await;
        }
        assert_eq!(read(&client, "!!document.querySelector('.failure, .notices img')").await, json!(false));
        assert_eq!(complaints(&client).await, [""; 0]);
    })
    .await;
}
