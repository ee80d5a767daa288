job "auth" {
  group "g" {
    task "kratos" {
      driver = "docker"
      config {
        image = "oryd/kratos:v1.1.0"
        command = "serve"
        args = ["--config", "/etc/config/kratos/kratos.yml", "--dev", "--watch-courier"]
        volumes = ["/srv/kratos:/etc/config/kratos"]
      }
      env {
        DSN = "memory"
      }
    }
  }
}
