-- Takes an Idempotency-Key for this transaction; waits while another one holds it. No row: it was answered before.
INSERT INTO show_api_rememberedanswer (api_key_id, name, fingerprint, status, body, created_at)
VALUES (%(api_key)s, %(name)s, %(fingerprint)s, 0, '', %(now)s)
ON CONFLICT (api_key_id, name) DO NOTHING
RETURNING id
