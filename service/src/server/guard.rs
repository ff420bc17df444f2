//! Under which names the service may be called, and from which web pages.
//!
//! A page on the internet can make a browser send requests to `127.0.0.1`, and a name of its own can be made to
//! point there. The browser tells on both: by `Origin`, and by `Host`.

use std::net::{IpAddr, SocketAddr};

use poem::Request;
use poem::http::{HeaderMap, HeaderValue, Uri, header};

use crate::config::Config;
use crate::http::failure::{Failure, Kind};

/// Whether an address is of this machine alone.
pub fn is_loopback(address: &SocketAddr) -> bool {
    address.ip().to_canonical().is_loopback()
}

/// Headers by which a proxy says for whom it asks, beside all that begin with `x-forwarded-`.
const FORWARDING: [&str; 4] = ["forwarded", "via", "x-real-ip", "x-forwarded"];

/// What says in which relation the page that asks stands to the service: every browser of today sends it.
const SITE: &str = "sec-fetch-site";

/// Judges a request for data while there are no keys. Only a program on this machine is answered, that calls directly: a
/// service that was given a name is meant for others, a proxy passes on what comes from anywhere, and a page of another
/// site is not to have anything worked out, even though it could not read the answer.
///
/// Errors: `Unauthorized`, `HostNotAllowed`.
pub fn keyless(config: &Config, headers: &HeaderMap) -> Result<(), Failure> {
    if !config.hosts.is_empty() || was_forwarded(headers) {
        let detail = "There are no API keys yet, and without one only programs that call directly, on the service's own \
                      machine, are answered: make a key there with `netvisit keys create`, and send it as \
                      `Authorization: Bearer nv_…`.";
        return Err(Failure::unauthorized(false, detail));
    }
    let foreign = |site: &HeaderValue| site != "same-origin" && site != "none";
    if headers.get_all(SITE).iter().any(foreign) {
        return Err(Failure::new(Kind::HostNotAllowed, "A page of another site has made this request."));
    }
    Ok(())
}

fn was_forwarded(headers: &HeaderMap) -> bool {
    let forwarding = |name: &str| FORWARDING.contains(&name) || name.starts_with("x-forwarded-");
    headers.keys().any(|name| forwarding(name.as_str()))
}

/// Names and origins that are let in beside the service's own: the origins once there are keys.
#[derive(Clone, Copy, Debug, Default)]
pub struct HostPolicy<'a> {
    hosts: &'a [String],
    origins: &'a [String],
    /// Whether a page of this host may have come over TLS, through a proxy before the service.
    tls: bool,
}

