"""What is said to whom and when: campaigns, and automations that an event sets going."""
