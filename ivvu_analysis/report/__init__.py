"""What a reader sees: the report that a notebook opens, its figures, tables, texts and pages."""
