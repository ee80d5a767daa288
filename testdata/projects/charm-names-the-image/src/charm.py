import ops

COMMAND = "kratos serve all --config /etc/config/kratos.yaml"
