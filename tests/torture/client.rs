//! A client that is quick and sees nothing but status and length: what a load is made of.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

/// One connection that is kept.
pub struct Client {
    address: String,
    socket: Option<TcpStream>,
    buffer: Vec<u8>,
}

/// A request as it goes over the wire.
pub fn request(method: &str, path: &str, headers: &str, body: &str) -> Vec<u8> {
    let length = if body.is_empty() { String::new() } else { format!("content-length: {}\r\n", body.len()) };
    format!("{method} {path} HTTP/1.1\r\nhost: localhost\r\n{headers}{length}\r\n{body}").into_bytes()
}

/// A request with a JSON body.
pub fn with_json(method: &str, path: &str, headers: &str, body: &str) -> Vec<u8> {
    request(method, path, &format!("content-type: application/json\r\n{headers}"), body)
}

impl Client {
    pub fn new(address: &str) -> Client {
        Client { address: address.to_owned(), socket: None, buffer: Vec::with_capacity(1 << 16) }
    }

    /// The status of the answer, and its body.
    pub fn ask(&mut self, request: &[u8]) -> (u16, &[u8]) {
        let socket = self.socket.get_or_insert_with(|| {
            let socket = TcpStream::connect(&self.address).unwrap();
            socket.set_nodelay(true).unwrap();
            socket.set_read_timeout(Some(Duration::from_secs(120))).unwrap();
            socket
        });
        socket.write_all(request).unwrap();
        self.buffer.clear();
        let (head, length) = loop {
            more(socket, &mut self.buffer);
            if let Some(end) = self.buffer.windows(4).position(|part| part == b"\r\n\r\n") {
                break (end + 4, length(&self.buffer[..end]));
            }
        };
        while self.buffer.len() < head + length {
            more(socket, &mut self.buffer);
        }
        let text = String::from_utf8_lossy(&self.buffer[..head]).to_ascii_lowercase();
        if text.contains("connection: close") {
            self.socket = None;
        }
        (text[9..12].parse().unwrap(), &self.buffer[head..])
    }
}

fn more(socket: &mut TcpStream, buffer: &mut Vec<u8>) {
    let mut part = [0; 1 << 16];
    let read = socket.read(&mut part).unwrap();
    assert!(read > 0, "the connection ended before the answer: {}", String::from_utf8_lossy(buffer));
    buffer.extend_from_slice(&part[..read]);
}

fn length(head: &[u8]) -> usize {
    let text = String::from_utf8_lossy(head).to_ascii_lowercase();
    let value = text.lines().find_map(|line| line.strip_prefix("content-length: "));
    value.map_or(0, |value| value.trim().parse().unwrap())
}

/// The time that is not exceeded by so many hundredths of these.
pub fn percentile(times: &mut [Duration], hundredths: usize) -> Duration {
    times.sort_unstable();
    times[(times.len() * hundredths / 100).min(times.len() - 1)]
}
