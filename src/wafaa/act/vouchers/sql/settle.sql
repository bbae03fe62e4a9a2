-- Redeems, releases or takes back a use once for a key.
SELECT act_vouchers_settle(
    %(key)s::uuid, %(body)s::uuid, %(verb)s::text, %(use)s::text::bigint, nullif(%(amount)s::text, '')::bigint,
    %(order)s::text, %(moment)s::text::timestamptz
)
