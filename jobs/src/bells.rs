//! Rings of bells, on their way from the database to the web's processes: what changes somebody's notifications rings
//! when it commits, and Redis tells every process that holds one of their streams. A ring that gets lost only delays:
//! a stream looks by itself from time to time.

use domain::{MemberId, PipelineId, TenantId, TicketId};
use fred::{
    clients::Client,
    prelude::*,
    types::config::{Config, ReconnectPolicy},
};
use std::{future::Future, time::Duration};
use store::notifications::{Ring, Rings};

/// What a process subscribes to.
pub const PATTERNS: [&str; 3] = ["bell:*", "board:*", "ticket:*"];

/// A member's channel, or a board's; it carries the tenant (DOMAIN: Tenancy).
pub fn channel(ring: Ring) -> String {
    match ring {
        Ring::Bell(tenant, member) => format!("bell:{tenant}:{member}"),
        Ring::Board(tenant, pipeline) => format!("board:{tenant}:{pipeline}"),
        Ring::Ticket(tenant, ticket) => format!("ticket:{tenant}:{ticket}"),
    }
}

/// Whose channel it is.
pub fn whose(channel: &str) -> Option<Ring> {
    let (kind, rest) = channel.split_once(':')?;
    let (tenant, whose) = rest.split_once(':')?;
    let tenant = TenantId(tenant.parse().ok()?);
    match kind {
        "bell" => Some(Ring::Bell(tenant, MemberId(whose.parse().ok()?))),
        "board" => Some(Ring::Board(tenant, PipelineId(whose.parse().ok()?))),
        "ticket" => Some(Ring::Ticket(tenant, TicketId(whose.parse().ok()?))),
        _ => None,
    }
}

/// A connection of its own, which comes up by itself, now or later.
pub fn connect(url: &str) -> Result<Client, String> {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let config = Config::from_url(url).map_err(|e| format!("REDIS_URL is no Redis URL: {e}"))?;
    let client = Builder::from_config(config)
        .with_performance_config(|p| p.default_command_timeout = Duration::from_secs(2))
        .with_connection_config(|c| {
            c.connection_timeout = Duration::from_secs(2);
            c.max_command_attempts = 1;
        })
        .set_policy(ReconnectPolicy::new_constant(0, 500))
        .build()
        .map_err(|e| e.to_string())?;
    drop(client.connect());
    Ok(client)
}

/// Passes rings on until `stop`. Several workers do so at once, which rings twice and harms nobody.
pub async fn run(database_url: String, redis_url: String, stop: impl Future<Output = ()>) {
    let client = match connect(&redis_url) {
        Ok(client) => client,
        Err(error) => return tracing::error!(error, "bells do not ring"),
    };
    let pass = async {
        loop {
            if let Err(e) = listen(&database_url, &client).await {
                tracing::warn!(error = %e, "bells ring late until the database is heard again");
            }
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    };
    tokio::select! {
        () = pass => {}
        () = stop => {}
    }
    // What is not sent by now is a ring that got lost.
    let _gone = client.quit().await;
}

async fn listen(database_url: &str, client: &Client) -> store::Result<()> {
    let mut rings = Rings::open(database_url).await?;
    loop {
        let Some(ring) = rings.next().await? else { continue };
        if let Err(e) = client.publish::<(), _, _>(channel(ring), "").await {
            tracing::debug!(error = %e, "a ring got lost");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_channel_says_whose_it_is() {
        let (tenant, member) = (TenantId(uuid::Uuid::from_u128(1)), MemberId(uuid::Uuid::from_u128(2)));
        for ring in [
            Ring::Bell(tenant, member),
            Ring::Board(tenant, PipelineId(member.0)),
            Ring::Ticket(tenant, TicketId(member.0)),
        ] {
            assert_eq!(whose(&channel(ring)), Some(ring));
        }
        assert_eq!(whose("bell:x:y"), None);
    }
}
