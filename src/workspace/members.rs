//! Members of the workspace, and inviting more.

use crate::{
    web::{
        Allowed, Confirmed, FormPage, Record, Result, Routes, Screen, Sheet, Toast, Valid, form::Nothing,
        throttle::Limit,
    },
    workspace::activity,
};
use domain::{
    Errors, InvitationId,
    access::{MembersInvite, MembersRead, Office, Permission},
    paths,
    workspace::members::{Invite, InviteFields},
};
use store::workspace::{self, roles};
use views::workspace::members::Members;

pub fn routes(r: Routes) -> Routes {
    r.get(paths::MEMBERS, list).post(paths::INVITATIONS, invite).post(paths::INVITATION_REVOCATION, revoke)
}

async fn list(who: Allowed<MembersRead>, screen: Screen) -> Result {
    let sheet = Sheet::<Invite>::blank(screen, who.app());
    page(&who, sheet).await
}

async fn page<P: Permission>(who: &Allowed<P>, sheet: Sheet<Invite>) -> Result {
    let mut tx = who.begin().await?;
    let invites = who.actor.may(MembersInvite::KEY);
    let view = Members {
        slug: who.slug().clone(),
        csrf: sheet.screen.csrf().to_owned(),
        once: sheet.once.to_string(),
        moment: activity::moment(who),
        rights: who.actor.rights,
        members: workspace::members(&mut tx).await?,
        invitations: if invites { workspace::open_invitations(&mut tx).await? } else { vec![] },
        may_grant: if invites { grantable(who, roles::offices(&mut tx).await?) } else { vec![] },
        verified: who.verified,
        draft: sheet.draft,
        errors: sheet.errors,
    };
    Ok(sheet.screen.show_as(sheet.status, who, &view))
}

/// The roles that they may give: never more than their own.
fn grantable<P: Permission>(who: &Allowed<P>, offices: Vec<Office>) -> Vec<Office> {
    offices.into_iter().filter(|o| who.actor.may_grant(&o.rights)).collect()
}

struct Form;

impl FormPage for Form {
    type Guard = Allowed<MembersInvite>;
    type Draft = Invite;
    type Fields = InviteFields;

    /// Whoever has not proven an address of their own has us send no mail to others: a workspace is free, and the
    /// next one as well. The page says so in place of the form.
    fn parse(who: &Self::Guard, draft: &Invite) -> Result<InviteFields, Errors> {
        if !who.verified {
            return Err(Errors::one("", "Confirm your address first."));
        }
        draft.parse()
    }

    async fn page(who: &Self::Guard, sheet: Sheet<Invite>) -> Result {
        page(who, sheet).await
    }
}

async fn invite(who: Allowed<MembersInvite>, screen: Screen, form: Valid<Form>) -> Result {
    who.app().throttle().count(Limit::MAILS, &who.actor.tenant.to_string()).await?;
    who.app().throttle().count(Limit::MAIL, &format!("{}:{}", who.actor.tenant, form.fields.email)).await?;
    let mut tx = who.begin().await?;
    if !grantable(&who, roles::offices(&mut tx).await?).iter().any(|o| o.role == form.fields.role) {
        return form.again(Errors::one("role", "Choose a role.")).await;
    }
    let invited = workspace::invite(&mut tx, InvitationId(form.once), who.actor.member, &form.fields).await;
    form.settle(tx, invited).await?;
    screen
        .done(paths::members(who.slug()), Toast::good(format!("An invitation is on its way to {}.", form.fields.email)))
        .await
}

async fn revoke(
    who: Allowed<MembersInvite>,
    screen: Screen,
    Record(id): Record<InvitationId>,
    _: Confirmed<Nothing>,
) -> Result {
    let mut tx = who.begin().await?;
    workspace::revoke(&mut tx, id).await?;
    tx.commit().await?;
    screen.done(paths::members(who.slug()), Toast::good("The invitation was taken back.")).await
}
