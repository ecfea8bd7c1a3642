//! The setting `STORAGE_URL`, read.

use object_store::{
    BackoffConfig, ClientOptions, ObjectStore, RetryConfig,
    aws::{AmazonS3, AmazonS3Builder},
    local::LocalFileSystem,
};
use std::{path::PathBuf, sync::Arc, time::Duration};

/// Where files are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// `file:///var/lib/people360/files`: a folder, made when it is first needed.
    Folder(PathBuf),
    /// `s3://bucket?endpoint=https://…&region=…`.
    Bucket(Box<Bucket>),
}

#[derive(Clone, PartialEq, Eq)]
pub struct Bucket {
    name: String,
    /// In front of each key; empty: none.
    prefix: String,
    endpoint: Option<String>,
    region: String,
    key: String,
    secret: String,
    token: Option<String>,
}

impl std::fmt::Debug for Bucket {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "s3://{}/{}", self.name, self.prefix)
    }
}

impl Place {
    /// Reads the URL, and by `look` the credentials that are never part of it. The error is for the operator.
    pub fn parse(url: &str, look: impl Fn(&str) -> Option<String>) -> Result<Self, String> {
        if let Some(path) = url.strip_prefix("file://") {
            return match path.starts_with('/') {
                true => Ok(Self::Folder(PathBuf::from(path))),
                false => Err("STORAGE_URL must name a folder from the root: file:///var/lib/people360/files.".into()),
            };
        }
        let Some(rest) = url.strip_prefix("s3://") else {
            return Err("STORAGE_URL must begin with file:/// or s3://.".into());
        };
        let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (name, prefix) = place.split_once('/').unwrap_or((place, ""));
        if name.is_empty() || name.contains('@') {
            return Err("STORAGE_URL must name a bucket, and no password: s3://bucket?endpoint=https://….".into());
        }
        let (mut endpoint, mut region) = (None, None);
        for pair in query.split('&').filter(|p| !p.is_empty()) {
            match pair.split_once('=') {
                Some(("endpoint", at)) if at.starts_with("http://") || at.starts_with("https://") => {
                    endpoint = Some(at.trim_end_matches('/').to_owned());
                }
                Some(("region", at)) if !at.is_empty() => region = Some(at.to_owned()),
                _ => return Err(format!("STORAGE_URL holds {pair:?}: it knows endpoint=http… and region=… .")),
            }
        }
        let given = |name: &str| look(name).map(|v| v.trim().to_owned()).filter(|v| !v.is_empty());
        let need = |name: &str| given(name).ok_or_else(|| format!("{name} is missing: STORAGE_URL names a bucket."));
        Ok(Self::Bucket(Box::new(Bucket {
            name: name.to_owned(),
            prefix: prefix.trim_matches('/').to_owned(),
            endpoint,
            region: region.or_else(|| given("AWS_REGION")).unwrap_or_else(|| "us-east-1".into()),
            key: need("AWS_ACCESS_KEY_ID")?,
            secret: need("AWS_SECRET_ACCESS_KEY")?,
            token: given("AWS_SESSION_TOKEN"),
        })))
    }

    /// As the operator is told of it.
    pub fn words(&self) -> String {
        match self {
            Self::Folder(path) => path.display().to_string(),
            Self::Bucket(bucket) => format!("{bucket:?}"),
        }
    }

    pub(super) fn open(&self) -> Result<Arc<dyn ObjectStore>, String> {
        let wrong = |e: object_store::Error| format!("STORAGE_URL: {e}");
        match self {
            Self::Folder(path) => {
                std::fs::create_dir_all(path).map_err(|e| format!("STORAGE_URL: {}: {e}", path.display()))?;
                // A file that a row names must outlive a power cut.
                let folder = LocalFileSystem::new_with_prefix(path).map_err(wrong)?.with_fsync(true);
                Ok(Arc::new(folder))
            }
            Self::Bucket(bucket) => {
                let store = bucket.open().map_err(wrong)?;
                Ok(match bucket.prefix.is_empty() {
                    true => Arc::new(store),
                    false => Arc::new(object_store::prefix::PrefixStore::new(store, bucket.prefix.as_str())),
                })
            }
        }
    }
}

impl Bucket {
    fn open(&self) -> Result<AmazonS3, object_store::Error> {
        // Whoever waits for a page hears soon that the storage is away.
        let retry = RetryConfig {
            max_retries: 2,
            retry_timeout: Duration::from_secs(8),
            backoff: BackoffConfig { init_backoff: Duration::from_millis(100), ..BackoffConfig::default() },
        };
        let client = ClientOptions::new()
            .with_connect_timeout(Duration::from_secs(3))
            .with_timeout(Duration::from_secs(60))
            .with_allow_http(self.endpoint.as_ref().is_some_and(|e| e.starts_with("http://")));
        let mut builder = AmazonS3Builder::new()
            .with_bucket_name(&self.name)
            .with_region(&self.region)
            .with_access_key_id(&self.key)
            .with_secret_access_key(&self.secret)
            .with_retry(retry)
            .with_client_options(client);
        if let Some(token) = &self.token {
            builder = builder.with_token(token);
        }
        if let Some(endpoint) = &self.endpoint {
            builder = builder.with_endpoint(endpoint);
        }
        builder.build()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_setting_is_understood_or_told_wrong() {
        let keys = |name: &str| name.starts_with("AWS_").then(|| "x".to_owned());
        for url in ["file:///var/files", "s3://docs", "s3://docs/people?endpoint=https://minio.acme.com/&region=eu-1"] {
            assert!(Place::parse(url, keys).is_ok(), "{url}");
        }
        for url in ["", "files", "file://here", "s3://", "s3://a?secret=b", "s3://a?endpoint=minio", "https://a"] {
            assert!(Place::parse(url, keys).is_err_and(|e| e.starts_with("STORAGE_URL")), "{url}");
        }
        assert!(Place::parse("s3://docs", |_| None).is_err_and(|e| e.starts_with("AWS_ACCESS_KEY_ID")));
        let told = format!("{:?}", Place::parse("s3://docs/a", keys));
        assert!(!told.contains('x'), "{told}");
    }
}
