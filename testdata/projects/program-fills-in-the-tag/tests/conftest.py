from testcontainers.core.container import DockerContainer

KRATOS_VERSION = "v1.0.0"

def kratos():
    return (DockerContainer(f"oryd/kratos:{KRATOS_VERSION}")
        .with_volume_mapping("./tests/kratos", "/etc/config/kratos")
        .with_env("DSN", "memory")
        .with_command("serve -c /etc/config/kratos/kratos.yml --dev"))
