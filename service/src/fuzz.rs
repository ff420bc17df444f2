//! Everything that reads what a client sends, given what no client should send: broken bytes made of good ones.
//!
//! A fuzzer of its own, so that it runs with the stable compiler as a test. `make test` gives every reader some thousand
//! inputs; `make torture` gives each ten minutes, and looks whether memory grows. Chance has a fixed seed: an input that
//! fails fails again.

use std::time::{Duration, Instant};

use poem::Request;
use scheduler::Task;
use scheduler::random::SplitMix64;

use crate::http::etag::Conditions;
use crate::http::{json, paging};
use crate::plans::document::PlanDocument;
use crate::records::imports::sheet::{Row, Sheet};
use crate::records::municipalities::wire::Municipality;
use crate::records::problems::wire::ProblemDocument;
use crate::records::regions::store::Regions;

/// Inputs of the short form.
const INPUTS: usize = 3_000;
/// Time of the full form, for each reader.
const TIME: Duration = Duration::from_secs(600);
/// Memory that the allocator may keep beyond what it had after the first tenth.
const GROWTH: u64 = 64 << 20;

/// What often means something to a reader.
const WORDS: [&str; 36] = [
    "\"",
    "\\",
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    ";",
    "null",
    "true",
    "-1",
    "0",
    "1e999",
    "9223372036854775808",
    "\\ud800",
    "\\u0000",
    "\n",
    "\r\n",
    "\u{feff}",
    "\t",
    " ",
    "\"\"",
    "id",
    "é",
    "\u{202e}",
    "2027-02-30",
    "2027-04-14",
    "W/",
    "*",
    "%",
    "'",
    "/",
    "1e-400",
    "0.1",
    "\u{10ffff}",
];

/// What is broken, and how.
struct Chance(SplitMix64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0.draw()
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound.max(1) as u64) as usize
    }

    /// One of the good inputs, broken in one to eight ways.
    fn broken(&mut self, good: &[Vec<u8>]) -> Vec<u8> {
        let mut bytes = good[self.below(good.len())].clone();
        for _ in 0..=self.below(8) {
            let at = self.below(bytes.len() + 1);
            let end = (at + self.below(40)).min(bytes.len());
            match self.below(6) {
                0 => drop(bytes.drain(at..end)),
                1 => bytes.splice(at..at, WORDS[self.below(WORDS.len())].bytes()).for_each(drop),
                2 => bytes.splice(at..end, WORDS[self.below(WORDS.len())].bytes()).for_each(drop),
                3 => bytes.insert(at, self.next() as u8),
                4 => {
                    let again = bytes[at..end].repeat(1 + self.below(20));
                    bytes.splice(at..at, again).for_each(drop);
                }
                _ => {
                    let other = &good[self.below(good.len())];
                    let from = self.below(other.len() + 1);
                    bytes.splice(at..end, other[from..].iter().copied()).for_each(drop);
                }
            }
        }
        bytes
    }
}

/// Has `read` read broken inputs; it may refuse them, and may not panic.
fn fuzz(name: &str, good: &[Vec<u8>], read: impl Fn(&[u8])) {
    let full = std::env::var_os("NETVISIT_TORTURE").is_some_and(|form| form == "full");
    let (mut chance, began, mut inputs) = (Chance(SplitMix64::new(1)), Instant::now(), 0_usize);
    good.iter().for_each(|input| read(input));
    let mut early = None;
    while if full { began.elapsed() < TIME } else { inputs < INPUTS } {
        let input = chance.broken(good);
        let done = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| read(&input)));
        assert!(done.is_ok(), "{name}, input {inputs}: {:?}", String::from_utf8_lossy(&input));
        inputs += 1;
        if full && early.is_none() && began.elapsed() > TIME / 10 {
            early = Some(memory());
        }
    }
    if let Some(early) = early {
        let now = memory();
        eprintln!("torture: fuzzing of {name}: {inputs} inputs, {} MiB then {} MiB", early >> 20, now >> 20);
        assert!(now <= early + GROWTH, "{name}: {early} bytes, then {now}");
    }
}

/// Bytes that this process holds; 0 where the system does not say.
fn memory() -> u64 {
    let pages = std::fs::read_to_string("/proc/self/statm").ok();
    let pages = pages.and_then(|text| text.split(' ').nth(1)?.parse::<u64>().ok());
    pages.unwrap_or(0) * 4096
}

fn texts(texts: &[&str]) -> Vec<Vec<u8>> {
    texts.iter().map(|text| text.as_bytes().to_vec()).collect()
}

#[test]
fn a_problem_document_is_read_or_refused() {
    let good = texts(&[include_str!("../../openapi/examples/problem.json")]);
    fuzz("problem documents", &good, |input| {
        if let Ok(document) = json::read::<ProblemDocument>(input) {
            let _ = Task::new(&document.records()); // refused or not, it comes back
        }
    });
}

#[test]
fn a_plan_document_is_read_or_refused() {
    let good = texts(&[include_str!("../../openapi/examples/plan.json")]);
    fuzz("plan documents", &good, |input| drop(json::read::<PlanDocument>(input)));
}

#[test]
fn csv_is_read_or_refused() {
    let wide = "id;name;region;lat;lon\r\n9999;\"No;\"\"where\";1084;55,5;12,1\r\n";
    let good = texts(&[Municipality::CSV, wide, "\u{feff}id,region,lat,lon\n1,2,3,4\n\n5,6,7,8"]);
    fuzz("CSV", &good, |input| drop(Sheet::<Municipality>::read("text/csv", input, 1_000)));
}

#[test]
fn a_query_with_a_cursor_is_read_or_refused() {
    let listing = crate::store::Listing { sort: Some("coalesce(name, id)"), ..Default::default() };
    let cursor = format!("limit=5&sort=name&name=a&cursor={}", paging::cursor::<Regions>(&listing, "Århus", "0751"));
    let good = texts(&[&cursor, "limit=500", "sort=-id&cursor=5b2269", "name=%C3%A6%00", "a=1&a=2&&=&%"]);
    fuzz("queries", &good, |input| {
        let text: String = input.iter().filter(|byte| byte.is_ascii_graphic()).map(|byte| char::from(*byte)).collect();
        if let Ok(uri) = format!("/v1/regions?{text}").parse() {
            drop(paging::listing::<Regions>(&Request::builder().uri(uri).finish()));
        }
    });
}

#[test]
fn a_condition_is_read_or_refused() {
    let good = texts(&["\"42\"", "W/\"42\", \"43\"", "*", "\"9223372036854775807\"", ",,", "\""]);
    fuzz("ETags", &good, |input| {
        for name in ["if-match", "if-none-match"] {
            let Ok(value) = poem::http::HeaderValue::from_bytes(input) else { continue };
            if let Ok(conditions) = Conditions::of(&Request::builder().header(name, value).finish()) {
                let _ = (conditions.fresh(42), conditions.allow_change(Some(42)), conditions.allow_change(None));
            }
        }
    });
}
