"""Who belongs together: conditions on customers, kept true at every moment, with the reason for each."""
