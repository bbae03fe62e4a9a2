"""What do buyers say of what they bought, in public? Reviews, testimonials, and who was invited to give one."""
