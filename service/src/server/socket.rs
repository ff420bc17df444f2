//! A client's socket, with what the HTTP library leaves out: an end for clients that take nothing, and words for
//! requests that it cannot read.
//!
//! hyper answers a head that it cannot parse with a status and nothing else. Such an answer is the last thing that it
//! writes, and nothing of ours looks like it (ours have ids); it is taken back here and a problem document put in its
//! place.

use std::future::Future as _;
use std::io;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Instant, Sleep, sleep};

use crate::clock;
use crate::http::connection::Connection;
use crate::http::failure::Failure;

/// Bytes that a client may still send after the last answer before it is cut: it should see the answer, not a reset. A
/// body somewhat above the limit of a record is within.
const LINGER_BYTES: u64 = 8 << 20;
/// How long that may take, and how long a client may send nothing meanwhile.
const LINGER: Duration = Duration::from_secs(5);
const LINGER_SILENT: Duration = Duration::from_secs(1);

/// A socket whose client has so long for each part of an answer.
pub struct Socket {
    inner: TcpStream,
    /// Is told when bytes flow.
    connection: Connection,
    answer_time: Duration,
    stalled: Option<Pin<Box<Sleep>>>,
    /// What goes out before anything else.
    ours: Vec<u8>,
    /// Whether anything has come in since the last answer.
    heard: bool,
}

impl Socket {
    /// Wraps a socket.
    pub fn new(inner: TcpStream, answer_time: Duration, connection: Connection) -> Socket {
        Socket { inner, connection, answer_time, stalled: None, ours: Vec::new(), heard: false }
    }

    /// Tells the client why, where it has begun a request that has no answer.
    pub async fn refuse(&mut self, failure: &Failure) -> io::Result<()> {
        if self.heard {
            let id = clock::new_id().to_string();
            self.write_all(failure.raw(&id).as_bytes()).await?;
        }
        Ok(())
    }

    /// Ends the connection so that the client can read the last answer, even while it is still sending.
    pub async fn close(mut self) {
        let end = async {
            self.shutdown().await?;
            let (mut rest, mut buffer) = (self.inner.take(LINGER_BYTES), vec![0; 16 << 10]);
            while tokio::time::timeout(LINGER_SILENT, rest.read(&mut buffer)).await?? > 0 {}
            io::Result::Ok(())
        };
        let _ = tokio::time::timeout(LINGER, end).await; // closed either way
    }

    /// Cuts off a client that has taken nothing for too long.
    fn stalled(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<usize>> {
        let time = self.answer_time;
        let stalled = self.stalled.get_or_insert_with(|| Box::pin(sleep(time)));
        ready!(stalled.as_mut().poll(cx));
        Poll::Ready(Err(io::Error::new(io::ErrorKind::TimedOut, "the client takes no more of its answer")))
    }

    fn write_some(&mut self, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        match Pin::new(&mut self.inner).poll_write(cx, bytes) {
            Poll::Pending => self.stalled(cx),
            done => {
                self.stalled = None;
                self.connection.flows();
                done
            }
        }
    }

    fn write_ours(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while !self.ours.is_empty() {
            let ours = std::mem::take(&mut self.ours);
            let written = self.write_some(cx, &ours);
            self.ours = ours;
            let written = ready!(written)?;
            self.ours.drain(..written);
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncRead for Socket {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.inner).poll_read(cx, buffer);
        if buffer.filled().len() > before {
            self.heard = true;
            self.connection.flows();
        }
        read
    }
}

impl AsyncWrite for Socket {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        ready!(self.write_ours(cx))?;
        self.heard = false;
        if let Some((start, status)) = bare(bytes) {
            let id = clock::new_id().to_string();
            self.ours.extend_from_slice(&bytes[..start]);
            self.ours.extend_from_slice(Failure::of_unread(status).raw(&id).as_bytes());
            tracing::info!(request_id = id, status, "a request could not be read");
            return Poll::Ready(Ok(bytes.len())); // a flush follows, and writes it
        }
        self.write_some(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.write_ours(cx))?;
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.write_ours(cx))?;
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}

/// Where in these bytes an answer of the library's own begins, and its status: the head of an error without a body,
/// at the very end.
fn bare(bytes: &[u8]) -> Option<(usize, &'static str)> {
    let end = bytes.strip_suffix(b"\r\n\r\n")?;
    let start = end.len().saturating_sub(200);
    let tail = std::str::from_utf8(end.get(start..)?).ok()?;
    let at = tail.rfind("HTTP/1.1 4")?;
    let head = &tail[at..];
    let status = ["400", "414", "431"].into_iter().find(|status| head["HTTP/1.1 ".len()..].starts_with(status))?;
    let own = head
        .split("\r\n")
        .skip(1)
        .all(|line| line == "connection: close" || line == "content-length: 0" || line.starts_with("date: "));
    own.then_some((start + at, status))
}

/// Whatever is to be done with a socket at its end, in an order that a caller cannot get wrong.
pub async fn end(mut socket: Socket, failure: Option<&Failure>) {
    if let Some(failure) = failure {
        let refusing = pin!(socket.refuse(failure));
        let _ = tokio::time::timeout_at(Instant::now() + LINGER_SILENT, refusing).await; // a client that is gone needs no words
    }
    socket.close().await;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_answer_of_the_library_itself_is_bare() {
        let head = "HTTP/1.1 431 Request Header Fields Too Large\r\nconnection: close\r\ncontent-length: 0\r\n\
                    date: Sun, 22 Nov 2026 05:00:00 GMT\r\n\r\n";
        assert_eq!(bare(head.as_bytes()), Some((0, "431")));
        assert_eq!(bare(format!("{{\"body\": 1}}{head}").as_bytes()), Some((11, "431")));
        let ours = head.replace("connection: close", "x-request-id: 1");
        let good = head.replace("431", "200");
        for other in [ours.as_str(), &good, &head[..head.len() - 1], "", "\r\n\r\n"] {
            assert_eq!(bare(other.as_bytes()), None, "{other}");
        }
    }
}
