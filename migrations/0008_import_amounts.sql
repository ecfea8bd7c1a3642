-- What a file counts its amounts in: tables of companies often say millions.

alter table imports add column amounts text not null default 'units'
  constraint imports_amounts check (amounts in ('units', 'thousands', 'millions'));
