"""What did customers ask us to change, what did we change, and did it help?"""
