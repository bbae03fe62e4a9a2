-- Takes one from an allowance in one statement, so that processes can't race; no row comes back when it is used up.
-- A moment too far ahead (the clock was set back) counts as an allowance that is just used up.
-- `alone` in its transaction, it does not wait for the disk: a crash of the server may forget the last half second.
INSERT INTO access_limits_allowance AS mine (key, full_at)
VALUES (%(key)s, %(now)s::timestamptz + %(every_s)s * interval '1 second')
ON CONFLICT (key) DO UPDATE
SET full_at = greatest(
        least(mine.full_at, %(now)s::timestamptz + %(whole_s)s * interval '1 second'), %(now)s::timestamptz
    ) + %(every_s)s * interval '1 second'
WHERE mine.full_at <= %(now)s::timestamptz + (%(whole_s)s - %(every_s)s) * interval '1 second'
RETURNING full_at, CASE WHEN %(alone)s::boolean THEN set_config('synchronous_commit', 'off', TRUE) END
