"""The guide: how each page is used, in English and Arabic, served by the program itself so that it fits its version."""
