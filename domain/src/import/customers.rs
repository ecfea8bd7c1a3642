//! Customers as an import knows them: by domain, else by name; the parent by name, the owner by a member's email.

use super::{Noun, Target};
use crate::{
    Conventions, Errors,
    crm::customers::{Draft, Fields},
    custom_fields::Custom,
};

/// The noun of [`crate::crm::customers`].
#[derive(Debug, Clone, Copy)]
pub struct Customers;

impl Noun for Customers {
    const TARGET: Target = Target::Customers;
    const DATES: &'static [&'static str] = &[];
    const AMOUNTS: &'static [&'static str] = &["revenue"];
    const KEYS: [&'static str; 2] = ["domain", "name"];
    /// A customer known by name may get its domain from the file.
    const FIRST_DECIDES: bool = false;
    const CALLED: usize = 1;
    const ABOVE: &'static str = "parent";
    const STEPS: usize = 100;
    type Draft = Draft;
    type Fields = Fields;

    fn get<'a>(draft: &'a Draft, field: &str) -> &'a str {
        draft.get(field)
    }

    fn set(draft: &mut Draft, field: &str, value: String) {
        draft.set(field, value);
    }

    fn parse(draft: &Draft, c: &Conventions) -> Result<Fields, Errors> {
        draft.parse(c)
    }

    fn draft(f: &Fields) -> Draft {
        let text = |t: &Option<String>| t.clone().unwrap_or_default();
        Draft {
            name: f.name.clone(),
            domain: text(&f.domain),
            industry: text(&f.industry),
            size: f.size.map(|s| s.to_string()).unwrap_or_default(),
            country: f.country.map(|c| c.code().to_owned()).unwrap_or_default(),
            city: text(&f.city),
            owner: f.owner.as_ref().map(|o| o.as_str().to_owned()).unwrap_or_default(),
            parent: text(&f.parent),
            status: f.status.key().to_owned(),
            lifecycle: f.lifecycle.map(|l| l.key().to_owned()).unwrap_or_default(),
            health: f.health.map(|h| h.key().to_owned()).unwrap_or_default(),
            health_because: text(&f.health_because),
            email: f.email.as_ref().map(|e| e.as_str().to_owned()).unwrap_or_default(),
            phone: text(&f.phone),
            revenue: f.revenue.map(|r| r.decimal().to_string()).unwrap_or_default(),
            custom: f.custom.values.answered(),
        }
    }

    fn keys(draft: &Draft, c: &Conventions) -> [Option<String>; 2] {
        let domain = Draft { name: "-".into(), domain: draft.domain.clone(), ..Draft::default() };
        let domain = if draft.domain.trim().is_empty() { None } else { domain.parse(c).ok().and_then(|f| f.domain) };
        [domain, lower(&draft.name)]
    }

    fn link(draft: &Draft, _: &Conventions) -> Option<String> {
        lower(&draft.parent)
    }

    fn owner(draft: &Draft, c: &Conventions) -> Option<String> {
        let owner = Draft { name: "-".into(), owner: draft.owner.clone(), ..Draft::default() };
        if draft.owner.trim().is_empty() { None } else { owner.parse(c).ok()?.owner.map(|o| o.normal()) }
    }

    fn take(into: &mut Fields, from: &Fields, field: &str) -> bool {
        macro_rules! take {
            ($($name:ident),*) => { match field {
                $(stringify!($name) => {
                    let differs = into.$name != from.$name;
                    if differs { into.$name = from.$name.clone(); }
                    differs
                })*
                custom => into.custom.take(&from.custom, custom),
            } };
        }
        take!(
            name,
            domain,
            industry,
            size,
            country,
            city,
            status,
            lifecycle,
            health,
            health_because,
            email,
            phone,
            revenue
        )
    }

    fn alike(draft: &Draft) -> Vec<(&'static str, String)> {
        let email = lower(&draft.email).map(|email| ("email", email));
        let phone = lower(&draft.phone).map(|phone| ("phone", phone));
        let name = lower(&draft.name).map(|name| ("name", name));
        [email, phone, name].into_iter().flatten().collect()
    }

    fn custom(fields: &mut Fields) -> &mut Custom {
        &mut fields.custom
    }

    fn title(f: &Fields) -> String {
        f.name.clone()
    }

    fn unknown(word: &str) -> String {
        format!("No customer is called {word}, here or in this file. The row goes in without a parent company.")
    }
}

fn lower(name: &str) -> Option<String> {
    Some(name.trim().to_lowercase()).filter(|n| !n.is_empty())
}
