//! Passwords: argon2id behind a bounded gate, off the async threads, and a strength meter.

use crate::web::error::{Error, Result};
use argon2::{
    Argon2,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use std::{
    sync::{Arc, LazyLock},
    time::Duration,
};
use tokio::sync::Semaphore;

/// Each hash takes 19 MiB and some 20 ms of a core (OWASP's parameters, the crate's default); more at once than
/// cores would only make everyone slower. They have threads of their own, always the same: what an allocator keeps for
/// each of tokio's blocking threads came to half a gigabyte.
pub struct Passwords {
    gate: Arc<Semaphore>,
    threads: Arc<rayon_core::ThreadPool>,
}

impl Default for Passwords {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        // Whoever waits for a hash whose thread panicked is told so by the channel.
        let threads = rayon_core::ThreadPoolBuilder::new().num_threads(cores).panic_handler(drop);
        let threads = threads.thread_name(|n| format!("passwords-{n}")).build().expect("threads can be started");
        Self { gate: Arc::new(Semaphore::new(cores)), threads: Arc::new(threads) }
    }
}

/// How long somebody waits at the gate before they are told that we are busy.
const PATIENCE: Duration = Duration::from_secs(5);

/// Verified in place of an account that does not exist, so that both take the same time.
static NOBODY: LazyLock<String> = LazyLock::new(|| {
    Argon2::default().hash_password(b"nobody's password").expect("the default parameters are valid").to_string()
});

impl Passwords {
    pub async fn hash(&self, password: &str) -> Result<String> {
        let password = password.to_owned();
        self.at_the_gate(move || {
            let hash = Argon2::default().hash_password(password.as_bytes());
            hash.map(|h| h.to_string()).map_err(|e| Error::Internal(format!("hashing failed: {e}")))
        })
        .await?
    }

    /// Whether `password` is the one behind `hash`; with no hash, takes as long and says no.
    pub async fn verify(&self, password: &str, hash: Option<String>) -> Result<bool> {
        let password = password.to_owned();
        self.at_the_gate(move || {
            let known = hash.is_some();
            let hash = hash.unwrap_or_else(|| NOBODY.clone());
            let parsed =
                PasswordHash::new(&hash).map_err(|e| Error::Internal(format!("a stored hash is broken: {e}")))?;
            Ok(Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok() && known)
        })
        .await?
    }

    async fn at_the_gate<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
        let busy = |_| Error::Unavailable("Signing in", "too many at once".into());
        let permit = tokio::time::timeout(PATIENCE, self.gate.clone().acquire_owned()).await.map_err(busy)?;
        let permit = permit.map_err(|_| Error::Internal("the gate is closed".into()))?;
        let (tell, told) = tokio::sync::oneshot::channel();
        self.threads.spawn(move || {
            let done = work();
            drop(permit);
            // Whoever asked may have hung up.
            let _unheard = tell.send(done);
        });
        told.await.map_err(|_| Error::Internal("hashing a password broke off".into()))
    }
}

/// Whether a hash is of weaker parameters than those of today.
pub fn is_old(hash: &str) -> bool {
    let Ok(parsed) = PasswordHash::new(hash) else { return false };
    let now = argon2::Params::default();
    let then = argon2::Params::try_from(&parsed);
    parsed.algorithm.as_str() != "argon2id"
        || then.is_ok_and(|t| t.m_cost() < now.m_cost() || t.t_cost() < now.t_cost() || t.p_cost() < now.p_cost())
}

/// Letters of a password that are looked at.
const METERED: usize = 24;

/// How hard a password is to guess, from 0 to 4; 3 is enough. `about` are words of the person's own.
pub fn strength(password: &str, about: &[&str]) -> u8 {
    judge(password, about).score() as u8
}

/// Why a password is too easy to guess, if it is; `about` are words of the person's own.
pub fn guessable(password: &str, about: &[&str]) -> Option<String> {
    let verdict = judge(password, about);
    if verdict.score() >= zxcvbn::Score::Three {
        return None;
    }
    let why = verdict.feedback().and_then(|f| f.warning()).map(|w| w.to_string());
    let why = why.unwrap_or_else(|| "This password is easy to guess.".into());
    Some(format!("{why} Add another word or two."))
}

fn judge(password: &str, about: &[&str]) -> zxcvbn::Entropy {
    // The meter's time grows with a power of the length: a hundred letters took it half a minute. What begins well
    // for this long is strong enough.
    let checked: String = password.chars().take(METERED).collect();
    // "Acme Lamps" is guessed as acmelamps.
    let squeeze = |text: &&str| text.chars().filter(|c| c.is_alphanumeric()).take(METERED).collect::<String>();
    let squeezed: Vec<String> = about.iter().map(squeeze).collect();
    let short = about.iter().copied().filter(|text| text.len() <= 4 * METERED);
    let about: Vec<&str> = short.chain(squeezed.iter().map(String::as_str)).collect();
    zxcvbn::zxcvbn(&checked, &about)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_passwords_are_refused() {
        for bad in ["password123", "qwertyuiop", "iloveyou12", "Passw0rd!!", "ada.lovelace"] {
            assert!(guessable(bad, &["ada.lovelace"]).is_some(), "{bad}");
        }
        assert!(guessable("acmelamps1", &["Acme Lamps"]).is_some());
        assert_eq!(guessable("nine lamps under the river", &[]), None);
        assert!(guessable(&"a".repeat(100), &[]).is_some());
    }
}
