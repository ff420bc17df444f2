//! Digests of texts, as they are stored and told.

use sha2::{Digest as _, Sha256};

/// SHA-256 of a text, in hex.
pub fn sha256(text: impl AsRef<[u8]>) -> String {
    hex(&Sha256::digest(text))
}

/// Bytes in hex.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The bytes that a text says in hex; none where it is no such text.
pub fn from_hex(text: &str) -> Option<Vec<u8>> {
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    text.as_bytes().chunks(2).map(byte).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digest_is_the_published_one() {
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"; // FIPS 180-2, B.1
        assert_eq!(sha256("abc"), abc);
        assert_eq!(from_hex(abc).map(|bytes| hex(&bytes)).as_deref(), Some(abc));
        assert_eq!((from_hex("xy"), from_hex("é")), (None, None));
    }
}
