package config

// Kratos is started with `serve -c /etc/config/kratos/kratos.yml`.
const Command = "kratos serve -c /etc/config/kratos/kratos.yml"
