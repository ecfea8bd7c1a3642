//! A file on its way in.

use super::{Bytes, Fault};
use object_store::{ObjectStore, buffered::BufWriter, path::Path};
use sha2::{Digest, Sha256};
use std::sync::Arc;
use tokio::io::AsyncWriteExt;

/// Bytes that are held before they are handed on; the least that S3 takes for a part.
const HELD: usize = 5 * 1024 * 1024;

/// Takes a file in, piece by piece. Nothing of it is there before [`end`](Self::end); one that is dropped leaves at most
/// parts that nobody can see.
pub struct Arrival {
    writer: BufWriter,
    digest: Sha256,
    size: u64,
}

/// What has come in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    pub size: u64,
    pub sha256: [u8; 32],
}

impl Arrival {
    pub(super) fn new(store: Arc<dyn ObjectStore>, path: Path) -> Self {
        let writer = BufWriter::with_capacity(store, path, HELD).with_max_concurrency(1);
        Self { writer, digest: Sha256::new(), size: 0 }
    }

    pub fn size(&self) -> u64 {
        self.size
    }

    pub async fn take(&mut self, bytes: Bytes) -> Result<(), Fault> {
        self.digest.update(&bytes);
        self.size += bytes.len() as u64;
        Ok(self.writer.put(bytes).await?)
    }

    /// It is whole from here on.
    pub async fn end(mut self) -> Result<Stored, Fault> {
        self.writer.shutdown().await.map_err(|e| Fault::Unavailable(e.to_string()))?;
        Ok(Stored { size: self.size, sha256: self.digest.finalize().into() })
    }

    /// It is not wanted any more.
    pub async fn abandon(mut self) {
        if let Err(e) = self.writer.abort().await {
            tracing::warn!(error = %e, "parts of a file that was given up stay in the storage");
        }
    }
}
