"""How the name model is trained: synthetic records, annotated corpora, the loop and its measurement."""
