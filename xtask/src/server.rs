//! A plain web server for dist/: static files under a path, nothing clever, as the page must be content with.

use std::io::{BufRead, BufReader, Error, Result, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Serves until it is dropped.
pub struct Server {
    pub url: String,
    address: SocketAddr,
    open: Arc<AtomicBool>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.open.store(false, Ordering::SeqCst);
        // Wakes the listener, which then sees that it is over.
        let _ = TcpStream::connect(self.address);
    }
}

/// Serve `folder` under `prefix` (which ends in a slash) on the loopback address; port 0 is any free one.
pub fn start(folder: &Path, prefix: &'static str, port: u16) -> Result<Server> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))
        .map_err(|error| Error::new(error.kind(), format!("cannot listen on port {port}: {error}")))?;
    let address = listener.local_addr()?;
    let open = Arc::new(AtomicBool::new(true));
    let folder = folder.to_path_buf();
    let server = Server { url: format!("http://{address}{prefix}"), address, open: open.clone() };
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            if !open.load(Ordering::SeqCst) {
                return;
            }
            let (folder, open) = (folder.clone(), open.clone());
            std::thread::spawn(move || answer_all(stream, &folder, prefix, &open));
        }
    });
    Ok(server)
}

fn answer_all(stream: TcpStream, folder: &Path, prefix: &str, open: &AtomicBool) -> Option<()> {
    stream.set_nodelay(true).ok()?;
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    let mut writer = stream;
    loop {
        let mut request = String::new();
        if reader.read_line(&mut request).ok()? == 0 {
            return None;
        }
        loop {
            let mut header = String::new();
            if reader.read_line(&mut header).ok()? == 0 || header.trim().is_empty() {
                break;
            }
        }
        if !open.load(Ordering::SeqCst) {
            return None;
        }
        let mut words = request.split_whitespace();
        let (method, target) = (words.next()?, words.next()?);
        let file = (method == "GET" || method == "HEAD").then(|| find(folder, prefix, target)).flatten();
        let (status, kind, body) = match file.and_then(|path| Some((kind(&path), std::fs::read(path).ok()?))) {
            Some((kind, body)) => ("200 OK", kind, body),
            None => ("404 Not Found", "text/plain; charset=utf-8", b"not found\n".to_vec()),
        };
        write!(
            writer,
            "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nCache-Control: no-cache\r\n\
             X-Content-Type-Options: nosniff\r\n\r\n",
            body.len()
        )
        .ok()?;
        if method != "HEAD" {
            writer.write_all(&body).ok()?;
        }
    }
}

fn find(folder: &Path, prefix: &str, target: &str) -> Option<PathBuf> {
    let path = target.split(['?', '#']).next()?.strip_prefix(prefix)?;
    let relative = Path::new(path);
    if !relative.components().all(|part| matches!(part, Component::Normal(_))) {
        return None;
    }
    let file = folder.join(relative);
    Some(if file.is_dir() { file.join("index.html") } else { file })
}

fn kind(path: &Path) -> &'static str {
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("json") => "application/json",
        Some("wasm") => "application/wasm",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("webmanifest") => "application/manifest+json",
        Some("woff2") => "font/woff2",
        _ => "application/octet-stream",
    }
}
