"""What did the answers say? The result pages of surveys, and satisfaction beside loyalty."""
