//! Members of the workspace: who there is, as what, and letting them in and out.

use crate::{
    web::{
        Allowed, Confirmed, Error, FormPage, Query, Record, Result, Routes, Screen, Sheet, Toast, Valid,
        form::{Late, Nothing, json},
        throttle::Limit,
    },
    workspace::activity,
};
use domain::{
    Errors, InvitationId, MemberId,
    access::{CustomersRead, MembersInvite, MembersRead, MembersWrite, Office, Permission, Rights, Role},
    draft::merge,
    paths,
    workspace::{
        members::{Draft, FIELDS, Invite, InviteFields, InviteMany, MOST, Question, addresses},
        roles::changes,
    },
};
use store::workspace::{
    invitations::{self, Sent},
    members, roles,
};
use views::workspace::members::{Answered, Member as MemberView, Members, Outcome, Review};

pub fn routes(r: Routes) -> Routes {
    r.get(paths::MEMBERS, list)
        .get(paths::MEMBER, show)
        .post(paths::MEMBER, change)
        .post(paths::MEMBER_DEACTIVATION, deactivate)
        .post(paths::MEMBER_REACTIVATION, reactivate)
        .post(paths::INVITATIONS, invite)
        .post(paths::INVITATION_LIST, invite_many)
        .post(paths::INVITATION_RESENDING, resend)
        .post(paths::INVITATION_REVOCATION, revoke)
}

async fn list(who: Allowed<MembersRead>, screen: Screen, Query(question): Query<Question>) -> Result {
    let mut sheet = Sheet::<Invite>::blank(screen, who.app());
    sheet.draft.email.clone_from(&question.invite);
    page(&who, sheet, question, InviteMany::default()).await
}

async fn page<P: Permission>(who: &Allowed<P>, sheet: Sheet<Invite>, question: Question, many: InviteMany) -> Result {
    let mut tx = who.begin().await?;
    let invites = who.actor.may(MembersInvite::KEY);
    let offices = roles::offices(&mut tx).await?;
    let first = question.after.is_empty() && question.state.is_empty();
    let view = Members {
        slug: who.slug().clone(),
        csrf: sheet.screen.csrf().to_owned(),
        once: sheet.once.to_string(),
        moment: activity::moment(who),
        rights: who.actor.rights,
        found: members::list(&mut tx, &question).await?,
        invitations: if invites && first { invitations::open(&mut tx).await? } else { vec![] },
        may_grant: if invites { grantable(&who.actor.rights, &offices) } else { vec![] },
        roles: offices.into_iter().map(|o| (o.role.value(), o.name)).collect(),
        question,
        verified: who.verified,
        draft: sheet.draft,
        many,
        errors: sheet.errors,
    };
    Ok(sheet.screen.show_as(sheet.status, who, &view))
}

/// The roles that they may give: never more than their own.
fn grantable(rights: &Rights, offices: &[Office]) -> Vec<Office> {
    offices.iter().filter(|o| rights.cover(&o.rights)).cloned().collect()
}

// ── inviting ─────────────────────────────────────────────────────────────────────────────────────────────────────

struct InviteForm;

impl FormPage for InviteForm {
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
        page(who, sheet.told_if_sent(), Question::default(), InviteMany::default()).await
    }
}

/// Whether they may give this role; one that another workspace has made is none.
async fn may_give(who: &Allowed<MembersInvite>, role: Role) -> Result<bool> {
    let mut tx = who.begin().await?;
    let offices = roles::offices(&mut tx).await?;
    Ok(grantable(&who.actor.rights, &offices).iter().any(|o| o.role == role))
}

async fn invite(who: Allowed<MembersInvite>, screen: Screen, form: Valid<InviteForm>) -> Result {
    who.app().throttle().count(Limit::MAILS, &who.actor.tenant.to_string()).await?;
    who.app().throttle().count(Limit::MAIL, &format!("{}:{}", who.actor.tenant, form.fields.email)).await?;
    if !may_give(&who, form.fields.role).await? {
        return form.again(Errors::one("role", "Choose a role.")).await;
    }
    let mut tx = who.begin().await?;
    let invited = invitations::invite(&mut tx, InvitationId(form.once), who.actor.member, &form.fields).await;
    form.settle(tx, invited).await?;
    screen
        .done(paths::members(who.slug()), Toast::good(format!("An invitation is on its way to {}.", form.fields.email)))
        .await
}

struct ManyForm;

impl FormPage for ManyForm {
    type Guard = Allowed<MembersInvite>;
    type Draft = InviteMany;
    type Fields = Role;

