//! Single values: ids, numbers, dates.

use super::super::Day;
use super::super::faults::{Faults, Wrong};

/// Largest weight, penalty, cost of a wish and distance in km: what is multiplied and added up stays finite.
pub const LARGEST: f64 = 1e12;

/// Whether this is an id: `[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}`.
pub fn id(text: &str) -> Result<(), Wrong> {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
    let bytes = text.as_bytes();
    let right = (1..=64).contains(&bytes.len())
        && allowed(bytes[0])
        && bytes[1..].iter().all(|&byte| allowed(byte) || byte == b'.');
    if right {
        return Ok(());
    }
    let detail = format!(
        "{} is not an id; use 1 to 64 letters A to Z, digits, '_', '-' and, after the first, '.'",
        quoted(text)
    );
    Err(Wrong { code: "invalid_id", detail })
}

/// A text from the document in quotes, cut where it is longer than any id.
pub(super) fn quoted(text: &str) -> String {
    match text.char_indices().nth(64) {
        Some((end, _)) => format!("{:?}…", &text[..end]),
        None => format!("{text:?}"),
    }
}

/// Notes a whole number outside `least` to `most`.
pub(super) fn whole(value: Option<i64>, least: i64, most: i64, pointer: impl FnOnce() -> String, faults: &mut Faults) {
    if let Some(value) = value.filter(|value| !(least..=most).contains(value)) {
        let range = if most == i64::MAX { format!("at least {least}") } else { format!("{least} to {most}") };
        faults.add(pointer(), "out_of_range", format!("{value} is out of range; it must be {range}"));
    }
}

/// Notes a number that is outside `least` to `most`, or is none.
pub(super) fn real(value: Option<f64>, least: f64, most: f64, pointer: impl FnOnce() -> String, faults: &mut Faults) {
    if let Some(value) = value.filter(|value| !(least..=most).contains(value)) {
        faults.add(
            pointer(),
            "out_of_range",
            format!("{} is out of range; it must be {least} to {most}", short(value)),
        );
    }
}

/// A number that a person can read: with an exponent where it would have a long row of zeros.
fn short(value: f64) -> String {
    let plain = value == 0.0 || (1e-5..1e15).contains(&value.abs());
    if plain { value.to_string() } else { format!("{value:e}") }
}

/// Notes every text that is not a date.
pub(super) fn dates(texts: &Option<Vec<String>>, field: &str, at: &str, faults: &mut Faults) {
    for (position, text) in texts.iter().flatten().enumerate() {
        if let Err(wrong) = Day::parse(text) {
            let detail = format!("{} is not a date; write YYYY-MM-DD, a day that exists", quoted(text));
            faults.add(format!("{at}/{field}/{position}"), wrong.code, detail);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::short;

    #[test]
    fn a_huge_or_tiny_number_is_written_short() {
        let told = [0.0, -1.5, 999_999.25, 1e15, -f64::MAX, 5e-324].map(short);
        assert_eq!(told, ["0", "-1.5", "999999.25", "1e15", "-1.7976931348623157e308", "5e-324"]);
    }
}
