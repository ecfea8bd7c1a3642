//! Lines of deals, quotes with their versions, and the public door by which a quote is answered.

use crate::web::{
    Allowed, Confirmed, Error, Public, Record, Result, Routes, Screen, Toast,
    access::Buyer,
    form::{Drawn, Nothing},
};
use axum::{
    http::{HeaderValue, StatusCode, header},
    response::IntoResponse,
};
use chrono::Duration;
use domain::{
    Conventions, Currency, Day, DealId, Errors, Money, ProductId, QuoteId,
    access::{DealsRead, DealsWrite, Permission},
    crm::{
        products::Product,
        quotes::{Answer, Line, LinesDraft, Quote, STANDS, State},
    },
    paths,
};
use rust_decimal::Decimal;
use serde::Deserialize;
use store::{
    TenantTx,
    crm::{deals, products, quotes},
    reach::{self, Kind},
    workspace::settings,
};
use views::{
    crm::quotes::{Lines, Offer, Show, document},
    pdf,
};

pub fn routes(r: Routes) -> Routes {
    r.get(paths::DEAL_LINES, deal_lines)
        .post(paths::DEAL_LINES, set_deal_lines)
        .post(paths::DEAL_QUOTES, add)
        .get(paths::QUOTE, show)
        .get(paths::QUOTE_LINES, edit)
        .post(paths::QUOTE_LINES, change)
        .get(paths::QUOTE_PDF, as_pdf)
        .post(paths::QUOTE_PUBLICATION, publish)
        .post(paths::QUOTE_REVOCATION, revoke)
        .post(paths::QUOTE_VERSIONS, renew)
        .get(paths::QUOTE_OFFER, offer)
        .post(paths::QUOTE_OFFER, answer)
        .get(paths::QUOTE_OFFER_PDF, offer_pdf)
}

type Seller = Allowed<DealsWrite>;

/// Lines as typed, with the version of what has them.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Typed {
    product: Vec<String>,
    name: Vec<String>,
    quantity: Vec<String>,
    unit: Vec<String>,
    discount: Vec<String>,
    tax: Vec<String>,
    currency: String,
    sets_amount: String,
    expires_on: String,
    note: String,
    #[serde(rename = "_version")]
    version: String,
}

impl Typed {
    fn draft(self) -> (LinesDraft, i32) {
        let Self { product, name, quantity, unit, discount, tax, currency, sets_amount, expires_on, note, version } =
            self;
        let draft =
            LinesDraft { product, name, quantity, unit, discount, tax, currency, sets_amount, expires_on, note };
        (draft, version.parse().unwrap_or_default())
    }
}

/// What the price book says of a product on this day.
fn known(
    products: &[Product],
    today: Day,
) -> impl Fn(ProductId, Currency) -> Option<(String, Option<Money>, Decimal)> + '_ {
    move |id, currency| {
        let product = products.iter().find(|p| p.id == id)?;
        Some((product.name.clone(), product.price(currency, today), product.tax))
    }
}

/// The form of lines, of a deal or of its quote.
async fn form(
    who: &Seller,
    screen: &Screen,
    tx: &mut TenantTx,
    (deal, quote): (DealId, Option<Quote>),
    (draft, version): (LinesDraft, i32),
    errors: Errors,
) -> Result {
    let deal = deals::find(tx, deal).await?;
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let currency = deal.amount.map_or(who.workspace.currency, |a| a.currency);
    let mut offered = products::all(tx).await?;
    let mut unlisted = draft.products();
    unlisted.retain(|id| offered.iter().all(|p| p.id != *id));
    if !unlisted.is_empty() {
        offered.extend(products::some(tx, &unlisted).await?);
    }
    let view = Lines {
        slug: who.slug().clone(),
        csrf: screen.csrf().to_owned(),
        products: offered,
        deal,
        quote,
        version,
        draft,
        errors,
        currency: currency.code().to_owned(),
        today: tx.today(),
    };
    Ok(screen.show_as(status, who, &view))
}

