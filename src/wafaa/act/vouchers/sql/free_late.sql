-- Gives the places of a pool's reservations that are over back, of some codes at once.
SELECT act_vouchers_hold(%(pool)s, %(codes)s, NULL, %(moment)s)
