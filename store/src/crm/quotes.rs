//! Queries of quotes, and of the lines of deals and quotes. Who may see a deal may see what it is made of.

use super::{deals, pipelines};
use crate::{Error, Result, TenantTx, Version, db::strange, events, followers, notifications, reach, reach::Kind};
use domain::{
    Currency, Day, DealId, MemberId, Money, ProductId, QuoteId,
    access::{DealsRead, DealsWrite},
    crm::{
        pipelines::State as DealState,
        quotes::{Line, Quote, State, totals},
    },
    events::Event,
    notifications::{BODY, Kind as Notices, Notice, TITLE},
    paths::{self, Pages},
    workspace::access::Subject,
};
use rust_decimal::Decimal;
use std::collections::HashMap;
use uuid::Uuid;

/// What lines belong to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Of {
    Deal(DealId),
    Quote(QuoteId),
}

impl Of {
    fn columns(self) -> (Option<Uuid>, Option<Uuid>) {
        match self {
            Self::Deal(id) => (Some(id.0), None),
            Self::Quote(id) => (None, Some(id.0)),
        }
    }
}

/// The lines of a deal that the reader sees, in their order.
pub async fn deal_lines(tx: &mut TenantTx, deal: DealId) -> Result<Vec<Line>> {
    Ok(lines(tx, &[deal.0]).await?.remove(&deal.0).unwrap_or_default())
}

/// The lines of these deals or quotes.
async fn lines(tx: &mut TenantTx, of: &[Uuid]) -> Result<HashMap<Uuid, Vec<Line>>> {
    let rows = sqlx::query!(
        r#"select coalesce(deal_id, quote_id) as "of!", product_id, name, quantity, unit_minor, currency, discount, tax
           from sales_lines where deal_id = any($1) or quote_id = any($1) order by place, id"#,
        of
    )
    .fetch_all(tx.conn())
    .await?;
    let mut lines: HashMap<Uuid, Vec<Line>> = HashMap::new();
    for r in rows {
        lines.entry(r.of).or_default().push(Line {
            product: r.product_id.map(ProductId),
            name: r.name,
            quantity: r.quantity,
            unit: Money::new(r.unit_minor, currency(&r.currency)?),
            discount: r.discount,
            tax: r.tax,
        });
    }
    Ok(lines)
}

fn currency(code: &str) -> Result<Currency> {
    Currency::from_code(code).ok_or_else(|| strange("currency", code))
}

