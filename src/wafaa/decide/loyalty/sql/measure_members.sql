-- Customers as they are now, members at the end of the period, and members who earned or spent in it.
SELECT
    (SELECT count(*) FROM know_customers_customer WHERE merged_into_id IS NULL) AS customers,
    count(*) AS members, count(active.wallet_id) AS active
FROM decide_loyalty_member AS member
LEFT JOIN act_points_wallet AS wallet ON wallet.customer_id = member.customer_id AND wallet.unit_id = %(unit)s
LEFT JOIN (
    SELECT DISTINCT CASE moved.kind WHEN 1 THEN moved.target_id ELSE moved.source_id END AS wallet_id
    FROM act_points_transfer AS moved
    WHERE moved.unit_id = %(unit)s AND moved.kind IN (1, 3, 5)
        AND moved.occurred_at >= %(since)s::timestamptz AND moved.occurred_at < %(until)s::timestamptz
) AS active ON active.wallet_id = wallet.id
WHERE member.programme_id = %(programme)s AND member.customer_id IS NOT NULL AND member.joined_at < %(until)s::timestamptz
    AND (member.left_at IS NULL OR member.left_at >= %(until)s::timestamptz)
