"""Pages of segments: all of them, the builder, one segment, its members, lists, the panel of one customer."""
