"""Did it help? Who is treated and who is kept aside, and the difference between them with its margin."""
