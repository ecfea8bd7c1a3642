//! How often a route asks the database. Round trips are what a page costs, so a new one must be meant.

use crate::{
    support::{Browser, Company, Form, PASSWORD, Page, TestApp},
    workspace::security::Phone,
};
use axum::http::{Method, StatusCode};
use domain::{access::Role, crm::duplicates::Noun as DuplicatesOf, workspace::access::Subject};
use people360::web::access::Line;

/// Statements per route, the door's included, `begin` and `commit` not; of several nouns the most.
const STATEMENTS: &[(&str, u64)] = &[
    ("landing", 0),
    ("alive", 0),
    // Whether anybody answers is asked outside of what counts.
    ("ready", 0),
    ("sign-up form", 0),
    ("sign-up address", 1),
    ("sign up", 10),
    ("ask to verify", 2),
    ("verification form", 1),
    ("verify", 5),
    ("workspaces", 2),
    ("another workspace, form", 1),
    ("another workspace", 8),
    ("strength of a password", 0),
    ("preferences", 0),
    ("sign out", 2),
    ("password form", 0),
    ("ask for a password", 3),
    ("new password form", 1),
    ("new password", 17),
    ("invitation form", 1),
    ("join", 17),
    ("sign-in form", 0),
    ("sign in", 6),
    ("job and pay", 5),
    ("job form", 7),
    ("plan a job", 14),
    ("row of jobs, form", 9),
    ("change a row of jobs", 12),
    ("remove a row of jobs", 13),
    ("pay form", 6),
    ("plan pay", 8),
    ("row of pay, form", 9),
    ("change a row of pay", 9),
    ("remove a row of pay", 8),
    ("chart", 4),
    ("chart, by departments", 2),
    ("chart, one person", 6),
    ("chart, a branch", 3),
    ("departments", 2),
    ("department form", 3),
    ("place a department", 4),
    ("link an account", 8),
    ("positions", 2),
    ("position, new form", 3),
    ("add a position", 2),
    ("position", 3),
    ("position form", 5),
    ("change a position", 2),
    ("close a position", 2),
    ("reopen a position", 2),
    ("home", 11),
    ("first steps", 2),
    ("search", 19),
    ("members", 4),
    ("invite", 8),
    ("resend", 4),
    ("revoke", 3),
    ("invite many", 17),
    ("member", 6),
    ("change a member", 7),
    ("deactivate", 4),
    ("reactivate", 3),
    ("roles", 3),
    ("role", 2),
    ("add a role", 2),
    ("new role form", 1),
    ("role form", 3),
    ("change a role", 7),
    ("security", 3),
    ("change the password", 8),
    ("sign out elsewhere", 3),
    ("ask for an address", 5),
    ("settings", 1),
    ("profile", 2),
    ("change the profile", 5),
    ("a photo", 4),
    ("a picture", 2),
    ("no photo", 4),
    ("notifications", 1),
    ("choose notifications", 2),
    ("digest, shown", 16),
    ("digest, asked for", 2),
    ("told", 2),
    ("told, below the bell", 2),
    ("told, live", 2),
    ("told, opened", 3),
    ("told, unread", 3),
    ("told, read", 3),
    ("told, all read", 2),
    ("tokens", 2),
    ("make a token", 2),
    ("take a token back", 2),
    ("general", 3),
    ("change general", 2),
    ("a logo", 3),
    ("no logo", 3),
    ("theme", 1),
    ("places", 5),
    ("add a place", 2),
    ("rename a place", 5),
    ("remove a place", 2),
    ("custom fields", 2),
    ("custom field, new form", 1),
    ("add a custom field", 3),
    ("custom field", 3),
    ("change a custom field", 2),
    ("move a custom field", 4),
    ("archive a custom field", 3),
    ("restore a custom field", 4),
    ("working time", 3),
    ("change working time", 3),
    ("add a calendar", 2),
    ("calendar", 3),
    ("add a holiday", 4),
    ("remove a holiday", 3),
    ("bring holidays", 4),
    ("everybody's calendar", 5),
    ("remove a calendar", 6),
    ("policy", 3),
    ("change the policy", 2),
    ("danger zone", 1),
    ("mail, log", 3),
    ("mail, stopped", 2),
    ("mail, lifted", 2),
    ("mail, unsubscribe form", 2),
    ("mail, unsubscribed", 4),
    ("mail, subscribed again", 4),
    ("mail, come back", 2),
    ("posted to a workflow", 1),
    ("audit trail", 5),
    ("audit trail, file", 4),
    ("remove a role", 4),
    ("access, asked", 7),
    ("access", 7),
    ("people to name", 2),
    ("note form", 6),
    ("change a note", 6),
    ("delete a note", 4),
    ("bring a note back", 4),
    ("tags to choose", 2),
    ("tasks", 3),
    ("new task form", 2),
    ("add a task", 5),
    ("records to choose", 8),
    ("task", 4),
    ("task form", 5),
    ("change a task", 5),
    ("finish a task", 5),
    ("reopen a task", 5),
    ("activities", 3),
    ("activities, all", 5),
    ("new activity form", 2),
    ("log a call", 8),
    ("activity", 5),
    ("activity form", 5),
    ("change an activity", 7),
    ("activity is done", 5),
    ("activity is planned again", 6),
    ("activity is off", 6),
    ("activities are done", 4),
    ("activities are planned again", 4),
    ("activities are off", 4),
    ("activities, taken out", 4),
    ("calendar of activities", 5),
    ("address of a calendar", 3),
    ("my day", 6),
    ("a task put off", 4),
    ("activity, for another calendar", 2),
    ("finish many tasks", 4),
    ("reopen many tasks", 4),
    ("list, whole page", 7),
    ("list, part", 3),
    ("list, part, searched", 6),
    ("record", 20),
    ("timeline", 8),
    ("new form", 5),
    ("options", 3),
    ("edit form", 8),
    ("export", 6),
    ("export, as a workbook", 6),
    ("add", 4),
    ("change", 6),
    ("archive", 4),
    ("restore", 4),
    ("archive many", 3),
    ("restore many", 3),
    ("change many, form", 3),
    ("change many, looked at", 5),
    ("change all, by a job", 6),
    ("change all, watched", 2),
    ("bulk change", 3),
    ("bulk changes", 2),
    ("change many", 9),
    ("change many, undone", 11),
    ("a cell, asked", 3),
    ("a cell, changed", 9),
    ("choose columns", 2),
    ("view, new form", 1),
    ("save a view", 4),
    ("view form", 3),
    ("change a view", 4),
    ("view, asking something else", 3),
    ("view, opens the list", 3),
    ("delete a view", 3),
    ("bring a view back", 3),
    ("write a note", 5),
    ("tag", 7),
    ("take a tag off", 5),
    ("tag many", 5),
    ("take a tag off many", 5),
    ("archive all, asked", 5),
    ("archive all", 3),
    ("archive all, watched", 2),
    ("archive all, undone", 4),
    ("imports", 2),
    ("import, upload", 4),
    ("import, discarded", 3),
    ("import, preview", 12),
    ("import, mapping", 4),
    ("import, wrong rows", 10),
    ("import, confirmed", 4),
    ("import, watched", 2),
    ("import, ended", 4),
    ("import, undo asked", 7),
    ("import, undone", 4),
    ("second factor, begun", 3),
    ("second factor, form", 2),
    ("second factor, on", 7),
    ("recovery codes", 6),
    ("code form", 0),
    ("sign in by code", 6),
    ("sign out a device", 3),
    ("second factor, off", 6),
    ("address form", 1),
    ("another address", 8),
    ("checklists", 4),
    ("new checklist form", 2),
    ("start a checklist", 10),
    ("checklist templates", 2),
    ("new template form", 3),
    ("add a template of checklists", 3),
    ("template form", 5),
    ("change a template of checklists", 4),
    ("remove a template", 2),
    ("tick an item", 5),
    ("open an item again", 5),
    ("skip an item", 7),
    ("pass an item on", 9),
    ("checklist", 6),
    ("add an item", 10),
    ("call a checklist off", 11),
    ("let a checklist go on", 10),
    ("hand over", 17),
    ("take a hand-over back", 5),
    ("equipment", 4),
    ("new equipment form", 2),
    ("add equipment", 3),
    ("equipment, file", 4),
    ("a piece", 4),
    ("piece form", 5),
    ("change a piece", 3),
    ("hand out", 8),
    ("confirm receipt", 2),
    ("take back", 6),
    ("jobs", 3),
    ("new job form", 3),
    ("add a job", 4),
    ("jobs, file", 4),
    ("a job", 10),
    ("job, form", 7),
    ("change a job", 4),
    ("ask to approve a job", 9),
    ("approve a job", 7),
    ("publish a job", 5),
    ("copy a job", 9),
    ("hiring team", 5),
    ("questions of a job", 4),
    ("write questions of a job", 6),
    ("stages of a job", 4),
    ("write stages of a job", 6),
    ("applications", 5),
    ("applications, a lane", 3),
    ("candidates", 2),
    ("a candidate", 7),
    ("rate a candidate", 2),
    ("move an application", 8),
    ("turn an application down", 9),
    ("keep a mail back", 7),
    ("remove a candidate", 4),
    ("open jobs", 4),
    ("an open job", 4),
    ("apply as a colleague, form", 5),
    ("careers site, settings", 3),
    ("change the careers site", 2),
    ("promises by location", 3),
    ("change promises by location", 3),
    ("careers", 7),
    ("careers, kept", 4),
    ("careers, one job", 5),
    ("careers, for machines", 4),
    ("attendance", 5),
    ("clock in", 6),
    ("write down a day", 6),
    ("take a day out", 5),
    ("submit a week", 12),
    ("take a week back", 2),
    ("weeks of others", 5),
    ("a week", 4),
    ("return a week", 5),
    ("approve a week", 6),
    ("weekly hours", 3),
    ("attendance, file", 5),
    ("workflows", 3),
    ("templates", 1),
    ("a workflow of a template", 3),
    ("workflow", 4),
    ("rename a workflow", 3),
    ("name form", 3),
    ("trigger form", 3),
    ("change a trigger", 4),
    ("conditions form", 3),
    ("change conditions", 4),
    ("new step form", 4),
    ("add a step", 5),
    ("step form", 4),
    ("change a step", 5),
    ("move a step", 3),
    ("copy a step", 3),
    ("take a step out", 3),
    ("put a step back", 4),
    ("workflow, JSON", 5),
    ("change the JSON", 4),
    ("dry run", 9),
    ("publication", 5),
    ("publish", 7),
    ("discard a draft", 4),
    ("pause a workflow", 3),
    ("resume a workflow", 6),
    ("copy a workflow", 4),
    ("another hook", 3),
    ("versions", 5),
    ("a version", 6),
    ("runs", 6),
    ("not enrolled", 6),
    ("workflows of a record", 3),
    ("start by hand", 17),
    ("run", 5),
    ("cancel a run", 5),
    ("retry a run", 9),
    ("approvals", 8),
    ("hand a question over", 13),
    ("answer a question", 6),
    ("remove a workflow", 6),
    ("stop all automation", 2),
    ("let automation go on", 3),
    ("time off, set up", 8),
    ("new kind of leave, form", 1),
    ("add a kind of leave", 2),
    ("kind of leave, form", 3),
    ("change a kind of leave", 3),
    ("stop using a kind of leave", 3),
    ("new policy, form", 3),
    ("add a policy", 9),
    ("policy, form", 7),
    ("change a policy", 9),
    ("add days without leave", 2),
    ("remove days without leave", 2),
    ("add cover", 2),
    ("remove cover", 2),
    ("holidays of a location", 6),
    ("somebody's time off", 17),
    ("write into a ledger", 15),
    ("put on a policy", 16),
    ("change working days", 5),
    ("own time off", 12),
    ("say who stands in", 3),
    ("make a calendar's address", 3),
    ("a calendar, read", 6),
    ("ask for leave, form", 10),
    ("ask for leave, told", 19),
    ("ask for leave", 35),
    ("leave to approve", 5),
    ("leave asked for", 12),
    ("leave, from a mail", 12),
    ("answer for leave", 33),
    ("answer for many leaves", 33),
    ("cancel leave", 12),
    ("team calendar", 9),
    ("documents", 3),
    ("missing documents", 4),
    ("my documents", 3),
    ("documents of somebody", 7),
    ("add a document", 11),
    ("ask for a document", 8),
    ("document", 4),
    ("approve a document", 6),
    ("refuse a document", 7),
    ("bring a document", 11),
    ("document form", 6),
    ("change a document", 5),
    ("archive a document", 4),
    ("restore a document", 4),
    ("file", 4),
    ("kinds of documents", 3),
    ("usual kinds", 9),
    ("new kind form", 1),
    ("add a kind", 2),
    ("kind", 5),
    ("kind form", 5),
    ("change a kind", 5),
    ("letters", 3),
    ("usual letters", 15),
    ("new letter form", 3),
    ("add a letter", 5),
    ("letter", 2),
    ("letter form", 5),
    ("change a letter", 6),
    ("letter, filled", 9),
    ("letter, kept", 17),
    ("archive a letter", 2),
    ("restore a letter", 2),
    ("archive a kind", 2),
    ("restore a kind", 2),
    ("policies", 4),
    ("new policy form", 3),
    ("add a policy to read", 2),
    ("policy, read", 5),
    ("policy form", 5),
    ("change a policy to read", 3),
    ("publish a policy", 5),
    ("confirm a policy", 3),
    ("remind of a policy", 3),
    ("archive a policy", 2),
    ("restore a policy", 2),
    ("files in fields", 4),
    ("a file into a field", 11),
    ("no file in a field", 7),
    ("files in fields of a customer", 3),
    ("a file into a customer's field", 9),
    ("no file in a customer's field", 6),
    ("a photo of somebody", 5),
    ("no photo of somebody", 4),
    ("basics, form", 4),
    ("change basics", 2),
    ("personal details, form", 4),
    ("change personal details", 2),
    ("contacts, form", 4),
    ("change contacts", 2),
    ("account, form", 4),
    ("change an account", 2),
    ("a whole account number", 4),
    ("my profile", 4),
    ("changes, form", 6),
    ("ask for changes", 16),
    ("withdraw a change", 2),
    ("hide a birthday", 2),
    ("change requests", 5),
    ("approve changes", 20),
    ("directory", 5),
    ("directory, part", 5),
    ("board", 6),
    ("board, part", 5),
    ("lane", 3),
    ("pipeline by time", 6),
    ("move, asked", 5),
    ("move", 9),
    ("copy a deal", 5),
    ("share a deal", 5),
    ("files in fields of a deal", 3),
    ("a file into a deal's field", 9),
    ("no file in a deal's field", 6),
    ("lines of a deal", 6),
    ("change lines of a deal", 7),
    ("new quote", 7),
    ("quote", 7),
    ("lines of a quote", 6),
    ("change lines of a quote", 9),
    ("quote on paper", 5),
    ("send a quote", 8),
    ("new version of a quote", 8),
    ("quote, offered", 5),
    ("quote, offered on paper", 6),
    ("accept a quote", 16),
    ("withdraw a quote", 5),
    ("products", 3),
    ("exchange rates", 3),
    ("add a rate", 2),
    ("add rates", 2),
    ("remove a rate", 2),
    ("quotas", 4),
    ("set quotas", 5),
    ("copy quotas", 3),
    ("forecast", 14),
    ("forecast, by team", 15),
    ("deals of a forecast", 4),
    ("changes of a forecast", 4),
    ("accuracy of forecasts", 5),
    ("adjust a forecast", 3),
    ("withdraw an adjustment", 3),
    ("sales report", 3),
    ("new product form", 1),
    ("add a product", 2),
    ("product", 3),
    ("product form", 5),
    ("change a product", 4),
    ("add a price", 5),
    ("remove a price", 4),
    ("pipelines", 3),
    ("add a pipeline", 9),
    ("pipeline", 4),
    ("rename a pipeline", 3),
    ("add a stage", 4),
    ("stage", 4),
    ("change a stage", 5),
    ("move a stage", 4),
    ("remove a stage", 5),
    ("remove a pipeline", 5),
    ("add a reason for a loss", 3),
    ("remove a reason for a loss", 2),
    ("board, heard", 2),
    ("files in fields of a lead", 3),
    ("a file into a lead's field", 9),
    ("no file in a lead's field", 6),
    ("convert a lead, asked", 11),
    ("convert a lead", 20),
    ("lead, converted", 17),
    ("undo a conversion", 17),
    ("take a lead", 4),
    ("rules of assignment", 8),
    ("new rule of assignment", 2),
    ("add a rule of assignment", 3),
    ("rule of assignment", 3),
    ("change a rule of assignment", 4),
    ("move a rule of assignment", 4),
    ("remove a rule of assignment", 2),
    ("assign what waits", 2),
    ("who gets the rest", 4),
    ("scoring", 3),
    ("change scoring", 6),
    ("forms", 2),
    ("new form for leads", 2),
    ("add a form for leads", 4),
    ("form for leads", 3),
    ("log of a form", 5),
    ("form for leads, edited", 4),
    ("change a form for leads", 4),
    ("a key of a form", 2),
    ("close a form for leads", 2),
    ("open a form for leads", 2),
    ("colour of a form", 0),
    ("public form", 4),
    ("send a form", 6),
    ("confirm a form, asked", 4),
    ("confirm a form", 24),
    ("contact detail, new form", 2),
    ("add a contact detail", 7),
    ("contact detail, form", 6),
    ("change a contact detail", 7),
    ("a contact detail, first", 6),
    ("remove a contact detail", 8),
    ("follow", 4),
    ("files of a record", 4),
    ("a file to a record", 7),
    ("a file from a record", 4),
    ("set a team", 5),
    ("put together, form", 2),
    ("put together", 8),
    ("take apart", 8),
    ("pairs", 3),
    ("not the same", 3),
    ("side by side", 8),
    ("merge", 11),
    ("undo a merge", 10),
    ("take a message in", 9),
    ("what came in", 3),
    ("a message", 6),
    ("a message, private", 2),
    ("file a message", 5),
    ("take a message off", 3),
    ("a contact of a message", 10),
    ("a lead of a message", 11),
    ("leave a message", 3),
    ("look at a message again", 4),
    ("addresses for mail", 5),
    ("another address for mail", 2),
    ("close the address for copies", 2),
    ("tickets", 6),
    ("tickets, a part, searched", 3),
    ("ticket", 27),
    ("timeline of a ticket", 8),
    ("clocks of a ticket", 4),
    ("new ticket, form", 4),
    ("whom a ticket is from", 3),
    ("ticket, form", 6),
    ("open a ticket", 19),
    ("change a ticket", 14),
    ("keep what is begun", 3),
    ("answer and solve", 21),
    ("note on a ticket", 12),
    ("facts of a ticket", 12),
    ("next ticket", 3),
    ("promises kept", 3),
    ("queues", 4),
    ("new queue", 3),
    ("add a queue", 4),
    ("queue", 4),
    ("change a queue", 5),
    ("calendars of support", 2),
    ("new calendar of support", 1),
    ("add a calendar of support", 3),
    ("calendar of support", 2),
    ("change a calendar of support", 4),
    ("promised times", 3),
    ("new promise", 3),
    ("add a promise", 3),
    ("promise", 4),
    ("change a promise", 4),
    ("canned replies", 2),
    ("new canned reply", 1),
    ("add a canned reply", 2),
    ("canned reply", 2),
    ("change a canned reply", 4),
    ("satisfaction", 3),
    ("workload", 6),
    ("a question how it was", 3),
    ("an answer how it was", 3),
    ("mail kept aside", 3),
    ("make a ticket of a message", 4),
    ("block a sender", 5),
    ("let a sender in again", 2),
    ("another address of a queue", 3),
    ("mailboxes", 3),
    ("new mailbox", 2),
    ("try a mailbox", 2),
    ("add a mailbox", 2),
    ("mailbox", 3),
    ("change a mailbox", 5),
    ("look into a mailbox", 3),
    ("leave a mailbox alone", 3),
    ("remove a mailbox", 2),
    ("rules of routing", 6),
    ("new rule of routing", 4),
    ("add a rule of routing", 3),
    ("rule of routing", 5),
    ("change a rule of routing", 4),
    ("move a rule of routing", 4),
    ("remove a rule of routing", 2),
    ("a queue out of use", 3),
    ("a queue in use", 3),
    ("move a promise", 4),
    ("remove a promise", 2),
    ("remove a canned reply", 2),
    ("remove a calendar of support", 3),
    ("split a ticket", 29),
    ("link a ticket", 4),
    ("merge a ticket", 19),
    ("undo a merge of tickets", 19),
    ("who else has a ticket open", 2),
    ("macros", 4),
    ("new macro", 3),
    ("add a macro", 2),
    ("macro", 4),
    ("change a macro", 4),
    ("a macro for a ticket", 5),
    ("use a macro", 31),
    ("macros for many", 4),
    ("use a macro on many", 30),
    ("remove a macro", 3),
    ("put a ticket off", 3),
    ("bring a ticket back", 3),
    ("points of a checklist", 5),
    ("tick a point", 3),
    ("remove a point", 3),
    ("note time", 3),
    ("time of a ticket", 3),
    ("change time", 4),
    ("remove time", 3),
    ("a part of a ticket", 21),
    ("take a link off", 5),
    ("help articles", 4),
    ("new article", 2),
    ("add an article", 3),
    ("article", 5),
    ("article, form", 3),
    ("change an article", 5),
    ("publish an article", 3),
    ("an earlier version of an article", 6),
    ("categories of help", 2),
    ("add a category of help", 2),
    ("rename a category of help", 2),
    ("move a category of help", 3),
    ("remove a category of help", 3),
    ("portal, settings", 3),
    ("change the portal", 2),
    ("help for everybody", 7),
    ("article for everybody", 7),
    ("whether an article helped", 9),
    ("portal, sign-in form", 4),
    ("ask for a link into the portal", 8),
    ("link into the portal", 3),
    ("come into the portal", 5),
    ("portal", 7),
    ("portal, new request", 8),
    ("portal, what may help", 6),
    ("portal, ask", 30),
    ("portal, request", 11),
    ("portal, answer", 37),
    ("portal, file", 9),
    ("portal, solved", 21),
    ("portal, how it was", 12),
    ("leave the portal", 9),
    ("end what a contact has open", 4),
    ("usual kinds of leave", 6),
];

