-- Takes one of a reward for a member, within all its limits. See decide_rewards_take in migrations/0001_initial.py.
SELECT decide_rewards_take(
    %(reward)s::bigint, %(revision)s::integer, %(customer)s::bigint, %(moment)s::timestamptz, %(starts)s::timestamptz[]
)
