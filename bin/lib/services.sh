# shellcheck shell=bash
# Private PostgreSQL and Redis for bin/dev, bin/test and bin/prepare: found or installed, started, shared by
# whoever uses the same home, and stopped by the last of them. Sourced, never run. Bash 3.2 (macOS) will do.
#
#   on_exit NAME          the function to call at the end, however it comes
#   services_home DIR     where everything lives; sets `home` (yours) and `servers` (theirs, mostly the same)
#   services_start WHICH  installs, starts; sets ADMIN_URL, DATABASE_URL, DATABASE_OWNER_URL, DATABASE_PLATFORM_URL,
#                         REDIS_URL. WHICH is "postgres redis" or one of them. PG_SETTINGS: lines of postgresql.conf
#   services_stop         unless somebody else of this home still runs
#   step "title" COMMAND… tells the time it took
#   run COMMAND…          in its own process group, which ends with us

set -euo pipefail
umask 022

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
oldest_postgres=15
enough_mb=300
account=                    # who the servers run as, if not us
child=                      # the process group of `run`
claimed=                    # our file in in-use/
installed_anything=
pg_bin='' redis_server='' redis_cli='' redis_password=''

# ── telling ──────────────────────────────────────────────────────────────────────────────────────────────────

clock_ms() {
    if [ -n "${EPOCHREALTIME:-}" ]; then
        local now=${EPOCHREALTIME/[.,]/}
        echo $((now / 1000))
    else
        echo $(($(date +%s) * 1000))
    fi
}

seconds_since() {
    local ms=$(($(clock_ms) - $1))
    printf '%d.%d s' $((ms / 1000)) $((ms % 1000 / 100))
}

say() { printf '%s\n' "$@"; }

die() {
    printf '\n%s: %s\n' "$(basename "$0")" "$1" >&2
    shift
    for line in "$@"; do printf '  %s\n' "$line" >&2; done
    exit 1
}

# step "what it does" command…: announced, and its time told. Commands in it must look after their own errors.
step() {
    local title=$1 from status=0
    from=$(clock_ms)
    shift
    say "▸ $title"
    "$@" || status=$?
    say "  $title: $(seconds_since "$from")"
    return "$status"
}

# The end of a log, with the reason if it is one that people meet.
die_with_log() {
    local message=$1 log=$2
    if [ -f "$log" ]; then
        tail -n 15 "$log" | sed 's/^/  | /' >&2
        if grep -q 'No space left on device' "$log"; then
            die "$message: the disk of $servers is full" "Make room, or choose another place with PEOPLE360_HOME=…"
        fi
    fi
    die "$message" "The whole log: $log"
}

# ── beginning and end ────────────────────────────────────────────────────────────────────────────────────────

run() {
    local status=0
    begin "$@"
    wait "$child" || status=$?
    child=
    return "$status"
}

# A group of its own, or Ctrl-C would reach it before we could end it in order.
begin() {
    set -m
    "$@" </dev/null &
    child=$!
    set +m
    [ -z "$claimed" ] || remember_child
}

end_child() {
    [ -n "$child" ] || return 0
    local group=$child
    child=
    kill -TERM -- "-$group" 2>/dev/null || return 0
    for _ in $(seq 150); do
        kill -0 -- "-$group" 2>/dev/null || return 0
        sleep 0.1
    done
    kill -KILL -- "-$group" 2>/dev/null || true
}

on_exit() {
    # shellcheck disable=SC2064  # the name is meant now
    trap "trap '' INT TERM HUP PIPE; set +e; $1" EXIT
    trap 'exit 129' HUP
    trap 'exit 130' INT
    trap 'exit 141' PIPE
    trap 'exit 143' TERM
}

# ── where things live ────────────────────────────────────────────────────────────────────────────────────────

