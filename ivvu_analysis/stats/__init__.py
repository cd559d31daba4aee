"""Statistics as pure functions: a frame or counts in, a tidy result frame out."""
