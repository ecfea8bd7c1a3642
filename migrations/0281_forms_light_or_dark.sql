-- A form is light or dark as the site that it stands on is, where that is said; else as its visitor's device is.

alter table lead_forms add column look text constraint lead_forms_look check (look in ('light', 'dark'));