services_home() {
    home=$1
    case $home in /*) ;; *) home=$PWD/$home ;; esac
    mkdir -p "$home/in-use" 2>/dev/null ||
        die "cannot write to $home" "Choose another place with PEOPLE360_HOME=…"
    home=$(cd "$home" && pwd -P)
    servers=$home
    enough_room "$home"
    ( : >"$home/in-use/.try" ) 2>/dev/null ||
        die "cannot write to $home" "Choose another place with PEOPLE360_HOME=…"
    rm -f "$home/in-use/.try"
    claimed=$home/in-use/$$
    remember_child
    lock
    others_alive || true
    unlock
}

enough_room() {
    local free
    free=$(df -Pk "$1" | awk 'NR == 2 { print int($4 / 1024) }')
    [ -d "$1/pg" ] && [ "$free" -gt 50 ] && return
    [ "$free" -ge "$enough_mb" ] || die "the disk of $1 is nearly full: $free MB left" \
        "PostgreSQL wants $enough_mb MB. Make room, or choose another place with PEOPLE360_HOME=…"
}

# PostgreSQL refuses to run as root, so root lends it the account that its package made. That account must be
# able to walk to its files, which it can't under /root.
choose_servers() {
    [ "$(id -u)" = 0 ] || return 0
    [ "$(uname)" != Darwin ] || die "run this as yourself, not as root: Homebrew's servers belong to you"
    account=postgres
    if ! id "$account" >/dev/null 2>&1; then
        [ "$1" = redis ] || die "PostgreSQL does not run as root, and there is no account 'postgres' to run it as"
        account=
        return
    fi
    if ! as_server test -x "$home"; then
        servers=/var/lib/people360-dev/$(printf %s "$home" | cksum | cut -d' ' -f1)
        say "  the account postgres can't reach $home: the servers keep their data in $servers"
        mkdir -p "$servers" 2>/dev/null || die "cannot write to $servers" "Choose a home that other accounts can reach: PEOPLE360_HOME=…"
        enough_room "$servers"
    fi
}

# In / because the account may not see where we are.
as_server() {
    if [ -z "$account" ]; then
        (cd / && "$@")
    elif command -v setpriv >/dev/null; then
        (cd / && HOME=/ setpriv --reuid="$account" --regid="$account" --init-groups "$@")
    else
        (cd / && runuser -u "$account" -- "$@")
    fi
}

server_dir() {
    mkdir -p "$1" && chmod "${2:-700}" "$1" && chown "${account:-$(id -u)}" "$1" ||
        die "cannot write to $1" "Choose another place with PEOPLE360_HOME=…"
}

# ── secrets ──────────────────────────────────────────────────────────────────────────────────────────────────

random_hex() { od -An -v -tx1 -N"$1" /dev/urandom | tr -d ' \n'; }

# A password one can read out: twelve consonant-vowel pairs are 75 bits and no words.
random_readable() {
    od -An -v -tu1 -N12 /dev/urandom | awk '
        BEGIN { c = "bdfghjklmnprstvz"; v = "aeiou" }
        { for (i = 1; i <= NF; i++) n[++k] = $i }
        END {
            for (i = 1; i <= k; i++) {
                if (i > 1 && i % 4 == 1) printf "-"
                printf "%s%s", substr(c, n[i] % 16 + 1, 1), substr(v, int(n[i] / 16) % 5 + 1, 1)
            }
        }'
}

# secret NAME generator…: made once, then the same
secret() {
    local name=$1 file=$servers/secrets value
    shift
    value=$(sed -n "s/^$name=//p" "$file" 2>/dev/null | head -n 1)
    if [ -z "$value" ]; then
        value=$("$@")
        (umask 077 && printf '%s=%s\n' "$name" "$value" >>"$file") || die "cannot write $file"
    fi
    printf '%s' "$value"
}

url_encoded() {
    local LC_ALL=C text=$1 out='' i char
    for ((i = 0; i < ${#text}; i++)); do
        char=${text:i:1}
        case $char in
            [a-zA-Z0-9._-]) out+=$char ;;
            *) out+=$(printf %s "$char" | od -An -v -tx1 | tr -d ' \n' | sed 's/../%&/g') ;;
        esac
    done
    printf '%s' "$out"
}

# ── who else uses this home ──────────────────────────────────────────────────────────────────────────────────

command_of() {
    if [ -r "/proc/$1/cmdline" ]; then tr '\0' ' ' <"/proc/$1/cmdline"; else ps -o command= -p "$1" 2>/dev/null || true; fi
}

# Process ids come round again: it must look like one of us, too.
alive() { kill -0 "$1" 2>/dev/null && case $(command_of "$1") in *bin/"$2"*) true ;; *) false ;; esac; }

others_alive() {
    local file pid
    for file in "$home"/in-use/[0-9]*; do
        [ -f "$file" ] || continue
        pid=${file##*/}
        [ "$pid" != $$ ] || continue
        if alive "$pid" "$(head -n 1 "$file")"; then return 0; fi
        end_orphans "$file"
        rm -f "$file"
    done
    return 1
}

