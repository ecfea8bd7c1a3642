//! How long we wait: for a head, for the next piece of a body, for an answer. Whoever stalls is cut off; whoever is
//! slow and goes on, with a large file on a thin line, is not.

use crate::web::error::Error;
use axum::{
    body::Body,
    extract::{Request, State},
    http::header::CONTENT_TYPE,
    middleware::Next,
    response::{IntoResponse, Response},
};
use http_body_util::BodyExt;
use std::time::Duration;
use tokio::{
    sync::watch,
    time::{Instant, sleep_until},
};

#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// A head must be whole within this time, and an idle connection is closed after it.
    pub head: Duration,
    /// Longest time without a step: until the next piece of the body, or from its end to the answer.
    pub quiet: Duration,
    /// Longest time in all, for a form and for a page.
    pub form: Duration,
    /// Longest time in all, for a file.
    pub file: Duration,
}

pub const USUAL: Patience = Patience {
    head: Duration::from_secs(30),
    quiet: Duration::from_secs(60),
    form: Duration::from_secs(120),
    file: Duration::from_secs(15 * 60),
};

/// Answers 503 when nothing goes on any more; what a handler had begun is dropped, and its transaction with it.
pub async fn limit(State(patience): State<Patience>, request: Request, next: Next) -> Response {
    let (arrived, mut arrivals) = watch::channel(());
    let request = request.map(|body| {
        Body::new(body.map_frame(move |frame| {
            arrived.send_replace(());
            frame
        }))
    });
    let kind = request.headers().get(CONTENT_TYPE).and_then(|t| t.to_str().ok()).unwrap_or_default();
    let end = Instant::now() + if kind.starts_with("multipart/") { patience.file } else { patience.form };
    let mut answer = std::pin::pin!(next.run(request));
    let mut arriving = true;
    let mut quiet = Instant::now() + patience.quiet;
    loop {
        tokio::select! {
            response = &mut answer => return response,
            // An error says that the body is read, or was given up.
            piece = arrivals.changed(), if arriving => arriving = piece.is_ok(),
            () = sleep_until(quiet.min(end)) => {
                return Error::Unavailable("What this page needs", "nothing went on".into()).into_response();
            }
        }
        quiet = Instant::now() + patience.quiet;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::serve::connection;
    use axum::{Router, body::Bytes, middleware, routing::post};
    use std::net::SocketAddr;
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt, DuplexStream},
        time::{interval, timeout},
    };

    const SHORT: Patience = Patience {
        head: Duration::from_millis(400),
        quiet: Duration::from_millis(1_500),
        form: Duration::from_secs(20),
        file: Duration::from_secs(20),
    };

    /// A line to a server that reads whole bodies.
    fn line(patience: Patience) -> DuplexStream {
        let (here, there) = tokio::io::duplex(1024);
        let router = Router::new()
            .route("/", post(|body: Bytes| async move { format!("{} bytes", body.len()) }))
            .layer(middleware::from_fn_with_state(patience, limit));
        let peer = SocketAddr::from(([127, 0, 0, 1], 1));
        tokio::spawn(connection(there, peer, router, patience.head));
        here
    }

    /// What comes until the server hangs up.
    async fn all(mut line: impl AsyncReadExt + Unpin) -> String {
        let mut text = vec![];
        let hung_up = timeout(Duration::from_secs(30), line.read_to_end(&mut text)).await;
        hung_up.expect("the server hangs up").expect("what it says can be read");
        String::from_utf8_lossy(&text).into_owned()
    }

    /// A byte now and then, as long as it is taken.
    async fn drip(mut line: impl AsyncWriteExt + Unpin, bytes: usize, pause: Duration) {
        let mut clock = interval(pause);
        for _ in 0..bytes {
            clock.tick().await;
            if line.write_all(b"x").await.is_err() {
                return;
            }
        }
    }

    #[tokio::test]
    async fn a_head_that_never_ends_is_cut_off() {
        let (read, mut write) = tokio::io::split(line(SHORT));
        write.write_all(b"POST / HTTP/1.1\r\nhost: a\r\nx: ").await.expect("the server listens");
        let dripping = tokio::spawn(drip(write, 10_000, Duration::from_millis(20)));
        let said = all(read).await;
        assert!(!said.contains("200"), "{said}");
        dripping.abort();
    }

    #[tokio::test]
    async fn a_body_that_stalls_is_cut_off() {
        let mut line = line(SHORT);
        line.write_all(b"POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 9\r\n\r\nxxx").await.expect("it listens");
        let said = all(line).await;
        assert!(said.starts_with("HTTP/1.1 503"), "{said}");
    }

    #[tokio::test]
    async fn a_body_that_is_slow_and_goes_on_is_waited_for() {
        let (read, mut write) = tokio::io::split(line(SHORT));
        let head = b"POST / HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-length: 9\r\n\r\n";
        write.write_all(head).await.expect("the server listens");
        let dripping = tokio::spawn(drip(write, 9, Duration::from_millis(300)));
        let said = all(read).await;
        assert!(said.starts_with("HTTP/1.1 200") && said.ends_with("9 bytes"), "{said}");
        dripping.await.expect("all of it was taken");
    }

    #[tokio::test]
    async fn a_body_that_goes_on_for_ever_is_cut_off() {
        let (read, mut write) = tokio::io::split(line(Patience { form: Duration::from_millis(700), ..SHORT }));
        write.write_all(b"POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 9999\r\n\r\n").await.expect("it listens");
        let dripping = tokio::spawn(drip(write, 9_999, Duration::from_millis(100)));
        let said = all(read).await;
        assert!(said.starts_with("HTTP/1.1 503"), "{said}");
        dripping.abort();
    }
}
