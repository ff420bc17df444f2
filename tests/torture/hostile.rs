//! Clients that mean harm: slow, silent, endless, enormous. They are cut or refused, take little, and others notice nothing.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use super::client::{percentile, request};
use super::{full, rounds, tell, until};
use crate::harness::Server;

/// The memory that an attack may take beyond what the service had: the bodies of its limit, a few times over.
const MEMORY: f64 = 300e6;

/// Files that may stay open: those of readers of the database that were not yet there before.
const SLACK: f64 = 12.0;

/// Settings under which an attack is over soon.
const QUICK: [&str; 8] = ["--header-time", "1", "--body-time", "1", "--max-connections", "64", "--max-body", "1000000"];

/// Sends until the service no longer takes it. All that it answered.
fn send_all(server: &Server, head: &str, part: &[u8], parts: usize) -> String {
    let mut socket = TcpStream::connect(server.address()).unwrap();
    socket.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    let _ = socket.write_all(head.as_bytes()); // cut in between is what is expected
    for _ in 0..parts {
        if socket.write_all(part).is_err() {
            break;
        }
    }
    let mut answer = Vec::new();
    let mut bytes = [0; 4096];
    while let Ok(read @ 1..) = socket.read(&mut bytes) {
        answer.extend_from_slice(&bytes[..read]);
    }
    String::from_utf8_lossy(&answer).into_owned()
}

/// The answer to a request on a connection of its own, if it comes.
fn once(address: &str) -> std::io::Result<String> {
    let mut socket = TcpStream::connect(address)?;
    socket.write_all(&request("GET", "/v1/regions", "connection: close\r\n", ""))?;
    let mut answer = String::new();
    socket.read_to_string(&mut answer)?;
    if answer.is_empty() { Err(std::io::ErrorKind::UnexpectedEof.into()) } else { Ok(answer) }
}

/// Attacks while somebody else asks, who gets every answer; the memory and the files are as before in the end.
fn under(server: &Server, what: &str, attack: impl FnOnce() + Send) {
    let ask = |times: &mut Vec<Duration>| {
        let began = Instant::now();
        // Where connections are opened faster than requests arrive, one may be cut before it was heard; as clients do,
        // this one asks again, and the time counts.
        let tries = (0..10).map(|_| once(server.address()));
        let answer = tries.filter_map(Result::ok).next().expect(what);
        times.push(began.elapsed());
        assert!(answer.starts_with("HTTP/1.1 200"), "{what}: {answer}");
    };
    let (mut before, mut during) = (Vec::new(), Vec::new());
    (0..rounds(20, 500)).for_each(|_| ask(&mut before));
    let (memory, files) = (server.figure("process_resident_memory_bytes"), server.figure("process_open_fds"));
    let most = std::thread::scope(|scope| {
        let attacking = scope.spawn(attack);
        let mut most = memory;
        while !attacking.is_finished() || during.len() < 20 {
            ask(&mut during);
            most = most.max(server.figure("process_resident_memory_bytes"));
        }
        attacking.join().unwrap();
        most
    });
    until("the files are closed", || server.figure("process_open_fds") <= files + SLACK);
    let (idle, attacked) = (percentile(&mut before, 99), percentile(&mut during, 99));
    let took = (most - memory) / 1e6;
    tell(what, &format!("{took:.0} MB more at most; others' p99 {idle:?} before, {attacked:?} meanwhile"));
    assert!(most - memory < MEMORY, "{what}: {took} MB");
    if full() {
        assert!(attacked < Duration::from_secs(1), "{what}: {attacked:?}");
    }
}

#[test]
fn half_requests_and_silence_hold_nobody_up() {
    let server = Server::with(&QUICK);
    let post = "POST /v1/regions HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n";
    let many = rounds(100, 2_000);
    for (what, head) in [
        ("silence", String::new()),
        ("half heads", "GET /v1/regions HTTP/1.1\r\nhost: loc".to_owned()),
        ("half bodies", format!("{post}content-length: 1000\r\n\r\n{{")),
        ("half chunks", format!("{post}transfer-encoding: chunked\r\n\r\nffff\r\n{{")),
    ] {
        under(&server, what, || {
            let sockets: Vec<TcpStream> = (0..many)
                .map(|_| {
                    let mut socket = TcpStream::connect(server.address()).unwrap();
                    let _ = socket.write_all(head.as_bytes()); // cut in between is what is expected
                    socket
                })
                .collect();
            for mut socket in sockets {
                let _ = socket.read_to_end(&mut Vec::new()); // every one of them ends
            }
        });
    }
}