impl<'a> HostPolicy<'a> {
    /// Those of the settings. A name counts from the start: whoever calls by it is asked for a key, [also](keyless) while
    /// there is none.
    pub fn of(config: &'a Config, there_are_keys: bool) -> HostPolicy<'a> {
        let origins = if there_are_keys { config.origins.as_slice() } else { &[] };
        HostPolicy { hosts: &config.hosts, origins, tls: there_are_keys || !config.hosts.is_empty() }
    }

    /// Refuses a request that was meant for another host, or that another site's page has made. Gives the origin of
    /// another site's page that is let in.
    pub fn check(&self, request: &Request) -> Result<Option<HeaderValue>, Failure> {
        let headers = request.headers();
        let mut hosts = headers.get_all(header::HOST).iter().map(|value| value.to_str().unwrap_or("?"));
        let host = hosts.next();
        if hosts.next().is_some() {
            return Err(Failure::new(Kind::BadRequest, "Send the header Host once."));
        }
        let target = request.uri().authority().map(|authority| authority.as_str());
        let local = request.local_addr().as_socket_addr().map(SocketAddr::ip);
        let own = |authority: &str| self.is_own_host(authority, local);
        if (host.is_none() && target.is_none()) || !host.into_iter().chain(target).all(own) {
            let detail = "The header Host must name this service: use 127.0.0.1 or localhost in the address, or a \
                          name that the service was started with (--host).";
            return Err(Failure::new(Kind::HostNotAllowed, detail));
        }
        let mut other = None;
        for origin in headers.get_all(header::ORIGIN) {
            let text = origin.to_str().unwrap_or_default();
            let uri = text.parse::<Uri>().ok();
            let own = |uri: &Uri| {
                let scheme = uri.scheme_str();
                (scheme == Some("http") || (self.tls && scheme == Some("https")))
                    && uri.authority().map(|authority| authority.as_str()) == host.or(target)
            };
            if uri.as_ref().is_some_and(own) {
                continue;
            }
            if !self.origins.iter().any(|known| known == text) {
                let detail = "A page of another site has made this request; its Origin is not allowed.";
                return Err(Failure::new(Kind::HostNotAllowed, detail));
            }
            other = Some(origin.clone());
        }
        Ok(other)
    }

    fn is_own_host(&self, authority: &str, local: Option<IpAddr>) -> bool {
        let name = match authority.rsplit_once(':') {
            Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name,
            _ => authority,
        };
        let ip = name.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>().ok().map(|ip| ip.to_canonical());
        let own_ip = ip.is_some_and(|ip| ip.is_loopback() || Some(ip) == local.map(|local| local.to_canonical()));
        let known = |known: &String| known.eq_ignore_ascii_case(name);
        own_ip || name.eq_ignore_ascii_case("localhost") || self.hosts.iter().any(known)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALONE: HostPolicy<'static> = HostPolicy { hosts: &[], origins: &[], tls: false };

    #[test]
    fn only_names_of_this_machine_are_its_own() {
        for own in ["localhost", "LOCALHOST:8080", "127.0.0.1:8080", "127.0.0.1", "[::1]:80", "[::1]"] {
            assert!(ALONE.is_own_host(own, None), "{own}");
        }
        for other in ["example.com", "localhost.example.com:8080", "10.0.0.1", "", "127.0.0.1.nip.io", "?", ":80"] {
            assert!(!ALONE.is_own_host(other, None), "{other}");
        }
        assert!(ALONE.is_own_host("10.0.0.1:80", Some("10.0.0.1".parse().unwrap())), "the address that was called");
    }

    #[test]
    fn names_of_the_settings_count_and_origins_once_there_are_keys() {
        let mut config = Config::new("127.0.0.1:0".parse().unwrap(), "x".into());
        config.hosts = vec!["plans.example.org".to_owned()];
        config.origins = vec!["https://desk.example.org".to_owned()];
        let ask = |keys: bool, host: &str, origin: &str| {
            let request = Request::builder().header("host", host).header("origin", origin).finish();
            HostPolicy::of(&config, keys).check(&request).map(|other| other.is_some()).ok()
        };
        assert_eq!(ask(true, "Plans.example.org:443", "https://Plans.example.org:443"), Some(false));
        assert_eq!(ask(true, "plans.example.org", "https://desk.example.org"), Some(true));
        assert_eq!(ask(true, "plans.example.org", "https://desk.example.org.evil.example"), None);
        assert_eq!(ask(true, "example.org", "https://desk.example.org"), None);
        assert_eq!(ask(false, "plans.example.org", "http://plans.example.org"), Some(false));
        assert_eq!(ask(false, "plans.example.org", "https://desk.example.org"), None);
        assert_eq!(ask(false, "localhost", "https://desk.example.org"), None);
    }

    #[test]
    fn a_page_of_another_origin_is_kept_out() {
        let request =
            |origin: &str| Request::builder().header("host", "127.0.0.1:8080").header("origin", origin).finish();
        assert!(ALONE.check(&request("http://127.0.0.1:8080")).is_ok());
        for other in [
            "http://127.0.0.1:9090",
            "https://127.0.0.1:8080",
            "https://example.com",
            "null",
            "127.0.0.1:8080",
            "http://localhost:8080",
        ] {
            assert!(ALONE.check(&request(other)).is_err(), "{other}");
        }
    }

    #[test]
    fn without_keys_whoever_calls_from_elsewhere_is_told_to_have_one_made() {
        let kind = |hosts: &[&str], name: &str, value: &str| {
            let mut config = Config::new("127.0.0.1:0".parse().unwrap(), "x".into());
            config.hosts = hosts.iter().map(|host| (*host).to_owned()).collect();
            let request = Request::builder().header(name, value).finish();
            keyless(&config, request.headers()).map_err(|failure| failure.kind()).err()
        };
        for name in ["Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP"] {
            assert_eq!(kind(&[], name, "x"), Some(Kind::Unauthorized), "{name}");
        }
        assert_eq!(kind(&["plans.example.org"], "accept", "*/*"), Some(Kind::Unauthorized));
        for (site, refused) in [("cross-site", true), ("same-site", true), ("same-origin", false), ("none", false)] {
            assert_eq!(kind(&[], "Sec-Fetch-Site", site), refused.then_some(Kind::HostNotAllowed), "{site}");
        }
        assert_eq!(kind(&[], "accept", "*/*"), None);
    }

    #[test]
    fn a_host_that_is_named_twice_is_one_too_many() {
        let twice = Request::builder().header("host", "localhost").header("host", "example.com").finish();
        assert_eq!(ALONE.check(&twice).map_err(|failure| failure.kind()), Err(Kind::BadRequest));
    }

    #[test]
    fn what_the_request_line_names_counts_as_the_header_does() {
        let kind = |target: &str, host: &str| {
            let request = Request::builder().uri(target.parse().unwrap()).header("host", host).finish();
            ALONE.check(&request).map_err(|failure| failure.kind())
        };
        assert_eq!(kind("http://localhost/v1/regions", "localhost"), Ok(None));
        assert_eq!(kind("http://example.com/v1/regions", "localhost"), Err(Kind::HostNotAllowed));
        assert_eq!(kind("http://localhost/v1/regions", "example.com"), Err(Kind::HostNotAllowed));
    }
}
