-- Wakes the senders of the outbox when this transaction commits.
SELECT pg_notify('wafaa_outbox', '')
