//! The page.
#[cfg(target_arch = "wasm32")]
fn main() {
    #[yew::component]
    fn App() -> yew::Html {
        yew::html! { <h1>{ "Paxos Playground" }</h1> }
    }
    yew::Renderer::<App>::new().render();
}

#[cfg(not(target_arch = "wasm32"))]
fn main() {
    eprintln!("This binary is the web page. Run `cargo xtask serve` and open the address it prints.");
}
