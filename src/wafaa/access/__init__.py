"""Who may: staff, roles, the audit trail, and the business itself."""
