//! The tools the other commands need: found, or installed.

use crate::Res;
use crate::exec::{cargo, output, root, run, which};
use std::path::{Path, PathBuf};
use std::process::Command;

const TRUNK: &str = "0.21.14";
/// The same number stands in Trunk.toml, for those who start trunk themselves.
const BINARYEN: &str = "123";
const ESBUILD: &str = "0.28.2";
const GECKODRIVER: &str = "0.37.1";
const AXE: &str = "4.14.1";

pub const WASM: &str = "wasm32-unknown-unknown";

/// `$XDG_CACHE_HOME/paxos-playground/tools`, or the same under `~/.cache`.
fn cache() -> Res<PathBuf> {
    let base = std::env::var_os("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .filter(|path| path.is_absolute())
        .or_else(|| std::env::home_dir().map(|home| home.join(".cache")))
        .ok_or("there is no home folder to keep tools in: set XDG_CACHE_HOME")?;
    Ok(base.join("paxos-playground").join("tools"))
}

fn exe(name: &str) -> String {
    format!("{name}{}", std::env::consts::EXE_SUFFIX)
}

fn say(what: &str) {
    eprintln!("xtask: {what}");
}

/// A folder of ours holding `program`, installed by cargo unless it is there already.
fn cargo_install(krate: &str, version: &str, program: &str, locked: bool, takes: &str) -> Res<PathBuf> {
    let folder = krate.strip_suffix("-cli").unwrap_or(krate);
    let folder = cache()?.join(format!("{folder}-{version}"));
    let bin = folder.join("bin");
    if !bin.join(exe(program)).is_file() {
        say(&format!("installing {krate} {version} into {} ({takes}, once)", folder.display()));
        let mut install = cargo();
        install.args(["install", "--version", version, krate, "--root"]).arg(&folder);
        if locked {
            install.arg("--locked");
        }
        // Not from the repository: its settings and lock file are none of this build's business.
        run(install.current_dir(std::env::temp_dir()))?;
    }
    Ok(bin)
}

/// A folder of ours into which npm has put `package`.
fn npm_install(package: &str, version: &str, takes: &str) -> Res<Option<PathBuf>> {
    let folder = cache()?.join(format!("{package}-{version}"));
    let modules = folder.join("node_modules");
    let done = folder.join(".installed");
    if !done.is_file() {
        let Some(npm) = which("npm").or_else(|| which("npm.cmd")) else {
            return Ok(None);
        };
        say(&format!("installing {package} {version} into {} ({takes}, once)", folder.display()));
        std::fs::create_dir_all(&folder)?;
        run(Command::new(npm)
            .args(["install", "--no-audit", "--no-fund", "--no-save", "--loglevel=error", "--prefix"])
            .arg(&folder)
            .arg(format!("{package}@{version}"))
            .current_dir(&folder))?;
        std::fs::write(done, "")?;
    }
    Ok(Some(modules))
}

/// The version of a package in Cargo.lock.
fn locked_version(package: &str) -> Res<String> {
    let lock = std::fs::read_to_string(root().join("Cargo.lock"))?;
    let name = format!("name = \"{package}\"");
    let mut lines = lock.lines();
    lines
        .by_ref()
        .find(|line| *line == name)
        .and_then(|_| lines.next())
        .and_then(|line| line.strip_prefix("version = \"")?.strip_suffix('"'))
        .map(str::to_owned)
        .ok_or_else(|| format!("Cargo.lock has no package {package}").into())
}

/// The Rust target the page is built for.
pub fn wasm_target() -> Res {
    let sysroot = output(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()), &["--print", "sysroot"])
        .ok_or("rustc does not run")?;
    if Path::new(&sysroot).join("lib/rustlib").join(WASM).is_dir() {
        return Ok(());
    }
    if which("rustup").is_none() {
        return Err(format!("this Rust cannot build for {WASM}, and there is no rustup to add it with").into());
    }
    say(&format!("adding the Rust target {WASM} (some seconds, once)"));
    run(Command::new("rustup").args(["target", "add", WASM]))
}

/// wasm-bindgen and its test runner, in exactly the version of the library.
pub fn wasm_bindgen() -> Res<PathBuf> {
    let version = locked_version("wasm-bindgen")?;
    for program in ["wasm-bindgen", "wasm-bindgen-test-runner"] {
        let found = output(program, &["--version"]).unwrap_or_default();
        if found.split_whitespace().nth(1) != Some(version.as_str()) {
            return cargo_install(
                "wasm-bindgen-cli",
                &version,
                "wasm-bindgen-test-runner",
                false,
                "one or two minutes",
            );
        }
    }
    folder_of("wasm-bindgen-test-runner")
}

fn trunk() -> Res<PathBuf> {
    let found = output("trunk", &["--version"]).unwrap_or_default();
    if found.starts_with("trunk 0.21.") {
        return folder_of("trunk");
    }
    cargo_install("trunk", TRUNK, "trunk", true, "about 7 minutes on two cores")
}

pub fn wasm_opt() -> Res<PathBuf> {
    let wanted = format!("wasm-opt version {BINARYEN}");
    let right = |found: String| found == wanted || found.starts_with(&format!("{wanted} "));
    if output("wasm-opt", &["--version"]).is_some_and(right) {
        return folder_of("wasm-opt");
    }
    if which("node").is_some()
        && let Some(modules) = npm_install("binaryen", &format!("{BINARYEN}.0.0"), "some seconds")?
    {
        return Ok(modules.join(".bin"));
    }
    say(&format!(
        "there is neither wasm-opt {BINARYEN} nor npm to install it with: the build goes on without wasm-opt, \
         and the page will be larger and slower than it need be. \
         On Debian and Ubuntu: sudo apt-get install npm"
    ));
    no_wasm_opt()
}

