job "kratos" {
  group "kratos" {
    task "kratos" {
      driver = "docker"
      config {
        image = "oryd/kratos:[[ .kratos.tag ]]"
        args  = ["serve", "-c", "/etc/config/kratos/kratos.yml", "--dev"]
      }
      env {
        DSN = "[[ .kratos.dsn ]]"
      }
    }
  }
}
