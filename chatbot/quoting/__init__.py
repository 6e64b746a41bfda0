"""Judged sentences to quotations: which are cited, which say the same, which differ."""