async fn deal_lines(who: Seller, screen: Screen, Record(id): Record<DealId>) -> Result {
    let mut tx = who.begin().await?;
    reach::hold::<DealsWrite>(&mut tx, Kind::Deals, id.0).await?;
    let deal = deals::find(&mut tx, id).await?;
    let lines = quotes::deal_lines(&mut tx, id).await?;
    let usual = deal.amount.map_or(who.workspace.currency, |a| a.currency);
    let currency = lines.first().map_or(usual, |l| l.unit.currency);
    let draft = LinesDraft { sets_amount: "true".into(), ..LinesDraft::of(&lines, currency) };
    form(&who, &screen, &mut tx, (id, None), (draft, deal.version), Errors::default()).await
}

/// The conventions of the workspace, in the currency of a deal.
fn conventions(who: &Seller, currency: Option<Currency>) -> Conventions {
    let usual = who.workspace.conventions();
    Conventions { currency: currency.unwrap_or(usual.currency), ..usual }
}

async fn set_deal_lines(
    who: Seller,
    screen: Screen,
    Record(id): Record<DealId>,
    Confirmed(typed): Confirmed<Typed>,
) -> Result {
    let (draft, version) = typed.draft();
    let mut tx = who.begin().await?;
    reach::hold::<DealsWrite>(&mut tx, Kind::Deals, id.0).await?;
    let deal = deals::find(&mut tx, id).await?;
    let book = products::some(&mut tx, &draft.products()).await?;
    let read = draft.read(&conventions(&who, deal.amount.map(|a| a.currency)), known(&book, tx.today()));
    let done = match read {
        Ok((lines, currency)) => {
            let worth = (!draft.sets_amount.is_empty()).then_some(currency);
            quotes::set_deal_lines(&mut tx, id, Some(version), &lines, worth).await
        }
        Err(errors) => Err(store::Error::Refused(errors)),
    };
    match done {
        Ok(()) => {
            tx.commit().await?;
            screen.done(paths::deal(who.slug(), id), Toast::good("Products saved.")).await
        }
        Err(store::Error::Refused(errors)) => form(&who, &screen, &mut tx, (id, None), (draft, version), errors).await,
        Err(store::Error::Stale) => {
            let words = "Somebody else has changed this deal meanwhile. Save again to have it as it is here.";
            let now = deals::find(&mut tx, id).await?.version;
            form(&who, &screen, &mut tx, (id, None), (draft, now), Errors::one("", words)).await
        }
        Err(e) => Err(e.into()),
    }
}

/// Pressed twice, it is one quote: the second finds it there.
async fn add(who: Seller, screen: Screen, Record(deal): Record<DealId>, Confirmed(drawn): Confirmed<Drawn>) -> Result {
    let mut tx = who.begin().await?;
    reach::hold::<DealsWrite>(&mut tx, Kind::Deals, deal.0).await?;
    let currency = deals::find(&mut tx, deal).await?.amount.map_or(who.workspace.currency, |a| a.currency);
    let (id, expires) = (drawn.id::<QuoteId>(&tx), Day(tx.today().0 + Duration::days(STANDS)));
    if quotes::add(&mut tx, id, deal, currency, expires).await? {
        tx.commit().await?;
    }
    screen.done(paths::quote(who.slug(), id), Toast::good("The quote is a draft until you send it.")).await
}

async fn show(who: Allowed<DealsRead>, screen: Screen, Record(id): Record<QuoteId>) -> Result {
    page(&who, &screen, id, None).await
}

async fn page<P: Permission>(who: &Allowed<P>, screen: &Screen, id: QuoteId, problem: Option<String>) -> Result {
    let mut tx = who.begin().await?;
    let quote = quotes::find(&mut tx, id).await?;
    let deal = deals::find(&mut tx, quote.deal).await?;
    let mut versions = quotes::of_deal(&mut tx, quote.deal).await?;
    versions.retain(|v| v.number == quote.number);
    let may_write = !reach::within::<DealsWrite>(&mut tx, Kind::Deals, &[deal.id.0]).await?.is_empty();
    let open = quote.state == State::Open && may_write;
    let link = open.then(|| {
        let token = jobs::quotes::token(who.app().seal(), who.actor.tenant, id);
        format!("{}{}", who.app().config().public_url, paths::quote_offer(token))
    });
    let status = if problem.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let (slug, csrf, today) = (who.slug().clone(), screen.csrf().to_owned(), tx.today());
    let once = tx.id::<QuoteId>().to_string();
    let view = Show { slug, csrf, once, deal, quote, versions, link, today, zone: who.zone, may_write, problem };
    Ok(screen.show_as(status, who, &view))
}

