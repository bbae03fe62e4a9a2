-- What was answered, to be told again.
UPDATE show_api_rememberedanswer SET status = %(status)s::integer, body = %(body)s::text
WHERE api_key_id = %(api_key)s::bigint AND name = %(name)s::text
RETURNING id
