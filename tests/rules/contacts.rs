//! What routes of contacts name, and of what stands beside customers and deals; and what their forms hold, for the walk
//! along every route.

use super::access::Named;
use crate::support::Company;
use domain::{ContactId, CustomerId, DealId, crm::duplicates::Noun, import::Target, workspace::access::Subject};
use store::crm::links;

#[derive(Clone)]
pub(super) struct Contacts {
    pub(super) contacts: Named,
    /// Not the first of their kind.
    customer: String,
    point: String,
    customer_point: String,
    /// The contact at a company, somebody at the customer, and somebody in the deal.
    ties: [String; 3],
    /// Files of the contact, and of the customer.
    files: [String; 2],
    file_field: String,
    /// A customer and a contact of the same owner, to be merged; and a merge of each.
    with: [String; 2],
    merges: [String; 2],
    /// Another customer and another contact, to be put beside.
    company: String,
    person: String,
    member: String,
}

impl Contacts {
    pub(super) async fn of(company: &Company<'_>, round: &str, customer: CustomerId, deal: DealId) -> Self {
        let (name, retired) = (format!("Contact {round}"), format!("Retiredcontact{round}."));
        company.contact(&[("last_name", &retired)]).await;
        let changed = company.contact(&[("last_name", &format!("Changed {round}"))]).await.0;
        let person = format!("person{round}@guests.example");
        company.contact(&[("last_name", &format!("Person {round}")), ("email", &person)]).await;
        let firm = format!("Beside {round}");
        company.customer(&[("name", &firm)]).await;
        let works_at = called(company, customer).await;
        let contact = company.contact(&[("last_name", &name), ("customer", &works_at)]).await;
        let file = format!("Last name\nImported contact {round}\n");
        let mut own = Self {
            contacts: Named {
                record: contact.to_string(),
                import: company.import(Target::Contacts, &file).await.to_string(),
                archival: company.archival(Target::Contacts, &retired).await.to_string(),
                view: company.view(Target::Contacts, &name).await.to_string(),
                change: company.bulk_change(Target::Contacts, changed, "job_title", "Smith").await.to_string(),
            },
            customer: customer.to_string(),
            point: String::new(),
            customer_point: String::new(),
            ties: [String::new(), String::new(), String::new()],
            files: [String::new(), String::new()],
            with: [String::new(), String::new()],
            merges: [String::new(), String::new()],
            file_field: company.file_field(Target::Contacts, round).await.to_string(),
            company: firm,
            person,
            member: company.member(domain::access::Role::Owner).await.member.to_string(),
        };
        own.stand(company, "", contact, customer, deal).await;
        own
    }

    /// The same, where the contact is this member's, and customer and deal are these.
    pub(super) async fn owned(
        &self,
        company: &Company<'_>,
        (owner, name): (&str, &str),
        customer: CustomerId,
        deal: DealId,
    ) -> Self {
        let (name, works_at) = (format!("Contact {name}"), called(company, customer).await);
        let fields = [("last_name", &*name), ("owner", owner), ("customer", &*works_at)];
        let contact = company.contact(&fields).await;
        let mut own = self.clone();
        own.contacts.record = contact.to_string();
        own.customer = customer.to_string();
        own.stand(company, owner, contact, customer, deal).await;
        own
    }

    /// Puts beside the records what routes take away again.
    async fn stand(
        &mut self,
        company: &Company<'_>,
        owner: &str,
        contact: ContactId,
        customer: CustomerId,
        deal: DealId,
    ) {
        let (person, firm) = (Subject::Contact(contact), Subject::Customer(customer));
        // An email would be the record's own, and change it.
        company.point(person, "address", "One Street").await;
        self.point = company.point(person, "address", "Two Street").await.to_string();
        company.point(firm, "address", "One Street").await;
        self.customer_point = company.point(firm, "address", "Two Street").await.to_string();
        self.files = [
            company.record_file(person, "one.txt").await.to_string(),
            company.record_file(firm, "two.txt").await.to_string(),
        ];
        company.in_deal(contact, deal, "Champion").await;
        let named = |what: &str| format!("{what} {}", uuid::Uuid::new_v4().simple());
        let firm = async |what: &str| company.customer(&[("name", &named(what)), ("owner", owner)]).await.0;
        let human = async |what: &str| company.contact(&[("last_name", &named(what)), ("owner", owner)]).await.0;
        self.with = [firm("With").await.to_string(), human("With").await.to_string()];
        self.merges = [
            company.merged(Noun::Customers, (firm("Stays").await, firm("Goes").await), &[]).await.to_string(),
            company.merged(Noun::Contacts, (human("Stays").await, human("Goes").await), &[]).await.to_string(),
        ];
        let mut tx = company.begin().await;
        let of_contact = links::of_contact(&mut tx, contact).await.expect("companies");
        let of_deal = links::of_deal(&mut tx, deal).await.expect("people");
        let tie = of_contact[0].link.to_string();
        self.ties = [tie.clone(), tie, of_deal[0].link.to_string()];
    }

