//! The page's shell, whatever it shows: it opens, it is strict, it is reachable, it works without a network.

use page_tests::{
    Copy, complaints, drawn, in_firefox, page_url, run_async, server, setting, wait_for, with_page, with_page_at,
};
use serde_json::Value;

#[tokio::test]
async fn the_page_opens_and_the_browser_has_nothing_to_complain_about() {
    with_page(async |client| {
        assert_eq!(client.title().await.unwrap(), "Paxos Playground");
        assert_eq!(complaints(&client).await, [""; 0]);
    })
    .await;
}

#[tokio::test]
async fn a_script_that_is_not_ours_does_not_run() {
    with_page(async |client| {
        // What the driver evaluates is exempt, and so is what it evaluates in turn; a timer is not.
        run_async(
            &client,
            "const script = document.createElement('script');
             script.textContent = 'window.intruder = 1';
             document.body.append(script);
             setTimeout('window.intruder = 2');
             await new Promise(done => setTimeout(done, 200));",
        )
        .await;
        assert_eq!(client.execute("return window.intruder ?? null", vec![]).await.unwrap(), Value::Null);
        if !in_firefox() {
            let refused = complaints(&client).await.join("\n");
            assert_eq!(refused.matches("Content Security Policy").count(), 2, "{refused}");
        }
    })
    .await;
}

#[tokio::test]
async fn no_request_leaves_the_place_the_page_came_from() {
    with_page(async |client| {
        let names = "return performance.getEntriesByType('resource').map(entry => entry.name)";
        let names = client.execute(names, vec![]).await.unwrap();
        let names = names.as_array().unwrap();
        assert!(names.iter().any(|name| name.as_str().unwrap().ends_with(".wasm")), "{names:?}");
        for name in names {
            assert!(name.as_str().unwrap().starts_with(&page_url()), "{name}");
        }
    })
    .await;
}

#[tokio::test]
async fn the_accessibility_checker_finds_nothing() {
    with_page(async |client| {
        client.execute(&std::fs::read_to_string(setting("AXE_JS")).unwrap(), vec![]).await.unwrap();
        let found = run_async(
            &client,
            "const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
             const { violations } = await axe.run(document, { runOnly: tags });
             return violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(node => node.html).join(' ')}`);",
        )
        .await;
        assert_eq!(found, serde_json::json!([]), "{found:#}");
    })
    .await;
}

const REGISTER: &str = "await navigator.serviceWorker.register('sw.js'); await navigator.serviceWorker.ready;
    if (!navigator.serviceWorker.controller)
        await new Promise(done => navigator.serviceWorker.addEventListener('controllerchange', done));";

#[tokio::test]
async fn after_one_visit_the_page_needs_no_network() {
    let copy = Copy::new("offline");
    let server = server::start(&copy.folder, "/playground/", 0).unwrap();
    let url = server.url.clone();
    with_page_at(&url.clone(), async move |client| {
        run_async(&client, REGISTER).await;
        drop(server);
        client.goto(&format!("{url}?again#seed=2")).await.unwrap();
        drawn(&client).await;
        assert_eq!(client.title().await.unwrap(), "Paxos Playground");
    })
    .await;
}

#[tokio::test]
async fn a_new_version_shows_on_the_next_visit_and_the_old_one_is_forgotten() {
    let copy = Copy::new("update");
    let server = server::start(&copy.folder, "/playground/", 0).unwrap();
    let url = server.url.clone();
    with_page_at(&url.clone(), async move |client| {
        run_async(&client, REGISTER).await;
        let before = run_async(&client, "return (await caches.keys()).sort()").await;
        assert_eq!(before.as_array().map(Vec::len), Some(1), "{before}");

        copy.rebuild(|html| html.replace("<title>Paxos Playground", "<title>Newer Playground"));
        client.goto("about:blank").await.unwrap();
        client.goto(&url).await.unwrap();
        drawn(&client).await;
        assert_eq!(client.title().await.unwrap(), "Newer Playground");
        run_async(&client, REGISTER).await;
        wait_for(
            &client,
            "the old cache to go",
            &format!(
                "caches.keys().then(names => window.names = names); \
                 return window.names?.length === 1 && !{before}.includes(window.names[0])"
            ),
        )
        .await;

        drop(server);
        client.goto("about:blank").await.unwrap();
        client.goto(&url).await.unwrap();
        drawn(&client).await;
        assert_eq!(client.title().await.unwrap(), "Newer Playground");
    })
    .await;
}
