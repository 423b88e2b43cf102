"""Lab 3's tests: attach, update, stale translations, upcalls."""
