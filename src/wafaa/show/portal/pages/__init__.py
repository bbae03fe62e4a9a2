"""The pages below /me/, and the console's one about them."""
