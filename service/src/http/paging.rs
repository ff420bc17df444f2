//! Lists a page at a time: `limit`, an opaque `cursor`, `sort` and filters, the same for every list.

use poem::Request;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::json;

use super::failure::Failure;
use crate::digest::{from_hex, hex};
use crate::store::{Listing, Table};

/// Items of a page where the request names no limit.
pub const DEFAULT_LIMIT: usize = 50;

/// The most items of a page.
pub const MAX_LIMIT: usize = 500;

/// What a request asks of a list of this table.
pub fn listing<T: Table>(request: &Request) -> Result<Listing, Failure> {
    let mut listing = Listing { limit: DEFAULT_LIMIT, ..Listing::default() };
    let mut cursor = None;
    for (name, value) in parameters(request)? {
        match name.as_str() {
            "limit" => listing.limit = limit(&value)?,
            "cursor" => cursor = Some(value),
            "sort" => (listing.sort, listing.descending) = sort::<T>(&value)?,
            other => {
                let filter = T::FILTERS.iter().find(|filter| filter.name == other);
                let filter = filter.ok_or_else(|| unknown::<T>(other))?;
                listing.filters.push((filter.condition, value));
            }
        }
    }
    if let Some(cursor) = cursor {
        listing.after = Some(parse_cursor(&place::<T>(&listing), &cursor)?);
    }
    Ok(listing)
}

/// The cursor of the page after the record with this sort value and id.
pub fn cursor<T: Table>(listing: &Listing, sort_value: &str, id: &str) -> String {
    write_cursor(&place::<T>(listing), &(sort_value, id))
}

/// The list and its order.
fn place<T: Table>(listing: &Listing) -> String {
    format!("{} {}{}", T::WHAT, if listing.descending { "-" } else { "" }, listing.sort.unwrap_or("id"))
}

/// The cursor of every list: `place` says which list it is and in which order, `key` where the page ended.
pub fn write_cursor<K: Serialize>(place: &str, key: &K) -> String {
    hex(json!([place, key]).to_string().as_bytes())
}

/// The key in a cursor.
///
/// Errors: it is no cursor, or one of another list or order.
pub fn parse_cursor<K: DeserializeOwned>(place: &str, cursor: &str) -> Result<K, Failure> {
    let parts = from_hex(cursor).and_then(|bytes| serde_json::from_slice::<(String, K)>(&bytes).ok());
    let key = parts.filter(|(found, _)| found == place).map(|(_, key)| key);
    let detail = "Take `cursor` from `next` of the page before, with the same `sort`.";
    key.ok_or_else(|| Failure::parameter("cursor", detail))
}

/// Whether this parameter, the only one there is, is `true`.
pub fn is_set(request: &Request, name: &str) -> Result<bool, Failure> {
    let mut set = false;
    for (given, value) in parameters(request)? {
        set = match value.as_str() {
            _ if given != name => {
                let detail = format!("There is no such parameter here; there is {name}.");
                return Err(Failure::parameter(&given, detail));
            }
            "true" => true,
            "false" => false,
            _ => return Err(Failure::parameter(name, format!("`{name}` is true or false."))),
        };
    }
    Ok(set)
}

/// The value of `limit`.
pub fn limit(text: &str) -> Result<usize, Failure> {
    let limit = text.parse().ok().filter(|limit| (1..=MAX_LIMIT).contains(limit));
    limit.ok_or_else(|| Failure::parameter("limit", format!("`limit` is a whole number, 1 to {MAX_LIMIT}.")))
}

fn sort<T: Table>(text: &str) -> Result<(Option<&'static str>, bool), Failure> {
    let (name, descending) = text.strip_prefix('-').map_or((text, false), |name| (name, true));
    if name == "id" {
        return Ok((None, descending));
    }
    match T::SORTS.iter().find(|sort| sort.0 == name) {
        Some(sort) => Ok((Some(sort.1), descending)),
        None => {
            let detail = format!("`sort` is one of {}, with `-` before it for the other way.", sorts::<T>().join(", "));
            Err(Failure::parameter("sort", detail))
        }
    }
}

/// The values of `sort`, without those that begin with `-`.
pub fn sorts<T: Table>() -> Vec<&'static str> {
    std::iter::once("id").chain(T::SORTS.iter().map(|sort| sort.0)).collect()
}

fn unknown<T: Table>(name: &str) -> Failure {
    let filters = T::FILTERS.iter().map(|filter| filter.name);
    let known: Vec<&str> = ["limit", "cursor", "sort"].into_iter().chain(filters).collect();
    Failure::parameter(name, format!("There is no such parameter here; there are {}.", known.join(", ")))
}

/// The query's parameters, each at most once.
pub fn parameters(request: &Request) -> Result<Vec<(String, String)>, Failure> {
    let parameters: Vec<(String, String)> = request
        .params()
        .map_err(|_| Failure::parameter("", "The query cannot be read: write name=value&name=value."))?;
    for (i, (name, _)) in parameters.iter().enumerate() {
        if parameters[..i].iter().any(|(before, _)| before == name) {
            return Err(Failure::parameter(name, "This parameter may be given once."));
        }
    }
    Ok(parameters)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_leads_back_to_where_it_was_made_and_fits_no_other_order() {
        let read = |place: &str, cursor: &str| parse_cursor::<(String, String)>(place, cursor);
        let key = ("Århus \"x\"".to_owned(), "0751".to_owned());
        let cursor = write_cursor("region name", &key);
        assert_eq!(read("region name", &cursor).unwrap(), key);
        for other in ["region id", "region -name", "track name"] {
            assert!(read(other, &cursor).is_err(), "{other}");
        }
        for broken in ["", "x", "zz", &cursor[2..], &cursor[1..], "é"] {
            assert!(read("region name", broken).is_err(), "{broken}");
        }
    }
}
