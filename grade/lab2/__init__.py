"""Lab 2's tests: frames and extents, alloc, create, ring 3."""
