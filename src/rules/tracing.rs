//! Rules about traces.

pub mod jaeger_agent_missing;
pub mod otlp_port_speaks_grpc;
pub mod sampling_ratio_out_of_range;
pub mod zipkin_url_unusable;
