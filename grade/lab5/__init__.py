"""Lab 5's graded tests."""
