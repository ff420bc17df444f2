//! What an answer holds until it is sent: the body goes out in parts of bounded length, and with its last part, or with the
//! connection, ends what it holds.

use std::any::Any;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use hyper::body::{Body, Bytes, Frame, SizeHint};
use poem::Response;
use tokio::sync::mpsc;

/// Bytes of a part.
pub const PART: usize = 64 << 10;

/// The body of requests and answers as the HTTP library has it.
pub type BoxBody = http_body_util::combinators::BoxBody<Bytes, io::Error>;

/// What is held, whatever it is.
#[derive(Clone)]
struct Held(#[expect(dead_code, reason = "its end is what counts")] Arc<dyn Any + Send + Sync>);

/// Has an answer hold this until it is sent.
pub fn hold(response: &mut Response, held: impl Any + Send + Sync) {
    let before = response.extensions_mut().remove::<Held>();
    response.extensions_mut().insert(Held(Arc::new((held, before))));
}

/// The length of an answer's body, where it is known before it is sent.
pub fn length(response: &mut Response) -> Option<usize> {
    let body: BoxBody = response.take_body().into();
    let length = body.size_hint().exact().and_then(|length| usize::try_from(length).ok());
    response.set_body(body);
    length
}

/// An answer for the HTTP library, which drops the body once it is sent.
pub fn out(response: Response) -> hyper::Response<Parts> {
    let mut response: hyper::Response<BoxBody> = response.into();
    let held = response.extensions_mut().remove::<Held>();
    response.map(|body| Parts { _held: held, ..Parts::of(body) })
}

/// A body in parts.
pub struct Parts {
    body: BoxBody,
    /// What is left of a part that was too long.
    rest: Bytes,
    /// Whether others have their turn before the next part.
    yields: bool,
    _held: Option<Held>,
}

impl Parts {
    fn of(body: BoxBody) -> Parts {
        Parts { body, rest: Bytes::new(), yields: false, _held: None }
    }
}

impl Body for Parts {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        if std::mem::take(&mut self.yields) {
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        if self.rest.is_empty() {
            match ready!(Pin::new(&mut self.body).poll_frame(cx)).transpose()?.map(Frame::into_data) {
                Some(Ok(data)) => self.rest = data,
                Some(Err(other)) => return Poll::Ready(Some(Ok(other))),
                None => return Poll::Ready(None),
            }
        }
        let part = self.rest.len().min(PART);
        let part = self.rest.split_to(part);
        self.yields = !self.rest.is_empty();
        Poll::Ready(Some(Ok(Frame::data(part))))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty() && self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        let (hint, rest) = (self.body.size_hint(), self.rest.len() as u64);
        let mut all = SizeHint::new();
        all.set_lower(hint.lower() + rest);
        if let Some(upper) = hint.upper() {
            all.set_upper(upper + rest);
        }
        all
    }
}

/// A body that a thread of its own writes, no faster than the client takes it.
pub fn written(write: impl FnOnce(&mut Pipe) -> io::Result<()> + Send + 'static) -> poem::Body {
    let (to, from) = mpsc::channel(2);
    tokio::task::spawn_blocking(move || {
        let mut pipe = Pipe { part: Vec::with_capacity(PART), to };
        let done = write(&mut pipe).and_then(|()| io::Write::flush(&mut pipe));
        let _ = pipe.to.blocking_send(done.map(|()| Bytes::new())); // the client sees the end, or the answer cut, or has gone
    });
    BoxBody::new(Coming { from, ended: false }).into()
}

/// Where the thread writes.
pub struct Pipe {
    part: Vec<u8>,
    to: mpsc::Sender<io::Result<Bytes>>,
}

impl io::Write for Pipe {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.part.extend_from_slice(bytes);
        if self.part.len() >= PART {
            self.flush()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.part.is_empty() {
            return Ok(());
        }
        let part = std::mem::replace(&mut self.part, Vec::with_capacity(PART));
        self.to.blocking_send(Ok(part.into())).map_err(|_| io::ErrorKind::BrokenPipe.into())
    }
}

/// What comes from the thread. An empty part is the end: where there is none the thread has panicked, and what has come
/// must not look whole.
struct Coming {
    from: mpsc::Receiver<io::Result<Bytes>>,
    ended: bool,
}

impl Body for Coming {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        if self.ended {
            return Poll::Ready(None);
        }
        let part = ready!(self.from.poll_recv(cx)).unwrap_or_else(|| Err(io::ErrorKind::UnexpectedEof.into()));
        self.ended = part.as_ref().map_or(true, Bytes::is_empty);
        Poll::Ready(part.map(|part| (!part.is_empty()).then_some(Frame::data(part))).transpose())
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    #[tokio::test]
    async fn what_a_thread_writes_arrives_whole_and_in_order() {
        let body = written(|pipe| (0..50_000).try_for_each(|i| writeln!(pipe, "{i}")));
        let expected: String = (0..50_000).map(|i| format!("{i}\n")).collect();
        assert_eq!(poem::Body::from(BoxBody::new(Parts::of(body.into()))).into_string().await.unwrap(), expected);
    }

    #[tokio::test]
    async fn what_ends_before_its_end_does_not_look_whole() {
        let panics = written(|pipe| {
            pipe.write_all(b"half").unwrap();
            panic!("in the middle")
        });
        assert!(panics.into_string().await.is_err());
        assert!(written(|_| Err(io::ErrorKind::Other.into())).into_string().await.is_err());
        assert_eq!(written(|_| Ok(())).into_string().await.unwrap(), "");
    }

    #[tokio::test]
    async fn what_an_answer_holds_ends_with_its_body() {
        let held = Arc::new(());
        let mut response = Response::builder().body(vec![0; 3 * PART + 1]);
        hold(&mut response, Arc::clone(&held));
        hold(&mut response, "something else");
        assert_eq!(length(&mut response), Some(3 * PART + 1));
        let mut body = out(response).into_body();
        assert_eq!(body.size_hint().exact(), Some(3 * PART as u64 + 1));
        let first = std::future::poll_fn(|cx| Pin::new(&mut body).poll_frame(cx)).await.unwrap().unwrap();
        assert_eq!(first.into_data().unwrap().len(), PART);
        assert_eq!(Arc::strong_count(&held), 2);
        drop(body);
        assert_eq!(Arc::strong_count(&held), 1);
    }
}
