"""Lab 4's tests: swap, the processor, a scheduler in user space."""
