//! The accept loop: connections with limits, and an orderly end.
//!
//! A connection that does not send its headers in time is cut, also between two requests. Bodies have their own
//! deadline, at the [edge](super::edge).

use std::convert::Infallible;
use std::io;
use std::sync::Arc;

use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use poem::http::uri::Scheme;
use poem::web::{LocalAddr, RemoteAddr};
use poem::{Endpoint, Response};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};

use crate::config::Limits;

/// Serves until `stop` says so; then lets running requests end, for `drain_time` at most.
pub async fn serve<E>(listener: TcpListener, endpoint: Arc<E>, limits: Limits, stop: watch::Receiver<bool>)
where
    E: Endpoint<Output = Response> + 'static,
{
    let places = Arc::new(Semaphore::new(limits.connections));
    let mut stopping = stop.clone();
    loop {
        let accepted = tokio::select! {
            accepted = accept(&listener, &places) => accepted,
            () = told(&mut stopping) => break,
        };
        match accepted {
            Ok((socket, place)) => {
                let connection = connection(socket, Arc::clone(&endpoint), limits.clone(), stop.clone());
                tokio::spawn(async move {
                    connection.await;
                    drop(place);
                });
            }
            Err(error) => {
                // Out of file handles, most likely: those that close make room, but not at once.
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(std::time::Duration::from_millis(50)).await;
            }
        }
    }
    drop(listener);
    let all = u32::try_from(limits.connections).unwrap_or(u32::MAX);
    if tokio::time::timeout(limits.drain_time, places.acquire_many(all)).await.is_err() {
        tracing::warn!("requests were still running when the time to stop was over");
    }
}

async fn accept(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
) -> io::Result<(TcpStream, tokio::sync::OwnedSemaphorePermit)> {
    let place = Arc::clone(places).acquire_owned().await.map_err(io::Error::other)?;
    let (socket, _) = listener.accept().await?;
    Ok((socket, place))
}

async fn connection<E>(socket: TcpStream, endpoint: Arc<E>, limits: Limits, mut stop: watch::Receiver<bool>)
where
    E: Endpoint<Output = Response> + 'static,
{
    let local = LocalAddr(socket.local_addr().map(Into::into).unwrap_or_else(|_| unknown()));
    let remote = RemoteAddr(socket.peer_addr().map(Into::into).unwrap_or_else(|_| unknown()));
    let service = service_fn(move |request: hyper::Request<Incoming>| {
        let endpoint = Arc::clone(&endpoint);
        let request = poem::Request::from((request, local.clone(), remote.clone(), Scheme::HTTP));
        async move { Ok::<hyper::Response<_>, Infallible>(endpoint.get_response(request).await.into()) }
    });
    let _ = socket.set_nodelay(true); // only slower without
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.header_time)
        // What is over our own limit, but not by far, gets an answer of ours; hyper's has no body.
        .max_headers(1000)
        .max_buf_size(8 * limits.header_bytes.max(8192))
        .serve_connection(TokioIo::new(socket), service);
    let mut connection = std::pin::pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = told(&mut stop) => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection was cut");
    }
}

/// Waits until the service is told to stop.
async fn told(stop: &mut watch::Receiver<bool>) {
    let _ = stop.wait_for(|stop| *stop).await; // no sender any more: the service is gone already
}

fn unknown() -> poem::Addr {
    poem::Addr::custom("tcp", "unknown")
}