/// Those that take more than a handful, and why they may.
const MANY: &[(&str, &str)] = &[
    ("sign up", "once a workspace; hashing takes longer than all of them"),
    ("another workspace", "once a workspace; it is built, owned, announced, and its owner's photo goes along"),
    ("new password", "seldom; hashing takes longer than all of them, and each of the account's trails is sealed"),
    ("join", "once a person; hashing takes longer than all of them"),
    ("home", "what waits for HR is counted as each of its lists counts: leave, changes, weeks, documents, people"),
    ("search", "each kind of record is found by its own words, and deals by those of their customers, too"),
    ("invite", "asks for the roles that may be given"),
    ("invite many", "each address is invited by itself"),
    ("change a member", "seldom; the member and the new role are held, so that nobody changes what is weighed"),
    ("change a role", "seldom; it is held, so that nobody is given it while what it gives is weighed"),
    (
        "change the password",
        "seldom; hashing takes longer than all of them, and each of the account's trails is sealed",
    ),
    ("digest, shown", "each section asks once; it is what a mail asks once a day"),
    ("access, asked", "seldom; it answers for another member, whose role and reach are asked for as well"),
    ("access", "seldom; it answers for another member, whose role and reach are asked for as well"),
    ("records to choose", "each kind of record is searched by its own words, and what is found is asked for at once"),
    ("list, whole page", "what one can filter by, and choose from, stands around it"),
    ("record", "its tags, its notes, its calls, its mail and whether mail to it is stopped stand on it"),
    ("timeline", "changes, notes, calls and mail are each asked for a page, and the names behind ids at once"),
    ("edit form", "what one chooses from, and what the stage says that it stands in"),
    ("tag", "the tag is made if there is none, and goes onto a record that may be changed"),
    ("import, preview", "asks for whatever the file's rows name, and holds no transaction while the file is read"),
    ("import, wrong rows", "as the preview, whose findings they are"),
    ("import, undo asked", "seldom; what hangs on what it made is looked for in whatever refers to it"),
    ("change many", "what is meant is written down and each record held, so that it can be given back to the letter"),
    ("change many, undone", "as to make it; each record is looked at once more, and what was left alone is kept"),
    ("a cell, changed", "as the form; the cell that comes back is read once more"),
    ("job form", "as the record's: departments, locations and positions to choose from, beside what holds"),
    ("plan a job", "the line of managers is looked at on each planned day, and the record as it was and is"),
    ("row of jobs, form", "whose row it is stands in it alone; then as the form of a new one"),
    ("change a row of jobs", "as to plan one"),
    ("remove a row of jobs", "as to plan one; what goes on is looked at like a change"),
    ("plan pay", "the record as it was and is, so that the change is told"),
    ("row of pay, form", "whose row it is stands in it alone; the record is held for whoever may change its pay"),
    ("change a row of pay", "as to plan it"),
    ("remove a row of pay", "as to plan it"),
    ("link an account", "seldom; the member and the role are held, so that nobody changes what is weighed"),
    ("second factor, on", "once a person; ten recovery codes are made, and each of the account's trails tells it"),
    ("another address", "seldom; the new address goes into each workspace, and both are told"),
    ("dry run", "the record is found and read as the workflow reads it, and each step asks what it would"),
    ("publish", "seldom; what stands against it is asked again, and the version is kept"),
    ("start by hand", "what holds a workflow back is asked, one after another, before a run is made"),
    ("retry a run", "seldom; where it has been is read, it takes its turn, and the trail has it"),
    ("approvals", "questions of workflows, and beside them what people ask"),
    (
        "hand a question over",
        "whoever is meant is found, whether they may know what it says is asked as they would ask, and both are told",
    ),
    ("time off, set up", "seldom; kinds, policies, rules and departments stand on one page"),
    ("add a policy", "seldom; everybody whom its rule means is put on it"),
    ("policy, form", "seldom; every version stands on it"),
    ("change a policy", "seldom; a version is written, and whoever is meant now is put on it"),
    (
        "somebody's time off",
        "balances are the sum of a ledger, with what is due of it; beside them stands what HR may change",
    ),
    ("write into a ledger", "seldom; what is due is written first, while the account is held"),
    ("put on a policy", "seldom; what is due by both policies is written at once"),
    (
        "own time off",
        "balances are the sum of a ledger, with what is due of it; beside them stand requests and who stands in",
    ),
    ("ask for leave, form", "offers each kind with what there is of it"),
    ("ask for leave, told", "pattern, holidays, ledger, rules and team are asked, which all decide"),
    (
        "ask for leave",
        "a few times a year; all that decides is asked once more while the account is held, and whoever is asked is found and told",
    ),
    ("leave asked for", "whoever answers sees the balance and who else is away"),
    ("leave, from a mail", "as the page itself"),
    ("answer for leave", "once a request; it is held, the days are taken, and both sides are told"),
    ("answer for many leaves", "as each of them by itself"),
    ("cancel leave", "a few times a year; the days come back while the account is held"),
    ("team calendar", "leave, people, and the days off of each place"),
    ("documents of somebody", "what may be added, asked for and written stands beside what is there"),
    ("add a document", "what is on its way is kept apart from what it becomes, and its days are planned"),
    ("ask for a document", "its kind is looked at, its day is planned, and the employee is told"),
    ("refuse a document", "who else could answer is asked where it is one's own, and the employee is told"),
    ("bring a document", "what is on its way is kept apart from what it becomes, and its days are planned"),
    ("usual kinds", "once a workspace; each is added by itself"),
    ("usual letters", "once a workspace; each is looked at and added by itself"),
    ("letter, filled", "the record, the template, its kind and the company's address are read"),
    ("letter, kept", "filled as it was looked at, then added as any document"),
    ("a file into a field", "the record and its fields are held, the file is kept, and what is shown of it is asked"),
    ("no file in a field", "as one into it; who else decides about pay is asked where the record is one's own"),
    ("a file into a customer's field", "as into an employee's"),
    ("start a checklist", "seldom; each item becomes a task, and whoever has some is told"),
    ("skip an item", "it is ended as a task, and whether that one comes round is asked"),
    ("pass an item on", "whoever is meant is found, and what one sees of the checklist afterwards"),
    ("add an item", "the checklist is found, the item is kept, and whoever it is for is told"),
    ("call a checklist off", "seldom; each open item is ended as a task"),
    ("let a checklist go on", "seldom; each item that was ended is opened again"),
    ("hand over", "once a leaver; all that they hold moves in one transaction"),
    ("hand out", "seldom; it is held, weighed and written down, and whoever gets it is told"),
    ("a job", "with its team, questions, stages and history on one page, and whether the careers site shows it"),
    ("job, form", "read to fill the form and held by it, with places to choose from"),
    ("ask to approve a job", "seldom; it is held, and those who may approve it are found by their rights, and told"),
    ("approve a job", "seldom; it is held, and whoever asked is told"),
    ("copy a job", "seldom; its team, questions and stages are copied with it"),
    ("a candidate", "with all their applications, how each went, and who may be the same person"),
    ("move an application", "it is held, looked at before and after, and its way is written down"),
    ("turn an application down", "as moving it, and a mail waits"),
    ("keep a mail back", "seldom; it is held, and the mail is taken out of the queue"),
    ("careers", "once for each edition; the next ones are kept"),
    ("submit a week", "once a week; it is looked through, and whoever approves it is told"),
    ("ask for changes", "seldom; each field is a row, and those who answer it are found by its class, and told"),
    ("approve changes", "each field that is approved is written as its own form writes it, and told to whoever asked"),
    ("move", "the stage, what it asks for and the deal are looked at; it is written, and told with what is different"),
    ("a file into a deal's field", "as into an employee's"),
    (
        "change lines of a deal",
        "the price book is asked, the lines are written, and the deal is worth what they come to",
    ),
    ("new quote", "its number is drawn, and the deal's lines are copied"),
    ("quote", "the deal, its lines and its other versions stand beside it"),
    ("change lines of a quote", "the quote is held, the price book is asked, and the lines are written"),
    ("send a quote", "the quote is held and looked through, and the version before it is closed"),
    ("new version of a quote", "the quote is held, and its lines are copied"),
    ("accept a quote", "once a quote; the deal is won in the same transaction, and told"),
    (
        "forecast",
        "quotas, adjustments, and when each is there (pattern, leave, holidays) stand beside the deals, which one statement adds up",
    ),
    ("forecast, by team", "as the forecast, and the reporting tree"),
    ("add a pipeline", "seldom; it begins with the stages of the first one"),
    ("log a call", "whoever takes part and what it is about are found by their words, and who is invited is told"),
    ("change an activity", "as it was and is, so that whoever takes part is told what is different"),
    (
        "add a contact detail",
        "how many there are is asked first; the first one becomes the record's own, and what stands beside follows",
    ),
    ("change a contact detail", "the record behind it is found, and held"),
    ("remove a contact detail", "the next one takes the place of the first"),
    ("a file to a record", "held before the first byte, and again where it is kept"),
    ("put together", "both are looked at, each with its own right"),
    ("take apart", "both are looked at, each with its own right"),
    ("side by side", "two records, and what hangs on one of them"),
    ("merge", "both are held and read; what hangs on one is moved by one statement of the database's own"),
    ("undo a merge", "as a merge, and what was changed since is looked at"),
    ("a file into a lead's field", "as into an employee's"),
    ("convert a lead, asked", "once a lead; whoever it may be already is looked for in all that tells it"),
    ("convert a lead", "once a lead; a customer and a deal are made as their own forms make them"),
    ("lead, converted", "as any record; what it became, what it scores and why it is whose it is stand beside it"),
    (
        "undo a conversion",
        "seldom; whether something hangs on what was made is looked for, and each goes by its own archive",
    ),
    ("rules of assignment", "seldom; each of its people is shown as they are today"),
    ("confirm a form", "once a lead; it is made, and given to whom the rules and today's absences say"),
    ("ticket", "its messages, clocks, draft, near tickets, fields and whatever is chosen from stand on it"),
    ("timeline of a ticket", "its messages and clocks are told beside what was changed"),
    (
        "open a ticket",
        "a number is drawn, who asks is looked for, its queue chooses somebody, and what is promised is worked out",
    ),
    ("change a ticket", "it is held, and what its fields promise is worked out anew"),
    (
        "answer and solve",
        "the answer is kept and mailed, the status changed, and the clocks are worked out from their events",
    ),
    ("note on a ticket", "whom it names is looked for and told"),
    ("facts of a ticket", "three facts at once; the ticket is held, told and asked of the clocks"),
    ("split a ticket", "another ticket is opened, as by its form, and both are linked"),
    ("merge a ticket", "both are held, what was said goes along, and the clocks of both are worked out"),
    ("undo a merge of tickets", "as to merge; each goes back to where it was"),
    ("use a macro", "all that it does at once: a note, a field, a tag, each told and asked of the clocks"),
    ("use a macro on many", "as on one, for each of them"),
    ("a part of a ticket", "a ticket is opened, as by its form"),
    ("help for everybody", "the workspace of a public address is opened by three, and says whether its help is open"),
    ("article for everybody", "as all of help"),
    ("whether an article helped", "the workspace is opened before the answer comes and again when it is there"),
    ("ask for a link into the portal", "as whether an article helped"),
    ("portal", "as help; and who is signed in"),
    ("portal, new request", "as the portal; queues to choose from, and what may help"),
    ("portal, ask", "a ticket is opened, as by its form"),
    ("portal, request", "as the portal; what was said, its files, and how it was"),
    ("portal, answer", "as the portal; what is written opens its ticket again, is told, and its files are kept"),
    ("portal, file", "as the portal; whose message it came with"),
    ("portal, solved", "as the portal; the status changes as by a member's hand"),
    ("portal, how it was", "as the portal; the question is asked now, where it was not"),
    ("leave the portal", "as the portal, twice"),
    ("take a message in", "the workspace is opened before the message comes and again when it is there"),
    ("a contact of a message", "it is made as its own form makes it, and the message is put on it"),
    ("a lead of a message", "as a contact of one"),
];

