"""Answering: follow-ups, extraction of sentences, abstaining, and the ways in."""
