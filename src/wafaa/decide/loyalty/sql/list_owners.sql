-- Customers by the unit that an award is due to them in.
SELECT earning.unit_id, array_agg(DISTINCT member.customer_id)
FROM decide_loyalty_earning AS earning
JOIN decide_loyalty_member AS member ON member.id = earning.member_id
WHERE earning.occasion_id = ANY (%(occasions)s::bigint[]) AND earning.target > earning.awarded AND member.customer_id IS NOT NULL
GROUP BY earning.unit_id ORDER BY earning.unit_id
