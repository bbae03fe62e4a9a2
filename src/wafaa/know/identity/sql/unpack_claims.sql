-- What these events say of who is who, once each: e-mail, phone (with the country that says how it is read) and the device.
SELECT DISTINCT ON (distinct_id, email, phone, country, device)
    ordinal, distinct_id, email, phone, country, device, occurred_at, source
FROM (
    SELECT
        ordinal, distinct_id, occurred_at, source,
        CASE WHEN name = 'identify' THEN properties ->> 'email' END AS email,
        CASE WHEN name = 'identify' THEN properties ->> 'phone' END AS phone,
        CASE
            WHEN name = 'identify' AND properties ->> 'phone' IS NOT NULL
            THEN coalesce(properties ->> 'country', properties #>> '{address,country}')
        END AS country,
        CASE WHEN name = 'alias' THEN properties ->> 'previousId' ELSE context ->> 'anonymousId' END AS device
    FROM stream_events_at(%(xids)s::xid8[], %(positions)s::bigint[], %(times)s::timestamptz[])
) AS told
WHERE email IS NOT NULL OR phone IS NOT NULL OR device IS NOT NULL
ORDER BY distinct_id, email, phone, country, device, ordinal