# Two lines: which of us, and the process group it has started.
remember_child() { printf '%s\n%s\n' "$(basename "$0")" "$child" >"$claimed"; }

# One of us was killed outright and could not end what it had started.
end_orphans() {
    local group
    group=$(sed -n 2p "$1")
    if [ -n "$group" ] && case $(command_of "$group") in *people360*) true ;; *) false ;; esac; then
        say "  ending the server that a killed run left behind (process $group)"
        child=$group
        end_child
    fi
}

# Starting and stopping is one at a time. A lock whose holder is gone counts for nothing.
lock() {
    local holder
    for _ in $(seq 600); do
        if mkdir "$home/lock" 2>/dev/null; then
            echo $$ >"$home/lock/pid"
            return
        fi
        holder=$(cat "$home/lock/pid" 2>/dev/null || true)
        if [ "$holder" = $$ ]; then return; fi
        if [ -n "$holder" ] && ! kill -0 "$holder" 2>/dev/null; then rm -rf "$home/lock"; else sleep 0.1; fi
    done
    die "another run has been starting or stopping the servers of $home for a minute" "If none is: rm -r $home/lock"
}

unlock() { rm -rf "$home/lock"; }

# ── finding and installing ───────────────────────────────────────────────────────────────────────────────────

brew_prefix() { command -v brew >/dev/null && brew --prefix 2>/dev/null || true; }

# The newest PostgreSQL, or the one that made the data we already have.
find_postgres() {
    local wanted='' best=0 dir version brew
    [ ! -f "$servers/pg/PG_VERSION" ] || wanted=$(cat "$servers/pg/PG_VERSION")
    brew=$(brew_prefix)
    pg_bin=
    for dir in /usr/lib/postgresql/*/bin /usr/pgsql-*/bin "$brew"/opt/postgresql@*/bin "$brew"/opt/postgresql/bin \
        "$(dirname "$(command -v postgres || echo /nowhere/x)")"; do
        [ -x "$dir/postgres" ] && [ -x "$dir/initdb" ] || continue
        version=$("$dir/postgres" --version | sed 's/[^0-9]*\([0-9]*\).*/\1/')
        [ -z "$wanted" ] || [ "$version" = "$wanted" ] || continue
        if [ "$version" -ge "$oldest_postgres" ] && [ "$version" -gt "$best" ]; then
            best=$version
            pg_bin=$dir
        fi
    done
    [ -n "$pg_bin" ]
}

find_redis() {
    local brew name
    brew=$(brew_prefix)
    for name in redis-server valkey-server "$brew/opt/redis/bin/redis-server" "$brew/opt/valkey/bin/valkey-server"; do
        redis_server=$(command -v "$name") || continue
        redis_cli=${redis_server%-server}-cli
        [ -x "$redis_cli" ] && return
    done
    return 1
}