    pub(super) fn misplaced(&self, contacts: &Named) -> Self {
        Self {
            contacts: contacts.clone(),
            point: self.customer_point.clone(),
            customer_point: self.point.clone(),
            merges: [self.merges[1].clone(), self.merges[0].clone()],
            ..self.clone()
        }
    }

    /// The id that such a route names, where it is one of these.
    pub(super) fn id(&self, path: &str) -> Option<&str> {
        match path {
            p if p.contains("/contacts/points/{id}") => Some(&self.point),
            p if p.contains("/customers/points/{id}") => Some(&self.customer_point),
            p if p.contains("/customers/merges/{id}") => Some(&self.merges[0]),
            p if p.contains("/contacts/merges/{id}") => Some(&self.merges[1]),
            _ => None,
        }
    }

    /// What its form would hold, where it is one of these.
    pub(super) fn fields(&self, path: &str, round: &str) -> Option<Vec<(&'static str, String)>> {
        let once = || ("_once", uuid::Uuid::new_v4().to_string());
        Some(match path {
            p if p.contains("/contacts/{id}/field-files") => vec![("field", self.file_field.clone())],
            p if p.ends_with("/contacts/new") || p.ends_with("/contacts/{id}/edit") => {
                vec![("last_name", format!("Somebody {} {round}", path.len())), ("_version", "1".into()), once()]
            }
            p if p.ends_with("/{id}/points") || p.ends_with("/points/{id}") => vec![
                ("kind", "address".into()),
                ("value", format!("{round} New Street, {}", uuid::Uuid::new_v4().simple())),
                ("_version", "1".into()),
                once(),
            ],
            p if p.ends_with("/contacts/{id}/companies") => {
                vec![("customer", self.company.clone()), ("role", format!("Role {round}"))]
            }
            p if p.ends_with("/customers/{id}/contacts") || p.ends_with("/deals/{id}/contacts") => {
                vec![("contact", self.person.clone()), ("role", format!("Role {round}"))]
            }
            p if p.ends_with("/contacts/{id}/companies/removal") => vec![("link", self.ties[0].clone())],
            p if p.ends_with("/customers/{id}/contacts/removal") => vec![("link", self.ties[1].clone())],
            p if p.ends_with("/deals/{id}/contacts/removal") => vec![("link", self.ties[2].clone())],
            p if p.ends_with("/customers/{id}/merge") => vec![("with", self.with[0].clone()), once()],
            p if p.ends_with("/contacts/{id}/merge") => vec![("with", self.with[1].clone()), once()],
            p if p.ends_with("/crm/duplicates") => {
                vec![("one", self.customer.clone()), ("other", self.with[0].clone())]
            }
            p if p.ends_with("/duplicates/contacts") => {
                vec![("one", self.contacts.record.clone()), ("other", self.with[1].clone())]
            }
            p if p.ends_with("/customers/{id}/team") => vec![("member", self.member.clone())],
            p if p.ends_with("/following") => vec![("on", "true".into())],
            p if p.ends_with("/contacts/{id}/files/removal") => vec![("file", self.files[0].clone())],
            p if p.ends_with("/customers/{id}/files/removal") => vec![("file", self.files[1].clone())],
            p if p.ends_with("/contacts/imports/{id}/mapping") => vec![("column", "last_name".into())],
            p if p.ends_with("/contacts/changes") || p.ends_with("/contacts/changes/new") => vec![
                ("ids", self.contacts.record.clone()),
                ("versions", "1".into()),
                ("once", uuid::Uuid::new_v4().to_string()),
                ("field", "job_title".into()),
                ("shown", "job_title".into()),
                ("value", "Smith".into()),
                ("look", "yes".into()),
            ],
            _ => return None,
        })
    }
}

async fn called(company: &Company<'_>, customer: CustomerId) -> String {
    store::crm::customers::find(&mut company.begin().await, customer).await.expect("a customer").name
}
