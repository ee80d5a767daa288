//! Rules about traces.

pub(crate) mod jaeger_agent_missing;
pub(crate) mod otlp_port_speaks_grpc;
pub(crate) mod sampling_ratio_out_of_range;
pub(crate) mod zipkin_url_unusable;
