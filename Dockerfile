# syntax=docker/dockerfile:1
# People360 is one binary: assets, mails and migrations are inside.

FROM rust:1.95-slim-bookworm AS build
WORKDIR /people360
COPY . .
ENV SQLX_OFFLINE=true
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/people360/target \
    cargo build --release --locked --bin people360 \
    && cp target/release/people360 /usr/local/bin/people360

FROM debian:bookworm-slim
# Certificates of others (SMTP, S3, sign-in providers) are checked against the system's list.
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10360 --home-dir /var/lib/people360 --create-home people360
COPY --from=build /usr/local/bin/people360 /usr/local/bin/people360
COPY LICENSE /usr/share/doc/people360/LICENSE
USER people360
WORKDIR /var/lib/people360
ENV BIND=0.0.0.0 PORT=3000 PEOPLE360_HOME=/var/lib/people360
EXPOSE 3000
STOPSIGNAL SIGTERM
CMD ["people360", "serve"]
