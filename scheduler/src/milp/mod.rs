//! The only module that knows HiGHS, and the only `unsafe`: a model and options in, an outcome out.
