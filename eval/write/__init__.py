"""`cuttings gold new`: a person writes gold questions."""
