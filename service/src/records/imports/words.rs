//! Words of spreadsheets in Danish, Swedish and Norwegian: heads of columns, yes and no, kinds of days.

/// What a head may mean: the first of these columns that there is.
const HEADS: &[(&str, &[&str])] = &[
    ("municipality name", &["kommune", "kommun", "kommunenavn", "kommunnamn"]),
    ("municipality id", &["kommunekode", "kommunkod", "kommunenr", "kommunenummer", "kode", "kod", "nr", "nummer"]),
    ("name", &["navn", "namn", "titel", "tittel"]),
    ("region", &["landsdel", "fylke", "län"]),
    ("lat", &["latitude", "latitud", "bredde", "breddegrad"]),
    ("lon", &["longitude", "longitud", "længde", "længdegrad", "lengdegrad", "lng"]),
    ("can_host", &["vært", "vert", "värd", "kan_være_vært", "kan_være_vert", "kan_vara_värd"]),
    ("host_capacity", &["kapacitet", "kapasitet", "capacity", "værtskapacitet", "vertskapasitet", "värdkapacitet"]),
    ("delegates", &["deltagere", "deltakere", "deltagare", "delegater", "delegerede", "personer", "antal", "antall"]),
    ("track", &["spor", "spår"]),
    ("preferences", &["preference", "wish", "wishes", "ønske", "ønsker", "önskemål", "prioritet", "prioritering"]),
    ("fixed", &["fast", "låst", "fastlåst"]),
    ("excluded", &["udelukket", "utelukket", "utesluten", "fravalg"]),
    ("date start", &["dato", "datum", "fra", "från", "first", "startdato", "startdatum"]),
    ("until end", &["til", "till", "slut", "slutdato", "slutdatum", "sluttdato", "last"]),
    ("kind", &["type", "typ", "slags", "art"]),
    ("km", &["afstand", "avstand", "avstånd", "kilometer", "distance"]),
    ("min_members", &["min_medlemmer", "min_medlemmar"]),
    ("max_members", &["max_medlemmer", "maks_medlemmer", "max_medlemmar"]),
    ("max_delegates", &["max_deltagere", "maks_deltakere", "max_deltagare"]),
    ("allowed_regions", &["regioner", "tilladte_regioner", "tillatte_regioner", "tillåtna_regioner"]),
];

const YES: [&str; 9] = ["true", "1", "yes", "ja", "sand", "sant", "sann", "x", "j"];
const NO: [&str; 9] = ["false", "0", "no", "nej", "nei", "falsk", "falskt", "usann", "n"];

/// Kinds of days in a diary.
const KINDS: &[(&str, &[&str])] = &[
    ("unavailable", &["optaget", "opptatt", "upptagen", "utilgængelig", "utilgjengelig", "otillgänglig", "fravær"]),
    ("cannot_host_on", &["cannot_host", "kan_ikke_være_vært", "kan_ikke_være_vert", "kan_inte_vara_värd", "ikke_vært"]),
    ("undesired", &["uønsket", "oönskad", "helst_ikke", "helst_inte"]),
];

/// A word as it is compared: in small letters, with `_` for spaces and marks.
pub fn folded(text: &str) -> String {
    let parts = text.split(|c: char| c.is_whitespace() || matches!(c, '-' | '_' | '.')).filter(|part| !part.is_empty());
    parts.map(str::to_lowercase).collect::<Vec<_>>().join("_")
}

/// The column that a folded head means, of those that there are.
pub fn head(word: &str, is_column: impl Fn(&str) -> bool) -> Option<&str> {
    if is_column(word) {
        return Some(word);
    }
    let (columns, _) = HEADS.iter().find(|(_, words)| words.contains(&word))?;
    columns.split(' ').find(|column| is_column(column))
}

/// Yes or no.
pub fn truth(text: &str) -> Option<bool> {
    let word = text.to_lowercase();
    let is = |words: &[&str]| words.contains(&word.as_str());
    if is(&YES) { Some(true) } else { is(&NO).then_some(false) }
}

/// The value that a text names, whatever its letters; the text itself where it names none.
pub fn named(values: &[String], text: &str) -> String {
    let word = folded(text);
    let kind = KINDS.iter().find(|(_, words)| words.contains(&word.as_str()));
    let meant = kind.map_or(word.as_str(), |(kind, _)| kind);
    values.iter().find(|value| *value == meant).cloned().unwrap_or_else(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_mean_the_first_column_that_there_is() {
        let meant = |head_: &str, columns: &[&str]| head(&folded(head_), |c| columns.contains(&c)).map(str::to_owned);
        assert_eq!(meant(" Kommune", &["municipality", "name"]).as_deref(), Some("municipality"));
        assert_eq!(meant("KOMMUNE", &["id", "name"]).as_deref(), Some("name"));
        assert_eq!(meant("Host capacity", &["host_capacity"]).as_deref(), Some("host_capacity"));
        assert_eq!(meant("Længdegrad", &["lat", "lon"]).as_deref(), Some("lon"));
        assert_eq!(meant("Kommune", &["km"]), None);
    }

    #[test]
    fn yes_no_and_kinds_are_read_in_four_languages() {
        for (text, value) in [("SAND", true), ("Sant", true), ("SANN", true), ("nei", false), ("USANN", false)] {
            assert_eq!(truth(text), Some(value), "{text}");
        }
        assert_eq!(truth("maybe"), None);
        let kinds = ["unavailable", "cannot_host_on", "undesired"].map(str::to_owned);
        for (text, kind) in [("Optaget", 0), ("Kan ikke være vært", 1), ("CANNOT HOST ON", 1), ("Oönskad", 2)] {
            assert_eq!(named(&kinds, text), kinds[kind], "{text}");
        }
        assert_eq!(named(&kinds, "holiday"), "holiday");
    }
}
