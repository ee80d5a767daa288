job "kratos" {
  group "auth" {
    task "kratos" {
      driver = "docker"
      config {
        image = "oryd/kratos:v1.3.1"
        args = ["serve", "-c", "/etc/config/kratos/kratos.yml"]
        volumes = ["local/kratos:/etc/config/kratos"]
      }
      env {
        DSN = "postgres://kratos:geheim@db.example.org:5432/kratos"
        SECRETS_COOKIE_0 = "Aquae9gohx2Ohxai5quaeC2ohShoh4ah"
        SECRETS_CIPHER_0 = "Thee7ohfeiPhoh3Aitheng9ohPh4quai"
        SELFSERVICE_DEFAULT_BROWSER_RETURN_URL = "https://www.example.org/"
        LOG_LEVEL = "warn"
      }
      template {
        destination = "local/kratos/kratos.yml"
        data = file("kratos/kratos.yml")
      }
      template {
        destination = "local/kratos/person.schema.json"
        data = file("kratos/person.schema.json")
      }
    }
  }
}
