//! Fields that the demo company has added to its people and customers, what they hold, and views of its lists.

use super::{Done, History, words};
use chrono::Duration;
use domain::{
    CustomFieldId, ViewId, custom_fields, custom_fields::Answered, hr::employees::Filter, import::Target,
    saved_views::Fields as View,
};
use store::{Db, Desk};

/// Noun, name, kind, class, options, help.
const FIELDS: &[(&str, &str, &str, &str, &str, &str)] = &[
    ("employees", "T-shirt size", "choice", "directory", "XS\nS\nM\nL\nXL\nXXL", "For the summer party and the fair."),
    ("employees", "Languages", "text", "directory", "", "Those in which they can talk to customers."),
    ("employees", "Desk number", "number", "directory", "", "As on the floor plan; empty for whoever works from home."),
    ("employees", "First-aid certificate", "file", "directory", "", "Both sides of the card."),
    ("employees", "Food to avoid", "text", "personal", "", "Allergies and the like, for whoever orders lunch."),
    ("customers", "Tier", "choice", "directory", "Gold\nSilver\nBronze", ""),
];

const SIZES: [&str; 5] = ["M", "S", "L", "M", "XL"];
const LANGUAGES: [&str; 4] = ["English, Danish", "English, German", "English, French, Italian", "English, Swedish"];
const AVOIDED: [&str; 3] = ["", "Nuts", "Lactose"];
const TIERS: [&str; 3] = ["Gold", "Silver", "Bronze"];

/// Name, noun, question.
const VIEWS: &[(&str, Target, &str)] = &[
    (
        "Newest first",
        Target::Employees,
        "columns=job_title&columns=department&columns=manager&columns=start_date&sort=-start_date",
    ),
    (
        "Party list",
        Target::Employees,
        "status=active&columns=department&columns=location&columns=custom-t_shirt_size&columns=custom-languages",
    ),
    (
        "Gold",
        Target::Customers,
        "custom-tier=Gold&columns=industry&columns=owner&columns=revenue&columns=custom-tier&sort=-revenue",
    ),
    ("Calls this week", Target::Activities, "of=all&kind=call&when=week"),
    ("Overdue with anybody", Target::Tasks, "of=all&due=overdue"),
];

pub async fn fill(db: &Db, history: &History, owner: Desk) -> Done {
    history.go_on(Duration::minutes(50));
    let mut tx = db.begin(owner).await.map_err(words)?;
    for (noun, label, kind, class, options, help) in FIELDS {
        let draft = custom_fields::Draft {
            noun: (*noun).into(),
            label: (*label).into(),
            kind: (*kind).into(),
            class: (*class).into(),
            options: (*options).into(),
            help: (*help).into(),
            ..Default::default()
        };
        let fields = draft.parse().map_err(|e| format!("{label}: {e:?}"))?;
        let id = tx.id::<CustomFieldId>();
        store::custom_fields::add(&mut tx, id, &fields).await.map_err(words)?;
    }
    for (name, noun, question) in VIEWS {
        let view = View { name: (*name).into(), shared: true, opens: false, question: (*question).into() };
        let id = tx.id::<ViewId>();
        store::saved_views::add(&mut tx, *noun, id, &view).await.map_err(words)?;
    }
    tx.commit().await.map_err(words)?;
    people(db, history, owner).await?;
    firms(db, history, owner).await
}

fn say(said: &mut Answered, pairs: &[(&str, &str)]) {
    for (name, value) in pairs {
        said.set(name, (*value).to_owned());
    }
}

async fn people(db: &Db, history: &History, owner: Desk) -> Done {
    history.go_on(Duration::minutes(95));
    let mut tx = db.begin(owner).await.map_err(words)?;
    let (all, _) = store::hr::employees::export(&mut tx, &Filter::default(), None, 200).await.map_err(words)?;
    for (n, employee) in all.iter().enumerate() {
        let (mut draft, desk) = (employee.draft(), (100 + n * 3).to_string());
        say(
            &mut draft.custom,
            &[
                ("custom-t_shirt_size", SIZES[n % SIZES.len()]),
                ("custom-languages", LANGUAGES[n % LANGUAGES.len()]),
                ("custom-desk_number", if n % 7 == 3 { "" } else { &desk }),
                ("custom-food_to_avoid", AVOIDED[n % AVOIDED.len()]),
            ],
        );
        let fields = draft.parse(&Default::default()).map_err(|e| format!("{}: {e:?}", employee.name()))?;
        store::hr::employees::change(&mut tx, employee.id, employee.version, &fields).await.map_err(words)?;
    }
    tx.commit().await.map_err(words)
}

async fn firms(db: &Db, history: &History, owner: Desk) -> Done {
    history.go_on(Duration::minutes(20));
    let mut tx = db.begin(owner).await.map_err(words)?;
    let filter = domain::crm::customers::Filter::default();
    let (all, _) = store::crm::customers::export(&mut tx, &filter, None, 200).await.map_err(words)?;
    for (n, customer) in all.iter().enumerate().filter(|(n, _)| n % 4 != 3) {
        let mut draft = customer.draft();
        say(&mut draft.custom, &[("custom-tier", TIERS[n % TIERS.len()])]);
        let fields = draft.parse(&Default::default()).map_err(|e| format!("{}: {e:?}", customer.name))?;
        store::crm::customers::change(&mut tx, customer.id, customer.version, &fields).await.map_err(words)?;
    }
    tx.commit().await.map_err(words)
}
