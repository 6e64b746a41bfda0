"""The collection on Milvus: the same guarantees, shared by many machines."""
