-- The wallets that customers have in a unit: (customer, wallet).
SELECT customer_id, id FROM act_points_wallet WHERE unit_id = %(unit_id)s AND customer_id = ANY (%(customer_ids)s::bigint[])
