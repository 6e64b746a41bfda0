"""Retrievers for frameworks of others, over a collection or a server of one."""
