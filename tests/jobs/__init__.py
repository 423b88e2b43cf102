"""Debian's own programs on xo5, and the same on Linux: `make jobs`.

table.py    the jobs, out of tables/*.toml
tree.py     the files of a job: an image for xo5, a folder for Linux
machine.py  runs a job on xo5, on this Linux, or in a Linux guest
timing.py   how long some jobs take on xo5, and in a Linux guest
"""
