//! Where the content of files is kept: a local folder, or whatever speaks S3. The web and the worker both stand on it.
//!
//! An object's key is its tenant and its id, never anything that somebody wrote. An object is whole or not there: what
//! is written becomes visible at its end. A storage that is gone is an error of whoever needs it at that moment, and of
//! nobody else; the next try asks it again.

mod arrival;
mod kind;
mod place;

pub use arrival::{Arrival, Stored};
pub use kind::{CSV, DOCX, HEAD, MediaType, PDF, TEXT, sniff};
pub use place::Place;

use domain::{FileId, TenantId};
use futures::{StreamExt, TryStreamExt, stream::BoxStream};
use object_store::{ObjectStore, ObjectStoreExt, path::Path};
use std::sync::{Arc, OnceLock};

/// Bytes of a file.
pub use bytes::Bytes;

/// A file's content as it comes.
pub type Pieces = BoxStream<'static, Result<Bytes, Fault>>;

#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// There is no such object, though there should be.
    #[error("the storage has lost this file")]
    Lost,
    /// Gone for now, full, or not to be written.
    #[error("the storage is not available: {0}")]
    Unavailable(String),
}

impl From<object_store::Error> for Fault {
    fn from(e: object_store::Error) -> Self {
        match e {
            object_store::Error::NotFound { .. } => Self::Lost,
            e => Self::Unavailable(e.to_string()),
        }
    }
}

/// Cheap to clone.
#[derive(Clone)]
pub struct Storage(Arc<Inner>);

struct Inner {
    place: Place,
    store: OnceLock<Arc<dyn ObjectStore>>,
}

impl Storage {
    /// Asks nothing of the storage yet: one that is away must not keep the rest from starting.
    pub fn new(place: &Place) -> Self {
        Self(Arc::new(Inner { place: place.clone(), store: OnceLock::new() }))
    }

    /// Opened when it is first needed, and tried again until it can be.
    fn store(&self) -> Result<&Arc<dyn ObjectStore>, Fault> {
        if let Some(store) = self.0.store.get() {
            return Ok(store);
        }
        let opened = self.0.place.open().map_err(Fault::Unavailable)?;
        Ok(self.0.store.get_or_init(|| opened))
    }

    /// Whether it takes something in, gives it out and lets it go.
    pub async fn check(&self) -> Result<(), Fault> {
        let (store, path) = (self.store()?, Path::from("check"));
        store.put(&path, Bytes::from_static(b"people360").into()).await?;
        store.get(&path).await?.bytes().await?;
        Ok(store.delete(&path).await?)
    }

    /// Opens a place for what is about to come.
    pub fn receive(&self, tenant: TenantId, file: FileId) -> Result<Arrival, Fault> {
        Ok(Arrival::new(self.store()?.clone(), key(tenant, file)))
    }

    /// All of a file that is in memory already.
    pub async fn keep(&self, tenant: TenantId, file: FileId, bytes: Bytes) -> Result<Stored, Fault> {
        let mut arrival = self.receive(tenant, file)?;
        arrival.take(bytes).await?;
        arrival.end().await
    }

    /// The content, piece by piece.
    pub async fn stream(&self, tenant: TenantId, file: FileId) -> Result<Pieces, Fault> {
        Ok(self.store()?.get(&key(tenant, file)).await?.into_stream().map_err(Fault::from).boxed())
    }

    /// All of the content, for files that are known to be small.
    pub async fn read(&self, tenant: TenantId, file: FileId) -> Result<Bytes, Fault> {
        Ok(self.store()?.get(&key(tenant, file)).await?.bytes().await?)
    }

    /// What is not there needs no removing.
    pub async fn remove(&self, tenant: TenantId, file: FileId) -> Result<(), Fault> {
        match self.store()?.delete(&key(tenant, file)).await.map_err(Fault::from) {
            Err(Fault::Lost) | Ok(()) => Ok(()),
            Err(e) => Err(e),
        }
    }
}

fn key(tenant: TenantId, file: FileId) -> Path {
    Path::from(format!("{tenant}/{file}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One that no other test has.
    fn folder(name: &str) -> std::path::PathBuf {
        std::env::temp_dir().join(format!("people360-storage-{}-{name}", std::process::id()))
    }

    #[tokio::test]
    async fn what_is_kept_comes_back_and_goes() {
        let folder = folder("kept");
        let place = Place::parse(&format!("file://{}", folder.display()), |_| None).expect("a place");
        let storage = Storage::new(&place);
        storage.check().await.expect("it works");
        let (tenant, file) = (TenantId(uuid::Uuid::from_u128(1)), FileId(uuid::Uuid::from_u128(2)));
        assert!(matches!(storage.read(tenant, file).await, Err(Fault::Lost)));
        let large = Bytes::from(vec![7_u8; 12 * 1024 * 1024]);
        let stored = storage.keep(tenant, file, large.clone()).await.expect("it is kept");
        assert_eq!((stored.size, storage.read(tenant, file).await.expect("it is there")), (large.len() as u64, large));
        // What breaks off in the middle is not there, and leaves nothing behind.
        let other = FileId(uuid::Uuid::from_u128(3));
        let mut arrival = storage.receive(tenant, other).expect("it opens");
        arrival.take(Bytes::from(vec![1; 7 * 1024 * 1024])).await.expect("it is taken");
        arrival.abandon().await;
        assert!(matches!(storage.read(tenant, other).await, Err(Fault::Lost)));
        let left = std::fs::read_dir(folder.join(tenant.to_string())).expect("a folder").count();
        assert_eq!(left, 1);
        storage.remove(tenant, file).await.expect("it goes");
        storage.remove(tenant, file).await.expect("it is gone already");
        std::fs::remove_dir_all(folder).expect("a folder");
    }

    #[tokio::test]
    async fn a_storage_that_is_gone_says_so_soon_and_heals() {
        let place = Place::parse("s3://bucket?endpoint=http://127.0.0.1:9", |name| {
            name.starts_with("AWS_").then(|| "secret".to_owned())
        });
        let storage = Storage::new(&place.expect("a place"));
        let begun = std::time::Instant::now();
        let kept = storage.keep(TenantId(uuid::Uuid::nil()), FileId(uuid::Uuid::nil()), Bytes::from_static(b"x")).await;
        assert!(matches!(kept, Err(Fault::Unavailable(_))), "{kept:?}");
        assert!(begun.elapsed() < std::time::Duration::from_secs(20));
        // A folder that turns into a file, and back.
        let folder = folder("gone");
        let place = Place::parse(&format!("file://{}", folder.display()), |_| None).expect("a place");
        let storage = Storage::new(&place);
        std::fs::write(&folder, "in the way").expect("a file");
        assert!(matches!(storage.check().await, Err(Fault::Unavailable(_))));
        std::fs::remove_file(&folder).expect("a file");
        storage.check().await.expect("it is back");
        std::fs::remove_dir_all(folder).expect("a folder");
    }
}
