"""The questions of the evaluation, one module a topic: evidence in, tidy frames of codes out."""
