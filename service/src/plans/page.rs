//! What a request asks of a list of plans or of their rows, and a page of it.

use poem::Request;
use poem_openapi::types::ToJSON;
use scheduler::problem::Day;

use super::rows::Filters;
use super::store::Which;
use super::wire::State;
use crate::http::failure::Failure;
use crate::http::paging::{DEFAULT_LIMIT, MAX_LIMIT, parameters};
use crate::store::MOST_BYTES;

/// The longest key of a row: the day, the network and the host of a visit.
const LONGEST_KEY: usize = 10 + 1 + 64 + 1 + 64;

/// A page of rows: how many, and after which key.
#[derive(Clone, Debug, PartialEq)]
pub struct Page {
    limit: usize,
    after: Option<String>,
}

impl Page {
    fn first() -> Page {
        Page { limit: DEFAULT_LIMIT, after: None }
    }

    /// Takes the parameters that every list has; the others are given back.
    fn take(&mut self, name: &str, value: &str) -> Result<bool, Failure> {
        match name {
            "limit" => self.limit = limit(value)?,
            "cursor" => self.after = Some(read_cursor(value)?),
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// The rows of this page, of all rows in the order of their keys, and the cursor of the next one. It ends early where
    /// its rows are long.
    pub fn cut<T: ToJSON>(&self, mut rows: Vec<T>, key: impl Fn(&T) -> String) -> (Vec<T>, Option<String>) {
        if let Some(after) = &self.after {
            rows.drain(..rows.partition_point(|row| key(row) <= *after));
        }
        let mut bytes = 0;
        let fits = |row: &&T| {
            let fits = bytes <= MOST_BYTES;
            bytes += row.to_json_string().len();
            fits
        };
        let fitting = rows.iter().take(self.limit).take_while(fits).count();
        let more = rows.len() > fitting;
        rows.truncate(fitting);
        let next = rows.last().filter(|_| more).map(|last| cursor(&key(last)));
        (rows, next)
    }
}

/// What is asked of a list of plans.
pub fn plans(request: &Request, programme: Option<String>) -> Result<Which, Failure> {
    let (mut which, mut page) = (Which { programme, ..Which::default() }, Page::first());
    for (name, value) in parameters(request)? {
        match name.as_str() {
            name if page.take(name, &value)? => {}
            "sort" => which.ascending = ascending(&value)?,
            "state" => which.state = Some(State::of(&value).ok_or_else(unknown_state)?),
            other => return Err(unknown(other, "limit, cursor, sort, state")),
        }
    }
    Ok(Which { after: page.after, limit: page.limit, ..which })
}

/// What is asked of the rows of a plan. `dated`: whether they have a date.
pub fn rows(request: &Request, dated: bool) -> Result<(Filters, Page), Failure> {
    let (mut filters, mut page) = (Filters::default(), Page::first());
    for (name, value) in parameters(request)? {
        match name.as_str() {
            name if page.take(name, &value)? => {}
            "network" => filters.network = Some(value),
            "municipality" => filters.municipality = Some(value),
            "region" => filters.region = Some(value),
            "date" if dated => filters.date = Some(date(value)?),
            other if dated => return Err(unknown(other, "limit, cursor, network, municipality, region, date")),
            other => return Err(unknown(other, "limit, cursor, network, municipality, region")),
        }
    }
    Ok((filters, page))
}

fn limit(text: &str) -> Result<usize, Failure> {
    let limit = text.parse().ok().filter(|limit| (1..=MAX_LIMIT).contains(limit));
    limit.ok_or_else(|| Failure::parameter("limit", format!("`limit` is a whole number, 1 to {MAX_LIMIT}.")))
}

fn ascending(text: &str) -> Result<bool, Failure> {
    match text {
        "id" => Ok(true),
        "-id" => Ok(false),
        _ => Err(Failure::parameter("sort", "`sort` is id (oldest first) or -id (newest first).")),
    }
}

fn date(text: String) -> Result<String, Failure> {
    match Day::parse(&text) {
        Ok(_) => Ok(text),
        Err(_) => Err(Failure::parameter("date", "`date` is a day that exists, YYYY-MM-DD.")),
    }
}

fn unknown_state() -> Failure {
    Failure::parameter("state", format!("`state` is one of {}.", State::ALL.map(|known| known.1).join(", ")))
}

fn unknown(name: &str, known: &str) -> Failure {
    Failure::parameter(name, format!("There is no such parameter here; there are {known}."))
}

/// The cursor of the page after the row with this key.
pub fn cursor(key: &str) -> String {
    key.bytes().map(|byte| format!("{byte:02x}")).collect()
}

fn read_cursor(cursor: &str) -> Result<String, Failure> {
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    let bytes: Option<Vec<u8>> = cursor.as_bytes().chunks(2).map(byte).collect();
    let key = bytes.and_then(|bytes| String::from_utf8(bytes).ok()).filter(|key| key.len() <= LONGEST_KEY);
    key.ok_or_else(|| Failure::parameter("cursor", "Take `cursor` from `next` of the page before."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_follow_each_other_without_a_gap() {
        let all = || ["a", "b", "c", "d", "e"].map(str::to_owned).to_vec();
        let key = String::clone;
        let mut page = Page { limit: 2, after: None };
        let mut seen = Vec::new();
        loop {
            let (rows, next) = page.cut(all(), key);
            seen.extend(rows);
            match next {
                Some(next) => page.after = Some(read_cursor(&next).unwrap()),
                None => break,
            }
        }
        assert_eq!(seen, all());
    }
}
