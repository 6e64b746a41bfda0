"""Sources into a store."""
