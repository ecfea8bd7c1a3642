//! Contacts as an import knows them: by email, else by name and company; the company by name, the owner by a member's email.

use super::{Noun, Severity, Target};
use crate::{
    Conventions, Errors,
    crm::contacts::{Draft, Fields},
    custom_fields::Custom,
};

/// The noun of [`crate::crm::contacts`].
#[derive(Debug, Clone, Copy)]
pub struct Contacts;

impl Noun for Contacts {
    const TARGET: Target = Target::Contacts;
    const DATES: &'static [&'static str] = &[];
    const AMOUNTS: &'static [&'static str] = &[];
    const KEYS: [&'static str; 2] = ["email", "last_name"];
    const FIRST_DECIDES: bool = true;
    const CALLED: usize = 1;
    const ABOVE: &'static str = "";
    const STEPS: usize = 1;
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
            first_name: f.first_name.clone(),
            last_name: f.last_name.clone(),
            job_title: text(&f.job_title),
            customer: text(&f.customer),
            email: f.email.as_ref().map(|e| e.as_str().to_owned()).unwrap_or_default(),
            phone: text(&f.phone),
            language: f.language.unwrap_or_default().to_owned(),
            owner: f.owner.as_ref().map(|o| o.as_str().to_owned()).unwrap_or_default(),
            do_not_contact: if f.do_not_contact { "yes".into() } else { String::new() },
            custom: f.custom.values.answered(),
        }
    }

    fn keys(draft: &Draft, c: &Conventions) -> [Option<String>; 2] {
        let typed = Draft { last_name: "-".into(), email: draft.email.clone(), ..Draft::default() };
        let email = typed.parse(c).ok().and_then(|f| f.email).map(|e| e.normal());
        let name = lower(&format!("{} {}", draft.first_name.trim(), draft.last_name.trim()));
        // People may share a name: it tells one from another only where nothing else does.
        match (email, name) {
            (Some(email), _) => [Some(email), None],
            (None, name) => [None, name.map(|n| format!("{n}/{}", draft.customer.trim().to_lowercase()))],
        }
    }

    fn link(_: &Draft, _: &Conventions) -> Option<String> {
        None
    }

    fn owner(draft: &Draft, c: &Conventions) -> Option<String> {
        let owner = Draft { last_name: "-".into(), owner: draft.owner.clone(), ..Draft::default() };
        if draft.owner.trim().is_empty() { None } else { owner.parse(c).ok()?.owner.map(|o| o.normal()) }
    }

    fn others(draft: &Draft) -> Vec<(&'static str, String)> {
        lower(&draft.customer).map(|name| ("customer", name)).into_iter().collect()
    }

    fn without(_: &str, draft: &Draft) -> (Severity, String) {
        let words = format!("No customer is called {}. The row goes in without a company.", draft.customer.trim());
        (Severity::Warning, words)
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
        take!(first_name, last_name, job_title, customer, email, phone, language, do_not_contact)
    }

    fn alike(draft: &Draft) -> Vec<(&'static str, String)> {
        let email = lower(&draft.email).map(|email| ("email", email));
        let phone = lower(&draft.phone).map(|phone| ("phone", phone));
        [email, phone].into_iter().flatten().collect()
    }

    fn custom(fields: &mut Fields) -> &mut Custom {
        &mut fields.custom
    }

    fn title(f: &Fields) -> String {
        f.name()
    }

    fn unknown(word: &str) -> String {
        format!("No contact is called {word}.")
    }
}

fn lower(name: &str) -> Option<String> {
    Some(name.trim().to_lowercase()).filter(|n| !n.is_empty())
}
