//! The headers of every answer, and who is calling.

use crate::web::access::App;
use axum::{
    extract::{ConnectInfo, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, header},
    middleware::Next,
    response::Response,
};
use std::net::{IpAddr, SocketAddr};

/// The caller's address as a key for throttles: an IPv6 network counts as one caller.
#[derive(Clone)]
pub struct Address(pub String);

/// Who is calling, for the audit trail and the list of sessions.
#[derive(Clone, Debug, Default)]
pub struct Caller {
    pub address: Option<IpAddr>,
    /// The browser's own words about itself.
    pub agent: String,
}

/// Nothing from elsewhere, nothing inline, no frames (OWASP Secure Headers).
const CSP: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; \
    connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'";

/// An answer that sites of somebody's choice may show in a frame. Without any it stands in none, as all others.
#[derive(Clone)]
pub struct Framed;

impl Framed {
    /// Lets an answer be shown by these sites: origins of [`domain::crm::leads::forms`], which end no header.
    pub fn by(mut response: Response, origins: &[String]) -> Response {
        let sites = origins.join(" ");
        let policy = CSP.replace("frame-ancestors 'none'", &format!("frame-ancestors {sites}"));
        if let (false, Ok(policy)) = (origins.is_empty(), HeaderValue::from_str(&policy)) {
            response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
            response.extensions_mut().insert(Self);
        }
        response
    }
}

/// Lets an answer show pictures from elsewhere: whoever looks at it has asked for them.
pub fn pictured(mut response: Response) -> Response {
    let policy = CSP.replace("img-src 'self' data:", "img-src 'self' data: https:");
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}

static ALWAYS: [(HeaderName, &str); 7] = [
    (header::CONTENT_SECURITY_POLICY, CSP),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "strict-origin-when-cross-origin"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
];

pub async fn secure(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|c| c.0.ip());
    let address = caller(request.headers(), peer, app.config().trusted_proxies);
    let agent = request.headers().get(header::USER_AGENT).and_then(|a| a.to_str().ok()).unwrap_or_default();
    let caller = Caller { address, agent: agent.to_owned() };
    request.extensions_mut().insert(Address(network(address)));
    request.extensions_mut().insert(caller);
    let mut response = next.run(request).await;
    let framed = response.extensions().get::<Framed>().is_some();
    let headers = response.headers_mut();
    for (name, value) in &ALWAYS {
        if framed && *name == header::X_FRAME_OPTIONS {
            continue;
        }
        // An answer may have a policy of its own; the mailbox of a development server has.
        if *name != header::CONTENT_SECURITY_POLICY || !headers.contains_key(name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    }
    if app.config().secure() {
        headers
            .insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000; includeSubDomains"));
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("private, no-store"));
    response
}

/// The address of whoever stands before `proxies` proxies of ours. What a client writes itself is not believed.
fn caller(headers: &HeaderMap, peer: Option<IpAddr>, proxies: usize) -> Option<IpAddr> {
    let forwarded = headers.get_all("x-forwarded-for").into_iter().filter_map(|v| v.to_str().ok());
    let chain: Vec<&str> = forwarded.flat_map(|v| v.split(',')).map(str::trim).collect();
    let told = proxies.checked_sub(1).and_then(|back| chain.iter().rev().nth(back)).and_then(|a| a.parse().ok());
    told.or(peer).map(|a: IpAddr| a.to_canonical())
}

fn network(address: Option<IpAddr>) -> String {
    match address {
        Some(IpAddr::V4(a)) => a.to_string(),
        Some(IpAddr::V6(a)) => a.segments()[..4].iter().map(|s| format!("{s:x}")).collect::<Vec<_>>().join(":"),
        None => "unknown".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_proxies_are_believed() {
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", HeaderValue::from_static("6.6.6.6, 1.2.3.4"));
        let peer = Some("10.0.0.1".parse().expect("an address"));
        assert_eq!(network(caller(&headers, peer, 0)), "10.0.0.1");
        assert_eq!(network(caller(&headers, peer, 1)), "1.2.3.4");
        let network_of = |peer: &str| network(caller(&HeaderMap::new(), peer.parse().ok(), 0));
        assert_eq!(network_of("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2");
        assert_eq!(network_of("::ffff:10.0.0.9"), "10.0.0.9");
    }
}
