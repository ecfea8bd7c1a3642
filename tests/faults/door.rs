//! The way from a browser of ours to the program that really listens.

use axum::{
    Router,
    body::Body,
    extract::Request,
    response::{IntoResponse, Response},
};
use http_body_util::{BodyExt, Full};
use hyper::{StatusCode, body::Bytes};
use hyper_util::rt::TokioIo;
use std::time::Duration;

/// What a browser sees when nobody answers, or not to the end: whether it was done, nobody knows.
pub const GONE: StatusCode = StatusCode::BAD_GATEWAY;

/// A router that hands everything on to this port, in the name of somebody at this address.
pub fn to(port: u16, address: &'static str) -> Router {
    Router::new().fallback(move |request: Request| async move {
        let passed = tokio::time::timeout(Duration::from_secs(70), pass(port, address, request));
        match passed.await {
            Ok(Ok(response)) => response,
            Ok(Err(why)) => (GONE, why.to_string()).into_response(),
            Err(late) => (GONE, late.to_string()).into_response(),
        }
    })
}

async fn pass(
    port: u16,
    address: &str,
    request: Request,
) -> Result<Response, Box<dyn std::error::Error + Send + Sync>> {
    let (mut parts, body) = request.into_parts();
    parts.headers.insert("x-forwarded-for", address.parse()?);
    let body = body.collect().await?.to_bytes();
    let stream = tokio::net::TcpStream::connect(("127.0.0.1", port)).await?;
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
    let driving = tokio::spawn(connection);
    let answer = sender.send_request(hyper::Request::from_parts(parts, Full::<Bytes>::new(body))).await?;
    let (head, body) = answer.into_parts();
    let body = body.collect().await?.to_bytes();
    driving.abort();
    Ok(Response::from_parts(head, Body::from(body)))
}
