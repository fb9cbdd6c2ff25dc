-- Up Migration

-- What a device is known by in the list of devices: names of well-known programs, never what a request said of itself.
alter table account.session
  add column browser text,
  add column system text;

-- Down Migration

alter table account.session
  drop column browser,
  drop column system;
