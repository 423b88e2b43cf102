"""Where `make gdb TEST=name` stops in a whole boot of lab 3
(grade/ops/opens.py)."""

FUNCTIONS = {"3.1": ("attach.c:op_attach",), "3.2": ("update.c:op_update",),
             "3.3": ("flush.c:flush_change",),
             "3.4": ("upcall.c:upcall_deliver",)}
