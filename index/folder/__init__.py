"""The collection in a folder: one SQLite file is the truth, the rest is derived from it."""
