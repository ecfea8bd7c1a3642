//! Contacts of a company, made by the product's own functions.

use super::Company;
use domain::{
    ContactId, DealId, FileId, MergeId, PointId,
    crm::{
        contacts::{Contact, Draft},
        duplicates::Noun,
        points::{self, Point},
    },
    workspace::access::Subject,
};
use store::crm::{contacts, links, merges};

impl Company<'_> {
    /// A contact of the owner's making, with these fields.
    pub async fn contact(&self, fields: &[(&str, &str)]) -> ContactId {
        let mut tx = self.begin().await;
        let mut draft = Draft { last_name: "Byron".into(), ..Draft::default() };
        fields.iter().for_each(|(name, value)| draft.set(name, (*value).to_owned()));
        let fields = draft.parse(&Default::default()).unwrap_or_else(|e| panic!("{draft:?}: {e:?}"));
        let id = tx.id();
        contacts::add(&mut tx, id, &fields).await.unwrap_or_else(|e| panic!("{draft:?}: {e:?}"));
        tx.commit().await.expect("it is kept");
        self.app.run_jobs().await;
        id
    }

    pub async fn contact_now(&self, id: ContactId) -> Contact {
        contacts::find(&mut self.begin().await, id).await.expect("a contact")
    }

    /// Another address of a record.
    pub async fn point(&self, subject: Subject, kind: &str, value: &str) -> PointId {
        let mut tx = self.begin().await;
        let draft = points::Draft { kind: kind.into(), value: value.into(), ..Default::default() };
        let (fields, errors) = draft.read();
        assert!(errors.is_empty(), "{errors:?}");
        let id = tx.id();
        store::crm::points::add(&mut tx, id, subject, &fields).await.expect("it is added");
        tx.commit().await.expect("it is kept");
        id
    }

    /// All addresses of a record.
    pub async fn points(&self, record: uuid::Uuid) -> Vec<Point> {
        store::crm::points::of(&mut self.begin().await, record).await.expect("addresses")
    }

    pub async fn in_deal(&self, contact: ContactId, deal: DealId, role: &str) {
        let mut tx = self.begin().await;
        links::involve(&mut tx, deal, contact, Some(role)).await.expect("it is noted");
        tx.commit().await.expect("it is kept");
    }

    /// Makes one of two, the first of them, with these fields of the other.
    pub async fn merged(&self, noun: Noun, two: (uuid::Uuid, uuid::Uuid), taken: &[&str]) -> MergeId {
        let mut tx = self.begin().await;
        let id = tx.id();
        let taken: Vec<String> = taken.iter().map(|t| (*t).to_owned()).collect();
        merges::merge(&mut tx, id, noun, two, &taken).await.expect("they are one");
        tx.commit().await.expect("it is kept");
        self.app.run_jobs().await;
        id
    }

    /// A file of a record, of which nothing is in the storage.
    pub async fn record_file(&self, subject: Subject, name: &str) -> FileId {
        let mut tx = self.begin().await;
        let (id, media_type) = (tx.id(), "text/plain");
        store::files::expect(&mut tx, id).await.expect("it is expected");
        let file = store::files::New { id, name: name.into(), media_type, size: 1, sha256: [0; 32] };
        store::record_files::add(&mut tx, subject, &file).await.expect("it is added");
        tx.commit().await.expect("it is kept");
        id
    }
}
