//! What is left when the page breaks.

use page_tests::hands::*;
use page_tests::with_page_at;
use serde_json::json;

#[tokio::test]
async fn a_page_that_breaks_says_so_and_starts_again_where_it_was() {
    with_page_at(&at(FIVE), async |client| {
        playground(&client, "seek(1500000)").await;
        playground(&client, "inject('crash A2')").await;
        done_by_hand(&client, "crash A2").await;
        let before = link(&client).await;
        // Whoever calls the page while it reads the run finds the run in use: a panic, as a mistake would make one.
        read(&client, "CanvasRenderingContext2D.prototype.clearRect = () => window.playground.step()").await;
        read(&client, "document.querySelector('[aria-label=Play]').click()").await;
        see(&client, "The page has broken").await;
        until(&client, "document.activeElement.innerText === 'Start again'").await;
        assert_eq!(text(&client, "document.querySelector('.failure-link').innerText").await, before);
        assert_eq!(
            read(&client, "document.querySelectorAll('body > :not(.failure, [inert], script)').length").await,
            json!(0)
        );
        let error = "(() => { try { window.playground.play() } catch (error) { return error.message } })()";
        assert!(text(&client, error).await.contains("has broken"));

        press_in(&client, ".failure", "Start again").await;
        until(&client, "!document.querySelector('.failure') && window.playground?.snapshot().time > 0").await;
        assert_eq!(link(&client).await, before);
        assert_eq!(plan(&client).await, ["crash A2"]);
    })
    .await;
}
