//! What the file looks like.
//!
//! | bytes | what |
//! | --- | --- |
//! | 8 | `CHIMKEY1`: whose it is and which version |
//! | 3 × 4 | argon2id's memory in KiB, passes and lanes; little endian, as all numbers here |
//! | 16 | salt |
//! | 16 | the mark of the right passphrase: the end of what argon2id makes of it |
//! | 24 | nonce, a new one for each write |
//! | rest | the keys as JSON, sealed together with everything above |
//!
//! The mark tells a wrong passphrase from a damaged file. It helps nobody to guess: each try costs as much as one at the
//! seal itself.

use std::collections::BTreeMap;

use argon2::{Algorithm, Argon2, Params, Version};
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use chimera_core::Secret;
use zeroize::Zeroizing;

use super::{KeyFileError, Result};

const MAGIC: &[u8; 7] = b"CHIMKEY";
const VERSION: u8 = b'1';
const SALT: usize = 16;
const MARK: usize = 16;
const NONCE: usize = 24;
const LID: usize = 8 + 12 + SALT + MARK;

/// How dear one guess of the passphrase is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    pub memory_kib: u32,
    pub passes: u32,
    pub lanes: u32,
}

impl Cost {
    /// 64 MiB and three passes, about a tenth of a second: above what is advised for passwords at servers, since nobody
    /// waits for it more than once a day.
    pub const USUAL: Cost = Cost { memory_kib: 64 * 1024, passes: 3, lanes: 1 };
    /// No file of ours is dearer; one that says so would only use up the machine.
    const MOST: Cost = Cost { memory_kib: 1024 * 1024, passes: 16, lanes: 16 };

    fn is_sane(self) -> bool {
        self.memory_kib <= Self::MOST.memory_kib && self.passes <= Self::MOST.passes && self.lanes <= Self::MOST.lanes
    }
}

/// What the passphrase has become, and the beginning of the file that tells how.
#[derive(Clone)]
pub(super) struct Lid {
    bytes: [u8; LID],
    key: Zeroizing<[u8; 32]>,
}

/// The file, open.
#[derive(Clone)]
pub(super) struct Opened {
    pub lid: Lid,
    pub keys: BTreeMap<String, Secret>,
}

impl Lid {
    pub(super) fn new(passphrase: &Secret, cost: Cost) -> Result<Self> {
        let mut salt = [0; SALT];
        random(&mut salt)?;
        Self::of(passphrase, cost, salt)
    }

    fn of(passphrase: &Secret, cost: Cost, salt: [u8; SALT]) -> Result<Self> {
        let stretched = stretch(passphrase, cost, &salt)?;
        let mut key = Zeroizing::new([0; 32]);
        key.copy_from_slice(&stretched[..32]);
        let mut bytes = Vec::with_capacity(LID);
        bytes.extend_from_slice(MAGIC);
        bytes.push(VERSION);
        for number in [cost.memory_kib, cost.passes, cost.lanes] {
            bytes.extend_from_slice(&number.to_le_bytes());
        }
        bytes.extend_from_slice(&salt);
        bytes.extend_from_slice(&stretched[32..]);
        Ok(Self { bytes: bytes.try_into().expect("the parts make up the lid"), key })
    }

    /// The lid of a file, if this passphrase fits it.
    fn read(bytes: &[u8; LID], passphrase: &Secret) -> Result<Self> {
        if &bytes[..7] != MAGIC {
            return Err(KeyFileError::Damaged("it is no file of keys"));
        }
        if bytes[7] != VERSION {
            return Err(KeyFileError::Newer);
        }
        let number = |at: usize| u32::from_le_bytes(bytes[at..at + 4].try_into().expect("four bytes"));
        let cost = Cost { memory_kib: number(8), passes: number(12), lanes: number(16) };
        if !cost.is_sane() {
            return Err(KeyFileError::Damaged("its numbers are beyond reason"));
        }
        let salt = bytes[20..20 + SALT].try_into().expect("the salt's bytes");
        let lid = Self::of(passphrase, cost, salt)?;
        if lid.bytes == *bytes { Ok(lid) } else { Err(KeyFileError::WrongPassphrase) }
    }
}

impl Opened {
    pub(super) fn from_bytes(bytes: &[u8], passphrase: &Secret) -> Result<Self> {
        let cut = || KeyFileError::Damaged("it is cut short");
        let (lid, rest) = bytes.split_first_chunk::<LID>().ok_or_else(cut)?;
        let (nonce, sealed) = rest.split_first_chunk::<NONCE>().ok_or_else(cut)?;
        let lid = Lid::read(lid, passphrase)?;
        let changed = |_| KeyFileError::Damaged("what is sealed in it was changed");
        let plain = cipher(&lid).decrypt(&XNonce::from(*nonce), Payload { msg: sealed, aad: &lid.bytes });
        let plain = Zeroizing::new(plain.map_err(changed)?);
        let keys: BTreeMap<String, String> =
            serde_json::from_slice(&plain).map_err(|_| KeyFileError::Damaged("what is sealed in it is no list"))?;
        let keys = keys.into_iter().map(|(entry, key)| (entry, Secret::new(key))).collect();
        Ok(Self { lid, keys })
    }

    pub(super) fn seal(&self) -> Result<Vec<u8>> {
        let keys: BTreeMap<&str, &str> = self.keys.iter().map(|(entry, key)| (entry.as_str(), key.expose())).collect();
        let plain = Zeroizing::new(serde_json::to_vec(&keys).expect("texts are always JSON"));
        let mut nonce = [0; NONCE];
        random(&mut nonce)?;
        let sealed = cipher(&self.lid).encrypt(&XNonce::from(nonce), Payload { msg: &plain, aad: &self.lid.bytes });
        let sealed = sealed.map_err(|_| unusable("there is too much in it"))?;
        Ok([&self.lid.bytes[..], &nonce, &sealed].concat())
    }
}

fn cipher(lid: &Lid) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new(&Key::from(*lid.key))
}

fn stretch(passphrase: &Secret, cost: Cost, salt: &[u8]) -> Result<Zeroizing<[u8; 32 + MARK]>> {
    let mut stretched = Zeroizing::new([0; 32 + MARK]);
    let params = Params::new(cost.memory_kib, cost.passes, cost.lanes, Some(stretched.len()))
        .map_err(|_| KeyFileError::Damaged("its numbers are beyond reason"))?;
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(passphrase.expose().as_bytes(), salt, &mut *stretched)
        .map_err(|error| unusable(&error.to_string()))?;
    Ok(stretched)
}

fn random(bytes: &mut [u8]) -> Result<()> {
    getrandom::fill(bytes).map_err(|error| unusable(&error.to_string()))
}

fn unusable(detail: &str) -> KeyFileError {
    KeyFileError::Unusable { doing: "sealed", detail: detail.to_owned() }
}
