//! Customers: list, record, form, archive, export.

use crate::{
    web::{
        Allowed, Confirmed, FormPage, Query, Record, Result, Routes, Screen, Selection, Sheet, Toast, Valid, file,
        form::Nothing,
        selection::{back, were},
    },
    workspace::activity,
};
use domain::{
    CustomerId, Errors,
    access::{CustomersBulk, CustomersExport, CustomersImport, CustomersRead, CustomersWrite, Permission},
    crm::customers::{COLUMNS, Customer, Draft, FIELDS, Fields, Filter},
    import::Target,
    paths,
};
use serde::Deserialize;
use store::{crm::customers, exports};
use views::crm::customers::{Edit, Index, May, Open, Options, Show};

pub fn routes(r: Routes) -> Routes {
    let r = crate::imports::customers(r);
    r.get(paths::CUSTOMERS, list)
        .get(paths::CUSTOMER_NEW, new)
        .post(paths::CUSTOMER_NEW, add)
        .post(paths::CUSTOMER_COLUMNS, choose_columns)
        .get(paths::CUSTOMER_EXPORT, export)
        .post(paths::CUSTOMER_ARCHIVALS, archive_many)
        .post(paths::CUSTOMER_RESTORALS, restore_many)
        .get(paths::CUSTOMER_OPTIONS, options)
        .get(paths::CUSTOMER, show)
        .get(paths::CUSTOMER_TIMELINE, timeline)
        .get(paths::CUSTOMER_EDIT, edit)
        .post(paths::CUSTOMER_EDIT, change)
        .post(paths::CUSTOMER_ARCHIVAL, archive)
        .post(paths::CUSTOMER_RESTORAL, restore)
}

async fn list(who: Allowed<CustomersRead>, screen: Screen, Query(filter): Query<Filter>) -> Result {
    let mut tx = who.begin().await?;
    let page = customers::list(&mut tx, &filter).await?;
    let industries = screen.for_page(customers::industries(&mut tx)).await?;
    let columns = views::list::columns(COLUMNS, activity::preferred(&who.preferences, "customers.columns"));
    let (slug, csrf) = (who.slug().clone(), screen.csrf().to_owned());
    Ok(screen.show(&who, &Index { slug, csrf, filter, page, industries, columns, may: may(&who) }))
}

async fn show(who: Allowed<CustomersRead>, screen: Screen, Record(id): Record<CustomerId>) -> Result {
    record(&who, &screen, id, Open::Overview, None).await
}

#[derive(Deserialize, Default)]
struct Before {
    before: Option<i64>,
}

async fn timeline(
    who: Allowed<CustomersRead>,
    screen: Screen,
    Record(id): Record<CustomerId>,
    Query(Before { before }): Query<Before>,
) -> Result {
    record(&who, &screen, id, Open::Timeline, before).await
}

async fn record<P: Permission>(
    who: &Allowed<P>,
    screen: &Screen,
    id: CustomerId,
    open: Open,
    before: Option<i64>,
) -> Result {
    let mut tx = who.begin().await?;
    let customer = customers::find(&mut tx, id).await?;
    let subsidiaries = customers::subsidiaries(&mut tx, id, 50).await?;
    let most = if open == Open::Timeline { activity::PAGE } else { 5 };
    let changes = store::activity::of_record(&mut tx, id.0, before, most).await?;
    let older = activity::older(&changes, most, &paths::customer_timeline(who.slug(), id));
    let changes = activity::words(changes, FIELDS);
    let (slug, csrf, moment) = (who.slug().clone(), screen.csrf().to_owned(), activity::moment(who));
    let view = Show { slug, csrf, customer, subsidiaries, changes, older, open, moment, may: may(who) };
    Ok(screen.show(who, &view))
}

/// The form of a customer, new or known.
struct Form;

impl FormPage for Form {
    type Guard = Allowed<CustomersWrite>;
    type Draft = Draft;
    type Fields = Fields;

    fn parse(who: &Self::Guard, draft: &Draft) -> Result<Fields, Errors> {
        draft.parse(&who.workspace.conventions())
    }

    async fn page(who: &Self::Guard, sheet: Sheet<Draft>) -> Result {
        let mut tx = who.begin().await?;
        let industries = customers::industries(&mut tx).await?;
        let now = match sheet.id {
            Some(id) => Some(customers::find(&mut tx, CustomerId(id)).await?),
            None => None,
        };
        let conflict = match (&now, sheet.stale) {
            (Some(now), true) => Some(
                activity::conflict(
                    &mut tx,
                    who,
                    now.id.0,
                    FIELDS,
                    |f| sheet.draft.get(f).to_owned(),
                    |f| now.draft().get(f).to_owned(),
                )
                .await?,
            ),
            _ => None,
        };
        // Having seen theirs, who saves again means it.
        let version = |now: &domain::crm::customers::Customer| if sheet.stale { now.version } else { sheet.version };
        let view = Edit {
            slug: who.slug().clone(),
            csrf: sheet.screen.csrf().to_owned(),
            once: sheet.once.to_string(),
            editing: now.as_ref().map(|c| (c.id.to_string(), version(c), c.name.clone())),
            conflict,
            industries,
            members: store::workspace::members(&mut tx).await?,
            currency: who.workspace.currency.code().to_owned(),
            draft: sheet.draft,
            errors: sheet.errors,
        };
        Ok(sheet.screen.show_as(sheet.status, who, &view))
    }
}

async fn new(who: Allowed<CustomersWrite>, screen: Screen) -> Result {
    Form::page(&who, Sheet::blank(screen, who.app())).await
}

