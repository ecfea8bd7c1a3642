-- The roles of one installation, and the database that is theirs. An administrator runs it once, connected to
-- that database; running it again is harmless and sets the passwords anew:
--
--   psql -v ON_ERROR_STOP=1 -v owner_password=… -v app_password=… -v platform_password=… \
--        -d people360 -f migrations/roles.sql
--
-- Roles belong to the whole cluster, so this is no migration: the owner may not make roles. It fits PostgreSQL
-- 15 to 18, and an administrator who is no superuser (CREATEROLE, and owner of the database). There are no psql
-- commands in it, only the three variables, so that anything that can replace text can run it too.

set client_min_messages = warning; -- no word about what is as it should be

select set_config('people360.owner_password', :'owner_password', false),
       set_config('people360.app_password', :'app_password', false),
       set_config('people360.platform_password', :'platform_password', false);

do $$
declare
    wanted record;
    found  pg_roles;
begin
    for wanted in
        select * from (values
            -- Runs migrations and owns what they make. FORCE ROW LEVEL SECURITY binds it as well.
            ('people360_owner',    'login inherit'),
            -- Web and worker. NOINHERIT: what the two roles below may do needs a `set local role`,
            -- which ends with its transaction.
            ('people360_app',      'login noinherit'),
            -- The superadmin console: tenants and plans, no tenant rows.
            ('people360_platform', 'login inherit'),
            -- The outbox of every tenant, and nothing else.
            ('people360_relay',    'nologin'),
            -- Who is signing in, before a tenant is known.
            ('people360_identity', 'nologin')
        ) as r (name, attributes)
    loop
        if not exists (select from pg_roles where rolname = wanted.name) then
            execute format('create role %I %s nosuperuser nocreatedb nocreaterole noreplication nobypassrls',
                           wanted.name, wanted.attributes);
        end if;
        -- Taking SUPERUSER or BYPASSRLS away would need a superuser, and nobody should have given them:
        -- somebody has to look.
        select * into found from pg_roles where rolname = wanted.name;
        if found.rolsuper or found.rolbypassrls or found.rolcreaterole then
            raise exception '% may get round row-level security (superuser %, bypassrls %, createrole %)',
                            wanted.name, found.rolsuper, found.rolbypassrls, found.rolcreaterole
                using hint = format('alter role %I nosuperuser nobypassrls nocreaterole', wanted.name);
        end if;
        if wanted.attributes like 'login%' then
            execute format('alter role %I %s password %L', wanted.name, wanted.attributes,
                           current_setting(replace(wanted.name, '_', '.') || '_password'));
        end if;
    end loop;

    -- No statement of the web or a job waits or works for ever: whoever asked has gone by then, and the connection
    -- is somebody else's.
    alter role people360_app set statement_timeout = '60s';
    alter role people360_app set lock_timeout = '30s';
    alter role people360_app set idle_in_transaction_session_timeout = '120s';

    -- Before 16 a member inherits or not by its own attribute; since 16 each grant says so.
    if current_setting('server_version_num')::int >= 160000 then
        execute 'grant people360_relay, people360_identity to people360_app with inherit false, set true';
    else
        grant people360_relay, people360_identity to people360_app;
    end if;
    -- An administrator who is no superuser must be a member of the owner to hand the database over, and to
    -- run this again afterwards.
    if not (select rolsuper from pg_roles where rolname = current_user) then
        execute format('grant people360_owner to %I', current_user);
    end if;

    execute format('revoke all on database %I from public', current_database());
    execute format('grant connect on database %I to people360_app, people360_platform', current_database());
    revoke all on schema public from public;
    grant usage on schema public to people360_app, people360_platform, people360_relay, people360_identity;

    -- The owner of a database may create the trusted extensions (pg_trgm, btree_gin, pgcrypto, hstore) without
    -- a superuser, and since 15 is the owner of its schema public. One that was carried over from an older
    -- cluster still belongs to whoever made it.
    if not exists (select from pg_database d join pg_roles r on r.oid = d.datdba
                   where d.datname = current_database() and r.rolname = 'people360_owner') then
        execute format('alter database %I owner to people360_owner', current_database());
    end if;
    if not exists (select from pg_namespace n join pg_roles r on r.oid = n.nspowner
                   where n.nspname = 'public' and r.rolname in ('pg_database_owner', 'people360_owner')) then
        alter schema public owner to people360_owner;
    end if;
end
$$;

reset client_min_messages;
reset people360.owner_password;
reset people360.app_password;
reset people360.platform_password;
