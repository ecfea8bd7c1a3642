//! Workflows to begin with: each does something useful as it is, in the name of whoever publishes it.

use super::workflows::Definition;

pub struct Template {
    pub key: &'static str,
    pub department: &'static str,
    pub name: &'static str,
    /// What one gets of it, in a sentence.
    pub about: &'static str,
    json: &'static str,
}

impl Template {
    pub fn definition(&self) -> Definition {
        Definition::from_json(self.json).expect("templates are tested")
    }
}

pub fn find(key: &str) -> Option<&'static Template> {
    TEMPLATES.iter().find(|t| t.key == key)
}

pub const TEMPLATES: &[Template] = &[
    Template {
        key: "welcome",
        department: "People",
        name: "Welcome a new colleague",
        about: "Who is added gets a welcome, and their manager the tasks for the first week.",
        json: r#"{
  "record": "employee",
  "trigger": { "on": "created" },
  "conditions": { "all": [{ "field": "status", "is": "equals", "value": "upcoming" }] },
  "steps": [
    { "id": "plan", "do": "create_task", "title": "Plan the first week of {{name}}", "assignee": "manager",
      "details": "{{job_title|No job title yet}}, {{department|no department}}, starts {{start_date|on a day to be found}}.", "due_in_days": 3 },
    { "id": "desk", "do": "create_task", "title": "Accounts and equipment for {{name}}", "assignee": "publisher",
      "due_in_days": 2, "priority": "high" },
    { "id": "first_day", "do": "wait", "for": { "date": { "field": "start_date", "days": 0 } } },
    { "id": "hello", "do": "email", "to": "record", "subject": "Welcome, {{first_name}}",
      "body": "Hello {{first_name}},\n\nit is good to have you here. {{manager.name|Your team}} looks after you in your first days; ask whatever you like." }
  ]
}"#,
    },
    Template {
        key: "no-manager",
        department: "People",
        name: "Somebody without a manager",
        about: "Who has no manager a day after being added becomes a task, before their leave has nobody to approve it.",
        json: r#"{
  "record": "employee",
  "trigger": { "on": "created" },
  "steps": [
    { "id": "day", "do": "wait", "for": { "days": 1 } },
    { "id": "ask", "do": "branch", "when": { "all": [{ "field": "manager", "is": "empty" }] }, "then": [
      { "id": "task", "do": "create_task", "title": "Who manages {{name}}?", "assignee": "publisher", "due_in_days": 3 }
    ] }
  ]
}"#,
    },
    Template {
        key: "probation",
        department: "People",
        name: "Probation comes to its end",
        about: "Eleven weeks after the first day the manager is reminded to decide, and to talk about it.",
        json: r#"{
  "record": "employee",
  "trigger": { "on": "date", "field": "start_date", "days": 77 },
  "conditions": { "all": [
    { "field": "status", "is": "equals", "value": "active" },
    { "field": "employment_type", "is": "none_of", "value": "contractor, intern" }
  ] },
  "steps": [
    { "id": "task", "do": "create_task", "title": "Probation of {{name}}: decide and talk", "assignee": "manager",
      "due_in_days": 10, "priority": "high" },
    { "id": "tell", "do": "notify", "to": ["publisher"], "title": "{{name}} has been here for eleven weeks",
      "body": "{{manager.name|Whoever published this}} was asked to decide about the probation." }
  ]
}"#,
    },
    Template {
        key: "leaving",
        department: "People",
        name: "Somebody leaves",
        about: "Once a last day is known, handover and equipment become tasks, and two weeks before it everybody concerned is reminded.",
        json: r#"{
  "record": "employee",
  "trigger": { "on": "updated", "fields": ["end_date"] },
  "conditions": { "all": [{ "field": "end_date", "is": "filled" }, { "field": "status", "is": "equals", "value": "active" }] },
  "steps": [
    { "id": "handover", "do": "create_task", "title": "Plan the handover of {{name}}, who leaves on {{end_date}}", "assignee": "manager", "due_in_days": 5 },
    { "id": "until", "do": "wait", "for": { "date": { "field": "end_date", "days": -14 } }, "recheck": true },
    { "id": "remind", "do": "notify", "to": ["manager", "publisher"], "title": "{{name}} leaves on {{end_date}}", "body": "Is the handover done?" },
    { "id": "things", "do": "create_task", "title": "Get equipment and keys back from {{name}}", "assignee": "publisher", "due_in_days": 14 }
  ]
}"#,
    },
    Template {
        key: "contract-ends",
        department: "People",
        name: "A contract runs out",
        about: "Thirty days before the last day of a temporary contract the manager is asked whether it goes on.",
        json: r#"{
  "record": "employee",
  "trigger": { "on": "date", "field": "end_date", "days": -30 },
  "conditions": { "all": [{ "field": "employment_type", "is": "one_of", "value": "temporary, contractor, intern" }] },
  "steps": [
    { "id": "ask", "do": "approval", "question": "Shall the contract of {{name}} go on after {{end_date}}?", "from": ["manager", "publisher"], "days": 14,
      "approved": [{ "id": "extend", "do": "create_task", "title": "Extend the contract of {{name}}", "assignee": "publisher", "due_in_days": 7, "priority": "high" }],
      "rejected": [{ "id": "note", "do": "note", "text": "The contract ends on {{end_date}} as planned." }] }
  ]
}"#,
    },
    Template {
        key: "anniversary",
        department: "People",
        name: "The first year is full",
        about: "A week before somebody’s first year is full, their manager hears of it.",
        json: r#"{
  "record": "employee",
  "trigger": { "on": "date", "field": "start_date", "days": 358 },
  "conditions": { "all": [{ "field": "status", "is": "equals", "value": "active" }] },
  "steps": [
    { "id": "tell", "do": "notify", "to": ["manager"], "title": "{{name}} has been here for a year next week", "body": "A word from you will be remembered." }
  ]
}"#,
    },
    Template {
        key: "new-customer",
        department: "Customers",
        name: "A new customer finds an owner",
        about: "A customer without an owner is given to one, in turn, who gets a task to say hello.",
        json: r#"{
  "record": "customer",
  "trigger": { "on": "created" },
  "conditions": { "all": [{ "field": "owner", "is": "empty" }] },
  "steps": [
    { "id": "give", "do": "assign", "by": "round_robin", "among": ["publisher"] },
    { "id": "hello", "do": "create_task", "title": "Say hello to {{name}}", "assignee": "owner", "due_in_days": 2 }
  ]
}"#,
    },
    Template {
        key: "won",
        department: "Customers",
        name: "A prospect becomes a customer",
        about: "The day it is active it is tagged, the handover becomes a task, and thirty days later the owner asks how it goes.",
        json: r#"{
  "record": "customer",
  "trigger": { "on": "updated", "fields": ["status"], "from": "prospect", "to": "active" },
  "steps": [
    { "id": "tag", "do": "tag", "name": "New" },
    { "id": "note", "do": "note", "text": "Became a customer; the owner is {{owner.name|nobody}}." },
    { "id": "kickoff", "do": "create_task", "title": "Kick-off with {{name}}", "assignee": "owner", "due_in_days": 5, "priority": "high" },
    { "id": "month", "do": "wait", "for": { "days": 30 } },
    { "id": "untag", "do": "tag", "name": "New", "remove": true },
    { "id": "ask", "do": "create_task", "title": "Ask {{name}} how the first month was", "assignee": "owner", "due_in_days": 3 }
  ]
}"#,
    },
    Template {
        key: "quiet",
        department: "Customers",
        name: "A customer goes quiet",
        about: "Who becomes inactive is not forgotten: the owner is told, and if nothing has changed after a week, it is a task.",
        json: r#"{
  "record": "customer",
  "trigger": { "on": "updated", "fields": ["status"], "to": "inactive" },
  "again": true,
  "cool_down": 10080,
  "steps": [
    { "id": "tell", "do": "notify", "to": ["owner"], "title": "{{name}} is inactive now", "body": "If nothing changes within a week, it becomes a task." },
    { "id": "back", "do": "wait", "for": { "until": { "when": { "all": [{ "field": "status", "is": "equals", "value": "active" }] }, "days": 7 } } },
    { "id": "still", "do": "branch", "when": { "all": [{ "field": "status", "is": "equals", "value": "inactive" }] }, "then": [
      { "id": "task", "do": "create_task", "title": "Win {{name}} back, or archive it", "assignee": "owner", "due_in_days": 7 }
    ] }
  ]
}"#,
    },
    Template {
        key: "key-account",
        department: "Customers",
        name: "A key account",
        about: "A customer with more than 1,000 people is tagged, and whoever published this approves that it is one.",
        json: r#"{
  "record": "customer",
  "trigger": { "on": "updated", "fields": ["size"] },
  "conditions": { "all": [{ "field": "size", "is": "more", "value": "1000" }] },
  "steps": [
    { "id": "ask", "do": "approval", "question": "Is {{name}}, with {{size}} people, a key account?", "from": ["publisher"], "days": 7,
      "approved": [
        { "id": "tag", "do": "tag", "name": "Key account" },
        { "id": "tell", "do": "notify", "to": ["owner"], "title": "{{name}} is a key account now" }
      ] }
  ]
}"#,
    },
    Template {
        key: "warm-lead",
        department: "Sales",
        name: "A lead becomes warm",
        about: "As soon as a lead scores 100 or more, its owner hears of it and calls within two days; what is still new then comes to their manager.",
        json: r#"{
  "record": "lead",
  "trigger": { "on": "updated", "fields": ["score"] },
  "conditions": { "all": [
    { "field": "score", "is": "more", "value": "99" },
    { "any": [{ "field": "status", "is": "equals", "value": "new" }, { "field": "status", "is": "equals", "value": "nurture" }] }
  ] },
  "steps": [
    { "id": "call", "do": "create_task", "title": "Call {{name}} of {{company|a company to be found out}}", "assignee": "owner",
      "details": "Scores {{score}}: fit {{fit}}, engagement {{engagement}}. {{phone|No number yet.}}", "due_in_days": 2, "priority": "high" },
    { "id": "worked", "do": "wait", "for": { "until": { "when": { "all": [{ "field": "status", "is": "equals", "value": "working" }] }, "days": 2 } } },
    { "id": "new", "do": "branch", "when": { "all": [{ "field": "status", "is": "equals", "value": "new" }] }, "then": [
      { "id": "tell", "do": "notify", "to": ["manager", "owner"], "title": "Nobody has called {{name}} yet", "body": "Warm for two days, and still new." }
    ] }
  ]
}"#,
    },
    Template {
        key: "deal-won",
        department: "Sales",
        name: "A deal is won",
        about: "The customer is thanked by a task for whoever won it, and whoever publishes this plans how they begin.",
        json: r#"{
  "record": "deal",
  "trigger": { "on": "updated", "fields": ["status"], "to": "won" },
  "steps": [
    { "id": "thanks", "do": "create_task", "title": "Thank {{customer|the customer}} for {{name}}", "assignee": "owner", "due_in_days": 1 },
    { "id": "begin", "do": "create_task", "title": "Plan how {{customer|the customer}} begins: {{name}}", "assignee": "publisher",
      "details": "Won by {{owner.name|nobody in particular}}, {{amount|no amount}}.", "due_in_days": 5 },
    { "id": "told", "do": "note", "text": "Won: the hand-over has begun." }
  ]
}"#,
    },
    Template {
        key: "deal-overdue",
        department: "Sales",
        name: "A deal should have closed",
        about: "Two days after its close date a deal that is still open asks its owner for another one.",
        json: r#"{
  "record": "deal",
  "trigger": { "on": "date", "field": "close_on", "days": 2 },
  "conditions": { "all": [{ "field": "status", "is": "equals", "value": "open" }] },
  "again": true,
  "steps": [
    { "id": "ask", "do": "create_task", "title": "{{name}} was to close on {{close_on}}: when will it?", "assignee": "owner",
      "details": "{{stage}}, {{amount|no amount}}, {{probability}} %.", "due_in_days": 1 }
  ]
}"#,
    },
    Template {
        key: "new-contact",
        department: "Sales",
        name: "A new contact of a company",
        about: "Whoever looks after a new contact introduces themselves within three days; of whom nobody does, whoever publishes this is asked.",
        json: r#"{
  "record": "contact",
  "trigger": { "on": "created" },
  "conditions": { "all": [{ "field": "customer", "is": "filled" }, { "field": "do_not_contact", "is": "equals", "value": "no" }] },
  "steps": [
    { "id": "owned", "do": "branch", "when": { "all": [{ "field": "owner", "is": "filled" }] }, "then": [
      { "id": "hello", "do": "create_task", "title": "Say hello to {{name}} of {{customer}}", "assignee": "owner",
        "details": "{{job_title|No job title yet}}. {{email|No email yet}}, {{phone|no number yet}}.", "due_in_days": 3 }
    ], "otherwise": [
      { "id": "whose", "do": "create_task", "title": "Who looks after {{name}} of {{customer}}?", "assignee": "publisher", "due_in_days": 3 }
    ] }
  ]
}"#,
    },
    Template {
        key: "contact-stopped",
        department: "Sales",
        name: "Somebody wants no more mail",
        about: "A contact who is not to be contacted any more is told to their owner, so that nobody writes once more.",
        json: r#"{
  "record": "contact",
  "trigger": { "on": "updated", "fields": ["do_not_contact"], "to": "yes" },
  "again": true,
  "steps": [
    { "id": "tell", "do": "notify", "to": ["owner"], "title": "{{name}} is not to be contacted any more", "body": "{{customer|No company}}. What is planned with them is for you to call off." },
    { "id": "said", "do": "note", "text": "Asked not to be contacted." }
  ]
}"#,
    },
    Template {
        key: "contact-form",
        department: "Support",
        name: "A form on the website asks for help",
        about: "What a form posts becomes a task for the owner of the customer with that email, who gets a receipt. Of somebody unknown it becomes a task for whoever publishes this.",
        json: r#"{
  "record": "customer",
  "trigger": { "on": "webhook", "find": { "field": "email", "path": "payload.email", "unknown": true } },
  "again": true,
  "cool_down": 0,
  "steps": [
    { "id": "known", "do": "branch", "when": { "all": [{ "field": "name", "is": "filled" }] }, "then": [
      { "id": "task", "do": "create_task", "title": "{{payload.subject|A message}} ({{name}})", "assignee": "owner", "details": "{{payload}}", "due_in_days": 1, "priority": "high" },
      { "id": "receipt", "do": "email", "to": "address:{{payload.email}}", "subject": "We have got your message",
        "body": "Thank you for writing to us. {{owner.name|One of us}} looks into it and answers soon." }
    ], "otherwise": [
      { "id": "unknown", "do": "create_task", "title": "Somebody asks for help: {{payload.subject|a message}}", "assignee": "publisher",
        "details": "Nobody of ours has the address {{payload.email|that was given}}.\n\n{{payload}}", "due_in_days": 1, "priority": "high" }
    ] }
  ]
}"#,
    },
    Template {
        key: "ticket-late",
        department: "Support",
        name: "A ticket is about to be late",
        about: "Whoever has it, and their manager, hear of a promise that is near its end; one that is broken becomes urgent.",
        json: r#"{
  "record": "ticket",
  "trigger": { "on": "updated", "fields": ["promise"], "to": "near" },
  "steps": [
    { "id": "tell", "do": "notify", "to": ["owner", "manager"], "title": "{{number}} is about to be late: {{name}}", "body": "{{requester|Somebody}} waits. It is {{status}}, in {{queue}}." },
    { "id": "met", "do": "wait", "for": { "until": { "when": { "any": [
      { "field": "promise", "is": "equals", "value": "late" }, { "field": "promise", "is": "equals", "value": "none" }, { "field": "promise", "is": "equals", "value": "kept" }
    ] }, "days": 5 } } },
    { "id": "late", "do": "branch", "when": { "all": [{ "field": "promise", "is": "equals", "value": "late" }] }, "then": [
      { "id": "urgent", "do": "update", "set": { "priority": "urgent" } },
      { "id": "broken", "do": "notify", "to": ["owner", "manager", "publisher"], "title": "{{number}} is late: {{name}}", "body": "" }
    ] }
  ],
  "again": true
}"#,
    },
    Template {
        key: "escalate",
        department: "Support",
        name: "An urgent task is not forgotten",
        about: "A task of high priority that is not done after two days is brought to whoever published this.",
        json: r#"{
  "record": "task",
  "trigger": { "on": "created" },
  "conditions": { "all": [{ "field": "priority", "is": "equals", "value": "high" }] },
  "steps": [
    { "id": "done", "do": "wait", "for": { "until": { "when": { "all": [{ "field": "state", "is": "equals", "value": "done" }] }, "days": 2 } } },
    { "id": "open", "do": "branch", "when": { "all": [{ "field": "state", "is": "equals", "value": "open" }] }, "then": [
      { "id": "tell", "do": "notify", "to": ["publisher", "owner"], "title": "Still open after two days: {{title}}", "body": "Given to {{assignee.name|nobody}}, due {{due|on no fixed day}}." }
    ] }
  ]
}"#,
    },
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::Sight;

    #[test]
    fn each_template_can_be_published_as_it_is() {
        for template in TEMPLATES {
            let problems = template.definition().check(Sight { terms: true, ..Sight::DIRECTORY });
            assert!(problems.is_empty(), "{}: {problems:?}", template.key);
        }
        let mut keys: Vec<_> = TEMPLATES.iter().map(|t| t.key).collect();
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(keys.len(), 18);
    }
}
