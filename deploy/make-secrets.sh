#!/bin/sh
# Makes the secrets of deploy/compose.yml that can be made up, each a file in deploy/secrets/; those that are there stay.
# Those that others give (Twilio, Telegram, the OpenID provider) are made empty, which counts as not set. Keep a copy of master_key and
# lookup_key where the backups are not: without them nobody reads a backup, and with them everybody does.
set -eu
umask 077
cd "$(dirname "$0")"
mkdir -p secrets

keep() { # keep NAME VALUE
    [ -e "secrets/$1" ] || printf '%s' "$2" >"secrets/$1"
}

for name in master_key lookup_key internal_secret django_secret_key rest_api_key postgres_password; do
    keep "$name" "$(openssl rand -hex 32)"
done
password=$(cat secrets/postgres_password)
keep database_url "postgresql://resident:$password@postgres:5432/resident"
keep tracker_database_url "postgresql://resident:$password@postgres:5432/tracker"
for name in twilio_auth_token telegram_bot_token oidc_client_secret; do
    keep "$name" ""
done
# In a container a file is read by user 10001; here nobody but the owner gets past the folder.
chmod 700 secrets
chmod 644 secrets/*
