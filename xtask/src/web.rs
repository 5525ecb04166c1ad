//! The page: serve it, build it, and what trunk leaves for us to finish.

use crate::exec::{replace_with, root, run};
use crate::{Res, server, shorten, tools};
use sha2::{Digest, Sha256, Sha384};
use std::path::{Path, PathBuf};

pub fn serve(port: u16, open: bool, debug: bool) -> Res {
    let mut trunk = tools::trunk_command()?;
    trunk.args(["serve", "--port", &port.to_string(), "--release", if debug { "false" } else { "true" }]);
    if open {
        trunk.args(["--open", "true"]);
    }
    eprintln!("xtask: building the page (the first time takes about a minute), then serving it at");
    eprintln!("\n    http://127.0.0.1:{port}/\n");
    replace_with(&mut trunk)
}

pub fn build(public_url: Option<&str>) -> Res {
    let mut trunk = tools::trunk_command()?;
    trunk.args(["build", "--release", "true"]);
    if let Some(url) = public_url {
        trunk.args(["--public-url", url]);
    }
    run(&mut trunk)?;
    eprintln!("xtask: the page is in {}", root().join("dist").display());
    Ok(())
}

pub fn preview(port: u16) -> Res {
    let dist = root().join("dist");
    if !dist.join("index.html").is_file() {
        return Err("there is no dist/index.html: run `cargo xtask build` first".into());
    }
    let server = server::start(&dist, "/", port)?;
    eprintln!("xtask: serving dist/ at {}", server.url);
    loop {
        std::thread::park();
    }
}

/// Runs as trunk's post_build hook, also when trunk is started by hand.
///
/// - moves trunk's reload script, which is rewritten on every request, out of the page into a file of its own;
/// - shortens the names between WebAssembly and JavaScript;
/// - allows in the Content-Security-Policy exactly the inline scripts that are there, by their hash;
/// - writes the service worker, which knows every file of this build by name and hash.
pub fn post_build() -> Res {
    let staging = PathBuf::from(
        std::env::var_os("TRUNK_STAGING_DIR")
            .ok_or("post-build is run by trunk, which says in TRUNK_STAGING_DIR where the page is")?,
    );
    let index = staging.join("index.html");
    let mut html = std::fs::read_to_string(&index).map_err(|error| format!("{}: {error}", index.display()))?;

    let live = extract_reload_script(&mut html, &staging)?;
    let esbuild = if live { None } else { tools::esbuild()? };
    if let Some(esbuild) = &esbuild {
        shorten_names(&mut html, &staging, esbuild)?;
    }
    allow_inline_scripts(&mut html, live)?;
    std::fs::write(&index, &html)?;

    let template = if live { "sw-dev.js" } else { "sw.js" };
    let template = std::fs::read_to_string(root().join("static").join(template))?;
    let worker = staging.join("sw.js");
    std::fs::write(&worker, service_worker(&template, &staging)?)?;
    if let Some(esbuild) = &esbuild {
        shorten::minify(esbuild, &worker, &[])?;
    }
    Ok(())
}

