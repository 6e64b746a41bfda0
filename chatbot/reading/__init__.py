"""Reading: question and passage together, judged sentence by sentence."""
