"""How a kernel starts: its kernelspec, its launcher, its activation."""
