"""Where `make gdb TEST=name` stops in a whole boot of lab 4
(grade/ops/opens.py)."""

# By exercise, or by the test's name where it needs more than its own.
FUNCTIONS = {"4.1": ("swap.c:op_swap",), "4.2": ("cpu.c:cpu_hand",),
             "4.3": ("sched_next", "sched_turn", "sched_run"),
             "test_program_swapmem": ("swap.c:op_swap",)}
