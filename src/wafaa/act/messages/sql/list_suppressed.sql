-- Which of some addresses get nothing by a channel, and why.
SELECT asked.address, suppressed.cause
FROM unnest(%(addresses)s::text[], %(digests)s::uuid[]) AS asked (address, digest)
JOIN act_messages_suppression AS suppressed ON suppressed.digest = asked.digest AND suppressed.channel = %(channel)s