/// Asks for routes, and counts.
pub(super) struct Meter<'a> {
    pub(super) app: &'a TestApp,
    table: Vec<Line>,
    /// What was asked, of which line of the table, and how many statements it took.
    asked: Vec<(&'static str, usize, u64)>,
}

impl Meter<'_> {
    pub(super) async fn get(&mut self, browser: &mut Browser, what: &'static str, path: &str) -> Page {
        let before = self.app.db.statements();
        let page = browser.request(Method::GET, path, &[], vec![]).await;
        self.note(what, &Method::GET, before, page)
    }

    pub(super) async fn part(&mut self, browser: &mut Browser, what: &'static str, path: &str, target: &str) -> Page {
        let before = self.app.db.statements();
        let page = browser.htmx(path, target).await;
        self.note(what, &Method::GET, before, page)
    }

    pub(super) async fn post(
        &mut self,
        browser: &mut Browser,
        what: &'static str,
        path: &str,
        fields: &[(&str, &str)],
    ) -> Page {
        let token = browser.token().await;
        let mut fields = fields.to_vec();
        fields.push(("_csrf", &token));
        let body = serde_html_form::to_string(&fields).expect("pairs can be written").into_bytes();
        let headers = [("content-type", "application/x-www-form-urlencoded")];
        let before = self.app.db.statements();
        let page = browser.request(Method::POST, path, &headers, body).await;
        self.note(what, &Method::POST, before, page)
    }

    /// Opens a page, fills in the form of this button, and measures what sending it takes.
    pub(super) async fn fill(
        &mut self,
        browser: &mut Browser,
        what: &'static str,
        path: &str,
        button: &str,
        fields: &[(&str, &str)],
    ) -> Page {
        let form = browser.get(path).await.form(button);
        let form = fields.iter().fold(form, |form, (name, value)| form.set(name, value));
        self.send(browser, what, &form).await
    }

    pub(super) async fn send(&mut self, browser: &mut Browser, what: &'static str, form: &Form) -> Page {
        let before = self.app.db.statements();
        let page = browser.send_once(form, &[]).await;
        self.note(what, &form.method, before, page)
    }

    fn note(&mut self, what: &'static str, method: &Method, before: u64, page: Page) -> Page {
        let took = self.app.db.statements() - before;
        assert!(page.status.is_success() || page.status == StatusCode::SEE_OTHER, "{what}: {page}");
        let path = page.path.split('?').next().unwrap_or_default();
        let lines = self.table.iter().enumerate().filter(|(_, l)| l.method == method && fits(l.path, path));
        // `employees/new` fits `employees/{id}`, too.
        let closest = lines.min_by_key(|(_, l)| l.path.matches('{').count());
        let (line, _) = closest.unwrap_or_else(|| panic!("{what}: no line for {method} {path}"));
        self.asked.push((what, line, took));
        page
    }
}

fn fits(template: &str, path: &str) -> bool {
    let (template, path): (Vec<_>, Vec<_>) = (template.split('/').collect(), path.split('/').collect());
    template.len() == path.len() && template.iter().zip(path).all(|(t, p)| t.starts_with('{') || *t == p)
}

/// How routes end that are not counted yet, and why.
const TO_COME: &[(&str, &str)] = &[
    ("s/field-files", "several files, each in a transaction of its own"),
    ("/logo", "with the rest of recruiting"),
    ("/careers/{slug}/{handle}/apply", "with the rest of recruiting"),
    ("/applications/{token}", "with the rest of recruiting"),
    ("/applications/{token}/withdrawal", "with the rest of recruiting"),
    ("/applications/{token}/erasure", "with the rest of recruiting"),
    ("/hr/openings/{id}/apply", "with the rest of recruiting"),
];

