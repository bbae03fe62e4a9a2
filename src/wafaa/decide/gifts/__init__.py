"""Surprise and delight: gifts out of budgets, by employees with a note of theirs, by rules after a purchase, and by draws without
one.
"""
