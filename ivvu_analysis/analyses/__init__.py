"""The questions of the evaluation, put to the evidence: evidence in, tidy result frames out.

Here the domain meets the statistics; figures and texts take what comes out as it is.
"""
