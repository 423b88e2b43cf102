"""GDB on xo5: `make gdb`, and the commands `xo5 pt`, `xo5 map`, `xo5 frames`
and `xo5 regs`.

  session   starts QEMU and GDB, and ends both      (a program of its own)
  xo5       what .gdbinit sources
  commands  the commands
  machine   registers, physical memory and symbols of the stopped machine
  code      16- and 32-bit code: instructions, callers, which mode it is
  console   the serial port inside GDB
  paging    page tables                             (these three know nothing
  frames    who has which frame                      of GDB, and are tested
  control   control registers                        without it)
"""
