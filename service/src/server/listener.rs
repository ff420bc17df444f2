//! The accept loop: connections with limits, and an orderly end.
//!
//! A connection that does not send its headers in time is cut, also between two requests. Bodies have their own
//! deadline, at the [edge](super::edge), and so have clients that do not take their answers, in the
//! [socket]. Where there are as many connections as there may be, a new one takes the place of the one
//! whose client has neither sent nor taken anything for longest, while no request of it is worked on.

use std::collections::HashMap;
use std::convert::Infallible;
use std::future::Future as _;
use std::io;
use std::pin::pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Waker};
use std::time::Duration;

use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use poem::http::uri::Scheme;
use poem::web::{LocalAddr, RemoteAddr};
use poem::{Endpoint, Response};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};

use super::socket::{self, Socket};
use crate::clock;
use crate::config::Limits;
use crate::http::connection::Connection;
use crate::http::failure::{Failure, Kind};
use crate::http::sent;
use crate::lock::locked;
use crate::log::chain;

/// Readies a thread that connections will be served on. The HTTP library makes a text of the clock once a thread, when it
/// first serves there, and panics where that says a time before 1970; later it keeps the text that it has.
pub fn prepare_thread() {
    if clock::is_before_1970() {
        return;
    }
    let never =
        service_fn(|_: hyper::Request<Incoming>| async { Ok::<_, Infallible>(hyper::Response::new(String::new())) });
    let connection = http1::Builder::new().serve_connection(TokioIo::new(tokio::io::empty()), never);
    let _ = pin!(connection).as_mut().poll(&mut Context::from_waker(Waker::noop())); // it ends at once: nobody is there
}