async fn edit(who: Seller, screen: Screen, Record(id): Record<QuoteId>) -> Result {
    let mut tx = who.begin().await?;
    let quote = quotes::find(&mut tx, id).await?;
    reach::hold::<DealsWrite>(&mut tx, Kind::Deals, quote.deal.0).await?;
    let draft = LinesDraft {
        expires_on: quote.expires_on.0.to_string(),
        note: quote.note.clone().unwrap_or_default(),
        ..LinesDraft::of(&quote.lines, quote.currency)
    };
    let version = quote.version;
    form(&who, &screen, &mut tx, (quote.deal, Some(quote)), (draft, version), Errors::default()).await
}

/// The day until which it stands, and the words with it.
fn terms(draft: &LinesDraft, c: &Conventions, today: Day, errors: &mut Errors) -> (Day, Option<String>) {
    let day = errors.optional("expires_on", &draft.expires_on, |s| Day::parse(s, c.dates));
    if day.is_some_and(|d| d < today) {
        errors.add("expires_on", "This day has passed.");
    }
    let note = errors.text("note", &draft.note, 4_000);
    (day.unwrap_or(Day(today.0 + Duration::days(STANDS))), note)
}

async fn change(
    who: Seller,
    screen: Screen,
    Record(id): Record<QuoteId>,
    Confirmed(typed): Confirmed<Typed>,
) -> Result {
    let (draft, version) = typed.draft();
    let mut tx = who.begin().await?;
    let quote = quotes::find(&mut tx, id).await?;
    reach::hold::<DealsWrite>(&mut tx, Kind::Deals, quote.deal.0).await?;
    let book = products::some(&mut tx, &draft.products()).await?;
    let (today, c) = (tx.today(), conventions(&who, Some(quote.currency)));
    let mut errors = Errors::default();
    let (expires, note) = terms(&draft, &c, today, &mut errors);
    let lines: Option<(Vec<Line>, Currency)> = match draft.read(&c, known(&book, today)) {
        Ok(lines) => Some(lines),
        Err(wrong) => {
            errors.merge(wrong);
            None
        }
    };
    let done = match lines.filter(|_| errors.is_empty()) {
        Some((lines, currency)) => {
            quotes::change(&mut tx, id, version, (&lines, currency), (expires, note.as_deref())).await
        }
        None => Err(store::Error::Refused(errors)),
    };
    match done {
        Ok(()) => {
            tx.commit().await?;
            screen.done(paths::quote(who.slug(), id), Toast::good("Changes saved.")).await
        }
        Err(store::Error::Refused(errors)) => {
            form(&who, &screen, &mut tx, (quote.deal, Some(quote)), (draft, version), errors).await
        }
        Err(store::Error::Stale) => {
            let words = "Somebody else has changed this quote meanwhile. Save again to have it as it is here.";
            let now = quote.version;
            form(&who, &screen, &mut tx, (quote.deal, Some(quote)), (draft, now), Errors::one("", words)).await
        }
        Err(e) => Err(e.into()),
    }
}

/// What a step of a quote leads to: its page, with what is in the way if anything is.
async fn settle(
    who: &Seller,
    screen: &Screen,
    tx: TenantTx,
    id: QuoteId,
    done: store::Result<Quote>,
    toast: &str,
) -> Result {
    match done {
        Err(store::Error::Refused(errors)) => {
            drop(tx);
            let words = errors.of("").unwrap_or_default().to_owned();
            page(who, screen, id, Some(words)).await
        }
        done => {
            done?;
            tx.commit().await?;
            screen.done(paths::quote(who.slug(), id), Toast::good(toast)).await
        }
    }
}

async fn publish(who: Seller, screen: Screen, Record(id): Record<QuoteId>, _: Confirmed<Nothing>) -> Result {
    let mut tx = who.begin().await?;
    let done = quotes::publish(&mut tx, id).await;
    settle(&who, &screen, tx, id, done, "It can be answered by its link now.").await
}

async fn revoke(who: Seller, screen: Screen, Record(id): Record<QuoteId>, _: Confirmed<Nothing>) -> Result {
    let mut tx = who.begin().await?;
    let done = quotes::revoke(&mut tx, id).await;
    settle(&who, &screen, tx, id, done, "The quote is withdrawn; its link opens nothing any more.").await
}

