//! What the demo company has twice: a customer, a contact and a lead that somebody typed in again, each with something that
//! was written about the second one. They wait to be merged.

use super::{Done, History, words};
use chrono::Duration;
use domain::{
    ContactId, Conventions, CustomerId, Email, LeadId, NoteId,
    crm::{contacts, customers, leads},
    notes::Fields as Note,
    workspace::access::Subject,
};
use store::{Db, Desk, TenantTx};

pub async fn bring(db: &Db, history: &History, owner: Desk, team: &[(Email, Desk)]) -> Done {
    history.go_on(Duration::minutes(23));
    let seller = |start: &str| {
        let found = team.iter().find(|(email, _)| email.as_str().starts_with(start));
        found.map_or((String::new(), owner), |(email, desk)| (email.to_string(), *desk))
    };

    // A colleague of the one who looks after it has met them at a fair, and did not look first.
    let (email, desk) = seller("priya");
    let mut tx = db.begin(desk).await.map_err(words)?;
    let draft = customers::Draft {
        name: "Atelier Bellecour S.A.".into(),
        email: "salon@bellecour.example".into(),
        industry: "Architecture".into(),
        city: "Lyon".into(),
        country: "FR".into(),
        owner: email.clone(),
        status: "prospect".into(),
        ..customers::Draft::default()
    };
    let fields = draft.parse(&Conventions::default()).map_err(|e| format!("{e:?}"))?;
    let firm = tx.id::<CustomerId>();
    store::crm::customers::add(&mut tx, firm, &fields).await.map_err(words)?;
    note(&mut tx, Subject::Customer(firm), "Met them in Lyon: they plan a second office, and ask for samples.").await?;
    tx.commit().await.map_err(words)?;

    history.go_on(Duration::minutes(9));
    let mut tx = db.begin(desk).await.map_err(words)?;
    let draft = contacts::Draft {
        first_name: "Tom".into(),
        last_name: "Ashworth".into(),
        customer: "Meridian Hotels Group".into(),
        phone: "0044 20 7946 0114".into(),
        owner: email,
        ..contacts::Draft::default()
    };
    let fields = draft.parse(&Conventions::default()).map_err(|e| format!("{e:?}"))?;
    let person = tx.id::<ContactId>();
    store::crm::contacts::add(&mut tx, person, &fields).await.map_err(words)?;
    note(&mut tx, Subject::Contact(person), "Called about the emergency lights; prefers mornings.").await?;
    tx.commit().await.map_err(words)?;

    history.go_on(Duration::minutes(6));
    let (email, desk) = seller("nadia");
    let mut tx = db.begin(desk).await.map_err(words)?;
    let draft = leads::Draft {
        name: "Paolo Ricci".into(),
        phone: "0039 02 88461207".into(),
        company: "Ricci Arredi".into(),
        country: "Italy".into(),
        source: "Referral".into(),
        owner: email,
        ..leads::Draft::default()
    };
    let fields = draft.parse(&Conventions::default()).map_err(|e| format!("{e:?}"))?;
    let lead = tx.id::<LeadId>();
    store::crm::leads::add(&mut tx, lead, &fields).await.map_err(words)?;
    note(&mut tx, Subject::Lead(lead), "Studio van Dijk sent him to us.").await?;
    tx.commit().await.map_err(words)
}

async fn note(tx: &mut TenantTx, about: Subject, text: &str) -> Done {
    let id = tx.id::<NoteId>();
    let note = Note { text: text.into(), private: false };
    store::notes::add(tx, id, about, &note).await.map_err(words)?;
    Ok(())
}
