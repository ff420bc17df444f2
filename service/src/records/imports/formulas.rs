//! What spreadsheets would run as a formula, and the apostrophe that keeps them from it: put before such texts in what
//! we hand out, taken away from what comes in.

/// What a spreadsheet takes for the beginning of a formula, the wide signs of East Asian keyboards too.
const BEGINNINGS: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];

/// A text that no spreadsheet reads as a formula: an apostrophe goes before what would be one, and before what looks as if
/// it had one already.
pub fn neutral(text: &str) -> String {
    if is_formula(text) { format!("'{text}") } else { text.to_owned() }
}

/// The text without the apostrophe of [`neutral`].
pub fn plain(text: &str) -> &str {
    text.strip_prefix('\'').filter(|rest| is_formula(rest)).unwrap_or(text)
}

fn is_formula(text: &str) -> bool {
    // What shows nothing may be left out by whoever reads the file, and the formula begins it then.
    let shows_nothing =
        |c: char| c == '\'' || c.is_control() || c.is_whitespace() || "\u{feff}\u{200b}\u{2060}".contains(c);
    text.starts_with(BEGINNINGS) || text.trim_start_matches(shows_nothing).starts_with(BEGINNINGS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_spreadsheet_would_run_is_kept_from_it_and_read_back() {
        let wide = ["＝1+1", "＋1", "－1", "＠SUM(A1)"];
        for formula in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1+1"].into_iter().chain(wide) {
            assert_eq!(neutral(formula), format!("'{formula}"));
            assert_eq!(plain(&neutral(formula)), formula);
        }
        for hidden in ["\u{1}=1+1", " =1+1", "\u{a0}@x", "\u{feff}+1", "'\u{200b}-1"] {
            assert_eq!(neutral(hidden), format!("'{hidden}"));
            assert_eq!(plain(&neutral(hidden)), hidden);
        }
        for quoted in ["'=1+1", "''-"] {
            assert_eq!(plain(&neutral(quoted)), quoted);
        }
        for text in ["Aarhus", "1-2", "", "'t Hof"] {
            assert_eq!((neutral(text).as_str(), plain(text)), (text, text));
        }
    }
}
