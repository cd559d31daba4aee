"""Statistics as pure functions: a frame or counts in, a tidy result frame out.

What statsmodels or scipy has, and has right, is called; `docs/methods.md` says for each estimator which call
that is, or why it is ours. Nothing here knows of the domain or of files.
"""
