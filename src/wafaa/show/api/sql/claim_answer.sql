-- Takes an Idempotency-Key for this transaction, or tells what was answered by it; see migrations/0002_claiming.py.
SELECT claimed, told_fingerprint, told_status, told_body
FROM show_api_claim(%(api_key)s::bigint, %(name)s::text, %(fingerprint)s::text, %(now)s::timestamptz, %(aged)s::timestamptz)
