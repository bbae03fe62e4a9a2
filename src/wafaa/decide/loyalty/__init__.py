"""Which points does what a customer did earn, by which rule, and what does a refund take back?

Rules are data; one statement in the database judges them (sql/judge.sql). Points themselves lie in the ledger of act.points.
"""
