//! `netvisit serve`: the API over HTTP.

use std::net::{Ipv6Addr, SocketAddr};
use std::path::PathBuf;

use anyhow::Context as _;
use clap::Args;
use poem::http::Uri;

use super::plan_settings::PlanSettings;
use super::{Ended, limits};
use crate::config::Config;
use crate::log::Log;

#[derive(Args)]
pub struct Arguments {
    /// Where to listen; port 0 takes any free one. Other addresses than this machine's want a key (netvisit keys create)
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// The database file; made where there is none
    #[arg(long, value_name = "FILE", default_value = "netvisit.db")]
    database: PathBuf,
    /// Fill an empty database with made-up data
    #[arg(long)]
    demo: bool,
    /// A name, without port, by which requests may call the service; with one everybody is asked for a key. Can be repeated
    #[arg(long = "host", value_name = "NAME", value_parser = host)]
    hosts: Vec<String>,
    /// An origin (scheme, host and port) whose web pages may call; once there are keys. Can be repeated
    #[arg(long = "origin", value_name = "ORIGIN", value_parser = origin)]
    origins: Vec<String>,
    #[command(flatten)]
    limits: limits::Arguments,
    /// Write the log as JSON, one object a line
    #[arg(long)]
    log_json: bool,
    #[command(flatten)]
    plans: PlanSettings,
}

/// Reads a name by which requests may call the service.
fn host(text: &str) -> Result<String, String> {
    if let Ok(address) = text.trim_start_matches('[').trim_end_matches(']').parse::<Ipv6Addr>() {
        return Ok(format!("[{address}]")); // as the header Host has it
    }
    let of_a_name = |c: char| c.is_ascii_alphanumeric() || "-._".contains(c);
    if !text.is_empty() && text.chars().all(of_a_name) {
        return Ok(text.to_owned());
    }
    Err("it is a name or an address alone, such as plans.example.org, without scheme and port".to_owned())
}

/// Reads an origin as browsers send it.
fn origin(text: &str) -> Result<String, String> {
    let parts = text.parse::<Uri>().ok().map(Uri::into_parts);
    let written = parts.and_then(|parts| Some(format!("{}://{}", parts.scheme?, parts.authority?)));
    if written.as_deref() == Some(text) && text.starts_with("http") && text == text.to_lowercase() {
        return Ok(text.to_owned());
    }
    Err("it is a scheme and a host as browsers send them, such as https://plans.example.org, without path".to_owned())
}

pub fn run(arguments: &Arguments) -> Result<(), Ended> {
    let _log = Log::begin(arguments.log_json).context("the log cannot be begun")?; // to the end
    let mut config = Config::new(arguments.listen, arguments.database.clone());
    config.demo = arguments.demo;
    config.hosts.clone_from(&arguments.hosts);
    config.origins.clone_from(&arguments.origins);
    config.limits = arguments.limits.limits();
    config.plans = arguments.plans.settings();
    Ok(crate::serve::serve(config)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_a_name_alone_and_an_origin_is_what_browsers_send() {
        for good in ["plans.example.org", "localhost", "10.0.0.1", "2001:db8::1", "a_b"] {
            assert!(host(good).is_ok(), "{good}");
        }
        for bad in ["", "https://plans.example.org", "plans.example.org:443", "plans.example.org/", "a b", "*"] {
            assert!(host(bad).is_err(), "{bad}");
        }
        for good in ["https://plans.example.org", "http://localhost:3000", "https://[2001:db8::1]:8443"] {
            assert!(origin(good).is_ok(), "{good}");
        }
        for bad in
            ["", "plans.example.org", "https://plans.example.org/", "https://Plans.example.org", "*", "null", "ftp://a"]
        {
            assert!(origin(bad).is_err(), "{bad}");
        }
    }
}
