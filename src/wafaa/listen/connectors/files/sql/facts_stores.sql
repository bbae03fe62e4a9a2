-- Facts about stores.
SELECT store_id, code, '' AS name FROM store ORDER BY store_id
