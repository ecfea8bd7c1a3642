//! Somebody else's server, which workflows call. It takes most calls at once, refuses the first of some, and of some it
//! takes the first without a word until whoever called has given up.

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode},
};
use serde_json::Value;
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::{net::TcpListener, task::JoinHandle};

/// One call.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    pub workspace: String,
    pub body: Value,
}

/// Calls by their key, in the order in which the keys came first.
type Calls = Arc<Mutex<(usize, BTreeMap<String, Vec<Call>>)>>;

pub struct Receiver {
    pub port: u16,
    calls: Calls,
    serving: JoinHandle<()>,
}

/// Longer than anybody waits for an answer.
const SILENCE: Duration = Duration::from_secs(30);

impl Receiver {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let port = listener.local_addr().expect("its number").port();
        let calls = Calls::default();
        let router = Router::new().fallback(take).with_state(calls.clone());
        let serving = tokio::spawn(async move { axum::serve(listener, router).await.expect("it serves") });
        Self { port, calls, serving }
    }

    pub fn calls(&self) -> BTreeMap<String, Vec<Call>> {
        self.calls.lock().expect("nobody panics with it").1.clone()
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn take(State(calls): State<Calls>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let header = |name: &str| headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned();
    let call =
        Call { workspace: header("x-people360-workspace"), body: serde_json::from_slice(&body).unwrap_or_default() };
    let new = {
        let (keys, known) = &mut *calls.lock().expect("nobody panics with it");
        let of_key = known.entry(header("idempotency-key")).or_default();
        let new = of_key.is_empty().then_some(*keys);
        *keys += usize::from(of_key.is_empty());
        of_key.push(call);
        new
    };
    match new {
        Some(n) if n % 5 == 0 => StatusCode::SERVICE_UNAVAILABLE,
        Some(n) if n % 16 == 1 => {
            tokio::time::sleep(SILENCE).await;
            StatusCode::OK
        }
        _ => StatusCode::OK,
    }
}
