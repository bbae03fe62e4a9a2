-- Gives one back to an allowance: what was taken turned out not to count.
UPDATE access_limits_allowance SET full_at = full_at - %(every_s)s * interval '1 second' WHERE key = %(key)s
