"""What do people mean? Language, feeling and topics of what they wrote."""
