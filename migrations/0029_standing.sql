-- Whether an owner of the workspace has proved their address: before, it sends little mail.
create function house.proven() returns boolean language sql stable as $$
  select exists (select from members where role = 'owner' and verified and deactivated_at is null)
$$;
revoke all on function house.proven from public;
grant execute on function house.proven to people360_app;
