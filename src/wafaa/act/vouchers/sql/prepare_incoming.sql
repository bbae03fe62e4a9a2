-- The session's table into which new codes are copied.
CREATE TEMPORARY TABLE IF NOT EXISTS act_vouchers_incoming (ordinal integer, text varchar(64) COLLATE "C") ON COMMIT DELETE ROWS;
TRUNCATE act_vouchers_incoming
