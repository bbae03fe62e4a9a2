-- Which of these ids claim more of a kind than one person has.
SELECT claim.distinct_id, claim.kind, count(*)
FROM know_identity_claim AS claim
JOIN unnest(%(kinds)s::varchar[], %(limits)s::bigint[]) AS of_kind (kind, most) USING (kind)
WHERE claim.distinct_id = ANY (%(distinct_ids)s::varchar[])
GROUP BY claim.distinct_id, claim.kind
HAVING count(*) > max(of_kind.most)
