"""For developers of Cuttings; not installed."""
