//! What the page tests share: a browser, and a place to serve the page from.
//!
//! `cargo xtask test page` builds the page, serves it, starts a WebDriver and says where they are:
//! `PAGE_URL` the page, under a path of its own as on a shared host; `WEBDRIVER_URL` the driver;
//! `BROWSER` chrome or firefox; `DIST_DIR` the finished page as files; `AXE_JS` the accessibility checker;
//! `XTASK` the program that finishes a build.

use fantoccini::wd::{Capabilities, WebDriverCompatibleCommand};
use fantoccini::{Client, ClientBuilder};
use serde_json::{Value, json};
use std::future::Future;
use std::path::PathBuf;
use std::time::{Duration, Instant};

pub mod checks;
pub mod hands;
#[path = "../../../xtask/src/server.rs"]
pub mod server;

pub fn setting(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| panic!("{name} is not set: page tests are run by `cargo xtask test page`"))
}

pub fn page_url() -> String {
    setting("PAGE_URL")
}

pub fn in_firefox() -> bool {
    setting("BROWSER") == "firefox"
}

/// A browser of its own with an empty profile; what the page writes to the console is kept.
pub async fn browser() -> Client {
    let options: Value = serde_json::from_str(include_str!("../../../webdriver.json")).expect("webdriver.json");
    let mut capabilities = Capabilities::new();
    if in_firefox() {
        capabilities.insert("moz:firefoxOptions".to_owned(), options["moz:firefoxOptions"].clone());
    } else {
        capabilities.insert("goog:chromeOptions".to_owned(), options["goog:chromeOptions"].clone());
        capabilities.insert("goog:loggingPrefs".to_owned(), json!({ "browser": "ALL" }));
    }
    ClientBuilder::new(hyper_util::client::legacy::connect::HttpConnector::new())
        .capabilities(capabilities)
        .connect(&setting("WEBDRIVER_URL"))
        .await
        .expect("the driver starts a browser")
}

/// Open the page in a browser of its own, wait until it has drawn itself, and let `test` have it. The browser is
/// closed whatever comes of the test.
pub async fn with_page<Done>(test: impl FnOnce(Client) -> Done)
where
    Done: Future<Output = ()> + Send + 'static,
{
    with_page_at(&page_url(), test).await;
}

/// The same for a page served elsewhere, or with a fragment.
pub async fn with_page_at<Done>(url: &str, test: impl FnOnce(Client) -> Done)
where
    Done: Future<Output = ()> + Send + 'static,
{
    let client = browser().await;
    let (page, url) = (client.clone(), url.to_owned());
    let opened = tokio::spawn(async move {
        page.goto(&url).await.expect("the page opens");
        drawn(&page).await;
    });
    let outcome = match opened.await {
        Ok(()) => tokio::spawn(test(client.clone())).await,
        Err(failed) => Err(failed),
    };
    let closed = client.close().await;
    if let Err(failed) = outcome {
        std::panic::resume_unwind(failed.into_panic());
    }
    closed.expect("the browser closes");
}

/// Wait until the app has put something into the body.
pub async fn drawn(client: &Client) {
    wait_for(client, "the page to draw itself", "return !!document.querySelector('body > :not(noscript):not(script)')")
        .await;
}

/// Wait (at most forty seconds: machines can be busy) until a script that returns something answers with a true value, and give that value.
pub async fn wait_for(client: &Client, what: &str, script: &str) -> Value {
    let deadline = Instant::now() + Duration::from_secs(40);
    loop {
        let answer = client.execute(script, vec![]).await;
        match &answer {
            Ok(Value::Null | Value::Bool(false)) | Err(_) => {}
            Ok(value) => return value.clone(),
        }
        assert!(Instant::now() < deadline, "waited forty seconds for {what}; last answer: {answer:?}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Run the body of an async function in the page, and give what it returns; what it throws fails the test.
pub async fn run_async(client: &Client, body: &str) -> Value {
    let script = format!(
        "const [args, done] = [[...arguments].slice(0, -1), arguments[arguments.length - 1]];\n\
         (async () => {{ {body} }})().then(value => done({{ value: value ?? null }}), error => done({{ error: String(error) }}));"
    );
    let answer = client.execute_async(&script, vec![]).await.expect("the script runs");
    assert!(answer.get("error").is_none(), "in the page: {}", answer["error"]);
    answer["value"].clone()
}

/// Everything the browser's console holds against the page since it was last asked: errors, failed requests,
/// violations of the Content-Security-Policy. Firefox does not tell a WebDriver; there it is always empty.
pub async fn complaints(client: &Client) -> Vec<String> {
    #[derive(Debug)]
    struct ReadLog;
    impl WebDriverCompatibleCommand for ReadLog {
        fn endpoint(&self, base: &url::Url, session: Option<&str>) -> Result<url::Url, url::ParseError> {
            base.join(&format!("session/{}/se/log", session.unwrap_or_default()))
        }
        fn method_and_body(&self, _: &url::Url) -> (http::Method, Option<String>) {
            (http::Method::POST, Some(json!({ "type": "browser" }).to_string()))
        }
    }
    if in_firefox() {
        return Vec::new();
    }
    let log = client.issue_cmd(ReadLog).await.expect("the driver has a log");
    let entries = log.as_array().cloned().unwrap_or_default();
    entries.iter().filter(|entry| entry["level"] == "SEVERE").map(|entry| entry["message"].to_string()).collect()
}

/// A copy of the finished page that a test may change, in a folder that goes away with it.
pub struct Copy {
    pub folder: PathBuf,
}

impl Copy {
    pub fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("paxos-playground-page-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        copy(setting("DIST_DIR").as_ref(), &folder).expect("dist/ can be copied");
        Self { folder }
    }

    /// Make the copy another version, as if the page had been built again with `change` in its source.
    pub fn rebuild(&self, change: impl FnOnce(String) -> String) {
        let index = self.folder.join("index.html");
        let html = change(std::fs::read_to_string(&index).expect("index.html"));
        std::fs::write(&index, html).expect("index.html");
        let status = std::process::Command::new(setting("XTASK"))
            .arg("post-build")
            .env("TRUNK_STAGING_DIR", &self.folder)
            .status()
            .expect("xtask runs");
        assert!(status.success());
    }
}

impl Drop for Copy {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn copy(from: &std::path::Path, to: &std::path::Path) -> std::io::Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let (from, to) = {
            let entry = entry?;
            (entry.path(), to.join(entry.file_name()))
        };
        if from.is_dir() { copy(&from, &to)? } else { std::fs::copy(&from, &to).map(drop)? }
    }
    Ok(())
}

/// Have Chromium behave as on another device, by a command of its protocol for developers.
pub async fn emulate(client: &Client, command: &'static str, parameters: Value) {
    #[derive(Debug)]
    struct Emulate(&'static str, Value);
    impl WebDriverCompatibleCommand for Emulate {
        fn endpoint(&self, base: &url::Url, session: Option<&str>) -> Result<url::Url, url::ParseError> {
            base.join(&format!("session/{}/goog/cdp/execute", session.unwrap_or_default()))
        }
        fn method_and_body(&self, _: &url::Url) -> (http::Method, Option<String>) {
            (http::Method::POST, Some(json!({ "cmd": self.0, "params": self.1 }).to_string()))
        }
    }
    client.issue_cmd(Emulate(command, parameters)).await.expect("Chromium knows the command");
}
