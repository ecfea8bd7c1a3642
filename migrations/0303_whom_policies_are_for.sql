-- Whom a policy is for, said once: departments and locations are the same however they are written, as everywhere else.

-- Without a search_path of its own, so that the planner writes it into each question; all that it uses is pg_catalog's.
create function house.policy_concerns(audience text, place text, department text, location text) returns boolean
language sql immutable parallel safe as $$
  select audience = 'everyone' or coalesce(audience = 'department' and lower(department) = lower(place), false)
    or coalesce(audience = 'location' and lower(location) = lower(place), false)
$$;
