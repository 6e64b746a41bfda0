"""Pages from the net: which addresses may be asked, asking them, at a polite rate, and what sites list."""
