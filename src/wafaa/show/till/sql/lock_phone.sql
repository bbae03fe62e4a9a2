-- Until the transaction ends nobody else enrols somebody with this phone: two tills would make two customers of one person.
SELECT pg_advisory_xact_lock(1463895617, hashtext(%(phone)s))