#[test]
fn a_byte_now_and_then_does_not_keep_a_connection() {
    let server = Server::with(&QUICK);
    under(&server, "dripped heads", || {
        let mut sockets: Vec<TcpStream> =
            (0..rounds(8, 60)).map(|_| TcpStream::connect(server.address()).unwrap()).collect();
        let mut open = sockets.len();
        while open > 0 {
            open = sockets.iter_mut().filter_map(|socket| socket.write_all(b"x").ok()).count();
            std::thread::sleep(Duration::from_millis(100));
        }
    });
}

#[test]
fn a_body_without_end_is_not_read_to_its_end() {
    let server = Server::with(&QUICK);
    let head = "POST /v1/regions HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n";
    let part = vec![b'['; 1 << 20];
    let gigabyte = rounds(64, 1024);
    under(&server, "a gigabyte that is announced", || {
        let answer = send_all(&server, &format!("{head}content-length: 1073741824\r\n\r\n"), &part, gigabyte);
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 413"), "{answer}");
    });
    let chunk = [b"100000\r\n".as_slice(), &part, b"\r\n"].concat();
    under(&server, "a gigabyte in chunks", || {
        let answer = send_all(&server, &format!("{head}transfer-encoding: chunked\r\n\r\n"), &chunk, gigabyte);
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 413"), "{answer}");
    });
}

#[test]
fn a_bomb_is_not_unpacked_and_deep_or_wide_json_is_refused() {
    let server = Server::with(&QUICK[..4]);
    let ask = |kind: &str, headers: &[(&str, &str)], body: &[u8]| {
        let mut ask = server.ask("POST", "/v1/checks").body(kind, body);
        for (name, value) in headers {
            ask = ask.header(name, value);
        }
        ask.send()
    };
    let json = "application/json";
    let wide = |value: &str, many: usize| format!("[{}0]", format!("{value},").repeat(many)).into_bytes();
    under(&server, "bombs", || {
        for coding in ["gzip", "deflate", "br", "zstd", "gzip, gzip"] {
            assert_eq!(
                ask(json, &[("content-encoding", coding)], &[0x1f; 1000]).problem(415).0,
                "unsupported_media_type"
            );
        }
        for deep in
            ["[".repeat(10_000), "{\"a\":".repeat(10_000), format!("{}{}", "[".repeat(10_000), "]".repeat(10_000))]
        {
            assert_eq!(ask(json, &[], deep.as_bytes()).problem(400).1[0].1, "too_deep");
        }
        for (text, code) in [
            (r#"{"id": "a", "id": "b"}"#, "duplicate_key"),
            (r#"{"id": "\ud800"}"#, "lone_surrogate"),
            (r#"{"id": "\udc00\ud800"}"#, "lone_surrogate"),
            (r#"{"max_visits_per_day": 1e400}"#, "number_out_of_range"),
        ] {
            assert_eq!(ask(json, &[], text.as_bytes()).problem(400).1[0].1, code, "{text}");
        }
        assert_eq!(ask(json, &[], &wide("0", rounds(1, 4) * 1_000_000)).problem(422).1[0].1, "wrong_type");
        for (value, many) in [("0", 15_000_000), ("{\"a\":0}", 3_000_000), ("[]", 8_000_000), ("\"\"", 8_000_000)] {
            assert_eq!(ask(json, &[], &wide(value, many)).problem(413).0, "content_too_large", "{value}");
        }
    });
}

#[test]
fn who_takes_no_answer_is_cut() {
    let server = Server::with(&["--answer-time", "1", "--header-time", "1"]);
    server.put("/v1/programmes/p/problem", crate::harness::documents::much_to_do()).expect(201);
    under(&server, "answers that nobody takes", || {
        let question = request("GET", "/v1/programmes/p/problem", "", "").repeat(rounds(50, 200));
        let mut socket = TcpStream::connect(server.address()).unwrap();
        let _ = socket.write_all(&question); // cut in between is what is expected
        while socket.write_all(b"x").is_ok() {
            std::thread::sleep(Duration::from_millis(50));
        }
    });
}
