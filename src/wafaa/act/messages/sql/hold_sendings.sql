-- The states of sendings, which nobody changes until this transaction ends; others may ask the same meanwhile.
SELECT id, state FROM act_messages_sending WHERE id = ANY(%(ids)s::bigint[]) ORDER BY id FOR SHARE
