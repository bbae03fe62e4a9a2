"""What has a customer allowed, by which channel and for what, and how is that known?"""