install_redis() {
    step "Installing Redis" install_packages redis-server redis
    find_redis || die "Redis is not here after installing it" "Install redis-server, or set REDIS_URL."
}

install_postgres() {
    step "Installing PostgreSQL" install_postgres_packages
    find_postgres || die_without_postgres
}

install_postgres_packages() {
    # Debian makes and starts a cluster of its own when PostgreSQL arrives. Whoever has one keeps it; nobody
    # gets one from us.
    if command -v apt-get >/dev/null && [ ! -e /etc/postgresql-common/createcluster.conf ]; then
        install_packages postgresql-common - &&
            as_admin sed -i 's/^#\{0,1\} *create_main_cluster.*/create_main_cluster = false/' /etc/postgresql-common/createcluster.conf
    fi
    install_packages postgresql postgresql@17
}

die_without_postgres() {
    if [ -f "$servers/pg/PG_VERSION" ]; then
        die "the data in $servers/pg are PostgreSQL $(cat "$servers/pg/PG_VERSION")'s, which is not installed" \
            "Install that version, or start afresh: rm -r $servers/pg"
    fi
    die "PostgreSQL $oldest_postgres or newer is needed, and this system's packages are older" \
        "Install it from the PostgreSQL project's own packages, or set DATABASE_URL and DATABASE_OWNER_URL."
}

as_admin() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }

# install_packages DEBIAN BREW ('-' where there is none)
install_packages() {
    if command -v apt-get >/dev/null; then
        [ "$(id -u)" = 0 ] || command -v sudo >/dev/null ||
            die "$1 is missing, and installing it needs root or sudo" "As root: apt-get install $1"
        apt_install "$1"
    elif command -v brew >/dev/null; then
        [ "$2" = - ] || HOMEBREW_NO_AUTO_UPDATE=1 brew install --quiet "$2"
    else
        die "$1 is missing, and neither apt-get nor brew is here to install it" "Install it, or set DATABASE_URL, DATABASE_OWNER_URL and REDIS_URL to servers of yours."
    fi
}

apt_install() {
    local log=$home/install.log
    if [ -z "$installed_anything" ]; then
        as_admin apt-get -o DPkg::Lock::Timeout=300 -qq update >"$log" 2>&1 || true
        installed_anything=yes
    fi
    # shellcheck disable=SC2086  # several packages in one word
    without_services as_admin env DEBIAN_FRONTEND=noninteractive \
        apt-get -o DPkg::Lock::Timeout=300 install -y --no-install-recommends $1 </dev/null >>"$log" 2>&1 ||
        die_with_log "installing $1 failed" "$log"
}

# Packages start what they install, on the well-known ports. We want the programs only.
without_services() {
    local policy=/usr/sbin/policy-rc.d status=0
    if [ -e "$policy" ]; then "$@"; return; fi
    printf '#!/bin/sh\nexit 101\n' | as_admin tee "$policy" >/dev/null
    as_admin chmod 755 "$policy"
    "$@" || status=$?
    as_admin rm -f "$policy"
    return "$status"
}

# ── starting and stopping ────────────────────────────────────────────────────────────────────────────────────

services_start() {
    local from
    case $1 in *postgres*) find_postgres || install_postgres ;; esac
    case $1 in *redis*) find_redis || install_redis ;; esac
    choose_servers "$1"
    from=$(clock_ms)
    lock
    case $1 in *postgres*) start_postgres ;; esac
    case $1 in *redis*) start_redis ;; esac
    unlock
    say "▸ Started $1: $(seconds_since "$from")"
}

services_stop() {
    [ -n "$claimed" ] || return 0
    lock
    rm -f "$claimed"
    claimed=
    if ! others_alive; then
        stop_redis
        stop_postgres
    fi
    unlock
}

postgres_pid() { head -n 1 "$servers/pg/postmaster.pid" 2>/dev/null || true; }

