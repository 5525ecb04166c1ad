//! Running other programs.

use crate::Res;
use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// The repository.
pub fn root() -> PathBuf {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.parent().unwrap_or(manifest).to_path_buf()
}

/// `cargo run` describes xtask in the environment; to a cargo started from here that is noise, and a reason to
/// rebuild things that have not changed.
pub fn forget_own_cargo_environment() {
    let names: Vec<_> = std::env::vars_os().map(|(name, _)| name).collect();
    for name in names {
        let text = name.to_string_lossy();
        if text.starts_with("CARGO_PKG_")
            || text.starts_with("CARGO_MANIFEST_")
            || text.starts_with("CARGO_BIN_")
            || text == "CARGO_CRATE_NAME"
            || text == "CARGO_PRIMARY_PACKAGE"
        {
            // Nothing else runs yet: this is the first thing main does.
            unsafe { std::env::remove_var(&name) };
        }
    }
}

pub fn cargo() -> Command {
    Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// The command as one would type it.
pub fn spelled(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let program = program.file_stem().unwrap_or(program.as_os_str());
    std::iter::once(program).chain(command.get_args()).map(OsStr::to_string_lossy).collect::<Vec<_>>().join(" ")
}

/// Run to the end; a failure names the command.
pub fn run(command: &mut Command) -> Res {
    let status = command.status().map_err(|error| format!("cannot run `{}`: {error}", spelled(command)))?;
    if status.success() { Ok(()) } else { Err(format!("`{}` failed ({status})", spelled(command)).into()) }
}

/// Become the other program, where the system can do that: then whoever ends this process ends that one.
pub fn replace_with(command: &mut Command) -> Res {
    #[cfg(unix)]
    {
        use std::os::unix::process::CommandExt;
        let error = command.exec();
        Err(format!("cannot run `{}`: {error}", spelled(command)).into())
    }
    #[cfg(not(unix))]
    run(command)
}

/// Run to the end, let everything through as it comes, and keep the lines `keep` asks for.
pub fn run_keeping(command: &mut Command, keep: fn(&str) -> bool) -> (Vec<String>, Res) {
    let mut kept = Vec::new();
    let outcome = (|| -> Res {
        let mut child = command
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("cannot run `{}`: {error}", spelled(command)))?;
        if let Some(out) = child.stdout.take() {
            let mut out = BufReader::new(out);
            let mut line = Vec::new();
            while out.read_until(b'\n', &mut line)? > 0 {
                std::io::stdout().write_all(&line)?;
                let text = String::from_utf8_lossy(&line);
                let text = text.trim_end();
                if keep(text) {
                    kept.push(text.to_owned());
                }
                line.clear();
            }
        }
        let status = child.wait()?;
        if status.success() { Ok(()) } else { Err(format!("`{}` failed ({status})", spelled(command)).into()) }
    })();
    (kept, outcome)
}

/// What a command prints, if it runs and succeeds.
pub fn output(program: impl AsRef<OsStr>, args: &[&str]) -> Option<String> {
    let out = Command::new(program).args(args).stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    out.status.success().then(|| String::from_utf8_lossy(&out.stdout).trim().to_owned())
}

/// Where a program is on the PATH.
pub fn which(name: &str) -> Option<PathBuf> {
    let file = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    std::env::split_paths(&std::env::var_os("PATH")?).map(|folder| folder.join(&file)).find(|path| path.is_file())
}

/// A child that does not outlive its owner.
pub struct Guard(pub Child);

impl Drop for Guard {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
