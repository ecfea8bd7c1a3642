//! One file from a form, read within a limit.

use crate::web::{
    access::{App, Unforged},
    csrf,
    error::Error,
};
use axum::{
    body::Bytes,
    extract::{DefaultBodyLimit, FromRequest, Multipart, Request},
};
use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};
use tokio::{
    sync::{Semaphore, SemaphorePermit},
    time::timeout,
};

/// What the form brought. A file that is too large was read to its end and thrown away, so that the browser hears
/// the answer instead of a broken connection.
pub struct Upload {
    pub file: Option<File>,
    pub too_large: bool,
    /// Kept as long as the file is in memory.
    _place: Option<Place>,
}

/// Files that are held in memory at a time, each of at most `MAX_BYTES`.
static PLACES: Semaphore = Semaphore::const_new(6);
/// How many of them come out of one browser: nobody takes all the places.
const EACH: usize = 2;
/// How long somebody waits for a place.
const WAIT: Duration = Duration::from_secs(30);
/// How long nothing may come of a file that is under way, and after which time it must have come this fast.
const SILENCE: Duration = Duration::from_secs(20);
const BYTES_A_SECOND: u64 = 4 * 1024;

/// Whose browser has how many files under way.
static UNDER_WAY: Mutex<BTreeMap<String, usize>> = Mutex::new(BTreeMap::new());

/// A place, given back when it is dropped.
struct Place {
    whose: String,
    _permit: SemaphorePermit<'static>,
}

impl Place {
    /// `whose`: the browser, told by the token that its form carries.
    async fn take(whose: String) -> Result<Self, Error> {
        let permit = timeout(WAIT, PLACES.acquire()).await.map_err(|_| Error::Bad(FULL.into()))?;
        let mut all = UNDER_WAY.lock().unwrap_or_else(PoisonError::into_inner);
        let mine = all.entry(whose.clone()).or_default();
        if *mine >= EACH {
            return Err(Error::Bad(YOURS.into()));
        }
        *mine += 1;
        Ok(Self { whose, _permit: permit.expect("nobody closes it") })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut all = UNDER_WAY.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(mine) = all.get_mut(&self.whose) {
            *mine -= 1;
            if *mine == 0 {
                all.remove(&self.whose);
            }
        }
    }
}

pub struct File {
    pub name: String,
    pub bytes: Bytes,
}

/// Bytes of a body that are read at all.
const PATIENCE: usize = 512 * 1024 * 1024;

const YOURS: &str = "Two files of yours are on their way already. Wait until they are here.";
const SLOW: &str = "The file came too slowly. Try again where the connection is better.";
const FULL: &str = "Many files are on their way here just now. Try again in a minute.";

impl Unforged for Upload {}

impl FromRequest<App> for Upload {
    type Rejection = Error;

    /// The token comes first, as a header or as the form's first field: nothing of a forged upload is kept.
    async fn from_request(mut request: Request, app: &App) -> Result<Self, Error> {
        DefaultBodyLimit::max(PATIENCE).apply(&mut request);
        let (parts, body) = request.into_parts();
        let kept = parts.clone();
        let broken = |_| Error::Bad("The file did not arrive whole. Try again.".into());
        let mut form = Multipart::from_request(Request::from_parts(parts, body), app)
            .await
            .map_err(|_| Error::Bad("This is not a form with a file.".into()))?;
        let mut trusted = csrf::check(&kept, app, None).is_ok();
        let mut upload = Self { file: None, too_large: false, _place: None };
        while let Some(mut part) = form.next_field().await.map_err(broken)? {
            let name = part.name().unwrap_or_default().to_owned();
            if name == "_csrf" {
                csrf::check(&kept, app, Some(&part.text().await.map_err(broken)?))?;
                trusted = true;
                continue;
            }
            if !trusted {
                return Err(Error::Forged);
            }
            // Only behind the token: a form that is not ours takes no place.
            if upload._place.is_none() {
                upload._place = Some(Place::take(csrf::token(&kept, app)).await?);
            }
            let file_name = part.file_name().map(str::to_owned);
            // What is no file of ours is read and thrown away.
            let limit = if file_name.is_some() && upload.file.is_none() { domain::import::MAX_BYTES } else { 0 };
            let mut bytes = Vec::new();
            let (mut over, began, mut came) = (false, Instant::now(), 0_u64);
            while let Some(chunk) =
                timeout(SILENCE, part.chunk()).await.map_err(|_| Error::Bad(SLOW.into()))?.map_err(broken)?
            {
                came += chunk.len() as u64;
                let took = began.elapsed();
                if took > SILENCE && came < took.as_secs() * BYTES_A_SECOND {
                    return Err(Error::Bad(SLOW.into()));
                }
                over |= bytes.len() + chunk.len() > limit;
                if over {
                    bytes = Vec::new();
                } else {
                    bytes.extend_from_slice(&chunk);
                }
            }
            match file_name {
                Some(_) if over => upload.too_large = true,
                Some(file) if !file.is_empty() => upload.file = Some(File { name: file, bytes: bytes.into() }),
                _ => {}
            }
        }
        if trusted { Ok(upload) } else { Err(Error::Forged) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn one_browser_does_not_take_all_the_places() {
        let take = |whose: &str| Place::take(whose.to_owned());
        let mut held = vec![];
        for _ in 0..EACH {
            held.push(take("a").await.unwrap_or_else(|_| panic!("a place")));
        }
        assert!(take("a").await.is_err(), "two are theirs");
        held.push(take("b").await.unwrap_or_else(|_| panic!("others have theirs")));
        held.remove(0);
        assert!(take("a").await.is_ok(), "what is done is given back");
    }
}
