//! API tokens as programs bring them: which one, and a secret that is kept nowhere.

use rand::Rng;
use sha2::{Digest, Sha256};
use store::{
    Db,
    workspace::tokens::{self, Bearer},
};
use uuid::Uuid;

/// What a token begins with, for those who look for secrets in what is published.
const PREFIX: &str = "p360_";

/// A new secret, 256 bits, and the hash by which it is known again.
pub fn draw() -> (String, Vec<u8>) {
    let mut bytes = [0_u8; 32];
    rand::rng().fill(&mut bytes[..]);
    let secret: String = bytes.iter().map(|b| format!("{b:02x}")).collect();
    let hash = Sha256::digest(secret.as_bytes()).to_vec();
    (secret, hash)
}

/// A token as its owner gets it: which one, and its secret.
pub fn written(id: Uuid, secret: &str) -> String {
    format!("{PREFIX}{}_{secret}", id.simple())
}

/// In whose name a token acts; not found for anything that is none.
pub async fn authenticate(db: &Db, token: &str) -> store::Result<Bearer> {
    let parts = token.trim().strip_prefix(PREFIX).and_then(|rest| rest.split_once('_'));
    let Some((id, secret)) = parts.and_then(|(id, secret)| Some((id.parse().ok()?, secret))) else {
        return Err(store::Error::NotFound);
    };
    tokens::authenticate(db, id, &Sha256::digest(secret.as_bytes())).await
}
