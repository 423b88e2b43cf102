"""The five operations, judged: a model of what the kernel's headers promise,
and the means to hold a running kernel against it."""
