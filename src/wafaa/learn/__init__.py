"""What the past says."""
