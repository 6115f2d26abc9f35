"""The front ends, provisioners and allowed kernelspecs of a Jupyter."""
