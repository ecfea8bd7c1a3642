//! How long a request may take: a minute to answer it, and as long as it likes to come in, as long as it comes.

use axum::{
    body::{Body, Bytes},
    extract::{Request, State},
    http::StatusCode,
    middleware::Next,
    response::{IntoResponse, Response},
};
use futures::TryStreamExt;
use std::{
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::time::{Instant, sleep_until};

/// How long nothing may happen.
#[derive(Clone, Copy)]
pub struct Patience(pub Duration);

impl Default for Patience {
    fn default() -> Self {
        Self(Duration::from_secs(60))
    }
}

/// Bytes that have to come within that time. The slowest line brings them; who sends a byte now and then to keep us
/// waiting does not.
const STEP: usize = 16 * 1024;

/// Breaks off what takes too long: an upload that stands still, or a handler that does not come to its end.
pub async fn limit(State(Patience(most)): State<Patience>, request: Request, next: Next) -> Response {
    let flow = Arc::new(Mutex::new(Flow { since: Instant::now(), bytes: 0, comes: false }));
    let (parts, body) = request.into_parts();
    let (inside, end) = (flow.clone(), flow.clone());
    let seen = body.into_data_stream().inspect_ok(move |part: &Bytes| inside.lock().expect(HELD).came(part.len()));
    let ended = futures::stream::once(async move {
        end.lock().expect(HELD).ended();
        Ok(Bytes::new())
    });
    let body = Body::from_stream(futures::StreamExt::chain(seen, ended));
    let answer = next.run(Request::from_parts(parts, body));
    tokio::pin!(answer);
    loop {
        let until = flow.lock().expect(HELD).since + most;
        tokio::select! {
            answer = &mut answer => return answer,
            () = sleep_until(until) => {}
        }
        let flow = flow.lock().expect(HELD);
        if flow.since + most <= Instant::now() {
            return match flow.comes {
                true => StatusCode::REQUEST_TIMEOUT.into_response(),
                false => StatusCode::SERVICE_UNAVAILABLE.into_response(),
            };
        }
    }
}

const HELD: &str = "nobody panics with it";

/// What came of a body.
struct Flow {
    /// When the last whole step had come.
    since: Instant,
    /// Bytes since then.
    bytes: usize,
    /// It has begun to come, and not ended.
    comes: bool,
}

impl Flow {
    fn came(&mut self, bytes: usize) {
        self.bytes += bytes;
        self.comes = true;
        if self.bytes >= STEP {
            (self.since, self.bytes) = (Instant::now(), 0);
        }
    }

    fn ended(&mut self) {
        (self.since, self.comes) = (Instant::now(), false);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::{Router, middleware, routing::post};
    use futures::{StreamExt, stream};
    use std::{convert::Infallible, future::pending};
    use tower::ServiceExt;

    /// What becomes of a request whose parts come at this pace, `None` being never.
    async fn answer(parts: Vec<Option<(Duration, usize)>>) -> StatusCode {
        let parts = stream::iter(parts).then(|part| async move {
            let Some((pause, bytes)) = part else { return pending().await };
            tokio::time::sleep(pause).await;
            Ok::<_, Infallible>(Bytes::from(vec![b'a'; bytes]))
        });
        let read = async |body: Bytes| {
            if body.is_empty() {
                return pending().await;
            }
            body.len().to_string()
        };
        let limit = middleware::from_fn_with_state(Patience(Duration::from_secs(1)), limit);
        let app: Router = Router::new().route("/", post(read)).layer(limit);
        let request = Request::post("/").body(Body::from_stream(parts)).expect("a request");
        app.oneshot(request).await.expect("the router answers everything").status()
    }

    #[tokio::test]
    async fn what_comes_slowly_is_waited_for_and_what_stands_still_is_not() {
        let part = |bytes| Some((Duration::from_millis(200), bytes));
        let (slow, stalled) = (vec![part(STEP); 7], vec![part(STEP), None]);
        let (teasing, idle) = (vec![part(1); 50], vec![]);
        let (slow, stalled, teasing, idle) = tokio::join!(answer(slow), answer(stalled), answer(teasing), answer(idle));
        assert_eq!(slow, StatusCode::OK, "longer than the limit, and never still");
        assert_eq!(stalled, StatusCode::REQUEST_TIMEOUT);
        assert_eq!(teasing, StatusCode::REQUEST_TIMEOUT, "a byte at a time");
        assert_eq!(idle, StatusCode::SERVICE_UNAVAILABLE, "all has come, and the handler does not end");
    }
}
