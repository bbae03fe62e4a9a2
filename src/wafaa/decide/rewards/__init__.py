"""What may members have for what they earned, and who had it?

A reward costs amounts of the ledger (act.points); a redemption keeps the terms by which it was made, and is made, used, given up
and taken back once each.
"""
