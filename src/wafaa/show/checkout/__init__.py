"""Orders and refunds as a shop's server tells them, answered with what they mean for the customer's loyalty."""