async fn renew(
    who: Seller,
    screen: Screen,
    Record(from): Record<QuoteId>,
    Confirmed(drawn): Confirmed<Drawn>,
) -> Result {
    let mut tx = who.begin().await?;
    let (id, expires) = (drawn.id::<QuoteId>(&tx), Day(tx.today().0 + Duration::days(STANDS)));
    if quotes::renew(&mut tx, from, id, expires).await? {
        tx.commit().await?;
    }
    let toast = Toast::good("This is the new version. Published, it replaces the one before.");
    screen.done(paths::quote(who.slug(), id), toast).await
}

/// Sets a quote on paper. It takes a moment, so on a thread of its own.
async fn paper(quote: Quote, company: String, customer: Option<String>, country: String, day: Day) -> Result {
    let name = format!("{}.pdf", quote.called());
    let made = tokio::task::spawn_blocking(move || {
        let blocks = document(&quote, &company, customer.as_deref());
        let paper = pdf::Paper::of(Some(country.as_str()));
        pdf::render(&pdf::Sheet { paper, title: &quote.called(), company: &company, day }, &blocks)
    });
    let bytes = made.await.map_err(|e| Error::Internal(e.to_string()))?.map_err(Error::Internal)?;
    let how = HeaderValue::from_str(&format!("attachment; filename=\"{name}\""))
        .map_err(|e| Error::Internal(e.to_string()))?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/pdf")),
        (header::CONTENT_DISPOSITION, how),
        (header::CACHE_CONTROL, HeaderValue::from_static("private, no-store")),
    ];
    Ok((headers, bytes).into_response())
}

async fn as_pdf(who: Allowed<DealsRead>, Record(id): Record<QuoteId>) -> Result {
    let mut tx = who.begin().await?;
    let quote = quotes::find(&mut tx, id).await?;
    let customer = deals::find(&mut tx, quote.deal).await?.customer.map(|c| c.name);
    let country = settings::find(&mut tx).await?.general.country;
    let today = tx.today();
    paper(quote, who.workspace.name.clone(), customer, country, today).await
}

async fn offer(_: Public, screen: Screen, buyer: Buyer) -> Result {
    offered(&screen, buyer, Answer::default(), Errors::default()).await
}

async fn offered(screen: &Screen, buyer: Buyer, draft: Answer, errors: Errors) -> Result {
    let Buyer { mut tx, quote, company, accent, token } = buyer;
    let quote = quotes::offered(&mut tx, quote).await?;
    let customer = deals::find(&mut tx, quote.deal).await?.customer.map(|c| c.name);
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let (csrf, today, zone) = (screen.csrf().to_owned(), tx.today(), tx.zone());
    let view = Offer { token, csrf, company, accent, customer, quote, today, zone, draft, errors };
    Ok(screen.show_public_as(status, &view))
}

/// Once is once: whoever answers again sees what holds.
async fn answer(_: Public, screen: Screen, mut buyer: Buyer, Confirmed(draft): Confirmed<Answer>) -> Result {
    let (name, note) = match draft.parse() {
        Ok(told) => told,
        Err(errors) => return offered(&screen, buyer, draft, errors).await,
    };
    let accepted = match draft.answer.as_str() {
        "accept" => true,
        "decline" => false,
        _ => return offered(&screen, buyer, draft, Errors::default()).await,
    };
    match quotes::answer(&mut buyer.tx, buyer.quote, accepted, (&name, note.as_deref())).await {
        Err(store::Error::Refused(errors)) => return offered(&screen, buyer, draft, errors).await,
        done => done?,
    };
    buyer.tx.commit().await?;
    Ok(screen.go(paths::quote_offer(&buyer.token)))
}

async fn offer_pdf(_: Public, buyer: Buyer) -> Result {
    let Buyer { mut tx, quote, company, .. } = buyer;
    let quote = quotes::offered(&mut tx, quote).await?;
    let customer = deals::find(&mut tx, quote.deal).await?.customer.map(|c| c.name);
    let country = settings::find(&mut tx).await?.general.country;
    let today = tx.today();
    paper(quote, company, customer, country, today).await
}
