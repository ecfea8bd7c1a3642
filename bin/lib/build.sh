# shellcheck shell=bash
# Building, and asking a database whether the prepared queries hold. Sourced after services.sh.

# The queries in `store` are checked against store/.sqlx, never against whatever database happens to be around.
export SQLX_OFFLINE=true

build_dir() { printf %s "${CARGO_TARGET_DIR:-$root/target}"; }

find_cargo() {
    command -v cargo >/dev/null || PATH=$PATH:${CARGO_HOME:-$HOME/.cargo}/bin
    command -v cargo >/dev/null || die "Rust is missing: there is no cargo" "Install it with rustup."
    # Some crates bring C along, and Rust links with it.
    command -v cc >/dev/null || step "Installing a C compiler" install_packages "gcc libc6-dev" -
}

# Sets `server`.
build_server() {
    find_cargo
    run cargo build --manifest-path "$root/Cargo.toml" --bin people360 || die "the build failed (above)" \
        "Where it misses cached data for a query, bin/prepare asks the database for it."
    server=$(build_dir)/debug/people360
}

# ── prepared queries ─────────────────────────────────────────────────────────────────────────────────────────
# sqlx's macros, built with a database in reach, ask it what each query takes and gives, and write the answers to
# SQLX_OFFLINE_DIR. store/sqlx.toml gives that database a name of its own, so nothing else sets it by accident.

# What the answers depend on.
prepared_inputs() {
    (cd "$root" && find store/src store/sqlx.toml store/.sqlx migrations -type f -print0 2>/dev/null | LC_ALL=C sort -z | xargs -0 cksum | cksum)
}

# A database with nothing but our migrations in it. Sets `scratch_url`.
make_scratch_database() {
    local name=people360_prepare log=$servers/prepare.log file
    scratch_url=$(postgres_url people360_owner "$(secret OWNER_PASSWORD random_hex 16)" "$name")
    {
        psql_admin -c "drop database if exists $name with (force)" -c "create database $name owner people360_owner" "$ADMIN_URL" &&
            for file in "$root"/migrations/[0-9]*.sql; do
                [ -f "$file" ] || continue
                echo "$file"
                psql_admin -o /dev/null -f "$file" "$scratch_url" || return 1
            done
    } >"$log" 2>&1 || die_with_log "the migrations do not go through on an empty database" "$log"
}

drop_scratch_database() { psql_admin -c 'drop database if exists people360_prepare with (force)' "$ADMIN_URL" || true; }

# with_live_queries COMMAND…: builds with the macros asking the database; their answers land in `prepared`.
# Cargo sees no reason to build `store` again, so its file is touched, and given its time back for the sake of
# the builds that come after.
with_live_queries() {
    local lib=$root/store/src/lib.rs status=0
    prepared=$home/prepared
    rm -rf "$prepared"
    mkdir -p "$prepared"
    make_scratch_database
    touch -r "$lib" "$home/lib.rs.time"
    touch "$lib" "$home/lib.rs.touched"
    SQLX_OFFLINE=false SQLX_OFFLINE_DIR=$prepared PEOPLE360_BUILD_DATABASE_URL=$scratch_url "$@" || status=$?
    [ "$lib" -nt "$home/lib.rs.touched" ] || touch -r "$home/lib.rs.time" "$lib"
    drop_scratch_database
    return "$status"
}

same_as_prepared() {
    diff -rq "$root/store/.sqlx" "$prepared" >"$home/prepared.diff" 2>&1 && return
    sed "s|$prepared|the database|g; s|$root/||g; s/^/  | /" "$home/prepared.diff" | head -n 10 >&2
    [ "$(wc -l <"$home/prepared.diff")" -le 10 ] || say "  | … $(wc -l <"$home/prepared.diff" | tr -d ' ') differences" >&2
    say "  store/.sqlx does not say what the database says: run bin/prepare and commit the result." >&2
    return 1
}
