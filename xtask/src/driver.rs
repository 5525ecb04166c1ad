//! A browser's driver, for tests and benches in a real browser.

use crate::Res;
use crate::exec::Guard;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// A chromedriver or geckodriver that we started and that ends with its browsers when it is dropped.
pub struct Driver {
    pub url: String,
    port: u16,
    child: Guard,
}

impl Driver {
    pub fn start(program: &Path) -> Res<Self> {
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
        let child = Command::new(program)
            .arg(format!("--port={port}"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| format!("cannot start {}: {error}", program.display()))?;
        let mut driver = Self { url: format!("http://127.0.0.1:{port}"), port, child: Guard(child) };
        let deadline = Instant::now() + Duration::from_secs(30);
        while driver.ask("/status").is_none_or(|answer| !answer.contains("\"ready\":true")) {
            if let Some(status) = driver.child.0.try_wait()? {
                return Err(format!("{} ended at once ({status})", program.display()).into());
            }
            if Instant::now() > deadline {
                return Err(format!("{} does not answer", program.display()).into());
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        Ok(driver)
    }

    fn ask(&self, path: &str) -> Option<String> {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).ok()?;
        stream.set_read_timeout(Some(Duration::from_secs(5))).ok()?;
        let host = format!("127.0.0.1:{}", self.port);
        write!(stream, "GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").ok()?;
        let mut answer = String::new();
        let mut bytes = [0; 4096];
        // A driver may keep the connection open all the same: the end of its JSON is the end.
        while let Ok(length @ 1..) = stream.read(&mut bytes) {
            answer.push_str(&String::from_utf8_lossy(&bytes[..length]));
            if answer.ends_with('}') {
                break;
            }
        }
        Some(answer)
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // Asked to shut down, chromedriver closes the browsers that a failed test has left open.
        self.ask("/shutdown");
        let deadline = Instant::now() + Duration::from_secs(5);
        while matches!(self.child.0.try_wait(), Ok(None)) && Instant::now() < deadline {
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}
