"""What the operations do: one file each, the invariants, and the theorems."""
