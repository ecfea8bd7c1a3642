//! What something was calculated from, as a fingerprint: SHA-256 of its JSON, whose fields have one order (struct fields as
//! they are declared, maps by key, decimals without zeros at the end).

use serde::Serialize;
use sha2::{Digest, Sha256};

/// Counted up when the engine itself comes to other amounts: results of another engine are not taken for its own.
pub const ENGINE: u32 = 1;

/// 64 hexadecimal digits.
pub fn fingerprint(value: &impl Serialize) -> String {
    let json = serde_json::to_vec(&(ENGINE, value)).expect("plain data with text for keys has a JSON");
    Sha256::digest(json).iter().map(|byte| format!("{byte:02x}")).collect()
}
