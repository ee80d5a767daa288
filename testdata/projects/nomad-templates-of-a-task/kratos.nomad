job "kratos" {
  group "kratos" {
    task "kratos-migrate" {
      driver = "docker"
      config {
        image   = "oryd/kratos:v1.2.0"
        args    = [
          "migrate", "sql", "-e", "--yes", "--config", "/local/kratos.yml"
        ]
      }
      template {
        data = file("server.yml")
        destination = "local/kratos.yml"
      }
    }
    task "kratos" {
      driver = "docker"
      template {
        data = file("server.yml")
        destination = "local/kratos.yml"
      }
      template {
        data = file("identity.json")
        destination = "${NOMAD_TASK_DIR}/person.schema.json"
      }
      config {
        image   = "oryd/kratos:v1.2.0"
        args    = [
          "serve",
          "all",
          "--dev",
          "--watch-courier",
          "--config",
          "/local/kratos.yml"
        ]
      }
    }
  }
}