#[tokio::test]
async fn no_route_asks_more_often_than_it_says() {
    let app = TestApp::new().await;
    let mut meter = Meter { app: &app, table: people360::routes(false).finish().1, asked: vec![] };
    strangers(&mut meter).await;
    members(&mut meter).await;
    people(&mut meter).await;
    own_sign_in(&mut meter).await;
    automation(&mut meter).await;
    time_off(&mut meter).await;
    papers(&mut meter).await;
    checklists(&mut meter).await;
    equipment(&mut meter).await;
    recruiting(&mut meter).await;
    attendance(&mut meter).await;
    profiles(&mut meter).await;
    sales(&mut meter).await;
    activities(&mut meter).await;
    around(&mut meter).await;
    forms(&mut meter).await;
    tickets(&mut meter).await;
    Box::pin(super::desk::desk(&mut meter)).await;
    inbound(&mut meter).await;
    let mut now: Vec<(&'static str, u64)> = vec![];
    for (what, _, took) in &meter.asked {
        match now.iter_mut().find(|(w, _)| w == what) {
            Some((_, most)) => *most = (*most).max(*took),
            None => now.push((what, *took)),
        }
    }
    let differ = |a: &[(&'static str, u64)], b: &[(&'static str, u64)]| -> Vec<_> {
        a.iter().filter(|line| !b.contains(line)).copied().collect()
    };
    assert_eq!(differ(&now, STATEMENTS), differ(STATEMENTS, &now), "left: what they need now");
    let measured = |line: usize| meter.asked.iter().any(|(_, l, _)| *l == line);
    let lines = meter.table.iter().enumerate().filter(|(line, _)| !measured(*line));
    let lines = lines.filter(|(_, l)| !TO_COME.iter().any(|(end, _)| l.path.ends_with(end)));
    let missing: Vec<_> = lines.map(|(_, l)| format!("{} {}", l.method, l.path)).collect();
    assert_eq!(missing, [""; 0], "nobody has counted what these take");
    let many: Vec<_> = now.iter().filter(|(_, took)| *took > 6).map(|(what, _)| *what).collect();
    assert_eq!(many, MANY.iter().map(|(what, _)| *what).collect::<Vec<_>>(), "no more than a handful");
}

/// Whoever has no account yet, or is not signed in.
async fn strangers(m: &mut Meter<'_>) {
    let app = m.app;
    let mut new = app.browser();
    m.get(&mut new, "landing", "/").await;
    m.get(&mut new, "alive", "/healthz").await;
    m.get(&mut new, "ready", "/readyz").await;
    m.get(&mut new, "sign-up form", "/signup").await;
    m.part(&mut new, "sign-up address", "/signup/slug?company=Globex", "p#slug-answer").await;
    let email = app.email("grace");
    let fields = [("Company name", "Globex"), ("Your name", "Grace"), ("Work email", &email), ("Password", PASSWORD)];
    m.fill(&mut new, "sign up", "/signup", "Create workspace", &fields).await;
    m.fill(&mut new, "ask to verify", "/w/globex", "Send it again", &[]).await;
    let link = app.mailed_link(&email).await;
    m.get(&mut new, "verification form", &link).await;
    m.fill(&mut new, "verify", &link, "Confirm", &[]).await;
    m.get(&mut new, "workspaces", "/workspaces").await;
    m.get(&mut new, "another workspace, form", "/workspaces/new").await;
    m.fill(&mut new, "another workspace", "/workspaces/new", "Create workspace", &[("Company name", "Second")]).await;
    m.post(&mut new, "strength of a password", "/password-strength", &[("password", PASSWORD)]).await;
    m.post(&mut new, "preferences", "/preferences", &[("theme", "dark")]).await;
    m.fill(&mut new, "sign out", "/w/globex", "Sign out", &[]).await;

    // The newest mail is told by its time.
    app.clock.advance(chrono::Duration::minutes(1));
    m.get(&mut new, "password form", "/password-reset").await;
    m.fill(&mut new, "ask for a password", "/password-reset", "Send me a link", &[("Work email", &email)]).await;
    let link = app.mailed_link(&email).await;
    m.get(&mut new, "new password form", &link).await;
    let password = [("New password", "eleven boats above a mountain")];
    m.fill(&mut new, "new password", &link, "Save and sign in", &password).await;

    let company = app.company("initech").await;
    let (guest, member) = (app.email("guest"), company.member(Role::Owner).await.email);
    company.invitation(&guest, Role::Employee).await;
    let link = app.mailed_link(&guest).await;
    let mut browser = app.browser();
    m.get(&mut browser, "invitation form", &link).await;
    let fields = [("Your name", "Nora New"), ("Choose a password", PASSWORD)];
    m.fill(&mut browser, "join", &link, "Join Initech Lamps", &fields).await;
    let mut browser = app.browser();
    m.get(&mut browser, "sign-in form", "/login").await;
    m.fill(&mut browser, "sign in", "/login", "Sign in", &[("Work email", &member), ("Password", PASSWORD)]).await;
    app.run_jobs().await;
}

/// Whoever is signed in.
async fn members(m: &mut Meter<'_>) {
    let app = m.app;
    let company = app.company("acme").await;
    let employees = [company.employee(&[]).await, company.employee(&[("last_name", "Other")]).await];
    let customers = [company.customer(&[]).await, company.customer(&[("name", "Other")]).await];
    let mut owner = company.owner().await;
    let o = &mut owner;
    m.get(o, "home", "/w/acme").await;
    m.get(o, "first steps", "/w/acme/first-steps").await;
    m.get(o, "search", "/w/acme/search?q=ada").await;
    m.get(o, "members", "/w/acme/settings/members").await;
    let invite = [("Work email", "guest@lamps.example"), ("Role", "employee")];
    m.fill(o, "invite", "/w/acme/settings/members", "Send invitation", &invite).await;
    m.fill(o, "resend", "/w/acme/settings/members", "Send again", &[]).await;
    m.fill(o, "revoke", "/w/acme/settings/members", "Take back", &[]).await;
    let many = [("Addresses", "a@lamps.example, b@lamps.example"), ("As", "employee")];
    m.fill(o, "invite many", "/w/acme/settings/members", "Invite them all", &many).await;
    let path = format!("/w/acme/settings/members/{}", company.member(Role::Recruiter).await.member);
    m.get(o, "member", &path).await;
    m.fill(o, "change a member", &path, "Save", &[("Employee", "1")]).await;
    m.fill(o, "deactivate", &path, "Deactivate", &[]).await;
    m.fill(o, "reactivate", &path, "Let in again", &[]).await;
    m.get(o, "roles", "/w/acme/settings/roles").await;
    m.get(o, "role", "/w/acme/settings/roles/manager").await;
    let lead = [("Name", "Site lead"), ("employees.read", "team")];
    let made =
        m.fill(o, "add a role", "/w/acme/settings/roles/new", "Add role", &lead).await.header("location").to_owned();
    m.get(o, "new role form", "/w/acme/settings/roles/new?from=manager").await;
    m.get(o, "role form", &format!("{made}/edit")).await;
    let rights = [("employees.export", "team")];
    m.fill(o, "change a role", &format!("{made}/edit"), "Save changes", &rights).await;
    m.get(o, "security", "/w/acme/settings/security").await;
    let better = "eleven boats above a mountain";
    let password = [("Current password", PASSWORD), ("New password", better)];
    m.fill(o, "change the password", "/w/acme/settings/security", "Change password", &password).await;
    m.fill(o, "sign out elsewhere", "/w/acme/settings/security", "Sign out everywhere else", &[]).await;
    let email = [("New email", "another@lamps.example"), ("with_password", better)];
    m.fill(o, "ask for an address", "/w/acme/settings/security", "Send the link", &email).await;
    m.get(o, "settings", "/w/acme/settings").await;
    m.get(o, "profile", "/w/acme/settings/profile").await;
    m.fill(o, "change the profile", "/w/acme/settings/profile", "Save changes", &[("Your name", "Olga")]).await;
    let form = o.get("/w/acme/settings/profile").await.form("Use this picture").file(
        "file",
        "a.png",
        super::access::picture(),
    );
    m.send(o, "a photo", &form).await;
    let src = o.get("/w/acme/settings/profile").await.attribute("img.avatar-photo", "src").expect("a photo");
    m.get(o, "a picture", &src).await;
    m.fill(o, "no photo", "/w/acme/settings/profile", "Take the photo away", &[]).await;
    m.get(o, "notifications", "/w/acme/settings/notifications").await;
    m.fill(o, "choose notifications", "/w/acme/settings/notifications", "Save changes", &[]).await;
    m.get(o, "digest, shown", "/w/acme/settings/notifications/digest").await;
    m.post(o, "digest, asked for", "/w/acme/settings/notifications/digest/sending", &[]).await;
    let told = company.told(company.member(Role::Owner).await.member, "Something").await;
    let told = format!("/w/acme/notifications/{told}");
    m.get(o, "told", "/w/acme/notifications").await;
    m.part(o, "told, below the bell", "/w/acme/notifications/panel", "div#notices-panel").await;
    m.get(o, "told, live", "/w/acme/notifications/stream").await;
    m.get(o, "told, opened", &told).await;
    m.post(o, "told, unread", &format!("{told}/unreading"), &[]).await;
    m.post(o, "told, read", &format!("{told}/reading"), &[]).await;
    m.post(o, "told, all read", "/w/acme/notifications/reading", &[]).await;
    m.get(o, "tokens", "/w/acme/settings/tokens").await;
    m.fill(o, "make a token", "/w/acme/settings/tokens", "Make a token", &[("What it is for", "X")]).await;
    m.fill(o, "take a token back", "/w/acme/settings/tokens", "Take back X", &[]).await;
    m.get(o, "general", "/w/acme/settings/general").await;
    m.fill(o, "change general", "/w/acme/settings/general", "Save changes", &[("Accent colour", "#2f6fed")]).await;
    let form = o.get("/w/acme/settings/general").await.form("Use this picture").file(
        "file",
        "a.png",
        super::access::picture(),
    );
    m.send(o, "a logo", &form).await;
    m.fill(o, "no logo", "/w/acme/settings/general", "Take the logo away", &[]).await;
    m.get(o, "theme", "/w/acme/theme/2f6fed").await;
    m.get(o, "places", "/w/acme/settings/places").await;
    m.fill(o, "add a place", "/w/acme/settings/places", "Add", &[("Name", "Attic")]).await;
    let place = [("kind", "department"), ("old", "Attic"), ("name", "Cellar")];
    m.post(o, "rename a place", "/w/acme/settings/places/name", &place).await;
    m.post(o, "remove a place", "/w/acme/settings/places/removal", &[("kind", "department"), ("old", "Cellar")]).await;
    let settings = "/w/acme/settings/fields";
    m.get(o, "custom fields", settings).await;
    m.get(o, "custom field, new form", &format!("{settings}/new")).await;
    let once = uuid::Uuid::new_v4().to_string();
    let fields = [("noun", "employees"), ("label", "Locker"), ("kind", "text"), ("_once", &*once)];
    m.post(o, "add a custom field", &format!("{settings}/new"), &fields).await;
    m.post(
        o,
        "add a custom field",
        &format!("{settings}/new"),
        &[("noun", "employees"), ("label", "Desk"), ("kind", "text")],
    )
    .await;
    let field = format!("{settings}/{once}");
    m.get(o, "custom field", &field).await;
    let fields = [("noun", "employees"), ("label", "Lockers"), ("kind", "text"), ("_version", "1")];
    m.post(o, "change a custom field", &field, &fields).await;
    m.post(o, "move a custom field", &format!("{field}/move"), &[("to", "down")]).await;
    m.post(o, "archive a custom field", &format!("{field}/archival"), &[]).await;
    m.post(o, "restore a custom field", &format!("{field}/restoral"), &[]).await;
    m.get(o, "working time", "/w/acme/settings/calendar").await;
    m.fill(o, "change working time", "/w/acme/settings/calendar", "Save changes", &[("Hours a day", "7")]).await;
    let calendar = [("Name", "Days off")];
    let days = m
        .fill(o, "add a calendar", "/w/acme/settings/calendar", "Add calendar", &calendar)
        .await
        .header("location")
        .to_owned();
    m.get(o, "calendar", &days).await;
    m.fill(o, "add a holiday", &days, "Add day", &[("Holiday", "Rest"), ("Day", "2026-12-24")]).await;
    m.fill(o, "remove a holiday", &days, "Remove Rest", &[]).await;
    let file = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART;VALUE=DATE:20261225\r\nSUMMARY:C\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
    let form = o.get(&days).await.form("Bring these days").file("file", "a.ics", file);
    m.send(o, "bring holidays", &form).await;
    m.post(o, "everybody's calendar", &format!("{days}/default"), &[]).await;
    m.post(o, "remove a calendar", &format!("{days}/removal"), &[]).await;
    m.get(o, "policy", "/w/acme/settings/policy").await;
    m.fill(o, "change the policy", "/w/acme/settings/policy", "Save policy", &[("End in any case after", "20")]).await;
    m.get(o, "danger zone", "/w/acme/settings/danger").await;
    let (mail, _) = company.stopped("gone@lamps.example").await;
    m.get(o, "mail, log", "/w/acme/settings/mail").await;
    m.get(o, "mail, stopped", "/w/acme/settings/mail/stopped").await;
    m.fill(o, "mail, lifted", "/w/acme/settings/mail/stopped", "Lift", &[]).await;
    let of = jobs::mail::Unsubscribe::Member(company.member(Role::Owner).await.member, domain::mail::List::Imports);
    let way_out = of.url(app.jobs(), company.tenant).replace("http://people.test", "");
    m.get(o, "mail, unsubscribe form", &way_out).await;
    m.fill(o, "mail, unsubscribed", &way_out, "Unsubscribe", &[]).await;
    m.fill(o, "mail, subscribed again", &way_out, "Undo: write to me again", &[]).await;
    let door = domain::paths::bounces(app.jobs().seal.mark("bounces", b"inbound"));
    let body = crate::workspace::mail::bounce(&mail.to_string(), "gone@lamps.example").into_bytes();
    let before = app.db.statements();
    let page = o.request(Method::POST, &door, &[("content-type", "message/rfc822")], body).await;
    m.note("mail, come back", &Method::POST, before, page);
    let door = jobs::automation::hook_path(&app.jobs().seal, company.tenant, uuid::Uuid::nil());
    let before = app.db.statements();
    let page = o.request(Method::POST, &door, &[("content-type", "application/json")], b"{}".to_vec()).await;
    m.note("posted to a workflow", &Method::POST, before, page);
    m.get(o, "audit trail", "/w/acme/settings/audit").await;
    m.get(o, "audit trail, file", "/w/acme/settings/audit/export").await;
    m.fill(o, "remove a role", &made, "Delete role", &[]).await;
    m.get(
        o,
        "access, asked",
        &format!("/w/acme/settings/access?q=ada&member={}", company.member(Role::Owner).await.member),
    )
    .await;
    let subject = format!("employee:{}", employees[0]);
    let member = company.member(Role::Manager).await.member;
    m.get(o, "access", &format!("/w/acme/settings/access?record={subject}&member={member}")).await;
    let note = company.note(Subject::Employee(employees[0]), "Hello").await;
    let note = format!("/w/acme/notes/{note}");
    m.part(o, "people to name", "/w/acme/notes/mentions?q=ol", "div#mentions").await;
    m.get(o, "note form", &format!("{note}/edit")).await;
    m.post(o, "change a note", &format!("{note}/edit"), &[("text", "Hello again"), ("_version", "1")]).await;
    m.post(o, "delete a note", &format!("{note}/removal"), &[]).await;
    m.post(o, "bring a note back", &format!("{note}/restoral"), &[]).await;
    m.part(o, "tags to choose", "/w/acme/tags/options", "datalist#tag-names").await;
    m.get(o, "tasks", "/w/acme/tasks").await;
    m.get(o, "new task form", "/w/acme/tasks/new").await;
    let once = uuid::Uuid::new_v4().to_string();
    let fields = [("title", "Call"), ("about", &*format!("employee:{}", employees[0])), ("_once", &once)];
    m.post(o, "add a task", "/w/acme/tasks/new", &fields).await;
    let task = format!("/w/acme/tasks/{once}");
    m.part(o, "records to choose", "/w/acme/tasks/options?about=lo", "datalist#records").await;
    m.get(o, "task", &task).await;
    m.get(o, "task form", &format!("{task}/edit")).await;
    m.post(o, "change a task", &format!("{task}/edit"), &[("title", "Call twice"), ("_version", "1")]).await;
    m.post(o, "finish a task", &format!("{task}/completion"), &[]).await;
    m.post(o, "reopen a task", &format!("{task}/reopening"), &[]).await;
    m.post(o, "finish many tasks", "/w/acme/tasks/completions", &[("ids", &once)]).await;
    m.post(o, "reopen many tasks", "/w/acme/tasks/reopenings", &[("ids", &once)]).await;
    let people = Noun {
        list: "/w/acme/hr/employees",
        part: "div#employees",
        options: ("options?manager=ada", "datalist#managers"),
        ids: employees.map(|id| id.to_string()),
        fields: [("first_name", "A"), ("last_name", "B")],
        file: "First name,Last name,Start date\nAda,Byron,2020-01-01\nBen,Cole,2020-02-31\n",
    };
    let firms = Noun {
        list: "/w/acme/crm/customers",
        part: "div#customers",
        options: ("options?parent=nor", "datalist#parents"),
        ids: customers.map(|id| id.to_string()),
        fields: [("name", "C"), ("city", "D")],
        file: "Name,Website\nByron & Sons,byron.example\nCole,no website\n",
    };
    let deals = [company.deal(&[]).await, company.deal(&[("name", "Other")]).await];
    let sales = Noun {
        list: "/w/acme/crm/deals",
        part: "div#deals",
        options: ("options?customer=nor", "datalist#deal-customers"),
        ids: deals.map(|id| id.to_string()),
        fields: [("name", "E"), ("source", "F")],
        file: "Name,Stage\nByron deal,Meeting\nCole deal,Nowhere\n",
    };
    let people_of_firms = [company.contact(&[]).await, company.contact(&[("last_name", "Other")]).await];
    let contacts = Noun {
        list: "/w/acme/crm/contacts",
        part: "div#contacts",
        options: ("options?customer=nor", "datalist#companies"),
        ids: people_of_firms.map(|id| id.to_string()),
        fields: [("last_name", "G"), ("job_title", "H")],
        file: "Last name,Email\nByron,b@one.example\nCole,no address\n",
    };
    let leads = [company.lead(&[]).await, company.lead(&[("name", "Other")]).await];
    let leads = Noun {
        list: "/w/acme/crm/leads",
        part: "div#leads",
        options: ("options?company=nor", "datalist#companies"),
        ids: leads.map(|id| id.to_string()),
        fields: [("name", "G"), ("source", "H")],
        file: "Name,Email\nByron lead,byron@lamps.example\nCole lead,no address\n",
    };
    for noun in [people, firms, sales, contacts, leads] {
        records(m, o, &noun).await;
        archivals(m, o, &noun).await;
        imports(m, o, noun.list, noun.file).await;
        changes(m, o, &noun).await;
    }
    imports(m, o, "/w/acme/crm/products", "Name,Code,Price,Currency\nLamp,L-1,7,USD\nCable,C-1,cheap,USD\n").await;
    for list in ["/w/acme/tasks", "/w/acme/activities"] {
        views(m, o, list).await;
    }
}

/// Job and pay over time, and the organisation.
async fn people(m: &mut Meter<'_>) {
    let app = m.app;
    let company = app.company("people").await;
    company.employee(&[("number", "1"), ("first_name", "Lea")]).await;
    let ada =
        company.employee(&[("number", "2"), ("manager", "1"), ("department", "Works"), ("salary", "50000")]).await;
    let (job, pay) = company.plans(ada).await;
    let mut owner = company.owner().await;
    let (o, list) = (&mut owner, "/w/people/hr");
    let record = format!("{list}/employees/{ada}");
    m.get(o, "a cell, asked", &format!("{record}/cells/job_title")).await;
    let smith = [("Job title of Ada Lovelace", "Smith")];
    m.fill(o, "a cell, changed", &format!("{record}/cells/job_title"), "Save", &smith).await;
    m.get(o, "job and pay", &format!("{record}/history")).await;
    m.get(o, "job form", &format!("{record}/jobs/new")).await;
    let from = [("From", "2026-06-01"), ("Why", "Promotion")];
    m.fill(o, "plan a job", &format!("{record}/jobs/new"), "Save", &from).await;
    m.get(o, "row of jobs, form", &format!("{list}/job-rows/{job}")).await;
    m.fill(o, "change a row of jobs", &format!("{list}/job-rows/{job}"), "Save", &[("Job title", "Smith")]).await;
    m.fill(o, "remove a row of jobs", &format!("{list}/job-rows/{job}"), "Remove this row", &[]).await;
    m.get(o, "pay form", &format!("{record}/pay/new")).await;
    m.fill(o, "plan pay", &format!("{record}/pay/new"), "Save", &from).await;
    m.get(o, "row of pay, form", &format!("{list}/pay-rows/{pay}")).await;
    m.fill(o, "change a row of pay", &format!("{list}/pay-rows/{pay}"), "Save", &[("Why", "Yearly")]).await;
    m.fill(o, "remove a row of pay", &format!("{list}/pay-rows/{pay}"), "Remove this row", &[]).await;
    let linked = company.member(Role::Auditor).await.member.to_string();
    m.post(o, "link an account", &format!("{record}/account"), &[("member", &linked)]).await;
    m.get(o, "chart", &format!("{list}/organisation")).await;
    m.get(o, "chart, by departments", &format!("{list}/organisation?by=departments")).await;
    m.get(o, "chart, one person", &format!("{list}/organisation?find=2")).await;
    m.part(o, "chart, a branch", &format!("{list}/organisation/people/{ada}"), &format!("ul#below-{ada}")).await;
    m.get(o, "departments", &format!("{list}/departments")).await;
    m.get(o, "department form", &format!("{list}/departments/edit?name=Works")).await;
    m.fill(o, "place a department", &format!("{list}/departments/edit?name=Works"), "Save", &[("Head", "1")]).await;
    m.get(o, "positions", &format!("{list}/positions")).await;
    m.get(o, "position, new form", &format!("{list}/positions/new")).await;
    m.fill(o, "add a position", &format!("{list}/positions/new"), "Add position", &[("Title", "Welder")]).await;
    let seat = format!("{list}/positions/{}", company.position("Seat").await);
    m.get(o, "position", &seat).await;
    m.get(o, "position form", &format!("{seat}/edit")).await;
    m.fill(o, "change a position", &format!("{seat}/edit"), "Save changes", &[("Seats", "3")]).await;
    m.fill(o, "close a position", &seat, "Close", &[]).await;
    m.fill(o, "reopen a position", &seat, "Open again", &[]).await;
    for (place, file) in [
        ("job-history", "Number,From,Title\n2,2026-01-01,Smith\n9,2026-01-01,Nobody\n"),
        ("pay-history", "Number,From,Salary\n2,2026-01-01,40000\n9,2026-01-01,1\n"),
    ] {
        let list = format!("{list}/{place}");
        imports(m, o, &list, file).await;
    }
    app.run_jobs().await;
}

/// Somebody's own sign-in: second factor, devices, another address.
async fn own_sign_in(m: &mut Meter<'_>) {
    let app = m.app;
    let company = app.company("hooli").await;
    let email = company.member(Role::Manager).await.email;
    let mut manager = company.manager().await;
    let (b, security) = (&mut manager, "/w/hooli/settings/security");
    m.fill(b, "second factor, begun", security, "Set up", &[("Your password", PASSWORD)]).await;
    let page = m.get(b, "second factor, form", &format!("{security}/second-factor")).await;
    let phone = Phone::scan(&page);
    let form = page.form("Turn on").set("code", &phone.code(app, 0));
    m.send(b, "second factor, on", &form).await;
    m.fill(b, "recovery codes", security, "New recovery codes", &[("Your password", PASSWORD)]).await;
    app.clock.advance(chrono::Duration::minutes(5));
    let mut other = app.browser();
    other.get("/login").await;
    other.fill("Sign in", &[("Work email", &email), ("Password", PASSWORD)]).await;
    let page = m.get(&mut other, "code form", "/login/code").await;
    let form = page.form("Sign in").set("code", &phone.code(app, 0));
    m.send(&mut other, "sign in by code", &form).await;
    m.fill(b, "sign out a device", security, "Sign out A device that does not say what it is", &[]).await;
    m.fill(b, "second factor, off", security, "Turn off", &[("Your password", PASSWORD)]).await;
    let new = app.email("moved");
    b.get(security).await;
    b.fill("Send the link", &[("New email", &new), ("with_password", PASSWORD)]).await;
    let link = app.mailed_link(&new).await;
    m.get(b, "address form", &link).await;
    m.fill(b, "another address", &link, "Use this address", &[]).await;
    app.run_jobs().await;
}

/// How customers and contacts are reached, what they are to each other and to deals, who follows, and files.
async fn around(m: &mut Meter<'_>) {
    let company = m.app.company("around").await;
    let customer = company.customer(&[("name", "Globex")]).await;
    let contact = company.contact(&[("last_name", "Byron"), ("email", "ada@one.example")]).await;
    let deal = company.deal(&[("name", "Lamps")]).await;
    let mut owner = company.owner().await;
    let (o, crm) = (&mut owner, company.at("/crm"));
    for (noun, id) in [("contacts", contact.0), ("customers", customer.0)] {
        let record = format!("{crm}/{noun}/{id}");
        m.get(o, "contact detail, new form", &format!("{record}/points")).await;
        let once = uuid::Uuid::new_v4().to_string();
        let fields = [("kind", "email"), ("value", "b@two.example"), ("_once", &once)];
        m.post(o, "add a contact detail", &format!("{record}/points"), &fields).await;
        let more = [("kind", "email"), ("value", "c@two.example")];
        o.post(&format!("{record}/points"), &more).await;
        let point = format!("{crm}/{noun}/points/{once}");
        let version = m.get(o, "contact detail, form", &point).await.form("Save changes").value("_version");
        let fields = [("kind", "email"), ("value", "d@two.example"), ("_version", &*version)];
        m.post(o, "change a contact detail", &point, &fields).await;
        m.post(o, "a contact detail, first", &format!("{point}/first"), &[]).await;
        m.post(o, "remove a contact detail", &format!("{point}/removal"), &[]).await;
    }
    let lead = company.lead(&[("name", "Bea")]).await;
    for (record, subject) in [
        (format!("{crm}/contacts/{contact}"), Subject::Contact(contact)),
        (format!("{crm}/customers/{customer}"), Subject::Customer(customer)),
        (format!("{crm}/deals/{deal}"), Subject::Deal(deal)),
        (format!("{crm}/leads/{lead}"), Subject::Lead(lead)),
    ] {
        m.post(o, "follow", &format!("{record}/following"), &[("on", "true")]).await;
        m.get(o, "files of a record", &format!("{record}/files")).await;
        let form = o.get(&format!("{record}/files")).await.form("Add this file");
        m.send(o, "a file to a record", &form.file("file", "a.png", super::access::picture())).await;
        let file = company.record_file(subject, "b.txt").await.to_string();
        m.post(o, "a file from a record", &format!("{record}/files/removal"), &[("file", &file)]).await;
    }
    let member = company.member(Role::Owner).await.member.to_string();
    m.post(o, "set a team", &format!("{crm}/customers/{customer}/team"), &[("member", &member)]).await;
    let tie =
        |page: &Page| page.text.split("name=\"link\" value=\"").nth(1).map(|t| t[..36].to_owned()).expect("a tie");
    // As deals have them.
    let files = format!("{crm}/contacts/{contact}/field-files");
    let field = company.file_field(domain::import::Target::Contacts, "four").await;
    m.get(o, "files in fields of a deal", &files).await;
    let form = o.get(&files).await.form("Paper four: bring this file").file("file", "a.png", super::access::picture());
    m.send(o, "a file into a deal's field", &form).await;
    m.post(o, "no file in a deal's field", &format!("{files}/removal"), &[("field", &field.to_string())]).await;
    for (page, form, named) in [
        (format!("{crm}/contacts/{contact}"), "companies", ("customer", "Globex")),
        (format!("{crm}/customers/{customer}"), "contacts", ("contact", "Byron")),
        (format!("{crm}/deals/{deal}"), "contacts", ("contact", "Byron")),
    ] {
        m.get(o, "put together, form", &format!("{page}/{form}")).await;
        m.post(o, "put together", &format!("{page}/{form}"), &[named, ("role", "User")]).await;
        let link = tie(&o.get(&page).await);
        m.post(o, "take apart", &format!("{page}/{form}/removal"), &[("link", &link)]).await;
    }
    for (noun, list, two) in [
        (
            DuplicatesOf::Customers,
            "customers",
            [company.customer(&[("name", "Acme")]).await.0, company.customer(&[("name", "Acme AG")]).await.0],
        ),
        (
            DuplicatesOf::Contacts,
            "contacts",
            [company.contact(&[]).await.0, company.contact(&[("first_name", "A")]).await.0],
        ),
        (
            DuplicatesOf::Leads,
            "leads",
            [company.lead(&[]).await.0, company.lead(&[("phone", "+49 30 1234567")]).await.0],
        ),
    ] {
        let below = match noun {
            DuplicatesOf::Customers => "",
            DuplicatesOf::Contacts => "/contacts",
            DuplicatesOf::Leads => "/leads",
        };
        let pairs = format!("{crm}/duplicates{below}");
        m.get(o, "pairs", &pairs).await;
        let with = two[1].to_string();
        m.post(o, "not the same", &pairs, &[("one", &two[0].to_string()), ("other", &with)]).await;
        m.get(o, "side by side", &format!("{crm}/{list}/{}/merge?with={with}", two[0])).await;
        let once = uuid::Uuid::new_v4().to_string();
        m.post(o, "merge", &format!("{crm}/{list}/{}/merge", two[0]), &[("with", &with), ("_once", &once)]).await;
        m.post(o, "undo a merge", &format!("{crm}/{list}/merges/{once}/reversal"), &[]).await;
    }
    m.app.run_jobs().await;
}

/// Pipelines, moves, products and quotes.
async fn activities(m: &mut Meter<'_>) {
    let app = m.app;
    let company = app.company("talks").await;
    let customer = company.customer(&[("name", "Harbour Lights")]).await;
    let mut owner = company.owner().await;
    let (o, list) = (&mut owner, company.at("/activities"));
    m.get(o, "activities", &list).await;
    m.get(o, "activities, all", &format!("{list}?of=all&q=lamp")).await;
    m.get(o, "new activity form", &format!("{list}/new?kind=call")).await;
    m.part(o, "records to choose", &format!("{list}/options?about=lo"), "datalist#records").await;
    let once = uuid::Uuid::new_v4().to_string();
    let (about, colleague) = (format!("customer:{customer}"), company.member(Role::Manager).await.email);
    let fields = [
        ("kind", "call"),
        ("subject", "Price"),
        ("day", "2026-03-03"),
        ("time", "10:00"),
        ("about", &*about),
        ("attendees", &*colleague),
        ("_once", &*once),
    ];
    m.post(o, "log a call", &format!("{list}/new"), &fields).await;
    let one = format!("{list}/{once}");
    m.get(o, "activity", &one).await;
    m.get(o, "activity form", &format!("{one}/edit")).await;
    let fields =
        [("subject", "Prices"), ("day", "2026-03-03"), ("time", "11:00"), ("about", &*about), ("_version", "1")];
    m.post(o, "change an activity", &format!("{one}/edit"), &fields).await;
    m.post(o, "activity is done", &format!("{one}/completion"), &[]).await;
    m.post(o, "activity is planned again", &format!("{one}/reopening"), &[]).await;
    m.post(o, "activity is off", &format!("{one}/cancellation"), &[]).await;
    m.post(o, "activities are planned again", &format!("{list}/reopenings"), &[("ids", &*once)]).await;
    m.post(o, "activities are done", &format!("{list}/completions"), &[("ids", &*once)]).await;
    m.post(o, "activities are planned again", &format!("{list}/reopenings"), &[("ids", &*once)]).await;
    m.post(o, "activities are off", &format!("{list}/cancellations"), &[("ids", &*once)]).await;
    m.get(o, "calendar of activities", &format!("{list}/calendar")).await;
    m.post(o, "address of a calendar", &format!("{list}/feeds"), &[("do", "make")]).await;
    let task = company.task("Ring", company.member(Role::Owner).await.member).await;
    m.get(o, "my day", &company.at("/my-day")).await;
    m.post(o, "a task put off", &company.at(&format!("/tasks/{task}/snooze")), &[("to", "2026-03-09")]).await;
    m.get(o, "activities, taken out", &format!("{list}/export?state=all")).await;
    m.get(o, "activity, for another calendar", &format!("{one}/invitation.ics")).await;
}

async fn sales(m: &mut Meter<'_>) {
    let app = m.app;
    let company = app.company("sales").await;
    let deal = company.deal(&[("name", "Lamps"), ("amount", "5")]).await;
    let mut owner = company.owner().await;
    let o = &mut owner;
    let (crm, settings) = (company.at("/crm"), company.at("/settings"));
    m.get(o, "board", &format!("{crm}/pipeline")).await;
    m.part(o, "board, part", &format!("{crm}/pipeline?q=lamps"), "div#board").await;
    m.part(o, "lane", &format!("{crm}/pipeline/lanes/{}", company.stage("Qualified").await), "a").await;
    m.get(o, "pipeline by time", &format!("{crm}/pipeline/timeline")).await;
    let record = format!("{crm}/deals/{deal}");
    m.get(o, "move, asked", &format!("{record}/move")).await;
    let to = company.stage("Meeting").await.to_string();
    m.post(o, "move", &format!("{record}/move"), &[("stage", &to), ("_version", "1")]).await;
    m.post(o, "copy a deal", &format!("{record}/copies"), &[]).await;
    let member = company.member(Role::Owner).await.member.to_string();
    m.post(o, "share a deal", &format!("{record}/splits"), &[("member", &member), ("share", "100")]).await;
    let files = format!("{record}/field-files");
    let field = company.file_field(domain::import::Target::Deals, "three").await;
    m.get(o, "files in fields of a deal", &files).await;
    let form = o.get(&files).await.form("Paper three: bring this file").file("file", "a.png", super::access::picture());
    m.send(o, "a file into a deal's field", &form).await;
    m.post(o, "no file in a deal's field", &format!("{files}/removal"), &[("field", &field.to_string())]).await;
    m.get(o, "lines of a deal", &format!("{record}/lines")).await;
    m.fill(
        o,
        "change lines of a deal",
        &format!("{record}/lines"),
        "Save",
        &[("Name, line 1", "Lamp"), ("Price, line 1", "7")],
    )
    .await;
    let quote = m.post(o, "new quote", &format!("{record}/quotes"), &[]).await.header("location").to_owned();
    m.get(o, "quote", &quote).await;
    m.get(o, "lines of a quote", &format!("{quote}/lines")).await;
    m.fill(o, "change lines of a quote", &format!("{quote}/lines"), "Save", &[("Price, line 1", "8")]).await;
    m.get(o, "quote on paper", &format!("{quote}/pdf")).await;
    m.post(o, "send a quote", &format!("{quote}/publication"), &[]).await;
    let link = o.get(&quote).await.all("#quote-link").swap_remove(0);
    let link = link[link.find("/quotes/").expect("a link")..].to_owned();
    m.post(o, "new version of a quote", &format!("{quote}/versions"), &[]).await;
    let mut buyer = app.browser();
    m.get(&mut buyer, "quote, offered", &link).await;
    m.get(&mut buyer, "quote, offered on paper", &format!("{link}/pdf")).await;
    m.post(&mut buyer, "accept a quote", &link, &[("name", "Bea"), ("answer", "accept")]).await;
    let other = format!("{crm}/quotes/{}", company.quote(deal).await);
    m.post(o, "withdraw a quote", &format!("{other}/revocation"), &[]).await;
    m.get(o, "products", &format!("{crm}/products")).await;
    m.get(o, "sales report", &format!("{crm}/reports/sales")).await;
    forecasts(m, &company, o).await;
    m.get(o, "new product form", &format!("{crm}/products/new")).await;
    let once = uuid::Uuid::new_v4().to_string();
    m.post(o, "add a product", &format!("{crm}/products/new"), &[("name", "Nord"), ("_once", &once)]).await;
    let product = format!("{crm}/products/{once}");
    m.get(o, "product", &product).await;
    m.get(o, "product form", &format!("{product}/edit")).await;
    m.post(o, "change a product", &format!("{product}/edit"), &[("name", "Nord 2"), ("_version", "1")]).await;
    m.post(o, "add a price", &format!("{product}/prices"), &[("amount", "9")]).await;
    let (_, price) = company.product("Priced").await;
    m.post(o, "remove a price", &format!("{crm}/prices/{price}/removal"), &[]).await;
    m.get(o, "pipelines", &format!("{settings}/pipelines")).await;
    m.post(o, "add a pipeline", &format!("{settings}/pipelines"), &[("name", "Second")]).await;
    let (id, stage) = company.another_pipeline("Third").await;
    let way = format!("{settings}/pipelines/{id}");
    m.get(o, "pipeline", &way).await;
    m.post(o, "rename a pipeline", &way, &[("name", "Fourth"), ("_version", "1")]).await;
    let fields = [("name", "Due"), ("probability", "5")];
    m.post(o, "add a stage", &format!("{way}/stages"), &fields).await;
    let stage = format!("{settings}/stages/{stage}");
    m.get(o, "stage", &stage).await;
    let fields = [("name", "Soon"), ("kind", "open"), ("probability", "5"), ("_version", "1")];
    m.post(o, "change a stage", &stage, &fields).await;
    m.post(o, "move a stage", &format!("{stage}/move"), &[("to", "down")]).await;
    m.post(o, "remove a stage", &format!("{stage}/removal"), &[]).await;
    m.post(o, "remove a pipeline", &format!("{way}/removal"), &[]).await;
    m.post(o, "add a reason for a loss", &format!("{settings}/loss-reasons"), &[("name", "Too late")]).await;
    let reason = company.loss_reason("Gone").await;
    m.post(o, "remove a reason for a loss", &format!("{settings}/loss-reasons/{reason}/removal"), &[]).await;
    let stream = format!("{crm}/pipeline/{}/stream", company.pipeline().await.id);
    m.get(o, "board, heard", &stream).await;
    app.run_jobs().await;
}

/// Forecasts, with what they stand on.
async fn forecasts(m: &mut Meter<'_>, company: &Company<'_>, o: &mut Browser) {
    let member = company.member(Role::Owner).await.member;
    let rates = company.at("/settings/exchange-rates");
    m.get(o, "exchange rates", &rates).await;
    m.post(o, "add a rate", &rates, &[("currency", "EUR"), ("rate", "1.1")]).await;
    m.post(o, "add rates", &format!("{rates}/lines"), &[("lines", "2026-01-01,EUR,1.1")]).await;
    let rate = company.rate("GBP", "2026-01-01", "1.3").await;
    m.post(o, "remove a rate", &format!("{rates}/{rate}/removal"), &[]).await;
    let quotas = company.at("/crm/quotas");
    m.get(o, "quotas", &quotas).await;
    let cell = format!("{member}/2026-01-01/0");
    m.post(o, "set quotas", &quotas, &[("cell", &cell), ("amount", "1000")]).await;
    m.post(o, "copy quotas", &format!("{quotas}/copies"), &[("to", "2026-04-01")]).await;
    let forecast = company.at("/crm/forecast");
    m.get(o, "forecast", &forecast).await;
    m.get(o, "forecast, by team", &format!("{forecast}?by=team")).await;
    m.get(o, "deals of a forecast", &format!("{forecast}/deals")).await;
    m.get(o, "changes of a forecast", &format!("{forecast}/movements")).await;
    m.get(o, "accuracy of forecasts", &format!("{forecast}/accuracy")).await;
    let member = member.to_string();
    let fields = [("member", member.as_str()), ("about", "commit"), ("amount", "5"), ("reason", "More")];
    m.post(o, "adjust a forecast", &format!("{forecast}/adjustments"), &fields).await;
    let id = company.adjustment(domain::MemberId(member.parse().expect("an id")), 100).await;
    m.post(o, "withdraw an adjustment", &format!("{forecast}/adjustments/{id}/withdrawal"), &[]).await;
}

/// Forms by which leads come in.
async fn forms(m: &mut Meter<'_>) {
    let app = m.app;
    let company = app.company("captures").await;
    let lead = company.lead(&[("name", "Ada")]).await;
    let mut owner = company.owner().await;
    let o = &mut owner;
    let files = company.at(&format!("/crm/leads/{lead}/field-files"));
    let field = company.file_field(domain::import::Target::Leads, "four").await;
    m.get(o, "files in fields of a lead", &files).await;
    let form = o.get(&files).await.form("Paper four: bring this file").file("file", "a.png", super::access::picture());
    m.send(o, "a file into a lead's field", &form).await;
    m.post(o, "no file in a lead's field", &format!("{files}/removal"), &[("field", &field.to_string())]).await;
    let member = company.member(Role::Owner).await.member;
    let wanted = company.lead(&[("name", "Bea"), ("company", "Lamps")]).await;
    let record = company.at(&format!("/crm/leads/{wanted}"));
    m.get(o, "convert a lead, asked", &format!("{record}/conversion")).await;
    let once = uuid::Uuid::new_v4().to_string();
    let deal = [("name", "Lamps"), ("deal", "true"), ("deal_name", "Lamps"), ("_version", "1"), ("_once", &*once)];
    m.post(o, "convert a lead", &format!("{record}/conversion"), &deal).await;
    m.get(o, "lead, converted", &record).await;
    m.post(o, "undo a conversion", &format!("{record}/conversion/reversal"), &[]).await;
    m.post(o, "take a lead", &format!("{record}/taking"), &[]).await;
    let rules = company.at("/settings/lead-rules");
    m.get(o, "rules of assignment", &rules).await;
    m.get(o, "new rule of assignment", &format!("{rules}/new")).await;
    let seat = member.to_string();
    let fields = [("name", "One"), ("how", "person"), ("member", &*seat)];
    m.post(o, "add a rule of assignment", &format!("{rules}/new"), &fields).await;
    let rule = company.lead_rule("Two", member).await;
    m.get(o, "rule of assignment", &format!("{rules}/{rule}")).await;
    let fields = [("name", "Three"), ("how", "person"), ("member", &*seat), ("_version", "1")];
    m.post(o, "change a rule of assignment", &format!("{rules}/{rule}"), &fields).await;
    m.post(o, "move a rule of assignment", &format!("{rules}/{rule}/move"), &[("to", "up")]).await;
    m.post(o, "remove a rule of assignment", &format!("{rules}/{rule}/removal"), &[]).await;
    m.post(o, "assign what waits", &format!("{rules}/run"), &[]).await;
    m.post(o, "who gets the rest", &company.at("/settings/lead-fallback"), &[("fallback", &*seat), ("_version", "0")])
        .await;
    m.get(o, "scoring", &company.at("/settings/lead-scoring")).await;
    m.post(o, "change scoring", &company.at("/settings/lead-scoring"), &[("half_life", "9"), ("_version", "1")]).await;
    app.run_jobs().await;
    let settings = company.at("/settings/lead-forms");
    m.get(o, "forms", &settings).await;
    m.get(o, "new form for leads", &format!("{settings}/new")).await;
    let once = uuid::Uuid::new_v4().to_string();
    m.post(o, "add a form for leads", &format!("{settings}/new"), &[("name", "Contact"), ("_once", &once)]).await;
    let form = format!("{settings}/{once}");
    m.get(o, "form for leads", &form).await;
    m.get(o, "log of a form", &format!("{form}/log")).await;
    m.get(o, "form for leads, edited", &format!("{form}/edit")).await;
    m.post(o, "change a form for leads", &format!("{form}/edit"), &[("name", "Contact 2"), ("_version", "1")]).await;
    m.post(o, "a key of a form", &format!("{form}/key"), &[]).await;
    m.post(o, "close a form for leads", &format!("{form}/archival"), &[]).await;
    m.post(o, "open a form for leads", &format!("{form}/restoral"), &[]).await;
    let mut visitor = app.browser();
    company.lead_form("Asked", &[("confirms", "true")]).await;
    m.get(&mut visitor, "colour of a form", "/form-themes/2f6fed").await;
    m.get(&mut visitor, "public form", "/forms/captures/asked").await;
    app.clock.advance(chrono::Duration::seconds(9));
    let email = app.email("asked");
    let sent = visitor.get("/forms/captures/asked").await.form("Send").set("name", "Bea").set("email", &email);
    app.clock.advance(chrono::Duration::seconds(9));
    m.send(&mut visitor, "send a form", &sent.set("consent", "true")).await;
    app.run_jobs().await;
    let link = app.mailed_link(&email).await;
    m.get(&mut visitor, "confirm a form, asked", &link).await;
    m.post(&mut visitor, "confirm a form", &link, &[]).await;
    app.run_jobs().await;
}

/// Tickets, what is said in them, and the settings of support.
async fn tickets(m: &mut Meter<'_>) {
    let app = m.app;
    let company = app.company("desk").await;
    let ticket = company.ticket(&[("message", "It hums.")]).await;
    let more = company.ticket(&[("name", "Other")]).await;
    let mut owner = company.owner().await;
    let (o, list) = (&mut owner, "/w/desk/support/tickets");
    let record = format!("{list}/{ticket}");
    m.get(o, "tickets", list).await;
    m.part(o, "tickets, a part, searched", &format!("{list}?q=hum&sort=-due&sla=soon"), "div#tickets").await;
    m.get(o, "ticket", &record).await;
    m.get(o, "timeline of a ticket", &format!("{record}/timeline")).await;
    m.get(o, "clocks of a ticket", &format!("{record}/clocks")).await;
    m.get(o, "new ticket, form", &format!("{list}/new")).await;
    m.part(o, "whom a ticket is from", &format!("{list}/options?requester=ada"), "datalist#requesters").await;
    m.get(o, "ticket, form", &format!("{record}/edit")).await;
    m.get(o, "export", &format!("{list}/export")).await;
    m.get(o, "export, as a workbook", &format!("{list}/export/workbook")).await;
    let once = uuid::Uuid::new_v4().to_string();
    let fields = [("name", "New"), ("requester", "bea@lamps.example"), ("message", "Hm."), ("_once", &*once)];
    m.post(o, "open a ticket", &format!("{list}/new"), &fields).await;
    let changed = [("name", "Newer"), ("requester", "bea@lamps.example"), ("priority", "high"), ("_version", "1")];
    m.post(o, "change a ticket", &format!("{list}/{once}/edit"), &changed).await;
    m.post(o, "keep what is begun", &format!("{record}/draft"), &[("text", "Dear")]).await;
    let form = o.get(&record).await.form("Send and solve").set("text", "We send another.");
    m.send(o, "answer and solve", &form.file("file", "a.png", super::access::picture())).await;
    let form = o.get(&record).await.form("Add note").set("text", "Look, @Olga Owner");
    m.send(o, "note on a ticket", &form).await;
    let all = [("priority", "urgent"), ("status", "pending"), ("assignee", "me")];
    m.post(o, "facts of a ticket", &format!("{record}/facts"), &all).await;
    let message: uuid::Uuid = company
        .read(&format!("select id from ticket_messages where inbound and ticket_id = '{ticket}' order by id limit 1"))
        .await;
    m.post(o, "split a ticket", &format!("{record}/split"), &[("message", &message.to_string())]).await;
    m.post(o, "link a ticket", &format!("{record}/links"), &[("ticket", "SUP-1002")]).await;
    m.post(o, "merge a ticket", &format!("{list}/{once}/merge"), &[("ticket", "SUP-1002")]).await;
    m.post(o, "undo a merge of tickets", &format!("{list}/{once}/merge/reversal"), &[]).await;
    m.get(o, "who else has a ticket open", &format!("{record}/presence")).await;
    m.get(o, "next ticket", &format!("{record}/next")).await;
    m.post(o, "follow", &format!("{record}/following"), &[("on", "true")]).await;
    let files = format!("{record}/field-files");
    let field = company.file_field(domain::import::Target::Tickets, "four").await;
    m.get(o, "files in fields of a lead", &files).await;
    let form = o.get(&files).await.form("Paper four: bring this file").file("file", "a.png", super::access::picture());
    m.send(o, "a file into a lead's field", &form).await;
    m.post(o, "no file in a lead's field", &format!("{files}/removal"), &[("field", &field.to_string())]).await;
    m.post(o, "archive", &format!("{record}/archival"), &[]).await;
    m.post(o, "restore", &format!("{record}/restoral"), &[]).await;
    let other = more.to_string();
    let ids = [("ids", &*other)];
    m.post(o, "archive many", &format!("{list}/archivals"), &ids).await;
    m.post(o, "restore many", &format!("{list}/restorals"), &ids).await;
    m.post(o, "choose columns", &format!("{list}/columns"), &[("columns", "queue")]).await;
    views(m, o, list).await;
    m.post(o, "tag", &format!("{record}/tags"), &[("tag", "VIP")]).await;
    m.post(o, "take a tag off", &format!("{record}/tags/removal"), &[("tag", "VIP")]).await;
    m.post(o, "tag many", &format!("{list}/tags"), &[("tag", "VIP"), ids[0]]).await;
    m.post(o, "take a tag off many", &format!("{list}/tags/removal"), &[("tag", "VIP"), ids[0]]).await;
    let noun = Noun {
        list,
        part: "div#tickets",
        options: ("options?requester=ada", "datalist#requesters"),
        ids: [ticket.to_string(), more.to_string()],
        fields: [("name", "A"), ("requester", "b@lamps.example")],
        file: "",
    };
    archivals(m, o, &noun).await;
    changes(m, o, &noun).await;
    imports(m, o, list, "Subject,Email\nLamp,ada@lamps.example\nBad,nobody\n").await;
    m.get(o, "promises kept", &company.at("/support/reports/sla")).await;
    let [queue, calendar, policy, canned] = company.support_settings("1").await;
    let hours = calendar.to_string();
    let settings = [
        ("/settings/queues", queue, vec![("prefix", "NEW"), ("calendar", &*hours)], QUEUES),
        ("/settings/support-calendars", calendar, vec![("zone", "UTC"), ("mon", "9-17")], CALENDARS),
        ("/settings/sla", policy, vec![("low_first", "9")], PROMISES),
        ("/settings/canned-replies", canned, vec![("body", "Hello")], CANNED),
    ];
    for (place, id, mut fields, [all, new, add, one, change]) in settings {
        let place = company.at(place);
        m.get(o, all, &place).await;
        m.get(o, new, &format!("{place}/new")).await;
        let once = uuid::Uuid::new_v4().to_string();
        let named = [("name", "Fresh"), ("_once", &*once)];
        m.post(o, add, &format!("{place}/new"), &[&fields[..], &named[..]].concat()).await;
        m.get(o, one, &format!("{place}/{id}")).await;
        fields.iter_mut().filter(|(name, _)| *name == "prefix").for_each(|(_, value)| *value = "OLD");
        fields.extend([("name", "Changed"), ("_version", "1")]);
        m.post(o, change, &format!("{place}/{id}"), &fields).await;
    }
    m.get(o, "satisfaction", &company.at("/support/reports/satisfaction")).await;
    m.get(o, "workload", &company.at("/support/reports/workload")).await;
    let link = company.asked_rating(more).await;
    let mut customer = app.browser();
    m.get(&mut customer, "a question how it was", &format!("{link}?score=4")).await;
    m.post(&mut customer, "an answer how it was", &link, &[("score", "4")]).await;
    let (mail, spam) = (company.support_mail_aside("m").await, company.support_mail_aside("n").await);
    let blocked = company.blocked_sender("m").await;
    let aside = company.at("/support/mail");
    m.get(o, "mail kept aside", &aside).await;
    m.post(o, "make a ticket of a message", &format!("{aside}/{mail}/admission"), &[]).await;
    m.post(o, "block a sender", &format!("{aside}/{spam}/block"), &[]).await;
    let removal = company.at(&format!("/support/blocked-senders/{blocked}/removal"));
    m.post(o, "let a sender in again", &removal, &[]).await;
    m.post(o, "another address of a queue", &company.at(&format!("/settings/queues/{queue}/rotation")), &[]).await;
    inboxes(m, o, &company).await;
    let rule = company.routing_rule("First", &[("words", "nothing")]).await;
    company.routing_rule("Second", &[("words", "nothing")]).await;
    let rules = company.at("/settings/routing");
    m.get(o, "rules of routing", &rules).await;
    m.get(o, "new rule of routing", &format!("{rules}/new")).await;
    let once = uuid::Uuid::new_v4().to_string();
    let fields = [("name", "Third"), ("words", "x"), ("priority", "high"), ("_once", &*once)];
    m.post(o, "add a rule of routing", &format!("{rules}/new"), &fields).await;
    m.get(o, "rule of routing", &format!("{rules}/{rule}")).await;
    let fields = [("name", "Other"), ("words", "x"), ("priority", "high"), ("_version", "1")];
    m.post(o, "change a rule of routing", &format!("{rules}/{rule}"), &fields).await;
    m.post(o, "move a rule of routing", &format!("{rules}/{rule}/move"), &[("to", "down")]).await;
    m.post(o, "remove a rule of routing", &format!("{rules}/{rule}/removal"), &[]).await;
    m.post(o, "a queue out of use", &company.at(&format!("/settings/queues/{queue}/archival")), &[]).await;
    m.post(o, "a queue in use", &company.at(&format!("/settings/queues/{queue}/restoral")), &[]).await;
    m.post(o, "move a promise", &company.at(&format!("/settings/sla/{policy}/move")), &[("to", "down")]).await;
    m.post(o, "remove a promise", &company.at(&format!("/settings/sla/{policy}/removal")), &[]).await;
    m.post(o, "remove a canned reply", &company.at(&format!("/settings/canned-replies/{canned}/removal")), &[]).await;
    let unused = company.support_settings("2").await[1];
    let removal = company.at(&format!("/settings/support-calendars/{unused}/removal"));
    m.post(o, "remove a calendar of support", &removal, &[]).await;
    app.run_jobs().await;
}

/// Mailboxes that are read.
async fn inboxes(m: &mut Meter<'_>, o: &mut Browser, company: &Company<'_>) {
    let (place, id) = (company.at("/settings/mailboxes"), company.inbox("m").await);
    let queue = store::support::queues::all(&mut company.begin().await).await.expect("queues")[0].id.to_string();
    m.get(o, "mailboxes", &place).await;
    m.get(o, "new mailbox", &format!("{place}/new")).await;
    let once = uuid::Uuid::new_v4().to_string();
    let fields =
        [("queue", &*queue), ("host", "imap.invalid"), ("security", "tls"), ("after", "seen"), ("password", "x")];
    let new = [("address", "one@acme.example"), ("username", "one"), ("_once", &*once)];
    let all = [&fields[..], &new[..]].concat();
    m.post(o, "try a mailbox", &format!("{place}/new"), &[&all[..], &[("act", "try")]].concat()).await;
    m.post(o, "add a mailbox", &format!("{place}/new"), &all).await;
    m.get(o, "mailbox", &format!("{place}/{id}")).await;
    let other = [("address", "two@acme.example"), ("username", "two"), ("_version", "1")];
    m.post(o, "change a mailbox", &format!("{place}/{id}"), &[&fields[..], &other[..]].concat()).await;
    m.post(o, "look into a mailbox", &format!("{place}/{id}/look"), &[]).await;
    m.post(o, "leave a mailbox alone", &format!("{place}/{id}/pause"), &[("paused", "true")]).await;
    m.post(o, "remove a mailbox", &format!("{place}/{id}/removal"), &[]).await;
}

/// The list, the new form, adding, the form, changing: of each sort of settings of support.
const QUEUES: [&str; 5] = ["queues", "new queue", "add a queue", "queue", "change a queue"];
const CALENDARS: [&str; 5] = [
    "calendars of support",
    "new calendar of support",
    "add a calendar of support",
    "calendar of support",
    "change a calendar of support",
];
const PROMISES: [&str; 5] = ["promised times", "new promise", "add a promise", "promise", "change a promise"];
const CANNED: [&str; 5] =
    ["canned replies", "new canned reply", "add a canned reply", "canned reply", "change a canned reply"];

/// Mail that comes in.
async fn inbound(m: &mut Meter<'_>) {
    let company = m.app.company("mailed").await;
    let mail = company.mail_aside("1").await;
    let mut owner = company.owner().await;
    let o = &mut owner;
    let before = m.app.db.statements();
    let page = company.post_mail("From: a@b.example\r\nSubject: x\r\n\r\ny").await;
    m.note("take a message in", &Method::POST, before, page);
    m.app.run_jobs().await;
    let (list, page) = (company.at("/crm/mail"), company.at(&format!("/crm/mail/{mail}")));
    m.get(o, "what came in", &list).await;
    m.get(o, "a message", &page).await;
    m.post(o, "a message, private", &format!("{page}/privacy"), &[("private", "")]).await;
    let contact = format!("contact:{}", company.contact(&[]).await);
    m.post(o, "file a message", &format!("{page}/filing"), &[("record", &contact)]).await;
    m.post(o, "take a message off", &format!("{page}/filing/removal"), &[("record", &contact)]).await;
    m.post(o, "a contact of a message", &format!("{page}/contact"), &[("email", "first1@strangers.example")]).await;
    m.post(o, "a lead of a message", &format!("{page}/lead"), &[("email", "second1@strangers.example")]).await;
    let page = company.at(&format!("/crm/mail/{}", company.mail_aside("2").await));
    m.post(o, "leave a message", &format!("{page}/dismissal"), &[]).await;
    m.post(o, "look at a message again", &format!("{page}/retry"), &[]).await;
    m.app.run_jobs().await;
    let settings = company.at("/settings/inbound-mail");
    m.get(o, "addresses for mail", &settings).await;
    m.post(o, "another address for mail", &format!("{settings}/rotation"), &[("what", "drop")]).await;
    m.post(o, "close the address for copies", &format!("{settings}/closure"), &[("closed", "true")]).await;
}

struct Noun {
    list: &'static str,
    part: &'static str,
    /// What a field of its form asks for while one types, and where that goes.
    options: (&'static str, &'static str),
    ids: [String; 2],
    fields: [(&'static str, &'static str); 2],
    /// One row that is right, and one that is not.
    file: &'static str,
}

async fn records(m: &mut Meter<'_>, o: &mut Browser, Noun { list, part, options, ids: [id, more], fields, .. }: &Noun) {
    m.get(o, "list, whole page", list).await;
    m.part(o, "list, part", list, part).await;
    m.part(o, "list, part, searched", &format!("{list}?q=love&sort=-name&status=active"), part).await;
    m.get(o, "record", &format!("{list}/{id}")).await;
    m.get(o, "timeline", &format!("{list}/{id}/timeline")).await;
    m.get(o, "new form", &format!("{list}/new")).await;
    m.part(o, "options", &format!("{list}/{}", options.0), options.1).await;
    m.get(o, "edit form", &format!("{list}/{id}/edit")).await;
    m.get(o, "export", &format!("{list}/export")).await;
    m.get(o, "export, as a workbook", &format!("{list}/export/workbook")).await;
    m.post(o, "add", &format!("{list}/new"), fields).await;
    let mut changed = fields.to_vec();
    changed[0].1 = "Z";
    changed.push(("_version", "1"));
    m.post(o, "change", &format!("{list}/{id}/edit"), &changed).await;
    m.post(o, "archive", &format!("{list}/{id}/archival"), &[]).await;
    m.post(o, "restore", &format!("{list}/{id}/restoral"), &[]).await;
    m.post(o, "archive many", &format!("{list}/archivals"), &[("ids", more)]).await;
    m.post(o, "restore many", &format!("{list}/restorals"), &[("ids", more)]).await;
    m.post(o, "choose columns", &format!("{list}/columns"), &[("columns", "number")]).await;
    views(m, o, list).await;
    let once = uuid::Uuid::new_v4().to_string();
    m.post(o, "write a note", &format!("{list}/{id}/notes"), &[("text", "Hello @Olga Owner"), ("_once", &once)]).await;
    m.post(o, "tag", &format!("{list}/{id}/tags"), &[("tag", "VIP")]).await;
    m.post(o, "take a tag off", &format!("{list}/{id}/tags/removal"), &[("tag", "VIP")]).await;
    m.post(o, "tag many", &format!("{list}/tags"), &[("tag", "VIP"), ("ids", id)]).await;
    m.post(o, "take a tag off many", &format!("{list}/tags/removal"), &[("tag", "VIP"), ("ids", id)]).await;
}

/// Saved views of a list.
async fn views(m: &mut Meter<'_>, o: &mut Browser, list: &str) {
    m.get(o, "view, new form", &format!("{list}/views/new?q=a")).await;
    let once = uuid::Uuid::new_v4().to_string();
    let fields = [("name", "V"), ("question", "q=a"), ("_once", &*once)];
    m.post(o, "save a view", &format!("{list}/views/new"), &fields).await;
    let view = format!("{list}/views/{once}");
    m.get(o, "view form", &view).await;
    m.post(o, "change a view", &view, &[("name", "W"), ("_version", "1")]).await;
    m.post(o, "view, asking something else", &format!("{view}/question"), &[("question", "q=b")]).await;
    m.post(o, "view, opens the list", &format!("{view}/opening"), &[("with", "nothing")]).await;
    m.post(o, "delete a view", &format!("{view}/removal"), &[]).await;
    m.post(o, "bring a view back", &format!("{view}/restoral"), &[]).await;
}

/// Archiving all that a list's question finds.
async fn archivals(m: &mut Meter<'_>, o: &mut Browser, Noun { list, .. }: &Noun) {
    m.get(o, "archive all, asked", &format!("{list}/archivals?q=other")).await;
    let all = format!("{list}?q=other");
    let page = m.post(o, "archive all", &format!("{list}/archivals"), &[("all", &all)]).await;
    let run = page.header("location").to_owned();
    m.get(o, "archive all, watched", &run).await;
    m.app.run_jobs().await;
    m.get(o, "archive all, watched", &run).await;
    let id = run.rsplit('/').next().unwrap_or_default();
    m.post(o, "archive all, undone", &format!("{list}/restorals"), &[("archival", id)]).await;
    m.app.run_jobs().await;
}

/// One field of many at once.
async fn changes(m: &mut Meter<'_>, o: &mut Browser, Noun { list, ids, .. }: &Noun) {
    let asked = |value, look| {
        [("ids", &*ids[1]), ("field", "tag"), ("shown", "tag"), ("value", value), ("look", look), ("versions", "1")]
    };
    m.post(o, "change many, form", &format!("{list}/changes/new"), &asked("", "")).await;
    m.post(o, "change many, looked at", &format!("{list}/changes/new"), &asked("Rare", "yes")).await;
    let all = format!("{list}?q=other");
    let mut many = asked("Rare", "").to_vec();
    many.push(("all", &all));
    let page = m.post(o, "change all, by a job", &format!("{list}/changes"), &many).await;
    let run = page.header("location").to_owned();
    m.get(o, "change all, watched", &run).await;
    m.app.run_jobs().await;
    m.get(o, "bulk change", &run).await;
    m.get(o, "bulk changes", &format!("{list}/changes")).await;
    let once = uuid::Uuid::new_v4().to_string();
    let field = if list.contains("/hr/") {
        [("field", "location"), ("value", "Rome")]
    } else if list.ends_with("/contacts") {
        [("field", "job_title"), ("value", "Smith")]
    } else if list.ends_with("/tickets") {
        [("field", "kind"), ("value", "task")]
    } else if list.ends_with("/deals") || list.ends_with("/leads") {
        [("field", "source"), ("value", "Fair")]
    } else {
        [("field", "status"), ("value", "prospect")]
    };
    let version = o.get(&format!("{list}/{}/edit", ids[1])).await.form("Save changes").value("_version");
    let mut fields = field.to_vec();
    fields.push(("new_place", field[1].1));
    fields.extend([("ids", &*ids[1]), ("versions", &*version), ("once", &*once)]);
    m.post(o, "change many", &format!("{list}/changes"), &fields).await;
    m.post(o, "change many, undone", &format!("{list}/changes/{once}/reversal"), &[]).await;
}

async fn imports(m: &mut Meter<'_>, o: &mut Browser, list: &str, file: &'static str) {
    let imports = format!("{list}/imports");
    m.get(o, "imports", &imports).await;
    let mut brought = vec![];
    for _ in 0..2 {
        let form = o.get(&imports).await.form("Check the file").file("File", "file.csv", file);
        brought.push(m.send(o, "import, upload", &form).await.header("location").to_owned());
    }
    let [import, discarded] = brought.try_into().unwrap_or_else(|all| panic!("two of {all:?}"));
    m.post(o, "import, discarded", &format!("{discarded}/removal"), &[]).await;
    m.get(o, "import, preview", &import).await;
    m.fill(o, "import, mapping", &import, "Use these columns", &[]).await;
    m.get(o, "import, wrong rows", &format!("{import}/errors.csv")).await;
    m.post(o, "import, confirmed", &format!("{import}/confirmation"), &[]).await;
    m.get(o, "import, watched", &import).await;
    m.app.run_jobs().await;
    m.get(o, "import, ended", &import).await;
    m.get(o, "import, undo asked", &format!("{import}/reversal")).await;
    m.post(o, "import, undone", &format!("{import}/reversal"), &[]).await;
    m.app.run_jobs().await;
}

/// Whoever builds workflows, and whoever they ask.
async fn automation(m: &mut Meter<'_>) {
    let app = m.app;
    let company = app.company("flows").await;
    let mut owner = company.owner().await;
    let (o, list) = (&mut owner, "/w/flows/automation");
    let me = company.member(Role::Owner).await.member;
    let (id, run, _) = company.workflow("one", me).await;
    let employee = company.employee(&[]).await;
    let flow = format!("{list}/workflows/{id}");
    let at = |place: &str| format!("{flow}{place}");
    m.get(o, "workflows", list).await;
    m.get(o, "templates", &format!("{list}/templates")).await;
    m.post(o, "a workflow of a template", &format!("{list}/templates"), &[("template", "welcome")]).await;
    m.get(o, "workflow", &flow).await;
    m.fill(o, "rename a workflow", &at("/name"), "Save", &[("Name", "Another")]).await;
    m.get(o, "name form", &at("/name")).await;
    m.get(o, "trigger form", &at("/trigger")).await;
    m.fill(o, "change a trigger", &at("/trigger"), "Save trigger", &[("cool_down", "5")]).await;
    m.get(o, "conditions form", &at("/conditions")).await;
    let name = [("g0-join", "all"), ("g0-r0-field", "name"), ("g0-r0-is", "filled"), ("_version", "5")];
    m.post(o, "change conditions", &at("/conditions"), &name).await;
    m.get(o, "new step form", &at("/new-step?kind=stop")).await;
    m.fill(o, "add a step", &at("/new-step?kind=stop"), "Add step", &[]).await;
    m.get(o, "step form", &at("/steps/s1")).await;
    m.fill(o, "change a step", &at("/steps/s1"), "Save step", &[("text", "Changed")]).await;
    m.post(o, "move a step", &at("/steps/s1/move"), &[("version", "8"), ("to", "down")]).await;
    m.post(o, "copy a step", &at("/steps/s1/copy"), &[("version", "9")]).await;
    m.post(o, "take a step out", &at("/steps/s4/removal"), &[("version", "10")]).await;
    m.post(o, "put a step back", &at("/returned-step"), &[("step", r#"{"id":"s4","do":"stop"}"#)]).await;
    m.get(o, "workflow, JSON", &at("/json")).await;
    m.fill(o, "change the JSON", &at("/json"), "Save JSON", &[]).await;
    m.get(o, "dry run", &at("/trial")).await;
    m.get(o, "publication", &at("/publication")).await;
    m.fill(o, "publish", &at("/publication"), "Publish", &[]).await;
    m.post(o, "discard a draft", &at("/discard"), &[("version", "14")]).await;
    m.post(o, "pause a workflow", &at("/pause"), &[]).await;
    m.post(o, "resume a workflow", &at("/resumption"), &[]).await;
    m.post(o, "copy a workflow", &at("/copy"), &[]).await;
    m.post(o, "another hook", &at("/hook"), &[]).await;
    m.get(o, "versions", &at("/versions")).await;
    m.get(o, "a version", &at("/versions/1")).await;
    m.get(o, "runs", &at("/runs")).await;
    m.get(o, "not enrolled", &at("/not-enrolled")).await;
    let manual = format!("{list}/records/employee/{employee}");
    m.get(o, "workflows of a record", &manual).await;
    m.post(o, "start by hand", &manual, &[("workflow", &id.to_string())]).await;
    m.get(o, "run", &format!("{list}/runs/{run}")).await;
    m.post(o, "cancel a run", &format!("{list}/runs/{run}/cancellation"), &[]).await;
    m.post(o, "retry a run", &format!("{list}/runs/{run}/retry"), &[("step", "s1")]).await;
    m.get(o, "approvals", "/w/flows/approvals").await;
    let (_, asks, approval) = company.workflow("two", me).await;
    app.trial.admin(&format!("update workflow_runs set state = 'asking' where id = '{asks}'")).await.expect("it asks");
    let other = company.member(Role::Admin).await.email;
    let question = format!("/w/flows/approvals/{approval}");
    m.get(o, "approvals", "/w/flows/approvals").await;
    m.post(o, "hand a question over", &format!("{question}/handover"), &[("to", &other)]).await;
    let mut admin = company.admin().await;
    m.post(&mut admin, "answer a question", &format!("{question}/answer"), &[("answer", "yes")]).await;
    m.fill(o, "remove a workflow", &flow, "Remove workflow", &[]).await;
    m.post(o, "stop all automation", &format!("{list}/standstill"), &[("why", "To see")]).await;
    m.post(o, "let automation go on", &format!("{list}/standstill/end"), &[]).await;
    app.run_jobs().await;
}

/// Somebody's time off, and what HR sets about everybody's.
async fn time_off(m: &mut Meter<'_>) {
    let app = m.app;
    let company = app.company("umbrella").await;
    let boss = company.employee(&[("last_name", "Boss"), ("number", "1")]).await;
    let below = company.employee(&[("last_name", "Below"), ("manager", "1"), ("location", "Oslo")]).await;
    let (owner, anns) = (company.member(Role::Owner).await, company.member(Role::Employee).await);
    company.link(owner.member, boss).await;
    company.link(anns.member, below).await;
    let mut hr = company.owner().await;
    let o = &mut hr;
    let settings = "/w/umbrella/settings/leave";
    let mut fresh = app.company("fresh").await.owner().await;
    m.post(&mut fresh, "usual kinds of leave", "/w/fresh/settings/leave/types/usual", &[]).await;
    m.get(o, "time off, set up", settings).await;
    m.get(o, "new kind of leave, form", &format!("{settings}/types/new")).await;
    m.fill(o, "add a kind of leave", &format!("{settings}/types/new"), "Add kind", &[("Name", "Vacation")]).await;
    let page = o.get(settings).await;
    let kind = page.link("Vacation").expect("the kind");
    let id = kind.rsplit('/').next().expect("an id").to_owned();
    m.get(o, "kind of leave, form", &kind).await;
    m.fill(o, "change a kind of leave", &kind, "Save changes", &[("Colour", "green")]).await;
    m.fill(o, "stop using a kind of leave", &kind, "Stop using it", &[]).await;
    o.get(&kind).await;
    o.fill("Use it again", &[]).await;
    m.get(o, "new policy, form", &format!("{settings}/policies/new?kind={id}")).await;
    m.fill(o, "add a policy", &format!("{settings}/policies/new?kind={id}"), "Add policy", &[("Name", "Usual")]).await;
    let policy = o.get(settings).await.link("Usual").expect("the policy");
    m.get(o, "policy, form", &policy).await;
    m.fill(o, "change a policy", &policy, "Save", &[("from", "2026-05-01"), ("annual", "30")]).await;
    let shut = [("Why", "Shut"), ("First day", "2026-12-24"), ("Last day", "2026-12-31")];
    m.fill(o, "add days without leave", settings, "Add days without leave", &shut).await;
    m.fill(o, "remove days without leave", settings, "Remove Shut", &[]).await;
    m.post(o, "add cover", &format!("{settings}/covers"), &[("department", "Sales"), ("least", "1")]).await;
    m.fill(o, "remove cover", settings, "Remove Sales", &[]).await;
    let days = company.calendar("there").await.0.to_string();
    m.post(
        o,
        "holidays of a location",
        "/w/umbrella/settings/places/calendar",
        &[("place", "Oslo"), ("calendar", &days)],
    )
    .await;
    let person = format!("/w/umbrella/hr/employees/{below}/time-off");
    m.get(o, "somebody's time off", &person).await;
    let line = [("kind", &*id), ("Amount", "1"), ("reason", "Before")];
    m.fill(o, "write into a ledger", &person, "Write entry", &line).await;
    m.fill(o, "put on a policy", &person, "Put on this policy", &[("from", "2026-06-01")]).await;
    m.fill(o, "change working days", &person, "Save working days", &[("wed", "4")]).await;
    let mut employee = company.employee_member().await;
    let e = &mut employee;
    m.get(e, "own time off", "/w/umbrella/hr/leave").await;
    m.fill(e, "say who stands in", "/w/umbrella/hr/leave", "Save", &[("to", &owner.member.to_string())]).await;
    m.fill(e, "make a calendar's address", "/w/umbrella/hr/leave", "Make an address for My leave", &[]).await;
    let url = e.get("/w/umbrella/hr/leave").await.attribute("input[aria-label='Address of My leave']", "value");
    m.get(&mut app.browser(), "a calendar, read", &url.expect("an address").replace("http://people.test", "")).await;
    m.get(e, "ask for leave, form", "/w/umbrella/hr/leave/new").await;
    let quote = format!("/w/umbrella/hr/leave/quote?kind={id}&from=2026-07-01&to=2026-07-03");
    m.part(e, "ask for leave, told", &quote, "div#leave-quote").await;
    let fields = [("kind", &*id), ("from", "2026-07-01"), ("to", "2026-07-03")];
    m.fill(e, "ask for leave", "/w/umbrella/hr/leave/new", "Ask for it", &fields).await;
    let kind_id = id.parse().expect("an id");
    let ask = async |month| {
        let day = domain::Day::new(2026, month, 3).expect("a day");
        let span = domain::hr::leave::requests::Span::whole(day, day);
        company.leave_request(anns.member, below, kind_id, span).await
    };
    let (one, two) = (ask(8).await, ask(9).await);
    m.get(o, "leave to approve", "/w/umbrella/hr/leave/approvals").await;
    m.get(o, "leave asked for", &format!("/w/umbrella/hr/leave/requests/{one}")).await;
    let token = jobs::leave::answer_token(&app.jobs().seal, company.tenant, one, true);
    m.get(o, "leave, from a mail", &format!("/w/umbrella/hr/leave/answers/{token}")).await;
    let answer = format!("/w/umbrella/hr/leave/requests/{one}/answer");
    let (step, other) = (company.open_step(one).await, company.open_step(two).await);
    m.post(o, "answer for leave", &answer, &[("answer", "yes"), ("step", &step)]).await;
    let many = [("answer", "yes"), ("steps", &*other)];
    m.post(o, "answer for many leaves", "/w/umbrella/hr/leave/approvals/answers", &many).await;
    m.post(e, "cancel leave", &format!("/w/umbrella/hr/leave/requests/{one}/cancellation"), &[]).await;
    m.get(o, "team calendar", "/w/umbrella/hr/leave/calendar?month=2026-09").await;
    m.get(o, "team calendar", "/w/umbrella/hr/leave/calendar?view=timeline&month=2026-09").await;
    app.run_jobs().await;
}

/// Documents, letters and policies.
async fn papers(m: &mut Meter<'_>) {
    let app = m.app;
    let company = app.company("papers").await;
    let employee = company.employee(&[]).await;
    let [document, file, kind, letter, policy] = company.papers(employee, "one").await;
    company.link(company.member(Role::Owner).await.member, employee).await;
    let mut owner = company.owner().await;
    let o = &mut owner;
    let at = |path: &str| company.at(path);
    let (record, document) = (at(&format!("/hr/employees/{employee}")), at(&format!("/hr/documents/{document}")));
    let file_of = |form: Form| form.file("file", "a.pdf", crate::hr::documents::PDF);
    m.get(o, "documents", &at("/hr/documents")).await;
    m.get(o, "missing documents", &at("/hr/documents?show=missing")).await;
    m.get(o, "my documents", &at("/hr/my-documents")).await;
    m.get(o, "documents of somebody", &format!("{record}/documents")).await;
    let form = o.get(&format!("{record}/documents")).await.form("Add").set("kind", &kind);
    m.send(o, "add a document", &file_of(form)).await;
    m.fill(o, "ask for a document", &format!("{record}/documents"), "Ask", &[("kind", &kind)]).await;
    m.get(o, "document", &document).await;
    m.post(o, "approve a document", &format!("{document}/approval"), &[("version", "1")]).await;
    let again = format!(
        "update documents set state = 'waiting' where id = '{}'",
        document.rsplit('/').next().unwrap_or_default()
    );
    app.trial.admin(&again).await.expect("it waits");
    m.post(o, "refuse a document", &format!("{document}/refusal"), &[("reason", "No."), ("_version", "2")]).await;
    let form = o.get(&document).await.form("Send the file");
    m.send(o, "bring a document", &file_of(form)).await;
    m.get(o, "document form", &format!("{document}/edit")).await;
    m.fill(o, "change a document", &format!("{document}/edit"), "Save changes", &[("title", "Another")]).await;
    m.post(o, "archive a document", &format!("{document}/archival"), &[]).await;
    m.post(o, "restore a document", &format!("{document}/restoral"), &[]).await;
    m.get(o, "file", &at(&format!("/files/{file}"))).await;
    let kinds = at("/hr/documents/kinds");
    m.get(o, "kinds of documents", &kinds).await;
    m.post(o, "usual kinds", &format!("{kinds}/usual"), &[]).await;
    m.get(o, "new kind form", &format!("{kinds}/new")).await;
    m.fill(o, "add a kind", &format!("{kinds}/new"), "Add kind", &[("name", "Licence")]).await;
    m.get(o, "kind", &format!("{kinds}/{kind}")).await;
    m.get(o, "kind form", &format!("{kinds}/{kind}/edit")).await;
    let days = [("remind_days", "30")];
    m.fill(o, "change a kind", &format!("{kinds}/{kind}/edit"), "Save changes", &days).await;
    let letters = at("/hr/letters");
    m.get(o, "letters", &letters).await;
    m.post(o, "usual letters", &format!("{letters}/usual"), &[]).await;
    m.get(o, "new letter form", &format!("{letters}/new")).await;
    let fields = [("name", "Letter"), ("kind", &*kind), ("body", "Hello")];
    m.fill(o, "add a letter", &format!("{letters}/new"), "Add template", &fields).await;
    let one = format!("{letters}/{letter}");
    m.get(o, "letter", &one).await;
    m.get(o, "letter form", &format!("{one}/edit")).await;
    m.fill(o, "change a letter", &format!("{one}/edit"), "Save changes", &[("body", "Hi")]).await;
    let filled = format!("{record}/letters?letter={letter}");
    m.get(o, "letter, filled", &filled).await;
    m.fill(o, "letter, kept", &filled, "Keep it as a PDF", &[]).await;
    m.post(o, "archive a letter", &format!("{one}/archival"), &[]).await;
    m.post(o, "restore a letter", &format!("{one}/restoral"), &[]).await;
    m.post(o, "archive a kind", &format!("{kinds}/{kind}/archival"), &[]).await;
    m.post(o, "restore a kind", &format!("{kinds}/{kind}/restoral"), &[]).await;
    let policies = at("/hr/policies");
    let one = format!("{policies}/{policy}");
    m.get(o, "policies", &policies).await;
    m.get(o, "new policy form", &format!("{policies}/new")).await;
    let fields = [("title", "Travel"), ("body", "By train.")];
    m.fill(o, "add a policy to read", &format!("{policies}/new"), "Add policy", &fields).await;
    m.get(o, "policy, read", &one).await;
    m.get(o, "policy form", &format!("{one}/edit")).await;
    m.fill(o, "change a policy to read", &format!("{one}/edit"), "Save changes", &[("body", "Walk.")]).await;
    m.fill(o, "publish a policy", &one, "Publish version 2", &[]).await;
    m.fill(o, "confirm a policy", &one, "I have read and understood this", &[]).await;
    m.post(o, "remind of a policy", &format!("{one}/reminders"), &[]).await;
    m.post(o, "archive a policy", &format!("{one}/archival"), &[]).await;
    m.post(o, "restore a policy", &format!("{one}/restoral"), &[]).await;
    let field = company.file_field(domain::import::Target::Employees, "one").await;
    let files = format!("{record}/field-files");
    m.get(o, "files in fields", &files).await;
    let form = o.get(&files).await.form("Paper one: bring this file").file("file", "a.png", super::access::picture());
    m.send(o, "a file into a field", &form).await;
    m.post(o, "no file in a field", &format!("{files}/removal"), &[("field", &field.to_string())]).await;
    let field = company.file_field(domain::import::Target::Customers, "two").await;
    let files = company.at(&format!("/crm/customers/{}/field-files", company.customer(&[("name", "Filed")]).await));
    m.get(o, "files in fields of a customer", &files).await;
    let form = o.get(&files).await.form("Paper two: bring this file").file("file", "a.png", super::access::picture());
    m.send(o, "a file into a customer's field", &form).await;
    let gone = [("field", &*field.to_string())];
    m.post(o, "no file in a customer's field", &format!("{files}/removal"), &gone).await;
    let form = o.get(&record).await.form("Use this picture").file("file", "a.png", super::access::picture());
    m.send(o, "a photo of somebody", &form).await;
    m.fill(o, "no photo of somebody", &record, "Take the photo away", &[]).await;
    app.run_jobs().await;
}

/// Somebody comes, and somebody goes.
async fn checklists(m: &mut Meter<'_>) {
    let app = m.app;
    let company = app.company("comers").await;
    let mut owner = company.owner().await;
    let (o, list) = (&mut owner, "/w/comers/hr/checklists");
    let me = company.member(Role::Owner).await.member;
    let heir = company.member(Role::Manager).await.email;
    let ada = company.employee(&[]).await;
    let leaver = company.member(Role::Employee).await.member;
    company.link(leaver, ada).await;
    company.task("Left behind", leaver).await;
    let made = company.checklist("one", ada, me).await;
    m.get(o, "checklists", list).await;
    m.get(o, "new checklist form", &format!("{list}/new")).await;
    let template = made.template.to_string();
    let person = format!("employee:{ada}");
    let fields = [("employee", &*person), ("template", &template), ("anchor", "2026-05-01")];
    m.post(o, "start a checklist", &format!("{list}/new"), &fields).await;
    m.get(o, "checklist templates", &format!("{list}/templates")).await;
    m.get(o, "new template form", &format!("{list}/templates/new")).await;
    let fields =
        [("name", "Leaving"), ("kind", "offboarding"), ("title", "Keys"), ("automatic", "true"), ("_version", "1")];
    m.post(o, "add a template of checklists", &format!("{list}/templates/new"), &fields).await;
    let template = format!("{list}/templates/{template}");
    m.get(o, "template form", &template).await;
    let fields =
        [("name", "Left"), ("kind", "offboarding"), ("title", "Keys"), ("automatic", "true"), ("_version", "1")];
    m.post(o, "change a template of checklists", &template, &fields).await;
    m.post(o, "remove a template", &format!("{template}/removal"), &[]).await;
    let item = format!("{list}/items/{}", made.item);
    m.post(o, "tick an item", &format!("{item}/completion"), &[]).await;
    m.post(o, "open an item again", &format!("{item}/reopening"), &[]).await;
    m.post(o, "skip an item", &format!("{item}/skip"), &[("why", "Not needed")]).await;
    m.post(o, "open an item again", &format!("{item}/reopening"), &[]).await;
    m.post(o, "pass an item on", &format!("{item}/assignee"), &[("to", &heir)]).await;
    let checklist = format!("{list}/{}", made.id);
    m.get(o, "checklist", &checklist).await;
    let once = uuid::Uuid::new_v4().to_string();
    let fields = [("title", "Parking"), ("assignee", &*heir), ("_once", &once)];
    m.post(o, "add an item", &format!("{checklist}/items"), &fields).await;
    m.post(o, "call a checklist off", &format!("{checklist}/cancellation"), &[]).await;
    m.post(o, "let a checklist go on", &format!("{checklist}/resumption"), &[]).await;
    let taker = company.member(Role::Admin).await.email;
    let kinds = ["tasks", "customers", "contacts", "deals", "leads", "tickets", "activities", "reports"];
    let given: Vec<(&str, &str)> = kinds.iter().map(|kind| ("kinds", *kind)).chain([("to", taker.as_str())]).collect();
    m.post(o, "hand over", &format!("{checklist}/handover"), &given).await;
    let made = company.read::<uuid::Uuid>("select id from handovers").await.to_string();
    m.post(o, "take a hand-over back", &format!("{checklist}/handover/reversal"), &[("handover", &made)]).await;
    app.run_jobs().await;
}

/// What the company owns.
async fn equipment(m: &mut Meter<'_>) {
    let company = m.app.company("owners").await;
    let mut owner = company.owner().await;
    let (o, list) = (&mut owner, "/w/owners/hr/assets");
    let ada = company.employee(&[]).await;
    company.link(company.member(Role::Owner).await.member, ada).await;
    let piece = format!("{list}/{}", company.asset("A-0001", None).await);
    m.get(o, "equipment", list).await;
    m.get(o, "new equipment form", &format!("{list}/new")).await;
    m.post(o, "add equipment", &format!("{list}/new"), &[("name", "Phone"), ("kind", "Phone")]).await;
    m.get(o, "equipment, file", &format!("{list}/export")).await;
    m.get(o, "a piece", &piece).await;
    m.get(o, "piece form", &format!("{piece}/edit")).await;
    let fields = [("name", "Laptop"), ("kind", "Laptop"), ("_version", "1")];
    m.post(o, "change a piece", &format!("{piece}/edit"), &fields).await;
    let person = format!("employee:{ada}");
    m.post(o, "hand out", &format!("{piece}/loan"), &[("employee", &*person)]).await;
    m.post(o, "confirm receipt", &format!("{piece}/receipt"), &[]).await;
    m.post(o, "take back", &format!("{piece}/return"), &[("condition", "worn")]).await;
    m.app.run_jobs().await;
}

/// Jobs, and the careers site.
async fn recruiting(m: &mut Meter<'_>) {
    let company = m.app.company("hirers").await;
    let mut owner = company.owner().await;
    let (o, list) = (&mut owner, "/w/hirers/hr/jobs");
    let job = format!("{list}/{}", company.posting("Lamp designer", None).await);
    m.get(o, "jobs", list).await;
    m.get(o, "new job form", &format!("{list}/new")).await;
    let fields = [("title", "Welder"), ("location", "Harbour"), ("description", "Sparks.")];
    m.post(o, "add a job", &format!("{list}/new"), &fields).await;
    m.get(o, "jobs, file", &format!("{list}/export")).await;
    m.get(o, "a job", &job).await;
    m.get(o, "job, form", &format!("{job}/edit")).await;
    let fields = [("title", "Designer"), ("location", "Harbour"), ("description", "Lamps."), ("_version", "1")];
    m.post(o, "change a job", &format!("{job}/edit"), &fields).await;
    m.post(o, "ask to approve a job", &format!("{job}/approval"), &[]).await;
    m.post(o, "approve a job", &format!("{job}/decision"), &[("to", "approve")]).await;
    m.post(o, "publish a job", &format!("{job}/state"), &[("to", "published")]).await;
    m.post(o, "copy a job", &format!("{job}/copies"), &[]).await;
    let me = company.member(Role::Owner).await.member.to_string();
    let team = [("member", &*me), ("role", "recruiter"), ("_version", "5")];
    m.post(o, "hiring team", &format!("{job}/team"), &team).await;
    m.get(o, "questions of a job", &format!("{job}/questions")).await;
    let asked = [("question", "Why?"), ("kind", "text"), ("_version", "6")];
    m.post(o, "write questions of a job", &format!("{job}/questions"), &asked).await;
    m.get(o, "stages of a job", &format!("{job}/stages")).await;
    let stages =
        [("name", "In"), ("kind", "new"), ("name", "Yes"), ("kind", "hired"), ("name", "No"), ("kind", "rejected")];
    let stages: Vec<_> = stages.into_iter().chain([("_version", "7")]).collect();
    m.post(o, "write stages of a job", &format!("{job}/stages"), &stages).await;
    let [candidate, application, stage, _] = company.applied("Ada", None).await;
    let of: String = company.read("select posting_id::text from applications limit 1").await;
    m.get(o, "applications", &format!("{list}/{of}/applications")).await;
    m.get(o, "applications, a lane", &format!("/w/hirers/hr/job-stages/{stage}")).await;
    m.get(o, "candidates", "/w/hirers/hr/candidates").await;
    let (candidate, application) =
        (format!("/w/hirers/hr/candidates/{candidate}"), format!("/w/hirers/hr/applications/{application}"));
    m.get(o, "a candidate", &candidate).await;
    m.post(o, "rate a candidate", &format!("{candidate}/rating"), &[("rating", "4"), ("_version", "1")]).await;
    let to = [("stage", stage.as_str()), ("_version", "1")];
    m.post(o, "move an application", &format!("{application}/move"), &to).await;
    let down = [("reason", "Too far"), ("mail", "24"), ("_version", "2")];
    m.post(o, "turn an application down", &format!("{application}/rejection"), &down).await;
    m.post(o, "keep a mail back", &format!("{application}/mail/removal"), &[]).await;
    m.post(o, "remove a candidate", &format!("{candidate}/erasure"), &[]).await;
    let open = company.opening("Open to all").await;
    m.get(o, "open jobs", "/w/hirers/hr/openings").await;
    m.get(o, "an open job", &format!("/w/hirers/hr/openings/{open}")).await;
    m.get(o, "apply as a colleague, form", &format!("/w/hirers/hr/openings/{open}/apply")).await;
    m.get(o, "careers site, settings", "/w/hirers/settings/careers").await;
    let open = [("open", "true"), ("days", "90"), ("_version", "0")];
    m.post(o, "change the careers site", "/w/hirers/settings/careers", &open).await;
    m.get(o, "promises by location", "/w/hirers/settings/careers/notices").await;
    let promises = [("location", "Harbour"), ("days", "90")];
    m.post(o, "change promises by location", "/w/hirers/settings/careers/notices", &promises).await;
    let handle: String = company.read("select handle from postings where title = 'Designer'").await;
    m.get(o, "careers", "/careers/hirers").await;
    m.get(o, "careers, kept", "/careers/hirers").await;
    m.get(o, "careers, one job", &format!("/careers/hirers/{handle}")).await;
    for machine in ["sitemap.xml", "jobs.rss", "jobs.json"] {
        m.get(o, "careers, for machines", &format!("/careers/hirers/{machine}")).await;
    }
    m.app.run_jobs().await;
}

/// When they were at work.
async fn attendance(m: &mut Meter<'_>) {
    let company = m.app.company("workers").await;
    let mut owner = company.owner().await;
    let (o, list) = (&mut owner, "/w/workers/hr/attendance");
    let (ada, ben) = (company.employee(&[]).await, company.employee(&[("last_name", "Other")]).await);
    company.link(company.member(Role::Owner).await.member, ada).await;
    let (sheet, _) = company.timesheet(ben).await;
    m.get(o, "attendance", list).await;
    m.post(o, "clock in", &format!("{list}/clock"), &[("to", "work")]).await;
    let once = uuid::Uuid::new_v4().to_string();
    let fields = [("day", "2026-02-23"), ("from", "9:00"), ("until", "17:00"), ("_once", &*once)];
    m.post(o, "write down a day", &format!("{list}/entries"), &fields).await;
    m.post(o, "take a day out", &format!("{list}/entries/{once}/removal"), &[("why", "Wrong")]).await;
    let fields = [("day", "2026-02-23"), ("from", "9:00"), ("until", "17:00")];
    m.post(o, "write down a day", &format!("{list}/entries"), &fields).await;
    m.post(o, "submit a week", &format!("{list}/submission"), &[("week", "2026-02-23")]).await;
    m.post(o, "take a week back", &format!("{list}/withdrawal"), &[("week", "2026-02-23")]).await;
    m.post(o, "submit a week", &format!("{list}/submission"), &[("week", "2026-02-23")]).await;
    m.get(o, "weeks of others", &format!("{list}/sheets")).await;
    m.get(o, "a week", &format!("{list}/sheets/{sheet}")).await;
    m.post(o, "approve a week", &format!("{list}/sheets/{sheet}/approval"), &[("version", "2")]).await;
    m.get(o, "attendance, file", &format!("{list}/export?from=2026-02-01&to=2026-02-28")).await;
    let again = [("comment", "Look again"), ("version", "3")];
    m.post(o, "return a week", &format!("{list}/sheets/{sheet}/return"), &again).await;
    let person = format!("employee:{ben}");
    m.post(o, "weekly hours", &format!("{list}/hours"), &[("employee", &*person), ("hours", "30")]).await;
    m.app.run_jobs().await;
}

/// What is known of people beside their records, what they ask to have changed, and where everybody finds them.
async fn profiles(m: &mut Meter<'_>) {
    let company = m.app.company("known").await;
    let lea = company.employee(&[("number", "1"), ("first_name", "Lea"), ("birth_date", "1980-03-10")]).await;
    let ada = company.employee(&[("number", "2"), ("manager", "1"), ("start_date", "2020-03-05")]).await;
    company.link(company.member(Role::Owner).await.member, lea).await;
    company.link(company.member(Role::Employee).await.member, ada).await;
    let (mut owner, mut own) = (company.owner().await, company.employee_member().await);
    let (o, e) = (&mut owner, &mut own);
    let record = format!("/w/known/hr/employees/{ada}");
    for (form, save, path, field, value) in [
        ("basics, form", "change basics", "details", "preferred_name", "Adele"),
        ("personal details, form", "change personal details", "personal", "city", "Turin"),
        ("contacts, form", "change contacts", "emergency", "contact_1_name", "Byron"),
        ("account, form", "change an account", "bank", "account_holder", "Ada Byron"),
    ] {
        let form_path = format!("{record}/{path}");
        let page = m.get(o, form, &form_path).await;
        let mut sent = page.form("Save changes").set(field, value);
        for (more, value) in [("contact_1_phone", "+39 011 1234"), ("iban", "DE89370400440532013000")] {
            if sent.names().iter().any(|name| name == more) {
                sent = sent.set(more, value);
            }
        }
        m.send(o, save, &sent).await;
    }
    m.fill(o, "a whole account number", &record, "Show the whole IBAN", &[]).await;
    let me = "/w/known/hr/my-profile";
    m.get(e, "my profile", me).await;
    m.get(e, "changes, form", &format!("{me}/changes")).await;
    let said = [("first_name", "Augusta"), ("street", "Long Lane 1"), ("bic", "DEUTDEFF"), ("phone", "+39 011 5678")];
    m.fill(e, "ask for changes", &format!("{me}/changes"), "Ask for these changes", &said).await;
    m.fill(e, "withdraw a change", me, "Withdraw", &[]).await;
    m.fill(e, "hide a birthday", me, "Hide it", &[]).await;
    let mut answers = m.get(o, "change requests", "/w/known/hr/change-requests").await.form("Save answers");
    for line in answers.names().iter().filter(|name| name.starts_with("d-")) {
        answers = answers.set(line, "approve");
    }
    m.send(o, "approve changes", &answers).await;
    m.get(o, "directory", "/w/known/hr/directory").await;
    m.part(o, "directory, part", "/w/known/hr/directory?q=lea", "div#directory").await;
    m.app.run_jobs().await;
    m.app.jobs_may_wait();
}
