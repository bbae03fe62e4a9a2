-- Some members, spread over all of them: by their ids times an odd constant (Knuth, The Art of Computer Programming 3, 6.4), which
-- lays numbers that follow each other far apart. Always the same ones.
SELECT customer_id FROM learn_segments_membership
WHERE build_id = %(build_id)s AND is_member
ORDER BY (customer_id %% 2147483648) * 2654435761 %% 4294967296
LIMIT %(limit)s
