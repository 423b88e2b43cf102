# What GDB does for xo5: `make gdb` and `make gdb-attach` pass this file.
#
# GDB started by hand here refuses to read it, and says so. To allow it, put
# this line into ~/.config/gdb/gdbinit, with the path of your clone:
#
#   add-auto-load-safe-path ~/xo5/.gdbinit
#
# The architecture stays 64-bit from the first instruction on: so does what
# QEMU sends, in 16- and 32-bit code too (grade/gdb/code.py says more).
# `break` works before the code is in memory: QEMU compares addresses and
# writes nothing into the guest. AT&T or Intel syntax is your choice in 64-bit
# code; other code is always in AT&T, as QEMU shows it.
set pagination off
set architecture i386:x86-64
source grade/gdb/xo5.py
xo5 symbols
