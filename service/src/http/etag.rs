//! ETags: one strong tag per revision, so that nobody overwrites what they have not seen.

use poem::Request;
use poem::http::{HeaderMap, header};

use super::failure::{Failure, Kind};

/// The ETag of a revision.
pub fn etag(revision: i64) -> String {
    format!("\"{revision}\"")
}

/// What a request demands of the resource that it reads or changes.
#[derive(Clone, Debug, Default)]
pub struct Conditions {
    matches: Option<Tags>,
    none_match: Option<Tags>,
}

#[derive(Clone, Debug)]
enum Tags {
    Any,
    These(Vec<String>),
}

impl Conditions {
    /// Those in the headers of a request.
    pub fn of(request: &Request) -> Result<Conditions, Failure> {
        let headers = request.headers();
        Ok(Conditions {
            matches: Tags::read(headers, header::IF_MATCH)?,
            none_match: Tags::read(headers, header::IF_NONE_MATCH)?,
        })
    }

    /// Whether the client has this revision already: the answer is then "not modified". Weak tags serve here, for
    /// a proxy that compresses makes tags weak.
    pub fn fresh(&self, revision: i64) -> bool {
        self.none_match.as_ref().is_some_and(|tags| tags.have(revision, true))
    }

    /// Whether a change may be made to what is there now (`None`: nothing is). A change of what exists needs
    /// `If-Match`; `If-None-Match: *` asks for creation alone.
    pub fn allow_change(&self, current: Option<i64>) -> Result<(), Failure> {
        let stale = |detail: &str| Err(Failure::new(Kind::PreconditionFailed, detail));
        match (current, &self.matches, &self.none_match) {
            (Some(now), _, Some(tags)) if tags.have(now, true) => {
                stale("It exists already, and the request's If-None-Match does not want that.")
            }
            (Some(now), Some(tags), _) if !tags.have(now, false) && tags.have(now, true) => {
                let tag = etag(now);
                let detail = format!(
                    "If-Match has a weak form of the present ETag, as a proxy that compresses makes it (W/\"1\", \"1-gzip\"): \
                     a change needs the ETag as the service gave it, {tag}. Have the proxy leave answers as they are, or \
                     send the ETag without what was added."
                );
                stale(&detail)
            }
            (Some(now), Some(tags), _) if !tags.have(now, false) => {
                stale("It has changed since the ETag in If-Match was given: read it again before you change it.")
            }
            (Some(_), None, _) => {
                let detail = "Send the ETag that you saw in If-Match, so that nobody's change is lost.";
                Err(Failure::new(Kind::PreconditionRequired, detail))
            }
            (None, Some(_), _) => stale("It does not exist, so it is not what If-Match asks for."),
            _ => Ok(()),
        }
    }
}

impl Tags {
    fn read(headers: &HeaderMap, name: header::HeaderName) -> Result<Option<Tags>, Failure> {
        let mut tags = Vec::new();
        for value in headers.get_all(&name) {
            let text = value.to_str().unwrap_or_default().trim();
            if text == "*" {
                return Ok(Some(Tags::Any));
            }
            for tag in text.split(',').map(str::trim) {
                let opaque = tag.strip_prefix("W/").unwrap_or(tag);
                if opaque.len() < 2 || !opaque.starts_with('"') || !opaque.ends_with('"') {
                    let detail = format!("The header {name} holds ETags in double quotes, such as \"42\", or *.");
                    return Err(Failure::new(Kind::BadRequest, detail));
                }
                tags.push(tag.to_owned());
            }
        }
        Ok((!tags.is_empty()).then_some(Tags::These(tags)))
    }

    /// Whether this revision's tag is among them, or (`weak_too`) one that a proxy has made of it.
    fn have(&self, revision: i64, weak_too: bool) -> bool {
        let tag = etag(revision);
        let same = |have: &String| *have == tag || (weak_too && strong(have) == tag);
        match self {
            Tags::Any => true,
            Tags::These(tags) => tags.iter().any(same),
        }
    }
}

/// A tag without what proxies that compress add to it: `W/"1"`, `"1-gzip"`, `"1--gzip"`, `"1;br"` for `"1"`.
fn strong(tag: &str) -> String {
    let tag = tag.strip_prefix("W/").unwrap_or(tag).trim_matches('"');
    let digits = tag.find(|c: char| !c.is_ascii_digit()).map_or(tag, |end| &tag[..end]);
    let added = &tag[digits.len()..];
    let of_a_proxy = added.is_empty() || added.starts_with(['-', ';', ':']);
    format!("\"{}\"", if of_a_proxy { digits } else { tag })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn conditions(name: &str, value: &str) -> Conditions {
        Conditions::of(&Request::builder().header(name, value).finish()).unwrap()
    }

    #[test]
    fn a_change_of_what_exists_needs_its_present_tag() {
        let kind = |conditions: Conditions, now| conditions.allow_change(now).map_err(|failure| failure.kind());
        assert_eq!(kind(Conditions::default(), Some(3)), Err(Kind::PreconditionRequired));
        assert_eq!(kind(conditions("if-match", "\"2\""), Some(3)), Err(Kind::PreconditionFailed));
        assert_eq!(kind(conditions("if-match", "W/\"3\""), Some(3)), Err(Kind::PreconditionFailed));
        assert_eq!(kind(conditions("if-match", "\"2\", \"3\""), Some(3)), Ok(()));
        assert_eq!(kind(conditions("if-match", "*"), Some(3)), Ok(()));
        assert_eq!(kind(conditions("if-match", "*"), None), Err(Kind::PreconditionFailed));
        assert_eq!(kind(conditions("if-none-match", "*"), Some(3)), Err(Kind::PreconditionFailed));
        assert_eq!(kind(conditions("if-none-match", "*"), None), Ok(()));
        assert_eq!(kind(Conditions::default(), None), Ok(()));
    }

    #[test]
    fn a_tag_that_a_proxy_has_made_weak_is_told_so_and_not_that_the_record_has_changed() {
        let detail = |tag: &str, now| conditions("if-match", tag).allow_change(Some(now)).unwrap_err().to_string();
        for weak in ["W/\"3\"", "\"3-gzip\"", "W/\"3-gzip\"", "\"3--gzip\"", "\"3;br\""] {
            assert!(detail(weak, 3).contains("weak form") && detail(weak, 3).contains("\"3\""), "{weak}");
            assert!(detail(weak, 4).contains("has changed"), "{weak}");
        }
        assert!(detail("\"3x\"", 3).contains("has changed"));
    }

    #[test]
    fn a_weak_tag_is_good_enough_to_read() {
        assert!(conditions("if-none-match", "W/\"3\"").fresh(3));
        assert!(conditions("if-none-match", "\"3-gzip\"").fresh(3));
        assert!(!conditions("if-none-match", "\"4\"").fresh(3));
    }

    #[test]
    fn a_tag_without_quotes_is_refused() {
        let request = Request::builder().header("if-match", "3").finish();
        assert_eq!(Conditions::of(&request).map_err(|failure| failure.kind()).err(), Some(Kind::BadRequest));
    }
}
