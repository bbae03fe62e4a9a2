-- A key by its public part; the columns in the order of the model.
SELECT
    id, public_id, name, scope, is_public, secret_sha256, created_at, created_by_id, last_used_at, expires_at, revoked_at
FROM access_keys_apikey WHERE public_id = %(public_id)s::text
