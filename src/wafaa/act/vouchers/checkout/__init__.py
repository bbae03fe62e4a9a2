"""What is done with a code at a till or in a checkout, for programs."""
