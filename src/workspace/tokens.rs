//! Personal API tokens: made, shown once, taken back.

use crate::{
    web::{
        Allowed, Confirmed, FormPage, Record, Result, Routes, Screen, Sheet, Toast, Valid,
        bearer::{draw, written},
        form::Nothing,
    },
    workspace::activity::moment,
};
use domain::{
    Errors, TokenId,
    access::TokensWrite,
    paths,
    workspace::tokens::{Draft, Fields},
};
use store::workspace::tokens;
use views::workspace::tokens::{Made, Tokens};

pub fn routes(r: Routes) -> Routes {
    r.get(paths::TOKENS, list).post(paths::TOKENS, add).post(paths::TOKEN_REVOCATION, revoke)
}

async fn list(who: Allowed<TokensWrite>, screen: Screen) -> Result {
    TokenForm::page(&who, Sheet::blank(screen, who.app())).await
}

struct TokenForm;

impl FormPage for TokenForm {
    type Guard = Allowed<TokensWrite>;
    type Draft = Draft;
    type Fields = Fields;

    fn parse(_: &Self::Guard, draft: &Draft) -> Result<Fields, Errors> {
        draft.parse()
    }

    async fn page(who: &Self::Guard, sheet: Sheet<Draft>) -> Result {
        let mut tx = who.begin().await?;
        let view = Tokens {
            slug: who.slug().clone(),
            rights: who.actor.rights,
            csrf: sheet.screen.csrf().to_owned(),
            once: sheet.once.to_string(),
            moment: moment(who),
            tokens: tokens::list(&mut tx, who.actor.member).await?,
            draft: sheet.draft,
            errors: sheet.errors,
        };
        Ok(sheet.screen.show_as(sheet.status, who, &view))
    }
}

async fn add(who: Allowed<TokensWrite>, screen: Screen, form: Valid<TokenForm>) -> Result {
    let (secret, hash) = draw();
    let f = &form.fields;
    let mut tx = who.begin().await?;
    let expires = f.life.map(|life| tx.now() + life);
    let added = tokens::add(&mut tx, (form.once, who.actor.member), &f.name, &hash, f.read_only, expires).await;
    if added.as_ref().is_err_and(store::Error::is_duplicate_id) {
        // The same form, sent twice: the first answer had the token, and it is shown once.
        drop(tx);
        let toast = Toast::bad("This token was made already, and is shown once. Make another one if you lost it.");
        return screen.done(paths::tokens(who.slug()), toast).await;
    }
    form.settle(tx, added).await?;
    let view = Made {
        slug: who.slug().clone(),
        rights: who.actor.rights,
        name: f.name.clone(),
        token: written(form.once, &secret),
        read_only: f.read_only,
    };
    Ok(screen.show(&who, &view))
}

async fn revoke(
    who: Allowed<TokensWrite>,
    screen: Screen,
    Record(id): Record<TokenId>,
    _: Confirmed<Nothing>,
) -> Result {
    let mut tx = who.begin().await?;
    let name = tokens::revoke(&mut tx, who.actor.member, id.0).await?;
    tx.commit().await?;
    screen.done(paths::tokens(who.slug()), Toast::good(format!("{name} opens nothing any more."))).await
}
