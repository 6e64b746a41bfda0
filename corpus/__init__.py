"""Reading: files to clean articles, sentences and passages, all as slices of one text."""
