"""`python -m scripts.bench`: time, memory and disk, of one collection or beside other libraries."""
