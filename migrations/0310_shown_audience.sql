-- Who reads an article is a part of what is published: what was written for the team is shown to nobody else by a change that waits
-- to be published.

alter table help_articles
  -- For whom the version is that readers see; null: for whom the article is.
  add column shown_audience text constraint help_articles_shown_audience check (shown_audience in ('public', 'customers', 'internal'));
