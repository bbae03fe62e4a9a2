"""Which distinct ids, e-mails and phones are one customer, and why?"""
