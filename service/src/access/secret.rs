//! The text of a key: `nv_`, its id, and a secret that only its bearer has.

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq as _;

use crate::digest::hex;

/// What the text of every key begins with, so that scanners for leaked secrets can know it.
const BEGINNING: &str = "nv_";
const ID_BYTES: usize = 6;
const SECRET_BYTES: usize = 32;

/// SHA-256 of the text of a key. The secret in it has 256 random bits, so that nothing slower is needed.
#[derive(Clone, Copy, Debug)]
pub struct Hash([u8; 32]);

impl Hash {
    /// Of this text.
    pub fn of(key: &str) -> Hash {
        Hash(Sha256::digest(key.as_bytes()).into())
    }

    /// As it was stored; none if it is not one.
    pub fn stored(bytes: &[u8]) -> Option<Hash> {
        bytes.try_into().ok().map(Hash)
    }

    /// Its bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// Whether both are the same, in a time that does not tell where they differ.
    pub fn is(&self, other: &Hash) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

/// A new key: its id, and its whole text, which is shown once and not kept.
///
/// Errors: the operating system has no random bytes.
pub fn new_key() -> Result<(String, String), getrandom::Error> {
    let mut bytes = [0; ID_BYTES + SECRET_BYTES];
    getrandom::fill(&mut bytes)?;
    let (id, secret) = (hex(&bytes[..ID_BYTES]), hex(&bytes[ID_BYTES..]));
    let text = format!("{BEGINNING}{id}_{secret}");
    Ok((id, text))
}

/// The id in the text of a key; none where the text is not one.
pub fn id_in(key: &str) -> Option<&str> {
    let (id, secret) = key.strip_prefix(BEGINNING)?.split_once('_')?;
    let sound = |text: &str, bytes: usize| text.len() == 2 * bytes && text.bytes().all(|b| b.is_ascii_hexdigit());
    (sound(id, ID_BYTES) && sound(secret, SECRET_BYTES)).then_some(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_keys_are_alike_and_each_tells_its_id() {
        let ((id, key), (other, another)) = (new_key().unwrap(), new_key().unwrap());
        assert_eq!((id_in(&key), id_in(&another)), (Some(id.as_str()), Some(other.as_str())));
        assert!(id != other && Hash::of(&key).is(&Hash::of(&key)) && !Hash::of(&key).is(&Hash::of(&another)));
    }

    #[test]
    fn what_is_no_key_has_no_id() {
        let (_, key) = new_key().unwrap();
        for text in ["", "nv_", "nv__", &key[1..], &key[..key.len() - 1], &format!("{key}0"), &key.replace('_', "-")] {
            assert_eq!(id_in(text), None, "{text}");
        }
    }
}
