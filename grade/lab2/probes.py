"""Where `make gdb TEST=name` stops in a whole boot of lab 2
(grade/ops/opens.py)."""

FUNCTIONS = {"2.1": ("frame.c:frame_boot",), "2.2": ("alloc.c:op_alloc",),
             "2.3": ("create.c:op_create",),
             "2.4": ("enter.c:enter_load", "enter.c:enter_operation")}