/// Serves until `stop` says so; then lets running requests end, for `drain_time` at most.
pub async fn serve<E>(listener: TcpListener, endpoint: Arc<E>, limits: Limits, stop: watch::Receiver<bool>)
where
    E: Endpoint<Output = Response> + 'static,
{
    let places = Places::new(limits.connections);
    let mut stopping = stop.clone();
    loop {
        let accepted = tokio::select! {
            accepted = accept(&listener, &places) => accepted,
            () = wait_for_stop(&mut stopping) => break,
        };
        match accepted {
            Ok((socket, place)) => {
                tokio::spawn(connection(socket, place, Arc::clone(&endpoint), limits.clone(), stop.clone()));
            }
            Err(error) => {
                // Out of file handles, most likely: those that close make room, but not at once.
                tracing::warn!(error = %chain(&error), "a connection could not be accepted");
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    }
    drop(listener);
    let all = u32::try_from(limits.connections).unwrap_or(u32::MAX);
    if tokio::time::timeout(limits.drain_time, places.free.acquire_many(all)).await.is_err() {
        tracing::warn!("requests were still running when the time to stop was over");
    }
}

async fn accept(listener: &TcpListener, places: &Arc<Places>) -> io::Result<(TcpStream, Place)> {
    let (socket, _) = listener.accept().await?;
    Ok((socket, places.take().await?))
}

async fn connection<E>(
    socket: TcpStream,
    place: Place,
    endpoint: Arc<E>,
    limits: Limits,
    mut stop: watch::Receiver<bool>,
) where
    E: Endpoint<Output = Response> + 'static,
{
    let local = LocalAddr(socket.local_addr().map(Into::into).unwrap_or_else(|_| unknown()));
    let remote = RemoteAddr(socket.peer_addr().map(Into::into).unwrap_or_else(|_| unknown()));
    let known = place.connection.clone();
    let service = service_fn(move |request: hyper::Request<Incoming>| {
        let endpoint = Arc::clone(&endpoint);
        let mut request = poem::Request::from((request, local.clone(), remote.clone(), Scheme::HTTP));
        request.extensions_mut().insert(known.clone());
        async move { Ok::<hyper::Response<_>, Infallible>(sent::out(endpoint.get_response(request).await)) }
    });
    let _ = socket.set_nodelay(true); // only slower without
    let mut connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.header_time)
        // What is over our own limit, but not by far, is refused at the edge. How many headers there may be is hyper's
        // own limit, a hundred: any other number costs every request an allocation.
        .max_buf_size(8 * limits.header_bytes.max(8192))
        .serve_connection(TokioIo::new(Socket::new(socket, limits.answer_time, place.connection.clone())), service);
    let mut cut = pin!(place.connection.cut());
    let ended = tokio::select! {
        ended = &mut connection => ended,
        () = wait_for_stop(&mut stop) => {
            std::pin::Pin::new(&mut connection).graceful_shutdown();
            (&mut connection).await
        }
        () = &mut cut => return made_room(),
    };
    if let Err(error) = &ended {
        tracing::debug!(error = %chain(error), "a connection was cut");
    }
    let late = ended.is_err_and(|error| error.is_timeout()).then(|| {
        let detail = format!("The head of the request did not arrive within {} s.", limits.header_time.as_secs());
        Failure::new(Kind::RequestTimeout, detail)
    });
    tokio::select! {
        () = socket::end(connection.into_parts().io.into_inner(), late.as_ref()) => {}
        () = cut => made_room(),
    }
}

fn made_room() {
    tracing::debug!("a connection that waited for its client has made room for another one");
}

/// Waits until the service is told to stop.
async fn wait_for_stop(stop: &mut watch::Receiver<bool>) {
    let _ = stop.wait_for(|stop| *stop).await; // no sender any more: the service is gone already
}

fn unknown() -> poem::Addr {
    poem::Addr::custom("tcp", "unknown")
}

/// The places for connections.
struct Places {
    free: Arc<Semaphore>,
    taken: Mutex<HashMap<usize, Connection>>,
    next: AtomicUsize,
}

/// One of them, taken until it is dropped.
struct Place {
    number: usize,
    connection: Connection,
    places: Arc<Places>,
    _permit: OwnedSemaphorePermit,
}

impl Places {
    fn new(many: usize) -> Arc<Places> {
        Arc::new(Places { free: Arc::new(Semaphore::new(many)), taken: Mutex::default(), next: AtomicUsize::new(0) })
    }

    /// Takes a place; where none is free, the connection that has waited for longest has to go.
    async fn take(self: &Arc<Self>) -> io::Result<Place> {
        if self.free.available_permits() == 0
            && let Some(number) = self.longest_waiting()
            && let Some(connection) = locked(&self.taken).remove(&number)
        {
            connection.make_room();
        }
        let permit = Arc::clone(&self.free).acquire_owned().await.map_err(io::Error::other)?;
        let connection = Connection::new();
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        locked(&self.taken).insert(number, connection.clone());
        Ok(Place { number, connection, places: Arc::clone(self), _permit: permit })
    }

    fn longest_waiting(&self) -> Option<usize> {
        let taken = locked(&self.taken);
        let waiting = taken.iter().filter_map(|(number, known)| Some((known.waits_since()?, *number)));
        waiting.min().map(|(_, number)| number)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        locked(&self.places.taken).remove(&self.number);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_new_connection_takes_the_place_of_the_one_that_has_waited_longest() {
        let places = Places::new(3);
        let (first, second, third) =
            (places.take().await.unwrap(), places.take().await.unwrap(), places.take().await.unwrap());
        let busy = first.connection.busy();
        let fourth = tokio::spawn({
            let places = Arc::clone(&places);
            async move { places.take().await.unwrap().number }
        });
        second.connection.cut().await; // the one to go: the first is busy, the third came later
        drop(second);
        assert_ne!(fourth.await.unwrap(), third.number);
        drop(busy);
        assert!(first.connection.waits_since() > third.connection.waits_since());
        third.connection.flows();
        assert!(first.connection.waits_since() < third.connection.waits_since(), "who sends or takes is not idle");
    }
}
