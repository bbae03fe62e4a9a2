-- Reserves or redeems a code once for a key.
SELECT outcome, used FROM act_vouchers_take(
    %(key)s::uuid, %(body)s::uuid, %(verb)s::text, %(uuid)s::uuid, %(code)s::text::bigint, %(revision)s::text::integer,
    nullif(%(customer)s::text, '')::bigint, %(order)s::text, %(given)s::text::bigint, %(currency)s::text,
    nullif(%(until)s::text, '')::timestamptz, %(moment)s::text::timestamptz
)
