"""The kernelspec-writing core: knows environments and Jupyter, neither conda nor a command line."""
