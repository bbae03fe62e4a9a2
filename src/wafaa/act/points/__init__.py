"""Who holds how much of what? Points, gift-card money, nights and stamps in one double-entry ledger of integers."""