async fn add(who: Allowed<CustomersWrite>, screen: Screen, form: Valid<Form>) -> Result {
    let mut tx = who.begin().await?;
    let added = customers::add(&mut tx, CustomerId(form.once), &form.fields).await;
    let id = form.settle(tx, added).await?;
    let name = &form.fields.name;
    let toast = Toast::good(format!("{name} was added.")).link("Add another", paths::customer_new(who.slug()));
    screen.done(paths::customer(who.slug(), id), toast).await
}

async fn edit(who: Allowed<CustomersWrite>, screen: Screen, Record(id): Record<CustomerId>) -> Result {
    let mut tx = who.begin().await?;
    let customer = customers::find(&mut tx, id).await?;
    drop(tx);
    Form::page(&who, Sheet::filled(screen, who.app(), id.0, customer.version, customer.draft())).await
}

async fn change(
    who: Allowed<CustomersWrite>,
    screen: Screen,
    Record(id): Record<CustomerId>,
    form: Valid<Form>,
) -> Result {
    let mut tx = who.begin().await?;
    let changed = customers::change(&mut tx, id, form.version, &form.fields).await;
    form.settle(tx, changed).await?;
    screen.done(paths::customer(who.slug(), id), Toast::good("Changes saved.")).await
}

async fn archive(
    who: Allowed<CustomersWrite>,
    screen: Screen,
    Record(id): Record<CustomerId>,
    _: Confirmed<Nothing>,
) -> Result {
    let mut tx = who.begin().await?;
    let name = customers::find(&mut tx, id).await?.name;
    customers::archive(&mut tx, &[id]).await?;
    tx.commit().await?;
    let undo = paths::customer_restoral(who.slug(), id);
    screen.done(paths::customers(who.slug()), Toast::good(format!("{name} was archived.")).undo(undo, &[])).await
}

async fn restore(
    who: Allowed<CustomersWrite>,
    screen: Screen,
    Record(id): Record<CustomerId>,
    _: Confirmed<Nothing>,
) -> Result {
    let mut tx = who.begin().await?;
    let name = customers::find(&mut tx, id).await?.name;
    customers::restore(&mut tx, &[id]).await?;
    tx.commit().await?;
    screen.done(paths::customer(who.slug(), id), Toast::good(format!("{name} is back."))).await
}

async fn archive_many(
    who: Allowed<CustomersBulk>,
    screen: Screen,
    Confirmed(selected): Confirmed<Selection<CustomerId>>,
) -> Result {
    let mut tx = who.begin().await?;
    let (count, batch) = match selected.all() {
        Some(filter) => customers::archive_matching(&mut tx, &filter).await?,
        None => customers::archive(&mut tx, &selected.ids).await?,
    };
    tx.commit().await?;
    let toast = Toast::good(format!("{} archived.", were(count, "customer", "customers")));
    let toast = match count {
        0 => toast,
        _ => toast.undo(paths::customer_restorals(who.slug()), &selected.undo(batch)),
    };
    screen.done(selected.back(paths::customers(who.slug())), toast).await
}

async fn restore_many(
    who: Allowed<CustomersBulk>,
    screen: Screen,
    Confirmed(selected): Confirmed<Selection<CustomerId>>,
) -> Result {
    let mut tx = who.begin().await?;
    let count = match selected.batch.is_empty() {
        true => customers::restore(&mut tx, &selected.ids).await?,
        false => customers::restore_batch(&mut tx, &selected.batch).await?,
    };
    tx.commit().await?;
    let toast = Toast::good(format!("{} restored.", were(count, "customer", "customers")));
    screen.done(selected.back(paths::customers(who.slug())), toast).await
}

async fn choose_columns(
    who: Allowed<CustomersRead>,
    screen: Screen,
    Confirmed(chosen): Confirmed<activity::Columns>,
) -> Result {
    let mut tx = who.begin().await?;
    store::workspace::prefer(&mut tx, who.actor.member, "customers.columns", chosen.columns.into()).await?;
    tx.commit().await?;
    Ok(screen.go(back(&chosen.back, paths::customers(who.slug()))))
}

async fn export(who: Allowed<CustomersExport>, screen: Screen, Query(filter): Query<Filter>) -> Result {
    let mut tx = who.begin().await?;
    let count = customers::count(&mut tx, &filter, file::MOST).await?;
    let shown = views::list::columns(COLUMNS, activity::preferred(&who.preferences, "customers.columns"));
    let chosen = COLUMNS.iter().map(|(key, ..)| *key).filter(|key| shown.iter().any(|s| s == key));
    let keys: Vec<_> = ["name"].into_iter().chain(chosen).collect();
    let label = |key: &&str| FIELDS.iter().find(|f| f.key == *key).map_or("", |f| f.label);
    let head = keys.iter().map(label).collect();
    let back = views::list::url(&paths::customers(who.slug()), &filter.from_top());
    let list = file::List { target: Target::Customers, back, keys, head, cell: Customer::cell };
    file::list(who, &screen, list, filter, tx, count, |asked, after| async move {
        let mut tx = asked.0.begin().await?;
        Ok(customers::export(&mut tx, &asked.1, after.as_ref(), exports::PAGE).await?)
    })
    .await
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Asked {
    parent: String,
}

async fn options(who: Allowed<CustomersRead>, screen: Screen, Query(asked): Query<Asked>) -> Result {
    let mut tx = who.begin().await?;
    let companies = customers::options(&mut tx, &asked.parent).await?;
    Ok(screen.show(&who, &Options(companies)))
}

fn may<P: Permission>(who: &Allowed<P>) -> May {
    May {
        write: who.actor.may(CustomersWrite::KEY),
        bulk: who.actor.may(CustomersBulk::KEY),
        export: who.actor.may(CustomersExport::KEY),
        import: who.actor.may(CustomersImport::KEY),
    }
}
