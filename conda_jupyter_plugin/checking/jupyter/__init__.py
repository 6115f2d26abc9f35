"""What a Jupyter has and lacks: front ends, provisioners, kernelspecs that it is allowed to show."""