/// The page says what each file is called and what hash it has; both change along, because a name stands for what is
/// in the file.
fn shorten_names(html: &mut String, staging: &Path, esbuild: &Path) -> Res {
    let files = files_under(staging)?;
    let wasm = files.iter().find(|file| file.extension().is_some_and(|extension| extension == "wasm"));
    let wasm = wasm.ok_or("trunk has left no .wasm")?;
    let name = wasm.file_stem().and_then(|stem| stem.to_str()?.strip_suffix("_bg"));
    let name = name.ok_or("trunk's .wasm is not called as it used to be")?;
    let script = staging.join(format!("{name}.js"));
    let (old_wasm, old_script) = (std::fs::read(wasm)?, std::fs::read(&script)?);
    let new_wasm = shorten::shorten(esbuild, &script, &old_wasm)?;
    let new_script = std::fs::read(&script)?;
    for (old, new) in [(&old_wasm, &new_wasm), (&old_script, &new_script)] {
        let old = base64(&Sha384::digest(old));
        if !html.contains(&old) {
            return Err("trunk has written no hash of a file that is shortened".into());
        }
        *html = html.replace(&old, &base64(&Sha384::digest(new)));
    }
    let digest = Sha256::new().chain_update(&new_wasm).chain_update(&new_script).finalize();
    let new_name = format!("{}-{}", name.rsplit_once('-').map_or(name, |(stem, _)| stem), hex(&digest[..8]));
    *html = html.replace(name, &new_name);
    std::fs::write(staging.join(format!("{new_name}_bg.wasm")), new_wasm)?;
    std::fs::rename(&script, staging.join(format!("{new_name}.js")))?;
    Ok(std::fs::remove_file(wasm)?)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

const RELOAD_FILE: &str = "trunk-reload.js";

/// True when this is `trunk serve`, which puts a script into the page that reloads it after a build.
fn extract_reload_script(html: &mut String, staging: &Path) -> Res<bool> {
    let Some(mark) = html.find("{{__TRUNK_ADDRESS__}}") else {
        return Ok(false);
    };
    let (Some(start), Some(end)) = (html[..mark].rfind("<script"), html[mark..].find("</script>")) else {
        return Err("trunk's reload script is not where it used to be".into());
    };
    let end = mark + end;
    let body = start + html[start..].find('>').ok_or("an open <script")? + 1;
    let mut script = html[body..end].to_owned();
    for quote in ['\'', '`', '"'] {
        script = script
            .replace(&format!("{quote}{{{{__TRUNK_ADDRESS__}}}}{quote}"), "window.location.host")
            .replace(&format!("{quote}{{{{__TRUNK_WS_BASE__}}}}{quote}"), "document.currentScript.dataset.base");
    }
    std::fs::write(staging.join(RELOAD_FILE), script)?;
    // Trunk fills the base in when it hands the page out.
    html.replace_range(start..end, &format!("<script src=\"{RELOAD_FILE}\" data-base=\"{{{{__TRUNK_WS_BASE__}}}}\">"));
    Ok(true)
}

fn allow_inline_scripts(html: &mut String, live: bool) -> Res {
    const SCRIPTS: &str = "script-src 'self' 'wasm-unsafe-eval'";
    const CONNECT: &str = "connect-src 'self'";

    let mut hashes = String::new();
    let mut rest = html.as_str();
    while let Some(start) = rest.find("<script") {
        let tag_end = start + rest[start..].find('>').ok_or("an open <script")? + 1;
        let end = tag_end + rest[tag_end..].find("</script>").ok_or("a <script> without end")?;
        let external = rest[start..tag_end].contains(" src=");
        if !external {
            hashes.push_str(&format!(" 'sha256-{}'", base64(&Sha256::digest(&rest[tag_end..end]))));
        }
        rest = &rest[end..];
    }
    if !html.contains(SCRIPTS) || !html.contains(CONNECT) {
        return Err(
            format!("index.html must have a Content-Security-Policy with \"{SCRIPTS}\" and \"{CONNECT}\"").into()
        );
    }
    *html = html.replacen(SCRIPTS, &format!("{SCRIPTS}{hashes}"), 1);
    if live {
        *html = html.replacen(CONNECT, &format!("{CONNECT} ws: wss:"), 1);
    }
    Ok(())
}

/// Fill in the list of files. Its digest names the cache, so that a new build never meets an old cache.
fn service_worker(template: &str, staging: &Path) -> Res<String> {
    let mut files = Vec::new();
    let mut version = Sha256::new();
    for path in files_under(staging)? {
        let name = path.strip_prefix(staging)?.to_string_lossy().replace('\\', "/");
        if name == "sw.js" || name == RELOAD_FILE || name.ends_with(".map") || name.ends_with(".d.ts") {
            continue;
        }
        let hash = base64(&Sha256::digest(std::fs::read(&path)?));
        let url = if name == "index.html" { "./".to_owned() } else { name };
        version.update(format!("{url} {hash}\n"));
        files.push((url, hash));
    }
    version.update(template);
    let version = hex(&version.finalize()[..8]);
    let list: Vec<String> =
        files.iter().map(|(url, hash)| format!("  {}: 'sha256-{hash}',", serde_json::json!(url))).collect();
    Ok(template
        .replace("'{{VERSION}}'", &format!("'{version}'"))
        .replace("{/* FILES */}", &format!("{{\n{}\n}}", list.join("\n"))))
}

/// Every file in a folder and in those below, in order.
pub fn files_under(folder: &Path) -> Res<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))? {
        let path = entry?.path();
        if path.is_dir() {
            files.extend(files_under(&path)?);
        } else {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let word = chunk.iter().enumerate().fold(0u32, |word, (at, byte)| word | u32::from(*byte) << (16 - 8 * at));
        for at in 0..4 {
            match at <= chunk.len() {
                true => text.push(ALPHABET[(word >> (18 - 6 * at) & 63) as usize] as char),
                false => text.push('='),
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_pads_as_the_standard_says() {
        let expected = [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg==")];
        for (plain, encoded) in expected {
            assert_eq!(base64(plain.as_bytes()), encoded);
        }
    }

    #[test]
    fn every_inline_script_is_allowed_by_its_hash_and_no_other() {
        let mut html = "<meta content=\"script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'\">\
                        <script src=\"a.js\"></script><script type=\"module\">alert(1)</script>"
            .to_owned();
        allow_inline_scripts(&mut html, false).unwrap();
        let hash = base64(&Sha256::digest("alert(1)"));
        assert!(html.contains(&format!("script-src 'self' 'wasm-unsafe-eval' 'sha256-{hash}'; connect-src 'self'\"")));
        assert_eq!(html.matches("sha256-").count(), 1);
    }

    #[test]
    fn a_page_without_policy_is_refused() {
        assert!(allow_inline_scripts(&mut "<script>1</script>".to_owned(), false).is_err());
    }
}
