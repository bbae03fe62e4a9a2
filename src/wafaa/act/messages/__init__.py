"""What is said to customers: templates, the gate that lets a message pass or holds it, sending, and what came back."""