# postmaster.pid outlives a crash, and its number may be somebody else's by now.
postgres_runs() {
    local pid
    pid=$(postgres_pid)
    [ -n "$pid" ] && kill -0 "$pid" 2>/dev/null && case $(command_of "$pid") in *"$servers/pg"*) true ;; *) false ;; esac
}

start_postgres() {
    # The data may ask for another version than the newest.
    find_postgres || die_without_postgres
    server_dir "$servers/log"
    admin_password=$(secret ADMIN_PASSWORD random_hex 16)
    [ -f "$servers/pg/PG_VERSION" ] || make_cluster
    socket_dir
    if ! postgres_runs; then
        rm -f "$servers/pg/postmaster.pid"
        configure_postgres
        start_postgres_now
    fi
    make_database
}

start_postgres_now() {
    local log=$servers/log/postgres.log try
    [ ! -f "$log" ] || [ "$(wc -c <"$log")" -lt 10000000 ] || rm -f "$log"
    # The children of a killed server take a moment to notice.
    for try in 1 2 3 4 5; do
        if as_server "$pg_bin/pg_ctl" start -s -w -t 60 -D "$servers/pg" -l "$log" >>"$servers/pg_ctl.log" 2>&1; then return; fi
        tail -n 5 "$log" 2>/dev/null | grep -q 'still in use\|already exists' || break
        sleep "$try"
    done
    die_with_log "PostgreSQL does not start" "$log"
}

make_cluster() {
    local fresh=$servers/pg.new pwfile=$servers/pg.password log=$servers/initdb.log
    rm -rf "$fresh"
    server_dir "$fresh"
    (umask 077 && printf '%s\n' "$admin_password" >"$pwfile")
    [ -z "$account" ] || chown "$account" "$pwfile"
    local where=(--locale=C.UTF-8)
    [ "$(uname)" != Darwin ] || where=(--locale=C --lc-ctype=UTF-8)
    as_server "$pg_bin/initdb" -D "$fresh" --username=postgres --pwfile="$pwfile" --auth=scram-sha-256 \
        --encoding=UTF8 "${where[@]}" --no-sync >"$log" 2>&1 || {
        rm -rf "$fresh" "$pwfile"
        die_with_log "PostgreSQL could not make its files in $servers" "$log"
    }
    rm -f "$pwfile" "$servers/demo-made"
    printf "\ninclude_if_exists 'people360.conf'\n" >>"$fresh/postgresql.conf"
    mv "$fresh" "$servers/pg"
}