    fn parse(who: &Self::Guard, draft: &InviteMany) -> Result<Role, Errors> {
        let mut e = Errors::default();
        if !who.verified {
            e.add("", "Confirm your address first.");
        }
        match addresses(&draft.emails).len() {
            0 => e.add("emails", "Paste at least one address."),
            n if n > MOST => e.add("emails", format!("These are {n} addresses. Invite at most {MOST} at a time.")),
            _ => {}
        }
        let role = e.take("many_role", Role::parse(&draft.role).ok_or("Choose a role."));
        match role {
            Some(role) => e.or(role),
            None => Err(e),
        }
    }

    async fn page(who: &Self::Guard, sheet: Sheet<InviteMany>) -> Result {
        let many = sheet.draft;
        let blank = Sheet::<Invite>::blank(sheet.screen, who.app());
        page(who, Sheet { status: sheet.status, errors: sheet.errors, ..blank }, Question::default(), many).await
    }
}

/// Invites each address that can be, and tells of each what came of it.
async fn invite_many(who: Allowed<MembersInvite>, screen: Screen, form: Valid<ManyForm>) -> Result {
    let role = form.fields;
    if !may_give(&who, role).await? {
        return form.again(Errors::one("many_role", "Choose a role.")).await;
    }
    let read = addresses(&form.draft.emails);
    let good: Vec<_> = read.iter().filter_map(|(_, email)| email.clone().ok()).collect();
    match who.app().throttle().count_many(Limit::MAILS, &who.actor.tenant.to_string(), good.len()).await {
        Err(Error::TooMany(seconds)) => {
            let minutes = seconds.div_ceil(60);
            let words = format!("Very many invitations went out just now. Send these in {minutes} minutes.");
            return form.again(Errors::one("emails", words)).await;
        }
        counted => counted?,
    }
    let mut tx = who.begin().await?;
    let mut sent = invitations::invite_all(&mut tx, who.actor.member, &good, role).await?.into_iter();
    tx.commit().await?;
    let outcome = |(piece, email): (String, Result<_, String>)| match email {
        Ok(_) => match sent.next() {
            Some(Sent::Refused(why)) => Outcome { address: piece, invited: false, words: why },
            _ => Outcome { address: piece, invited: true, words: "Invited.".into() },
        },
        Err(why) => Outcome { address: piece, invited: false, words: why },
    };
    let outcomes = read.into_iter().map(outcome).collect();
    Ok(screen.show(&who, &Answered { slug: who.slug().clone(), rights: who.actor.rights, outcomes }))
}

/// Whoever takes an invitation back, or sends it again, could have made it.
async fn may_handle(who: &Allowed<MembersInvite>, id: InvitationId) -> Result<()> {
    let mut tx = who.begin().await?;
    let role = invitations::role(&mut tx, id).await?;
    let office = roles::office(&mut tx, role).await?;
    match who.actor.may_grant(&office.rights) {
        true => Ok(()),
        false => Err(Error::Bad("This invitation gives more than you have. Ask somebody who has.".into())),
    }
}

async fn revoke(
    who: Allowed<MembersInvite>,
    screen: Screen,
    Record(id): Record<InvitationId>,
    _: Confirmed<Nothing>,
) -> Result {
    may_handle(&who, id).await?;
    let mut tx = who.begin().await?;
    invitations::revoke(&mut tx, id).await?;
    tx.commit().await?;
    screen.done(paths::members(who.slug()), Toast::good("The invitation was taken back.")).await
}

async fn resend(
    who: Allowed<MembersInvite>,
    screen: Screen,
    Record(id): Record<InvitationId>,
    _: Confirmed<Nothing>,
) -> Result {
    may_handle(&who, id).await?;
    who.app().throttle().count(Limit::MAILS, &who.actor.tenant.to_string()).await?;
    who.app().throttle().count(Limit::MAIL, &format!("{}:{id}", who.actor.tenant)).await?;
    let mut tx = who.begin().await?;
    let email = invitations::resend(&mut tx, id, who.actor.member).await?;
    tx.commit().await?;
    let toast = format!("The invitation is on its way to {email} again, and stands for a week.");
    screen.done(paths::members(who.slug()), Toast::good(toast)).await
}

// ── one member ───────────────────────────────────────────────────────────────────────────────────────────────────

async fn show(who: Allowed<MembersRead>, screen: Screen, Record(id): Record<MemberId>) -> Result {
    let mut tx = who.begin().await?;
    let member = members::find(&mut tx, id).await?;
    drop(tx);
    member_page(&who, Sheet::filled(screen, who.app(), id.0, member.version, member.draft())).await
}

