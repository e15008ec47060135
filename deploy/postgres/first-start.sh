#!/bin/sh
# Makes the two roles when the database container starts for the first time.
set -eu
psql -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" \
    -v owner_password="$(cat /run/secrets/owner_password)" \
    -v service_password="$(cat /run/secrets/service_password)" \
    -f /roles/roles.sql
