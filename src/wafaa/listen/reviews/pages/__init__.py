"""The pages of reviews: who writes, who reads, who decides."""
