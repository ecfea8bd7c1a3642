//! Equipment: the list, one piece, the form, handing out and taking back, the file.

use crate::{
    hr::checklists::person,
    web::{
        Allowed, Confirmed, Noun, Query, Record, Result, Routes, Screen, Toast, file, form::Nothing, noun,
        query::Strictly, selection::unclear,
    },
    workspace::activity::{self, moment},
};
use axum::http::StatusCode;
use domain::{
    AssetId, Conventions, Errors,
    access::{AssetsConfirm, AssetsExport, AssetsRead, AssetsValue, AssetsWrite, Permission, Scope},
    audit::Action,
    draft::Field,
    hr::{
        assets::{Asset, COLUMNS, Draft, FIELDS, Fields, Filter, Handing, Status, WORDS},
        employees::Employee,
    },
    list::grouped,
    paths,
    text::Words,
    workspace::access::Subject,
};
use maud::Markup;
use store::{TenantTx, Version, audit, exports, hr::assets, reach::Kind};
use views::{
    form::Entry,
    hr::assets::{Edit, Index, May, Show},
};

pub fn routes(r: Routes) -> Routes {
    type N = Assets;
    r.get(paths::ASSETS, list)
        .get(paths::ASSET_NEW, noun::new::<N>)
        .post(paths::ASSET_NEW, noun::add::<N>)
        .get(paths::ASSET_EXPORT, export)
        .get(paths::ASSET, show)
        .get(paths::ASSET_EDIT, noun::edit::<N>)
        .post(paths::ASSET_EDIT, noun::change::<N>)
        .post(paths::ASSET_RECEIPT, confirm)
        .post(paths::ASSET_LOAN, hand_out)
        .post(paths::ASSET_RETURN, take_back)
}

fn may<P: Permission>(who: &Allowed<P>) -> May {
    let may = |key| who.actor.may(key);
    May { write: may(AssetsWrite::KEY), value: may(AssetsValue::KEY), export: may(AssetsExport::KEY) }
}

async fn list(who: Allowed<AssetsRead>, screen: Screen, Query(filter): Query<Filter>) -> Result {
    let mut tx = who.begin().await?;
    let page = assets::list(&mut tx, &filter).await?;
    let kinds = screen.for_page(assets::kinds(&mut tx)).await?;
    let mut unconfirmed = match who.actor.employee {
        Some(me) => screen.for_page(assets::held_by(&mut tx, me)).await?,
        None => vec![],
    };
    unconfirmed.retain(|a| !a.confirmed);
    let (slug, csrf, may) = (who.slug().clone(), screen.csrf().to_owned(), may(&who));
    Ok(screen.show(&who, &Index { slug, csrf, filter, page, kinds, unconfirmed, may }))
}

async fn show(who: Allowed<AssetsRead>, screen: Screen, Record(id): Record<AssetId>) -> Result {
    page(&who, &screen, id, Handing::default(), Errors::default()).await
}

async fn page<P: Permission>(who: &Allowed<P>, screen: &Screen, id: AssetId, typed: Handing, errors: Errors) -> Result {
    let mut tx = who.begin().await?;
    let asset = assets::find(&mut tx, id).await?;
    let may = may(who);
    // Who had it before is nobody's business who only has it now.
    let mut loans = assets::loans(&mut tx, id).await?;
    if !may.write && tx.scope::<AssetsRead>() < Some(domain::access::Scope::All) {
        loans.retain(|l| l.returned.is_none());
    }
    let history = match may.write {
        true => activity::history(&mut tx, id.0, FIELDS, &["value_minor", "value_currency", "search_text"]).await?,
        false => vec![],
    };
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let view = Show {
        slug: who.slug().clone(),
        csrf: screen.csrf().to_owned(),
        asset,
        loans,
        history,
        moment: moment(who),
        today: tx.today(),
        me: who.actor.employee,
        may,
        typed,
        errors,
    };
    Ok(screen.show_as(status, who, &view))
}

async fn hand_out(
    who: Allowed<AssetsWrite>,
    screen: Screen,
    Record(id): Record<AssetId>,
    Confirmed(typed): Confirmed<Handing>,
) -> Result {
    let mut tx = who.begin().await?;
    let asset = assets::find(&mut tx, id).await?;
    let (handed, mut errors) = typed.read(&who.workspace.conventions(), tx.today(), asset.condition);
    let employee = match person(&mut tx, &typed.employee).await? {
        Some(Subject::Employee(id)) => Some(id),
        _ => {
            errors.add("employee", "No person alone is called so. Type a name, and choose.");
            None
        }
    };
    let (Some(employee), true) = (employee, errors.is_empty()) else {
        drop(tx);
        return page(&who, &screen, id, typed, errors).await;
    };
    match assets::hand_out(&mut tx, id, employee, &handed).await {
        Ok(name) => {
            tx.commit().await?;
            let toast = Toast::good(format!("{name} has {} now.", asset.name));
            screen.done(paths::asset(who.slug(), id), toast).await
        }
        Err(store::Error::Refused(errors)) => {
            drop(tx);
            page(&who, &screen, id, typed, errors).await
        }
        Err(e) => Err(e.into()),
    }
}

