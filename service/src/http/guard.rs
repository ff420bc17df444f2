//! Who may call while no key exists: programs on this machine, and no web page that a browser on it shows.
//!
//! A page on the internet can make a browser send requests to `127.0.0.1`, and a name of its own can be made to
//! point there. The browser tells on both: by `Origin`, and by `Host`.

use std::net::{IpAddr, SocketAddr};

use poem::Request;
use poem::http::{Uri, header};

use super::failure::{Failure, Kind};

/// Whether an address is of this machine alone.
pub fn is_loopback(address: &SocketAddr) -> bool {
    address.ip().to_canonical().is_loopback()
}

/// Refuses a request that was meant for another host, or that another site's page has made.
pub fn check(request: &Request) -> Result<(), Failure> {
    let headers = request.headers();
    let mut hosts = headers.get_all(header::HOST).iter().map(|value| value.to_str().unwrap_or("?"));
    let host = hosts.next();
    if hosts.next().is_some() {
        return Err(Failure::new(Kind::BadRequest, "Send the header Host once."));
    }
    let target = request.uri().authority().map(|authority| authority.as_str());
    if (host.is_none() && target.is_none()) || !host.into_iter().chain(target).all(is_own_host) {
        return Err(refused("The header Host must name this machine: use 127.0.0.1 or localhost in the address."));
    }
    for origin in headers.get_all(header::ORIGIN) {
        let uri = origin.to_str().ok().and_then(|text| text.parse::<Uri>().ok());
        let own = |uri: &Uri| {
            uri.scheme_str() == Some("http") && uri.authority().map(|authority| authority.as_str()) == host.or(target)
        };
        if !uri.as_ref().is_some_and(own) {
            return Err(refused("A page of another site has made this request; its Origin is not allowed."));
        }
    }
    Ok(())
}

fn refused(detail: &str) -> Failure {
    Failure::new(Kind::HostNotAllowed, detail)
}

fn is_own_host(authority: &str) -> bool {
    let name = match authority.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => authority,
    };
    let bare = name.trim_start_matches('[').trim_end_matches(']');
    name.eq_ignore_ascii_case("localhost") || bare.parse::<IpAddr>().is_ok_and(|ip| ip.to_canonical().is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_this_machine_are_its_own() {
        for own in ["localhost", "LOCALHOST:8080", "127.0.0.1:8080", "127.0.0.1", "[::1]:80", "[::1]"] {
            assert!(is_own_host(own), "{own}");
        }
        for other in ["example.com", "localhost.example.com:8080", "10.0.0.1", "", "127.0.0.1.nip.io", "?", ":80"] {
            assert!(!is_own_host(other), "{other}");
        }
    }

    #[test]
    fn a_page_of_another_origin_is_kept_out() {
        let request =
            |origin: &str| Request::builder().header("host", "127.0.0.1:8080").header("origin", origin).finish();
        assert!(check(&request("http://127.0.0.1:8080")).is_ok());
        for other in [
            "http://127.0.0.1:9090",
            "https://127.0.0.1:8080",
            "https://example.com",
            "null",
            "127.0.0.1:8080",
            "http://localhost:8080",
        ] {
            assert!(check(&request(other)).is_err(), "{other}");
        }
    }

    #[test]
    fn a_host_that_is_named_twice_is_one_too_many() {
        let twice = Request::builder().header("host", "localhost").header("host", "example.com").finish();
        assert_eq!(check(&twice).map_err(|failure| failure.kind()), Err(Kind::BadRequest));
    }

    #[test]
    fn what_the_request_line_names_counts_as_the_header_does() {
        let kind = |target: &str, host: &str| {
            let request = Request::builder().uri(target.parse().unwrap()).header("host", host).finish();
            check(&request).map_err(|failure| failure.kind())
        };
        assert_eq!(kind("http://localhost/v1/regions", "localhost"), Ok(()));
        assert_eq!(kind("http://example.com/v1/regions", "localhost"), Err(Kind::HostNotAllowed));
        assert_eq!(kind("http://localhost/v1/regions", "example.com"), Err(Kind::HostNotAllowed));
    }
}