/// What minifies the page's JavaScript; none without npm, and the page is some kilobytes larger.
pub fn esbuild() -> Res<Option<PathBuf>> {
    if which("node").is_none() {
        return Ok(None);
    }
    let modules = npm_install("esbuild", ESBUILD, "some seconds")?;
    Ok(modules.map(|modules| modules.join(".bin").join("esbuild")))
}

/// Trunk has no switch to leave wasm-opt out; a stand-in that copies its input is that switch.
fn no_wasm_opt() -> Res<PathBuf> {
    let folder = cache()?.join("no-wasm-opt");
    std::fs::create_dir_all(&folder)?;
    if cfg!(windows) {
        return Err("without npm, put wasm-opt on the PATH".into());
    }
    let script = format!(
        "#!/bin/sh\n[ \"$1\" = --version ] && echo 'wasm-opt version {BINARYEN}' && exit\n\
         for a; do case $a in --output=*) out=${{a#--output=}};; *.wasm) in=$a;; esac; done\nexec cp \"$in\" \"$out\"\n"
    );
    let path = folder.join("wasm-opt");
    std::fs::write(&path, script)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755))?;
    }
    Ok(folder)
}

fn folder_of(program: &str) -> Res<PathBuf> {
    let path = which(program).ok_or_else(|| format!("{program} is not on the PATH"))?;
    Ok(path.parent().map(Path::to_path_buf).unwrap_or_default())
}

/// Everything trunk needs to build the page; the command finds it all.
pub fn trunk_command() -> Res<Command> {
    wasm_target()?;
    let folders = [trunk()?, wasm_bindgen()?, wasm_opt()?];
    let path = std::env::var_os("PATH").unwrap_or_default();
    let path = std::env::join_paths(folders.iter().cloned().chain(std::env::split_paths(&path)))?;
    let mut command = Command::new(folders[0].join(exe("trunk")));
    command.env("PATH", path).current_dir(root());
    // Some machines set NO_COLOR=1, which this trunk takes for a wrong value of its own switch.
    if std::env::var_os("NO_COLOR").is_some() {
        command.env("NO_COLOR", "true");
    }
    Ok(command)
}

/// chromedriver, with a Chrome or Chromium it can start.
pub fn chromedriver() -> Res<PathBuf> {
    let find = || {
        let named = std::env::var_os("CHROMEDRIVER").map(PathBuf::from);
        let runner = std::env::var_os("CHROMEWEBDRIVER").map(|folder| PathBuf::from(folder).join(exe("chromedriver")));
        [named, runner].into_iter().flatten().find(|path| path.is_file()).or_else(|| which("chromedriver"))
    };
    let browser =
        || ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"].into_iter().find_map(which);
    if find().is_none() || browser().is_none() {
        apt_install("Chromium and its driver", &["chromium", "chromium-driver"])?;
    }
    find().ok_or_else(|| "chromedriver is still not on the PATH".into())
}

/// geckodriver, with a Firefox it can start.
pub fn geckodriver() -> Res<PathBuf> {
    if which("firefox").is_none() && which("firefox-esr").is_none() {
        apt_install("Firefox", &["firefox-esr"])?;
    }
    let named = std::env::var_os("GECKODRIVER").map(PathBuf::from);
    let runner = std::env::var_os("GECKOWEBDRIVER").map(|folder| PathBuf::from(folder).join(exe("geckodriver")));
    if let Some(found) =
        [named, runner].into_iter().flatten().find(|path| path.is_file()).or_else(|| which("geckodriver"))
    {
        return Ok(found);
    }
    let bin = cargo_install("geckodriver", GECKODRIVER, "geckodriver", true, "one or two minutes")?;
    Ok(bin.join(exe("geckodriver")))
}

/// The accessibility checker that page tests load into the page.
pub fn axe() -> Res<PathBuf> {
    let modules = npm_install("axe-core", AXE, "some seconds")?
        .ok_or("the page tests need npm, to fetch axe-core. On Debian and Ubuntu: sudo apt-get install npm")?;
    Ok(modules.join("axe-core").join("axe.min.js"))
}

fn apt_install(what: &str, packages: &[&str]) -> Res {
    let by_hand = format!("sudo apt-get update && sudo apt-get install -y {}", packages.join(" "));
    let root = output("id", &["-u"]).as_deref() == Some("0");
    if which("apt-get").is_none() {
        return Err(format!("{what} is missing. Install it; on Debian and Ubuntu: {by_hand}").into());
    }
    if !root {
        return Err(format!("{what} is missing, and only root can install it here. Run: {by_hand}").into());
    }
    say(&format!("installing {what}: {} (about a minute, once)", packages.join(" ")));
    run(Command::new("apt-get").args(["update", "-q"]))?;
    run(Command::new("apt-get")
        .args(["install", "-y", "-q", "--no-install-recommends"])
        .args(packages)
        .env("DEBIAN_FRONTEND", "noninteractive"))
}

pub fn everything() -> Res {
    trunk_command()?;
    chromedriver()?;
    geckodriver()?;
    axe()?;
    say("everything is there");
    Ok(())
}
