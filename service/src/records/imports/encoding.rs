//! Files in the encodings that spreadsheets save: UTF-8, UTF-16 with its mark, and Windows-1252 where the client says so.

use std::borrow::Cow;

use super::cells::Wrong;

/// What Windows-1252 has from 0x80 to 0x9F; the rest is as in Latin-1.
const WINDOWS_1252: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}', '‘', '’',
    '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// The file in UTF-8, without its mark; rows that are not are told one by one.
///
/// Errors: a workbook, UTF-16 that is broken, a charset that is not known.
pub fn decoded<'a>(bytes: &'a [u8], charset: Option<&str>) -> Result<Cow<'a, [u8]>, Wrong> {
    match bytes {
        [b'P', b'K', 3, 4, ..] | [0xd0, 0xcf, 0x11, 0xe0, ..] => {
            Err(("workbook", "this is a workbook; save its sheet as CSV UTF-8 and send that".to_owned()))
        }
        [0xef, 0xbb, 0xbf, rest @ ..] => Ok(rest.into()),
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes),
        _ => match charset.map(str::to_ascii_lowercase).as_deref() {
            None | Some("utf-8" | "utf8" | "us-ascii") => Ok(bytes.into()),
            Some("windows-1252" | "cp1252" | "iso-8859-1" | "latin1") => Ok(latin(bytes).into_bytes().into()),
            Some("utf-16" | "utf-16le") => utf16(bytes, u16::from_le_bytes),
            Some("utf-16be") => utf16(bytes, u16::from_be_bytes),
            Some(other) => {
                Err(("unknown_charset", format!("the charset {other:?} is not read here; save the file as CSV UTF-8")))
            }
        },
    }
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<Cow<'_, [u8]>, Wrong> {
    let (units, rest) = bytes.as_chunks::<2>();
    let text: Option<String> =
        char::decode_utf16(units.iter().map(|bytes| unit(*bytes))).collect::<Result<_, _>>().ok();
    match text.filter(|_| rest.is_empty()) {
        Some(text) => Ok(text.into_bytes().into()),
        None => Err(("not_utf16", "the file begins as UTF-16 and does not go on so; save it as CSV UTF-8".to_owned())),
    }
}

fn latin(bytes: &[u8]) -> String {
    let sign = |byte: &u8| match byte {
        0x80..=0x9f => WINDOWS_1252[usize::from(byte - 0x80)],
        byte => char::from(*byte),
    };
    bytes.iter().map(sign).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(bytes: &[u8], charset: Option<&str>) -> Result<String, &'static str> {
        let bytes = decoded(bytes, charset).map_err(|wrong| wrong.0)?;
        Ok(String::from_utf8(bytes.into_owned()).unwrap())
    }

    #[test]
    fn every_encoding_of_spreadsheets_is_read() {
        let little: Vec<u8> = "\u{feff}Køge 🏛".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = "\u{feff}Køge 🏛".encode_utf16().flat_map(u16::to_be_bytes).collect();
        for bytes in [little.as_slice(), &big, "\u{feff}Køge 🏛".as_bytes(), "Køge 🏛".as_bytes()] {
            assert_eq!(text(bytes, None).as_deref(), Ok("Køge 🏛"));
        }
        assert_eq!(text(b"K\xf8ge \x80", Some("Windows-1252")).as_deref(), Ok("Køge €"));
    }

    #[test]
    fn what_cannot_be_read_is_told_in_one_sentence() {
        assert_eq!(text(b"PK\x03\x04rest", None), Err("workbook"));
        assert_eq!(text(b"\xff\xfea", None), Err("not_utf16"));
        assert_eq!(text(b"a", Some("ebcdic")), Err("unknown_charset"));
    }
}