async fn put(tx: &mut TenantTx, of: Of, lines: &[Line]) -> Result<()> {
    let (deal, quote) = of.columns();
    sqlx::query!("delete from sales_lines where deal_id = $1 or quote_id = $2", deal, quote).execute(tx.conn()).await?;
    let ids: Vec<Uuid> = lines.iter().map(|_| tx.id::<QuoteId>().0).collect();
    let products: Vec<Option<Uuid>> = lines.iter().map(|l| l.product.map(|p| p.0)).collect();
    let names: Vec<&str> = lines.iter().map(|l| l.name.as_str()).collect();
    let quantities: Vec<Decimal> = lines.iter().map(|l| l.quantity).collect();
    let units: Vec<i64> = lines.iter().map(|l| l.unit.minor).collect();
    let currencies: Vec<&str> = lines.iter().map(|l| l.unit.currency.code()).collect();
    let discounts: Vec<Decimal> = lines.iter().map(|l| l.discount).collect();
    let taxes: Vec<Decimal> = lines.iter().map(|l| l.tax).collect();
    sqlx::query!(
        "insert into sales_lines (tenant_id, id, deal_id, quote_id, place, product_id, name, quantity, unit_minor, currency, discount, tax)
         select $1, u.id, $2, $3, u.place::int, u.product, u.name, u.quantity, u.unit, u.currency, u.discount, u.tax
         from unnest($4::uuid[], $5::uuid[], $6::text[], $7::numeric[], $8::bigint[], $9::text[], $10::numeric[], $11::numeric[])
           with ordinality as u (id, product, name, quantity, unit, currency, discount, tax, place)",
        tx.tenant().0,
        deal,
        quote,
        &ids,
        &products as &[Option<Uuid>],
        &names as &[&str],
        &quantities,
        &units,
        &currencies as &[&str],
        &discounts,
        &taxes
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Puts these lines in place of a deal's; `seen`: the version that was looked at, or whatever it is; `worth`: the deal is
/// worth what they come to.
pub async fn set_deal_lines(
    tx: &mut TenantTx,
    deal: DealId,
    seen: Option<Version>,
    lines: &[Line],
    worth: Option<Currency>,
) -> Result<()> {
    reach::hold::<DealsWrite>(tx, Kind::Deals, deal.0).await?;
    // Two at once would each take away what was there, and both leave theirs.
    let version = sqlx::query_scalar!("select version from deals where id = $1 for update", deal.0)
        .fetch_optional(tx.conn())
        .await?
        .ok_or(Error::NotFound)?;
    if seen.is_some_and(|seen| seen != version) {
        return Err(Error::Stale);
    }
    put(tx, Of::Deal(deal), lines).await?;
    let net = worth.filter(|_| !lines.is_empty()).and_then(|c| totals(lines, c)).map(|t| t.net);
    sqlx::query!(
        "update deals set version = version + 1, updated_at = $2, amount_minor = coalesce($3, amount_minor),
           amount_currency = coalesce($4, amount_currency)
         where id = $1",
        deal.0,
        tx.now(),
        net.map(|n| n.minor),
        net.map(|n| n.currency.code())
    )
    .execute(tx.conn())
    .await?;
    events::emit(tx, Event::DealChanged { deal, fields: vec!["amount".into()] }).await
}

/// The quotes of a deal that the reader sees, the latest first.
pub async fn of_deal(tx: &mut TenantTx, deal: DealId) -> Result<Vec<Quote>> {
    let ids =
        sqlx::query_scalar!("select id from quotes where deal_id = $1 order by number desc, revision desc", deal.0)
            .fetch_all(tx.conn())
            .await?;
    read(tx, &ids).await
}

async fn read(tx: &mut TenantTx, ids: &[Uuid]) -> Result<Vec<Quote>> {
    if ids.is_empty() {
        return Ok(vec![]);
    }
    let rows = sqlx::query!(
        "select id, version, deal_id, number, revision, state, currency, expires_on, note, published_at, answered_at, answered_by,
           answer_note
         from quotes where id = any($1) order by number desc, revision desc",
        ids
    )
    .fetch_all(tx.conn())
    .await?;
    let mut lines = lines(tx, ids).await?;
    rows.into_iter()
        .map(|r| {
            Ok(Quote {
                id: QuoteId(r.id),
                version: r.version,
                deal: DealId(r.deal_id),
                number: r.number,
                revision: r.revision,
                state: State::parse(&r.state).ok_or_else(|| strange("state of quote", &r.state))?,
                currency: currency(&r.currency)?,
                expires_on: Day(r.expires_on),
                note: r.note,
                published_at: r.published_at,
                answered: r.answered_at.zip(r.answered_by),
                answer_note: r.answer_note,
                lines: lines.remove(&r.id).unwrap_or_default(),
            })
        })
        .collect()
}

/// One quote, if the reader may see its deal.
pub async fn find(tx: &mut TenantTx, id: QuoteId) -> Result<Quote> {
    let quote = read(tx, &[id.0]).await?.pop().ok_or(Error::NotFound)?;
    reach::hold::<DealsRead>(tx, Kind::Deals, quote.deal.0).await?;
    Ok(quote)
}

/// Holds all versions of it: two who renew or send it at once take turns.
async fn find_to_change(tx: &mut TenantTx, id: QuoteId) -> Result<Quote> {
    let deals = sqlx::query_scalar!(
        "select deal_id from quotes where number = (select number from quotes where id = $1) order by id for update",
        id.0
    )
    .fetch_all(tx.conn())
    .await?;
    let deal = *deals.first().ok_or(Error::NotFound)?;
    reach::hold::<DealsWrite>(tx, Kind::Deals, deal).await?;
    find(tx, id).await
}

/// A new draft under the given id, of the deal's lines as they are. `false`: it is there already, and nothing of this is to
/// be kept.
pub async fn add(tx: &mut TenantTx, id: QuoteId, deal: DealId, currency: Currency, expires: Day) -> Result<bool> {
    reach::hold::<DealsWrite>(tx, Kind::Deals, deal.0).await?;
    let lines = deal_lines(tx, deal).await?;
    let currency = lines.first().map_or(currency, |l| l.unit.currency);
    let number = sqlx::query_scalar!(
        r#"insert into counters (tenant_id, name, value) values ($1, 'quote', 1)
           on conflict (tenant_id, name) do update set value = counters.value + 1 returning value"#,
        tx.tenant().0
    )
    .fetch_one(tx.conn())
    .await?;
    if !insert(tx, id, deal, (i32::try_from(number).unwrap_or(i32::MAX), 1), currency, expires, None).await? {
        return Ok(false);
    }
    put(tx, Of::Quote(id), &lines).await?;
    Ok(true)
}

async fn insert(
    tx: &mut TenantTx,
    id: QuoteId,
    deal: DealId,
    (number, revision): (i32, i32),
    currency: Currency,
    expires: Day,
    note: Option<&str>,
) -> Result<bool> {
    let added = sqlx::query!(
        "insert into quotes (tenant_id, id, deal_id, number, revision, currency, expires_on, note, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9) on conflict (tenant_id, id) do nothing",
        tx.tenant().0,
        id.0,
        deal.0,
        number,
        revision,
        currency.code(),
        expires.0,
        note,
        tx.now()
    )
    .execute(tx.conn())
    .await?;
    Ok(added.rows_affected() > 0)
}

/// Changes a draft; what was sent stays what it said.
pub async fn change(
    tx: &mut TenantTx,
    id: QuoteId,
    version: Version,
    (lines, currency): (&[Line], Currency),
    (expires, note): (Day, Option<&str>),
) -> Result<()> {
    let quote = find_to_change(tx, id).await?;
    if quote.version != version {
        return Err(Error::Stale);
    }
    if quote.state != State::Draft {
        return Err(Error::refused("", "It was sent, and stays what it says. Make a new version of it."));
    }
    sqlx::query!(
        "update quotes set version = version + 1, updated_at = $2, currency = $3, expires_on = $4, note = $5 where id = $1",
        id.0,
        tx.now(),
        currency.code(),
        expires.0,
        note
    )
    .execute(tx.conn())
    .await?;
    put(tx, Of::Quote(id), lines).await
}

/// Opens a draft for whoever has its link; versions before it can be answered no more.
pub async fn publish(tx: &mut TenantTx, id: QuoteId) -> Result<Quote> {
    let quote = find_to_change(tx, id).await?;
    if quote.lines.is_empty() {
        return Err(Error::refused("", "A quote says what is offered. Add a line first."));
    }
    if quote.state != State::Draft {
        return Ok(quote);
    }
    if quote.expires_on < tx.today() {
        return Err(Error::refused("", "Its last day has passed. Choose a later one first."));
    }
    sqlx::query!(
        "update quotes set state = 'replaced', version = version + 1, updated_at = $2
         where number = $1 and state = 'open'",
        quote.number,
        tx.now()
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "update quotes set state = 'open', published_at = $2, version = version + 1, updated_at = $2 where id = $1",
        id.0,
        tx.now()
    )
    .execute(tx.conn())
    .await?;
    find(tx, id).await
}

/// Its link opens nothing any more.
pub async fn revoke(tx: &mut TenantTx, id: QuoteId) -> Result<Quote> {
    let quote = find_to_change(tx, id).await?;
    if !matches!(quote.state, State::Open | State::Draft | State::Replaced) {
        return Err(Error::refused("", "It was answered, and stays answered."));
    }
    sqlx::query!(
        "update quotes set state = 'revoked', version = version + 1, updated_at = $2 where id = $1 and state <> 'revoked'",
        id.0,
        tx.now()
    )
    .execute(tx.conn())
    .await?;
    Ok(quote)
}

/// A new version under the given id: a draft that replaces the one before when it is sent. `false`: it is there already.
pub async fn renew(tx: &mut TenantTx, from: QuoteId, id: QuoteId, expires: Day) -> Result<bool> {
    let quote = find_to_change(tx, from).await?;
    let last = sqlx::query_scalar!(r#"select max(revision) as "last!" from quotes where number = $1"#, quote.number)
        .fetch_one(tx.conn())
        .await?;
    let expires = expires.max(quote.expires_on);
    if !insert(tx, id, quote.deal, (quote.number, last + 1), quote.currency, expires, quote.note.as_deref()).await? {
        return Ok(false);
    }
    put(tx, Of::Quote(id), &quote.lines).await?;
    Ok(true)
}

/// A quote as whoever has its link sees it: not drafts, and not what was withdrawn.
pub async fn offered(tx: &mut TenantTx, id: QuoteId) -> Result<Quote> {
    let quote = read(tx, &[id.0]).await?.pop().ok_or(Error::NotFound)?;
    if matches!(quote.state, State::Draft | State::Revoked) { Err(Error::NotFound) } else { Ok(quote) }
}

/// Answers a quote by its link. Once is once: whoever answers again is told what holds. An accepted quote wins its deal, today
/// and for what it comes to; of a deal in the archive nothing can be answered.
pub async fn answer(
    tx: &mut TenantTx,
    id: QuoteId,
    accepted: bool,
    (name, note): (&str, Option<&str>),
) -> Result<Quote> {
    let archived = sqlx::query_scalar!(
        r#"select d.archived_at is not null as "archived!" from quotes q join deals d on d.tenant_id = q.tenant_id and d.id = q.deal_id
           where q.id = $1 for update of q"#,
        id.0
    )
    .fetch_optional(tx.conn())
    .await?;
    let quote = offered(tx, id).await?;
    if quote.state != State::Open || quote.expired(tx.today()) {
        return Ok(quote);
    }
    if archived == Some(true) {
        return Err(Error::refused("", "This is not offered any more. Ask whoever sent it to you."));
    }
    if accepted && decided(tx, &quote).await? {
        return Err(Error::refused("", "This has been decided already: another quote for it was accepted."));
    }
    sqlx::query!(
        "update quotes set state = $2, answered_at = $3, answered_by = $4, answer_note = $5, version = version + 1, updated_at = $3
         where id = $1",
        id.0,
        if accepted { State::Accepted.key() } else { State::Declined.key() },
        tx.now(),
        name,
        note
    )
    .execute(tx.conn())
    .await?;
    if accepted {
        win(tx, &quote).await?;
    }
    tell(tx, &quote, accepted, (name, note)).await?;
    offered(tx, id).await
}

/// Whether another quote that was open beside this one has won its deal: one deal is not bought twice by two answers.
async fn decided(tx: &mut TenantTx, quote: &Quote) -> Result<bool> {
    // Two answers at the same moment wait for one another.
    sqlx::query!("select from deals where id = $1 for update", quote.deal.0).execute(tx.conn()).await?;
    let other = sqlx::query_scalar!(
        r#"select exists (select from quotes where deal_id = $1 and number <> $2 and state = 'accepted' and answered_at >= $3)
             as "other!""#,
        quote.deal.0,
        quote.number,
        quote.published_at
    );
    Ok(other.fetch_one(tx.conn()).await?)
}

/// Whoever has the deal, and who follows it, is told of the answer.
async fn tell(tx: &mut TenantTx, quote: &Quote, accepted: bool, (name, note): (&str, Option<&str>)) -> Result<()> {
    let deal = deals::find(tx, quote.deal).await?;
    let mut to: Vec<MemberId> = deal.owner.iter().map(|owner| owner.id).collect();
    to.extend(followers::told(tx, Subject::Deal(quote.deal), &to).await?);
    let did = if accepted { "accepted" } else { "declined" };
    let notice = Notice {
        kind: Notices::QuoteAnswered,
        title: format!("{name} has {did} {}", quote.called()).chars().take(TITLE).collect(),
        body: Some(
            note.map_or_else(|| deal.name.clone(), |note| format!("{}: {note}", deal.name))
                .chars()
                .take(BODY)
                .collect(),
        ),
        path: Pages::within(paths::QUOTE.trim_end_matches("/{id}")).record(quote.id),
        key: quote.id.to_string(),
    };
    notifications::notify(tx, &to, &notice).await
}

async fn win(tx: &mut TenantTx, quote: &Quote) -> Result<()> {
    let deal = deals::find(tx, quote.deal).await?;
    if deal.state == DealState::Won {
        return Ok(());
    }
    let pipeline = pipelines::find(tx, deal.pipeline).await?;
    let Some(won) = pipeline.first_of(DealState::Won) else { return Ok(()) };
    let net = quote.totals().map(|t| t.net);
    sqlx::query!(
        "update deals set version = version + 1, updated_at = $2, stage_id = $3, close_on = $4, probability_own = false,
           category_own = false, amount_minor = coalesce($5, amount_minor), amount_currency = coalesce($6, amount_currency)
         where id = $1",
        deal.id.0,
        tx.now(),
        won.id.0,
        tx.today().0,
        net.map(|n| n.minor),
        net.map(|n| n.currency.code())
    )
    .execute(tx.conn())
    .await?;
    events::emit(tx, Event::DealMoved { deal: deal.id, stage: won.id, state: DealState::Won }).await
}
