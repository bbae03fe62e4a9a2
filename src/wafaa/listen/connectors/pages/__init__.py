"""Where systems send to, where visitors scan, and the console's pages about both."""
