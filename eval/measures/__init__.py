"""What records are worth: measures, how sure they are, comparisons and gates. Knows of records alone."""
