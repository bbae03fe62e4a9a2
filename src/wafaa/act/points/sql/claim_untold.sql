-- Some of what became active and was not told; what another sweep has in hand stays there.
DELETE FROM act_points_untold WHERE transfer_id IN (
    SELECT transfer_id FROM act_points_untold ORDER BY transfer_id LIMIT %(at_most)s FOR UPDATE SKIP LOCKED
)
RETURNING transfer_id
