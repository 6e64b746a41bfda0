"""Finding: the collection on disk and hybrid search over its passages."""
