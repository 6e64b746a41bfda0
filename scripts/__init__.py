"""For whoever works on Cuttings; not installed."""
