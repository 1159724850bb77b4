#!/bin/bash
# Runs once, when the database volume is empty: the two roles and the database. Neither role may pass
# row-level security; the serving one owns nothing. The same as cat4/launcher/roles.py.
set -euo pipefail

psql --no-psqlrc --set=ON_ERROR_STOP=1 --username "${POSTGRES_USER:-postgres}" --dbname postgres <<'SQL'
\getenv owner_password CAT4_OWNER_PASSWORD
\getenv app_password CAT4_APP_PASSWORD
CREATE ROLE cat4_owner LOGIN CREATEDB NOCREATEROLE NOSUPERUSER NOBYPASSRLS PASSWORD :'owner_password';
CREATE ROLE cat4_app LOGIN NOCREATEDB NOCREATEROLE NOSUPERUSER NOBYPASSRLS PASSWORD :'app_password';
ALTER ROLE cat4_owner SET lock_timeout = '10s';
CREATE DATABASE cat4 OWNER cat4_owner TEMPLATE template0;
REVOKE ALL ON DATABASE cat4 FROM PUBLIC;
GRANT CONNECT ON DATABASE cat4 TO cat4_app;
SQL
