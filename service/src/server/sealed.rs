//! Answers that are kept, unreadable without the request that they answer.
//!
//! The database has neither the text of an API key nor an Idempotency-Key, only their hashes; a request that is sent again
//! brings both. What seals an answer is made of them, of the request's hash and of a salt: SHA-256 of all gives a key, and
//! SHA-256 of the key and a counter gives as many bytes as the answer has, which are added to it (the generator Hash_DRBG of
//! NIST SP 800-90A, each key used once). A mark tells a damaged answer. Where no API key is needed the seal is as strong as
//! the client's Idempotency-Key.

use sha2::{Digest as _, Sha256};

const BLOCK: usize = 32;

/// Bytes of a salt.
pub const SALT: usize = 16;

/// What seals an answer, and opens it again.
pub struct Seal([u8; BLOCK]);

impl Seal {
    /// Made of these secrets.
    pub fn of(salt: &[u8], secrets: &[&[u8]]) -> Seal {
        let mut hash = Sha256::new_with_prefix("netvisit kept answer");
        for part in [&[salt], secrets].concat() {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        Seal(hash.finalize().into())
    }

    /// The text, sealed.
    pub fn closed(&self, mut text: Vec<u8>) -> Vec<u8> {
        let mark = self.mark(&text);
        self.mix(&mut text);
        [&mark[..], &text].concat()
    }

    /// The text that was sealed; none where it is damaged, or was sealed with something else.
    pub fn opened(&self, sealed: &[u8]) -> Option<Vec<u8>> {
        let (mark, text) = sealed.split_at_checked(BLOCK)?;
        let mut text = text.to_vec();
        self.mix(&mut text);
        (self.mark(&text) == mark).then_some(text)
    }

    fn mix(&self, text: &mut [u8]) {
        for (number, block) in (0_u64..).zip(text.chunks_mut(BLOCK)) {
            let pad = Sha256::new_with_prefix(self.0).chain_update(number.to_be_bytes()).finalize();
            block.iter_mut().zip(pad).for_each(|(byte, pad)| *byte ^= pad);
        }
    }

    fn mark(&self, text: &[u8]) -> [u8; BLOCK] {
        Sha256::new_with_prefix(self.0).chain_update("mark").chain_update(text).finalize().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_with_the_same_secrets_and_with_no_others() {
        for length in [0, 1, 31, 32, 33, 1000] {
            let text = vec![b'x'; length];
            let sealed = Seal::of(b"salt", &[b"key", b"request"]).closed(text.clone());
            assert_eq!(Seal::of(b"salt", &[b"key", b"request"]).opened(&sealed), Some(text.clone()));
            assert!(length < 4 || !sealed.windows(4).any(|part| part == b"xxxx"));
            for (salt, secrets) in [
                (&b"salt"[..], [&b"keyr"[..], b"equest"]),
                (b"salts", [b"key", b"request"]),
                (b"salt", [b"key", b"other"]),
            ] {
                assert_eq!(Seal::of(salt, &secrets).opened(&sealed), None);
            }
        }
        assert_eq!(Seal::of(b"salt", &[]).opened(b"short"), None);
    }
}