async fn member_page<P: Permission>(who: &Allowed<P>, mut sheet: Sheet<Draft>) -> Result {
    let mut tx = who.begin().await?;
    let id = MemberId(sheet.id.ok_or(Error::NotFound)?);
    let member = members::find(&mut tx, id).await?;
    let held = roles::office(&mut tx, member.role).await?;
    let offices = roles::offices(&mut tx).await?;
    let mut holdings = members::holdings(&mut tx, &member).await?;
    if !who.actor.may(CustomersRead::KEY) {
        holdings.0 = 0;
    }
    let mut conflict = None;
    if sheet.late == Some(Late::Stale) {
        let theirs = member.draft();
        let was = serde_json::from_str::<Draft>(&sheet.was).ok();
        let mut clashes = merge(FIELDS, was.as_ref(), &mut sheet.draft, &theirs);
        // A role is known by its name.
        let named =
            |value: &str| offices.iter().find(|o| o.role.value() == value).map_or(value.to_owned(), |o| o.name.clone());
        for clash in clashes.iter_mut().filter(|c| c.key == "role") {
            (clash.yours, clash.theirs) = (named(&clash.yours), named(&clash.theirs));
        }
        let told = activity::conflict(&mut tx, who, id.0, clashes).await?;
        for differs in &told.fields {
            sheet.errors.add(differs.field, told.beside(differs));
        }
        conflict = Some(told);
        (sheet.version, sheet.was) = (member.version, json(&theirs));
    }
    let may_touch = who.actor.may(MembersWrite::KEY) && who.actor.may_grant(&held.rights);
    let view = MemberView {
        stopped: super::mail::notice(&mut tx, who, Some(&member.email)).await?,
        slug: who.slug().clone(),
        rights: who.actor.rights,
        csrf: sheet.screen.csrf().to_owned(),
        version: sheet.version,
        was: sheet.was,
        moment: activity::moment(who),
        own: id == who.actor.member,
        may_touch,
        offices: if may_touch { grantable(&who.actor.rights, &offices) } else { vec![held] },
        holdings,
        member,
        draft: sheet.draft,
        errors: sheet.errors,
        conflict,
    };
    Ok(sheet.screen.show_as(sheet.status, who, &view))
}

struct MemberForm;

impl FormPage for MemberForm {
    type Guard = Allowed<MembersWrite>;
    type Draft = Draft;
    type Fields = (Role, Option<String>);

    fn parse(_: &Self::Guard, draft: &Draft) -> Result<Self::Fields, Errors> {
        let role = Role::parse(&draft.role).ok_or_else(|| Errors::one("role", "Choose a role."))?;
        Ok((role, Some(draft.employee.trim().to_owned()).filter(|typed| !typed.is_empty())))
    }

    async fn page(who: &Self::Guard, sheet: Sheet<Draft>) -> Result {
        member_page(who, sheet).await
    }
}

/// Saves when it has been seen what they gain and lose; who gives somebody the role that they have saves at once.
async fn change(
    who: Allowed<MembersWrite>,
    screen: Screen,
    Record(id): Record<MemberId>,
    form: Valid<MemberForm>,
) -> Result {
    if form.draft.reviewed == "back" {
        return form.reopen().await;
    }
    let (role, employee) = &form.fields;
    let mut tx = who.begin().await?;
    let Ok(office) = roles::office(&mut tx, *role).await else {
        return form.again(Errors::one("role", "Choose a role.")).await;
    };
    let member = members::find(&mut tx, id).await?;
    let before = roles::office(&mut tx, member.role).await?;
    let changes = changes(&before.rights, &office.rights);
    if form.draft.reviewed != "yes" && !changes.is_empty() && member.version == form.version {
        let review = Review {
            slug: who.slug().clone(),
            csrf: screen.csrf().to_owned(),
            version: form.version,
            was: form.was().to_owned(),
            before: before.name,
            after: office.name,
            member,
            draft: form.draft.clone(),
            changes,
        };
        return Ok(screen.show(&who, &review));
    }
    let changed = members::change(&mut tx, id, form.version, &office, employee.as_deref()).await;
    form.settle(tx, changed).await?;
    screen.done(paths::member(who.slug(), id), Toast::good("Changes saved.")).await
}

async fn deactivate(
    who: Allowed<MembersWrite>,
    screen: Screen,
    Record(id): Record<MemberId>,
    _: Confirmed<Nothing>,
) -> Result {
    let mut tx = who.begin().await?;
    let member = members::deactivate(&mut tx, id).await?;
    tx.commit().await?;
    let toast = Toast::good(format!("{} is deactivated, and signed out with their next click.", member.name));
    screen.done(paths::member(who.slug(), id), toast.undo(paths::member_reactivation(who.slug(), id), &[])).await
}

async fn reactivate(
    who: Allowed<MembersWrite>,
    screen: Screen,
    Record(id): Record<MemberId>,
    _: Confirmed<Nothing>,
) -> Result {
    let mut tx = who.begin().await?;
    let member = members::reactivate(&mut tx, id).await?;
    tx.commit().await?;
    screen.done(paths::member(who.slug(), id), Toast::good(format!("{} may come in again.", member.name))).await
}
