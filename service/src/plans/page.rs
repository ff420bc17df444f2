//! What a request asks of a list of plans or of their rows, and a page of it.

use poem::Request;
use poem_openapi::types::ToJSON;
use scheduler::problem::Day;

use super::rows::Filters;
use super::store::Which;
use super::wire::State;
use crate::http::failure::Failure;
use crate::http::paging::{DEFAULT_LIMIT, limit, parameters, parse_cursor, write_cursor};
use crate::store::MOST_BYTES;

/// A page of rows: how many, and after which one.
#[derive(Clone, Debug, PartialEq)]
pub struct Page {
    /// The list and its order, as its cursors say them.
    place: &'static str,
    limit: usize,
    cursor: Option<String>,
    /// The key of the last row of the page before, and how many rows with this key there were up to there.
    after: Option<(String, usize)>,
}

impl Page {
    fn first(place: &'static str) -> Page {
        Page { place, limit: DEFAULT_LIMIT, cursor: None, after: None }
    }

    /// Takes the parameters that every list has; the others are given back.
    fn take(&mut self, name: &str, value: &str) -> Result<bool, Failure> {
        match name {
            "limit" => self.limit = limit(value)?,
            "cursor" => self.cursor = Some(value.to_owned()),
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// The page with its cursor read, once the order is known.
    fn after_cursor(mut self) -> Result<Page, Failure> {
        self.after = self.cursor.take().map(|cursor| parse_cursor(self.place, &cursor)).transpose()?;
        Ok(self)
    }

    /// The rows of this page, of all rows in the order of their keys, and the cursor of the next one. It ends early where
    /// its rows are long. Several rows may have one key.
    pub fn cut<T: ToJSON>(&self, mut rows: Vec<T>, key: impl Fn(&T) -> String) -> (Vec<T>, Option<String>) {
        if let Some((after, shown)) = &self.after {
            let first = rows.partition_point(|row| key(row) < *after);
            let of_key = rows[first..].iter().take_while(|row| key(row) == *after).count();
            rows.drain(..first + of_key.min(*shown));
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
        let next = rows.last().filter(|_| more).map(|last| {
            let last = key(last);
            let before = self.after.as_ref().filter(|(after, _)| *after == last).map_or(0, |(_, shown)| *shown);
            let shown = before + rows.iter().rev().take_while(|row| key(row) == last).count();
            write_cursor(self.place, &(last, shown))
        });
        (rows, next)
    }
}

/// The list of plans and its order, as its cursors say them.
fn place_of_plans(ascending: bool) -> &'static str {
    if ascending { "plans id" } else { "plans -id" }
}

/// The cursor of the page after this plan.
pub fn plan_cursor(ascending: bool, id: &str) -> String {
    write_cursor(place_of_plans(ascending), &(id, 1))
}

/// What is asked of a list of plans.
pub fn plans(request: &Request, programme: Option<String>) -> Result<Which, Failure> {
    let (mut which, mut page) = (Which { programme, ..Which::default() }, Page::first(place_of_plans(false)));
    for (name, value) in parameters(request)? {
        match name.as_str() {
            name if page.take(name, &value)? => {}
            "sort" => which.ascending = ascending(&value)?,
            "state" => which.state = Some(State::of(&value).ok_or_else(unknown_state)?),
            other => return Err(unknown(other, "limit, cursor, sort, state")),
        }
    }
    let page = Page { place: place_of_plans(which.ascending), ..page }.after_cursor()?;
    Ok(Which { after: page.after.map(|(id, _)| id), limit: page.limit, ..which })
}

/// The lists of a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum List {
    /// Who is in which network.
    Assignments,
    /// Who visits whom when.
    Visits,
    /// The meetings of gatherings.
    Gatherings,
}

/// What is asked of the rows of a plan.
pub fn rows(request: &Request, list: List) -> Result<(Filters, Page), Failure> {
    let (place, known) = match list {
        List::Assignments => ("assignments", "limit, cursor, network, municipality, region"),
        List::Visits => ("visits", "limit, cursor, network, municipality, region, date"),
        List::Gatherings => ("gatherings", "limit, cursor, gathering, municipality, region, date"),
    };
    let (mut filters, mut page) = (Filters::default(), Page::first(place));
    for (name, value) in parameters(request)? {
        match name.as_str() {
            name if page.take(name, &value)? => {}
            "network" if list != List::Gatherings => filters.network = Some(value),
            "gathering" if list == List::Gatherings => filters.gathering = Some(value),
            "municipality" => filters.municipality = Some(value),
            "region" => filters.region = Some(value),
            "date" if list != List::Assignments => filters.date = Some(date(value)?),
            other => return Err(unknown(other, known)),
        }
    }
    Ok((filters, page.after_cursor()?))
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

#[cfg(test)]
mod tests {
    use super::*;

    /// All rows, two at a time.
    fn in_pages(all: &[&str]) -> Vec<String> {
        let mut page = Page { limit: 2, ..Page::first("rows") };
        let mut seen = Vec::new();
        loop {
            let (rows, next) = page.cut(all.iter().map(|&row| row.to_owned()).collect(), String::clone);
            seen.extend(rows);
            page.cursor = next;
            if page.cursor.is_none() {
                return seen;
            }
            page = page.after_cursor().unwrap();
        }
    }

    #[test]
    fn pages_follow_each_other_without_a_gap_also_among_rows_of_one_key() {
        for all in [&["a", "b", "c", "d", "e"][..], &["a", "b", "b", "b", "b", "b", "c"], &["a", "a", "a"], &[]] {
            assert_eq!(in_pages(all), all);
        }
    }

    #[test]
    fn a_cursor_of_another_list_is_refused() {
        let cursor = Some(write_cursor("visits", &("a", 1)));
        assert!(Page { cursor: cursor.clone(), ..Page::first("visits") }.after_cursor().is_ok());
        assert!(Page { cursor, ..Page::first("assignments") }.after_cursor().is_err());
    }
}
