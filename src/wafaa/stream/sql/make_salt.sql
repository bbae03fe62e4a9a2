-- The salt of the digests, where a restored or emptied database has none: without it nothing erased would be known again.
INSERT INTO stream_erasuresalt (id, salt)
VALUES (1, replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''))
ON CONFLICT DO NOTHING
