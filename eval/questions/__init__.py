"""Gold questions: the forms that they come in, how they are read, and what is wrong with them."""
