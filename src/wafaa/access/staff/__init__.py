"""Who works here, what each role may see and do, and how they sign in."""