async fn take_back(
    who: Allowed<AssetsWrite>,
    screen: Screen,
    Record(id): Record<AssetId>,
    Confirmed(typed): Confirmed<Handing>,
) -> Result {
    let mut tx = who.begin().await?;
    let asset = assets::find(&mut tx, id).await?;
    let (handed, errors) = typed.read(&who.workspace.conventions(), tx.today(), asset.condition);
    if !errors.is_empty() {
        drop(tx);
        return page(&who, &screen, id, typed, errors).await;
    }
    match assets::take_back(&mut tx, id, &handed).await {
        Ok(name) => {
            tx.commit().await?;
            let toast = Toast::good(format!("{} is back from {name}.", asset.name));
            screen.done(paths::asset(who.slug(), id), toast).await
        }
        Err(store::Error::Refused(errors)) => {
            drop(tx);
            page(&who, &screen, id, typed, errors).await
        }
        Err(e) => Err(e.into()),
    }
}

async fn confirm(
    who: Allowed<AssetsConfirm>,
    screen: Screen,
    Record(id): Record<AssetId>,
    _: Confirmed<Nothing>,
) -> Result {
    let mut tx = who.begin().await?;
    let name = assets::confirm(&mut tx, id).await?;
    tx.commit().await?;
    screen.done(paths::asset(who.slug(), id), Toast::good(format!("You have {name}. Thank you."))).await
}

/// Rows that one file holds: it is made as a whole.
const MOST: i64 = 20_000;

async fn export(who: Allowed<AssetsExport>, screen: Screen, Strictly(filter): Strictly<Filter>) -> Result {
    if !filter.is_clear() {
        return Err(unclear());
    }
    let mut tx = who.begin().await?;
    let count = assets::count(&mut tx, &filter, MOST).await?;
    if count > MOST {
        let words = format!("These are more than {} pieces. Narrow the list, and export the parts.", grouped(MOST));
        let back = views::list::url(&paths::assets(who.slug()), &filter.from_top());
        return screen.done(back, Toast::bad(words)).await;
    }
    let value = who.actor.may(AssetsValue::KEY);
    let columns: Vec<_> =
        COLUMNS.into_iter().filter(|(key, _)| value || !["value", "currency"].contains(key)).collect();
    let (mut rows, mut after) = (vec![], None);
    loop {
        let (page, next) = assets::export(&mut tx, &filter, after.as_ref(), exports::PAGE).await?;
        rows.extend(page.iter().map(|a| columns.iter().map(|(key, _)| a.cell(key).into_owned()).collect::<Vec<_>>()));
        after = next;
        if after.is_none() {
            break;
        }
    }
    let asked = serde_json::to_value(&filter).unwrap_or_default();
    let noted = serde_json::json!({ "question": [null, asked], "rows": [null, rows.len()] });
    audit::note(&mut tx, "assets", who.actor.tenant.0, Action::Exported, &noted).await?;
    tx.commit().await?;
    file::csv("equipment.csv", columns.iter().map(|(_, label)| (*label).to_owned()).collect(), rows).await
}

/// Equipment, to the handlers of all nouns.
pub struct Assets;

impl Noun for Assets {
    type Id = AssetId;
    type Record = Asset;
    type Draft = Draft;
    type Fields = Fields;
    type Edit = Edit;
    type Read = AssetsRead;
    type Write = AssetsWrite;

    const WORDS: Words = WORDS;
    const KIND: Kind = Kind::Assets;
    const LIST: &'static str = paths::ASSETS;
    const FIELDS: &'static [Field] = FIELDS;

    fn read(draft: &Draft, conventions: &Conventions) -> (Fields, Errors) {
        draft.read(conventions)
    }

    fn called(fields: &Fields) -> String {
        fields.name.clone()
    }

    fn name(asset: &Asset) -> String {
        asset.name.clone()
    }

    fn version(asset: &Asset) -> Version {
        asset.version
    }

    fn draft(asset: &Asset) -> Draft {
        asset.draft()
    }

    async fn find(tx: &mut TenantTx, id: AssetId) -> store::Result<Asset> {
        assets::find(tx, id).await
    }

    async fn check(tx: &mut TenantTx, own: AssetId, fields: &Fields) -> store::Result<Errors> {
        assets::check(tx, own, fields).await
    }

    async fn add(tx: &mut TenantTx, id: AssetId, fields: &Fields) -> store::Result<AssetId> {
        assets::add(tx, id, fields).await
    }

    async fn change(tx: &mut TenantTx, id: AssetId, version: Version, fields: &Fields) -> store::Result<()> {
        assets::change(tx, id, version, fields).await
    }

    async fn edit(who: &Allowed<AssetsWrite>, tx: &mut TenantTx, entry: Entry<Draft>) -> Result<Edit> {
        let assigned = match entry.editing.as_ref().and_then(|e| e.id.parse().ok()) {
            Some(id) => assets::find(tx, AssetId(id)).await?.status == Status::Assigned,
            None => false,
        };
        Ok(Edit {
            entry,
            kinds: assets::kinds(tx).await?,
            currency: who.workspace.currency.code().to_owned(),
            value: who.actor.may(AssetsValue::KEY),
            assigned,
        })
    }
}

/// The card on somebody's record.
pub async fn card<P: Permission>(
    tx: &mut TenantTx,
    who: &Allowed<P>,
    screen: &Screen,
    employee: &Employee,
) -> Result<Option<Markup>> {
    let own = who.actor.employee == Some(employee.id);
    if tx.scope::<AssetsRead>() < Some(if own { Scope::Own } else { Scope::Team }) {
        return Ok(None);
    }
    let held = assets::held_by(tx, employee.id).await?;
    Ok(views::hr::assets::card(who.slug(), screen.csrf(), &held, employee.id, own))
}
