//! `cargo xtask`: serve, build, test and measure the page with one command each.
//!
//! Whatever a command needs and the machine lacks is installed first, said aloud, into a cache folder of
//! its own; a tool of the right version that is already on the PATH is used instead.

mod bench;
mod driver;
mod exec;
mod server;
mod shorten;
mod test;
mod tools;
mod web;
mod weight;

use lexopt::prelude::*;

type Res<T = ()> = Result<T, Box<dyn std::error::Error>>;

const HELP: &str = "\
cargo xtask <command>

  serve [--port N] [--open] [--debug]   build the page, serve it on this machine, rebuild on every change
  build [--public-url /sub/path/]       write the finished page to dist/ (by default it works under any path)
  preview [--port N]                    serve dist/ as a plain web server would
  test [--quick] [STAGE…]               fmt clippy host wasm firefox page page-firefox; without STAGE all, in that order,
                                        with --quick fmt, clippy and host
  bench [NAME…]                         check engine browser page memory weight: measure, hold each number against its bar;
                                        without NAME all of them
  weight                                gzip every file in dist/ and hold the sum against its bar
  picture                               take the README's picture of the finished page
  tools                                 install everything the commands above need, and do nothing else
";

fn main() {
    if let Err(error) = run() {
        eprintln!("\nxtask: {error}");
        std::process::exit(1);
    }
}

fn run() -> Res {
    exec::forget_own_cargo_environment();
    std::env::set_current_dir(exec::root())?;

    let mut args = lexopt::Parser::from_env();
    let Some(command) = args.next()? else {
        print!("{HELP}");
        return Ok(());
    };
    let command = match command {
        Short('h') | Long("help") => "help".to_owned(),
        Value(value) => value.string()?,
        other => return Err(other.unexpected().into()),
    };

    let mut port = None;
    let mut open = false;
    let mut debug = false;
    let mut quick = false;
    let mut public_url = None;
    let mut words = Vec::new();
    while let Some(arg) = args.next()? {
        match (arg, command.as_str()) {
            (Short('h') | Long("help"), _) => {
                print!("{HELP}");
                return Ok(());
            }
            (Long("port"), "serve" | "preview") => port = Some(args.value()?.parse::<u16>()?),
            (Long("open"), "serve") => open = true,
            (Long("debug"), "serve") => debug = true,
            (Long("public-url"), "build") => public_url = Some(args.value()?.string()?),
            (Long("quick"), "test") => quick = true,
            (Value(word), "test" | "bench") => words.push(word.string()?),
            (other, _) => return Err(other.unexpected().into()),
        }
    }

    match command.as_str() {
        "help" => print!("{HELP}"),
        "serve" => web::serve(port.unwrap_or(8080), open, debug)?,
        "build" => web::build(public_url.as_deref())?,
        "preview" => web::preview(port.unwrap_or(8080))?,
        "test" => test::run(quick, &words)?,
        "bench" => bench::run(&words)?,
        "picture" => bench::picture()?,
        "weight" => weight::run()?,
        "tools" => tools::everything()?,
        // Called by trunk on every build, see Trunk.toml.
        "post-build" => web::post_build()?,
        other => return Err(format!("there is no command '{other}'\n\n{HELP}").into()),
    }
    Ok(())
}
