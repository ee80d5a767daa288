resource "aws_ecs_task_definition" "kratos" {
  family = "kratos"
  container_definitions = jsonencode([{
    name = "kratos"
    image = "oryd/kratos:v1.3.1"
    command = ["serve", "-c", "/etc/config/kratos/kratos.yml"]
    environment = [
      { name = "DSN", value = "postgres://kratos:geheim@db.example.org:5432/kratos" },
      { name = "SECRETS_COOKIE_0", value = "Aquae9gohx2Ohxai5quaeC2ohShoh4ah" },
      { name = "SECRETS_CIPHER_0", value = "Thee7ohfeiPhoh3Aitheng9ohPh4quai" },
      { name = "SELFSERVICE_DEFAULT_BROWSER_RETURN_URL", value = "https://www.example.org/" },
    ]
  }])
}
