"""What there is, what is recorded and what is asked, made into what is to be done; the state of kernels."""
