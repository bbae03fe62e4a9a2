"""How satisfied and how loyal do they say they are? Scores with margins, reduced from the facts of answers."""