# A socket's path may have 107 bytes, 103 on macOS.
socket_dir() {
    sockets=$servers/run
    if [ ${#sockets} -gt 80 ]; then
        sockets=$(cat "$servers/socket-dir" 2>/dev/null || true)
        if [ ! -d "$sockets" ]; then
            sockets=$(as_server mktemp -d /tmp/people360-XXXXXX) || die "cannot make a directory in /tmp"
            printf '%s\n' "$sockets" >"$servers/socket-dir"
        fi
    fi
    server_dir "$sockets" 755
}

configure_postgres() {
    local quoted=${sockets//\'/\'\'}
    cat >"$servers/pg/people360.conf" <<END || die "cannot write to $servers/pg: is its disk full?"
listen_addresses = ''
unix_socket_directories = '"$quoted"'
port = 5432
shared_buffers = 256MB
timezone = 'UTC'
log_timezone = 'UTC'
${PG_SETTINGS:-}
END
    [ -z "$account" ] || chown "$account" "$servers/pg/people360.conf"
}

# The libpq form that sqlx reads as well; the port is said because PGPORT would be heard otherwise.
postgres_url() { printf 'postgres://%s:%s@localhost:5432/%s?host=%s' "$1" "$2" "$3" "$(url_encoded "$sockets")"; }

psql_admin() { PGCONNECT_TIMEOUT=10 "$pg_bin/psql" -X -q -v ON_ERROR_STOP=1 "$@"; }

make_database() {
    local owner app platform log=$servers/roles.log
    owner=$(secret OWNER_PASSWORD random_hex 16)
    app=$(secret APP_PASSWORD random_hex 16)
    platform=$(secret PLATFORM_PASSWORD random_hex 16)
    ADMIN_URL=$(postgres_url postgres "$admin_password" postgres)
    {
        [ -n "$(psql_admin -At -c "select 1 from pg_database where datname = 'people360'" "$ADMIN_URL")" ] ||
            psql_admin -c 'create database people360' "$ADMIN_URL"
        psql_admin -v owner_password="$owner" -v app_password="$app" -v platform_password="$platform" \
            -o /dev/null -f "$root/migrations/roles.sql" "$(postgres_url postgres "$admin_password" people360)"
    } >"$log" 2>&1 || die_with_log "the roles could not be made" "$log"
    DATABASE_URL=$(postgres_url people360_app "$app" people360)
    DATABASE_OWNER_URL=$(postgres_url people360_owner "$owner" people360)
    DATABASE_PLATFORM_URL=$(postgres_url people360_platform "$platform" people360)
}

stop_postgres() {
    stop_postgres_now
    # A directory of sockets in /tmp goes with its server.
    if [ -f "$servers/socket-dir" ]; then
        rm -rf "$(cat "$servers/socket-dir")" "$servers/socket-dir"
    fi
}

stop_postgres_now() {
    postgres_runs || return 0
    as_server "$pg_bin/pg_ctl" stop -s -m fast -w -t 30 -D "$servers/pg" >>"$servers/pg_ctl.log" 2>&1 ||
        as_server "$pg_bin/pg_ctl" stop -s -m immediate -w -t 30 -D "$servers/pg" >>"$servers/pg_ctl.log" 2>&1 || true
}

redis_port() { cat "$servers/redis/port" 2>/dev/null || true; }

# The password tells ours from whatever else may listen there by now.
redis_says() {
    REDISCLI_AUTH=$redis_password "$redis_cli" -h 127.0.0.1 -p "$1" "${@:2}" 2>/dev/null
}

redis_runs() {
    local port
    port=$(redis_port)
    [ -n "$redis_password" ] && [ -n "$port" ] && [ "$(redis_says "$port" ping || true)" = PONG ]
}

port_taken() { (: <"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

start_redis() {
    server_dir "$servers/redis"
    redis_password=$(secret REDIS_PASSWORD random_hex 16)
    if ! redis_runs; then
        local port log=$servers/redis/redis.log try
        rm -f "$log"
        port=$(redis_port)
        for try in $(seq 20); do
            [ -n "$port" ] && ! port_taken "$port" || { port=$((20000 + RANDOM % 12000)); continue; }
            redis_config "$port" | as_server "$redis_server" - >/dev/null 2>&1 || true
            echo "$port" >"$servers/redis/port"
            for _ in $(seq 50); do
                if redis_runs; then break 2; fi
                sleep 0.1
                # Somebody took the port in between: another one.
                ! grep -q 'Address already in use' "$log" 2>/dev/null || { rm -f "$log"; break; }
            done
            port=
        done
        redis_runs || die_with_log "Redis does not start" "$log"
    fi
    REDIS_URL=redis://default:$redis_password@127.0.0.1:$(redis_port)/0
}

# Through standard input, so that the password is in no process list.
redis_config() {
    cat <<END
bind 127.0.0.1
port $1
requirepass $redis_password
daemonize yes
dir "$servers/redis"
pidfile "$servers/redis/redis.pid"
logfile "$servers/redis/redis.log"
save ""
appendonly no
END
}

stop_redis() {
    redis_runs || return 0
    redis_says "$(redis_port)" shutdown nosave >/dev/null || true
}
