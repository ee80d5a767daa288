//! Rules about e-mail and SMS.

pub mod courier_channel;
pub mod courier_endpoint;
pub mod courier_not_running;
pub mod courier_sms;
pub mod courier_worker;
pub mod mail_server_missing;
pub mod smtp_client_certificate;
pub mod smtp_port;
pub mod smtp_private_address;
pub mod smtp_uri;
pub mod template_missing;
pub mod template_of_other_method;
pub mod template_variable;
