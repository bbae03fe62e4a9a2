"""Which tier does a member stand in, until when, and what is missing for the next?

Definitions are a part of a programme's version (decide.loyalty.rules.tiers); where members stand is judged from orders and
earnings by one statement (sql/judge.sql).
"""
