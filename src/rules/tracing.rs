//! Rules about traces.

pub mod sampling_ratio;
