//! Products: list, record with its prices, form.

use crate::web::{Allowed, Confirmed, Noun, Record, Result, Routes, Screen, Toast, form::Nothing, noun};
use axum::http::StatusCode;
use domain::{
    Conventions, Errors, PriceId, ProductId,
    access::{DealsRead, Permission, PipelinesWrite},
    crm::products::{Draft, FIELDS, Fields, PriceDraft, Product, WORDS},
    draft::Field,
    paths,
    text::Words,
};
use store::{TenantTx, Version, crm::products};
use views::{
    crm::products::{Edit, Index, Show},
    form::Entry,
};

pub fn routes(r: Routes) -> Routes {
    type N = Products;
    let r = crate::imports::products(r);
    r.get(paths::PRODUCTS, list)
        .get(paths::PRODUCT_NEW, noun::new::<N>)
        .post(paths::PRODUCT_NEW, noun::add::<N>)
        .get(paths::PRODUCT, show)
        .get(paths::PRODUCT_EDIT, noun::edit::<N>)
        .post(paths::PRODUCT_EDIT, noun::change::<N>)
        .post(paths::PRODUCT_PRICES, add_price)
        .post(paths::PRICE_REMOVAL, remove_price)
}

async fn list(who: Allowed<DealsRead>, screen: Screen) -> Result {
    let mut tx = who.begin().await?;
    let products = products::all(&mut tx).await?;
    let (today, may_write) = (tx.today(), who.actor.may(PipelinesWrite::KEY));
    let cut = products.len() as i64 == products::MOST;
    Ok(screen.show(&who, &Index { slug: who.slug().clone(), products, cut, today, may_write }))
}

async fn show(who: Allowed<DealsRead>, screen: Screen, Record(id): Record<ProductId>) -> Result {
    page(&who, &screen, id, PriceDraft::default(), Errors::default()).await
}

async fn page<P: Permission>(
    who: &Allowed<P>,
    screen: &Screen,
    id: ProductId,
    typed: PriceDraft,
    errors: Errors,
) -> Result {
    let mut tx = who.begin().await?;
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let view = Show {
        slug: who.slug().clone(),
        csrf: screen.csrf().to_owned(),
        product: products::find(&mut tx, id).await?,
        today: tx.today(),
        may_write: who.actor.may(PipelinesWrite::KEY),
        typed,
        errors,
        currency: who.workspace.currency.code().to_owned(),
    };
    Ok(screen.show_as(status, who, &view))
}

async fn add_price(
    who: Allowed<PipelinesWrite>,
    screen: Screen,
    Record(id): Record<ProductId>,
    Confirmed(typed): Confirmed<PriceDraft>,
) -> Result {
    let mut tx = who.begin().await?;
    let done = match typed.parse(&who.workspace.conventions(), tx.today()) {
        Ok(price) => products::add_price(&mut tx, id, price).await,
        Err(errors) => Err(store::Error::Refused(errors)),
    };
    match done {
        Err(store::Error::Refused(errors)) => {
            drop(tx);
            page(&who, &screen, id, typed, errors).await
        }
        done => {
            done?;
            tx.commit().await?;
            screen.done(paths::product(who.slug(), id), Toast::good("The price is in the book.")).await
        }
    }
}

async fn remove_price(
    who: Allowed<PipelinesWrite>,
    screen: Screen,
    Record(id): Record<PriceId>,
    _: Confirmed<Nothing>,
) -> Result {
    let mut tx = who.begin().await?;
    let (product, held) = products::remove_price(&mut tx, id).await?;
    tx.commit().await?;
    let words = match held {
        true => "The price is gone, and the one before it holds on; quotes keep theirs.",
        false => "The price is gone; quotes keep theirs.",
    };
    screen.done(paths::product(who.slug(), product), Toast::good(words)).await
}

/// Products, to the handlers of all nouns.
pub struct Products;

impl Noun for Products {
    type Id = ProductId;
    type Record = Product;
    type Draft = Draft;
    type Fields = Fields;
    type Edit = Edit;
    type Read = DealsRead;
    type Write = PipelinesWrite;

    const WORDS: Words = WORDS;
    const LIST: &'static str = paths::PRODUCTS;
    const FIELDS: &'static [Field] = FIELDS;

    fn read(draft: &Draft, conventions: &Conventions) -> (Fields, Errors) {
        draft.read(conventions)
    }

    fn called(fields: &Fields) -> String {
        fields.name.clone()
    }

    fn name(product: &Product) -> String {
        product.name.clone()
    }

    fn version(product: &Product) -> Version {
        product.version
    }

    fn draft(product: &Product) -> Draft {
        product.draft()
    }

    async fn find(tx: &mut TenantTx, id: ProductId) -> store::Result<Product> {
        products::find(tx, id).await
    }

    async fn add(tx: &mut TenantTx, id: ProductId, fields: &Fields) -> store::Result<ProductId> {
        products::add(tx, id, fields).await
    }

    async fn change(tx: &mut TenantTx, id: ProductId, version: Version, fields: &Fields) -> store::Result<()> {
        products::change(tx, id, version, fields).await
    }

    async fn edit(_: &Allowed<PipelinesWrite>, _: &mut TenantTx, entry: Entry<Draft>) -> Result<Edit> {
        Ok(Edit { entry })
    }
}
