"""What an operator runs: suites to jobs, jobs to published reports, reports to proof."""
