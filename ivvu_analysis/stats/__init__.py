"""Statistics as pure functions: a frame or counts in, a tidy result frame out.

What few reports need of SciPy is called by its full name, as `scipy.optimize.milp`: SciPy imports such a part
when it is first used. Quantiles and tails come from `scipy.special`, where `scipy.stats` has them from; to
import that takes as long as to make a report.
"""
