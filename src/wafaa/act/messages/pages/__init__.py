"""What customers open from a message, and what staff see of messages on a customer's page."""
